// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/scope/time_window.h"

#include <algorithm>

namespace servolane::ui::scope {

void TimeWindow::setNow(Time now) {
    if (!following_) return;
    to_ = now;
    origin_ = now;
}

void TimeWindow::hold() {
    following_ = triggered_ = false;
}

void TimeWindow::follow(Time now) {
    following_ = true;
    triggered_ = replay_ = false;
    setNow(now);
}

void TimeWindow::showRecording(Time start, Time end) {
    replay_ = true;
    origin_ = start;
    showReplay(start, end);
}

void TimeWindow::showReplay(Time from, Time to) {
    if (!replay_) origin_ = from;
    following_ = triggered_ = false;
    replay_ = true;
    to_ = to;
    setSpan(to - from);
}

void TimeWindow::showTrigger(Time at, double before) {
    following_ = false;
    triggered_ = true;
    origin_ = at;
    to_ = at + fromSeconds(seconds(span_) * (1.0 - before));
}

void TimeWindow::setSpan(Duration span) {
    span_ = std::clamp(span, shortest, longest);
}

void TimeWindow::zoom(double factor, Time fixed) {
    const Duration before = span_;
    setSpan(fromSeconds(seconds(span_) * factor));
    if (following_) return;
    const double scale = seconds(span_) / seconds(before);
    to_ = fixed + fromSeconds(seconds(to_ - fixed) * scale);
}

void TimeWindow::pan(Duration by) {
    if (!following_) to_ += by;
}

void TimeWindow::show(Time from, Time to) {
    following_ = false;
    setSpan(to - from);
    to_ = from + span_;
}

telemetry::BinGrid TimeWindow::grid(std::size_t columns) const {
    telemetry::BinGrid grid;
    grid.width = std::max(Duration{1}, span_ / static_cast<std::int64_t>(std::max<std::size_t>(columns, 1)));
    grid.count = columns;
    grid.first = grid.binOf(to_) + 1 - static_cast<std::int64_t>(columns);
    return grid;
}

} // namespace servolane::ui::scope
