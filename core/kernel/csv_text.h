// SPDX-License-Identifier: GPL-3.0-or-later
// Cells of a CSV file: numbers and times the same in any locale. Calls that take `at` write there, where at
// least `longestCell` bytes must be free, and return the end. Any thread.
#pragma once

#include "core/kernel/time.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace servolane {
inline namespace kernel {

constexpr std::size_t longestCell = 40;

/// Quoted where the text needs it; led by an apostrophe where a spreadsheet would take it for a formula.
[[nodiscard]] std::string csvCell(std::string_view text);

/// "12.345678901", exact.
[[nodiscard]] char* writeSeconds(char* at, Duration span);

/// "2026-11-23T14:58:15.123456Z"; microseconds, cut off.
class UtcText {
public:
    [[nodiscard]] char* write(char* at, UtcTime time);

private:
    std::chrono::sys_seconds second_ = std::chrono::sys_seconds::min();
    std::array<char, 32> prefix_{}; ///< up to and with the point
    std::size_t length_ = 0;
};

} // namespace kernel
} // namespace servolane
