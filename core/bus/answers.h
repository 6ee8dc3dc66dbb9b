// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

namespace servolane::bus {

/// Which requests a servo answers: its status return level.
enum class Answers : std::uint8_t {
    all,
    pingsAndReads, ///< what is written is confirmed by reading it
    pingsOnly      ///< nothing that it is told can be confirmed, and it has no feedback
};
/// Stable words: "all", "pings_and_reads", "pings_only".
[[nodiscard]] std::string_view toString(Answers answers);

} // namespace servolane::bus
