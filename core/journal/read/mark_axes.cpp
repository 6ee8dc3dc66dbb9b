// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/read/mark_axes.h"

#include <charconv>
#include <string_view>

namespace servolane::journal {

MarkAxes axesOf(const LaneMark& command) {
    MarkAxes axes;
    std::string_view left = command.details;
    const auto isKind = [&](std::string_view kind) {
        return left.starts_with(kind) && (left.size() == kind.size() || left[kind.size()] == ' ');
    };
    axes.every = isKind("Stop") || isKind("ResetStop");
    if (!isKind("MoveAxes")) return axes;
    constexpr std::string_view word = " axis "; // "MoveAxes axis 1 target=90; axis 2 target=45"
    for (auto at = left.find(word); at != std::string_view::npos; at = left.find(word)) {
        left.remove_prefix(at + word.size());
        std::uint16_t id = 0;
        if (std::from_chars(left.data(), left.data() + left.size(), id).ec == std::errc{})
            axes.named.push_back(AxisId{id});
    }
    return axes;
}

} // namespace servolane::journal
