// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/scope/trace_arrangement.h"

#include <algorithm>

namespace servolane::ui::scope {

std::vector<TraceChoice> TraceArrangement::apply(std::vector<TraceChoice> choices) const {
    const auto placeOf = [this](const TraceChoice& choice) {
        return std::find(order.begin(), order.end(), choice.label) - order.begin();
    };
    std::stable_sort(choices.begin(), choices.end(),
                     [&](const auto& a, const auto& b) { return placeOf(a) < placeOf(b); });
    for (TraceChoice& choice : choices) {
        const auto group = groups.find(choice.label);
        if (group != groups.end()) choice.group = group->second;
    }
    return choices;
}

TraceArrangement TraceArrangement::of(const std::vector<TraceChoice>& choices) {
    TraceArrangement arrangement;
    for (const TraceChoice& choice : choices) {
        arrangement.order.push_back(choice.label);
        if (choice.group != 0) arrangement.groups[choice.label] = choice.group;
    }
    return arrangement;
}

void moveLine(std::vector<TraceChoice>& choices, std::size_t line, std::size_t before, int group) {
    TraceChoice moved = choices[line];
    moved.group = group;
    choices.insert(choices.begin() + static_cast<std::ptrdiff_t>(before), moved);
    choices.erase(choices.begin() + static_cast<std::ptrdiff_t>(line < before ? line : line + 1));
}

int freeGroup(const std::vector<TraceChoice>& choices) {
    int highest = 0;
    for (const TraceChoice& choice : choices)
        highest = std::max(highest, choice.group);
    return highest + 1;
}

} // namespace servolane::ui::scope
