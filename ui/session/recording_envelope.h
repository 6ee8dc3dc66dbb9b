// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/telemetry/read/trace_set.h"
#include "ui/scope/line_pattern.h"

#include <QtCore/QRectF>
#include <QtGui/QColor>
#include <memory>
#include <vector>

class QPainter;

namespace servolane::ui {

/// The whole of a recording across the width of a strip: what stands where, and one trace as its envelope.
class RecordingEnvelope {
public:
    /// `smallest`: a range of values below this is not drawn over the whole height.
    void show(Time start, Time end, std::shared_ptr<const telemetry::Trace> trace, double smallest = 0.0);
    /// In pixels. Cost: that of so many columns.
    void setWidth(int width);
    /// Draws anew what was read back meanwhile; true if there was something.
    bool update();

    [[nodiscard]] Time start() const { return start_; }
    [[nodiscard]] Time end() const { return end_; }
    [[nodiscard]] double xOf(Time time) const;
    /// Kept inside the recording.
    [[nodiscard]] Time timeAt(double x) const;
    void paint(QPainter& painter, const QRectF& box, const QColor& colour,
               scope::LinePattern pattern = scope::LinePattern::solid) const;

private:
    void sample();

    Time start_{};
    Time end_{};
    int width_ = 0;
    double smallest_ = 0.0;
    std::shared_ptr<const telemetry::Trace> trace_;
    std::vector<telemetry::Extent> columns_;
    std::uint64_t readBack_ = 0;
};

} // namespace servolane::ui
