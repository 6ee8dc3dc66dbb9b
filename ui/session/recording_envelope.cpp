// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/recording_envelope.h"

#include <QtGui/QPainter>
#include <algorithm>
#include <optional>
#include <utility>

namespace servolane::ui {

void RecordingEnvelope::show(Time start, Time end, std::shared_ptr<const telemetry::Trace> trace,
                             double smallest) {
    smallest_ = smallest;
    start_ = start;
    end_ = end;
    trace_ = std::move(trace);
    sample();
}

void RecordingEnvelope::setWidth(int width) {
    width_ = width;
    sample();
}

bool RecordingEnvelope::update() {
    if (!trace_ || trace_->readBack() == readBack_) return false;
    sample();
    return true;
}

void RecordingEnvelope::sample() {
    columns_.clear();
    if (!trace_ || trace_->isEmpty() || end_ <= start_ || width_ < 2) return;
    readBack_ = trace_->readBack();
    columns_ = trace_->columns(start_, end_, static_cast<std::size_t>(width_)).columns;
}

double RecordingEnvelope::xOf(Time time) const {
    if (end_ <= start_) return 0.0;
    return seconds(time - start_) / seconds(end_ - start_) * (width_ - 1);
}

Time RecordingEnvelope::timeAt(double x) const {
    const double share = std::clamp(x / std::max(1, width_ - 1), 0.0, 1.0);
    return start_ + fromSeconds(seconds(end_ - start_) * share);
}

void RecordingEnvelope::paint(QPainter& painter, const QRectF& box, const QColor& colour,
                              scope::LinePattern pattern) const {
    float low = 0.0F;
    float high = 0.0F;
    bool any = false;
    for (const auto& column : columns_) {
        if (column.isEmpty()) continue;
        low = any ? std::min(low, column.min) : column.min;
        high = any ? std::max(high, column.max) : column.max;
        any = true;
    }
    // What stands still lies in the middle, with its noise as small as it is.
    const double range = std::max(static_cast<double>(high - low), smallest_);
    const double middle = (static_cast<double>(low) + high) / 2.0;
    const double scale = range > 0.0 ? (box.height() - 1) / range : 0.0;
    const auto yOf = [&](float value) {
        return box.bottom() - (box.height() - 1) / 2.0 - (value - middle) * scale;
    };
    painter.setPen(colour);
    QPointF before; // where samples lie further apart than columns, the line goes on
    bool goesOn = false;
    for (std::size_t at = 0; at < columns_.size(); ++at) {
        const auto& column = columns_[at];
        const auto x = static_cast<double>(at);
        if (column.isEmpty()) {
            if (column.gapAfter) goesOn = false;
            continue;
        }
        if (goesOn && !column.gapBefore && x - before.x() > 1.0)
            painter.drawLine(before, QPointF(x, yOf(column.first)));
        if (scope::isDrawn(pattern, at))
            painter.drawLine(QPointF(x, yOf(column.min)), QPointF(x, yOf(column.max) - 1));
        before = QPointF(x, yOf(column.last));
        goesOn = !column.gapAfter;
    }
}

} // namespace servolane::ui
