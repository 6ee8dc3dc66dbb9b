// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/scope/trigger_setup.h"

#include <utility>

namespace servolane::ui::scope {

using namespace telemetry;

std::vector<double> levelsOf(const TriggerCondition& condition) {
    if (const auto* edge = std::get_if<EdgeCondition>(&condition)) return {edge->level};
    if (const auto* level = std::get_if<LevelCondition>(&condition)) return {level->level};
    if (const auto* window = std::get_if<WindowCondition>(&condition)) return {window->low, window->high};
    return {};
}

void setLevel(TriggerCondition& condition, int place, double level) {
    if (auto* edge = std::get_if<EdgeCondition>(&condition)) edge->level = level;
    if (auto* one = std::get_if<LevelCondition>(&condition)) one->level = level;
    if (auto* window = std::get_if<WindowCondition>(&condition)) {
        (place == 0 ? window->low : window->high) = level;
        if (window->low > window->high) std::swap(window->low, window->high);
    }
}

} // namespace servolane::ui::scope
