// SPDX-License-Identifier: GPL-3.0-or-later
// Pieces of the short texts in which buses and faults are described.
#pragma once

#include "core/kernel/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace servolane::drivers::simulator {

/// What comes before the first `mark`, and what comes after it (absent without a mark).
[[nodiscard]] std::pair<std::string_view, std::optional<std::string_view>> splitAt(std::string_view text,
                                                                                   char mark);
/// Digits only; absent otherwise.
[[nodiscard]] std::optional<std::uint64_t> wholeNumber(std::string_view text);
/// "0.01"; no sign, no exponent; absent otherwise.
[[nodiscard]] std::optional<double> plainNumber(std::string_view text);
/// "20ms", "1.5s"; absent without a unit.
[[nodiscard]] std::optional<Duration> timeSpan(std::string_view text);
/// The shortest text that the above reads back to the same value.
[[nodiscard]] std::string numberText(double value);
[[nodiscard]] std::string timeSpanText(Duration span);

} // namespace servolane::drivers::simulator
