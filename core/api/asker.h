// SPDX-License-Identifier: GPL-3.0-or-later
// Who asks. A header of its own, so that events can name their asker without knowing commands.
#pragma once

#include <cstdint>
#include <string_view>

namespace servolane::api {

enum class Asker : std::uint8_t { window, commandLine, sequence, program };
[[nodiscard]] std::string_view toString(Asker asker);

} // namespace servolane::api
