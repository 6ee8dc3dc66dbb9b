// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/recording_envelope.h"

#include <QtGui/QPainter>
#include <algorithm>
#include <utility>

namespace servolane::ui {

void RecordingEnvelope::show(Time start, Time end, std::shared_ptr<const telemetry::Trace> trace) {
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

void RecordingEnvelope::paint(QPainter& painter, const QRectF& box, const QColor& colour) const {
    float low = 0.0F;
    float high = 0.0F;
    bool any = false;
    for (const auto& column : columns_) {
        if (column.isEmpty()) continue;
        low = any ? std::min(low, column.min) : column.min;
        high = any ? std::max(high, column.max) : column.max;
        any = true;
    }
    const double scale = high > low ? (box.height() - 1) / static_cast<double>(high - low) : 0.0;
    const auto yOf = [&](float value) { return box.bottom() - (value - low) * scale; };
    painter.setPen(colour);
    for (std::size_t at = 0; at < columns_.size(); ++at)
        if (const auto& column = columns_[at]; !column.isEmpty())
            painter.drawLine(QPointF(static_cast<double>(at), yOf(column.min)),
                             QPointF(static_cast<double>(at), yOf(column.max) - 1));
}

} // namespace servolane::ui
