// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/scope/trace_choice.h"

#include <QString>
#include <map>
#include <vector>

namespace servolane::ui::scope {

/// The order of the lines and who stands in a pane of its own, as a person has arranged them. Lines are known
/// by their labels, so that it holds for the next axis too.
struct TraceArrangement {
    std::vector<QString> order;
    std::map<QString, int> groups; ///< of lines that do not stand with all of their unit

    /// Known lines in their order, new ones behind them.
    [[nodiscard]] std::vector<TraceChoice> apply(std::vector<TraceChoice> choices) const;
    /// As these stand.
    static TraceArrangement of(const std::vector<TraceChoice>& choices);
    friend bool operator==(const TraceArrangement&, const TraceArrangement&) = default;
};

/// Moves `line` before the line `before` (as counted before the move; the size: to the end), into that group.
void moveLine(std::vector<TraceChoice>& choices, std::size_t line, std::size_t before, int group);
/// A group that no line of that unit has.
[[nodiscard]] int freeGroup(const std::vector<TraceChoice>& choices);

} // namespace servolane::ui::scope
