// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/read/trigger_detector.h"

#include <algorithm>
#include <cmath>

namespace servolane::telemetry {

namespace {

bool isMet(const LevelCondition& level, double value) {
    return level.side == Side::above ? value >= level.level : value <= level.level;
}

bool isInside(const WindowCondition& window, double value) {
    return value >= window.low && value <= window.high;
}

} // namespace

std::optional<Time> TriggerDetector::add(Time time, double value) {
    const Sample now{time, value};
    const auto met = std::visit([&](const auto& condition) { return judge(condition, now); }, condition_);
    before_ = now;
    return met;
}

void TriggerDetector::breakOff() {
    before_.reset();
    wasBelow_ = wasAbove_ = false;
}

std::optional<Time> TriggerDetector::judge(const EdgeCondition& edge, const Sample& now) {
    std::optional<Time> met;
    if (wasBelow_ && now.value >= edge.level) {
        wasBelow_ = false;
        if (edge.slope != Slope::falling) met = crossing(now, edge.level);
    } else if (wasAbove_ && now.value <= edge.level) {
        wasAbove_ = false;
        if (edge.slope != Slope::rising) met = crossing(now, edge.level);
    }
    wasBelow_ = wasBelow_ || (now.value < edge.level && now.value <= edge.level - edge.hysteresis);
    wasAbove_ = wasAbove_ || (now.value > edge.level && now.value >= edge.level + edge.hysteresis);
    return met;
}

std::optional<Time> TriggerDetector::judge(const LevelCondition& level, const Sample& now) const {
    if (!isMet(level, now.value)) return std::nullopt;
    return before_ && !isMet(level, before_->value) ? crossing(now, level.level) : now.time;
}

std::optional<Time> TriggerDetector::judge(const WindowCondition& window, const Sample& now) const {
    if (!before_) return std::nullopt;
    const bool inside = isInside(window, now.value);
    if (inside == isInside(window, before_->value)) return std::nullopt;
    if (inside != (window.passage == Passage::enters)) return std::nullopt;
    const double outside = inside ? before_->value : now.value;
    return crossing(now, outside < window.low ? window.low : window.high);
}

Time TriggerDetector::crossing(const Sample& now, double level) const {
    if (!before_ || now.value == before_->value) return now.time;
    const double share = std::clamp((level - before_->value) / (now.value - before_->value), 0.0, 1.0);
    const auto span = static_cast<double>((now.time - before_->time).count());
    return before_->time + Duration{std::llround(share * span)};
}

} // namespace servolane::telemetry
