// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>

namespace servolane::ui::scope {

/// How a line is interrupted: setpoints are dashed; dotted and dash-dotted are lines that no colour was left
/// for.
enum class LinePattern : std::uint8_t { solid, dashed, dotted, dashDotted };

/// Of the dashes, in pixels.
constexpr std::size_t dashLength = 5;

/// Whether pixel `place` of a line is drawn; places are counted from anywhere.
[[nodiscard]] constexpr bool isDrawn(LinePattern pattern, std::size_t place) {
    switch (pattern) {
    case LinePattern::solid:
        return true;
    case LinePattern::dashed:
        return place % (2 * dashLength) < dashLength;
    case LinePattern::dotted:
        return place % 4 < 2;
    case LinePattern::dashDotted:
        return place % 14 < dashLength || (place % 14 >= 9 && place % 14 < 11);
    }
    return true;
}

} // namespace servolane::ui::scope
