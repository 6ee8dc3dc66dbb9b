// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Qt's first: moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include <QtWidgets/QWidget>

#include "core/telemetry/read/xy_points.h"
#include "ui/analysis/plot_view.h"
#include "ui/scope/auto_range.h"
#include "ui/scope/trace_choice.h"

namespace servolane::ui {

struct XyPicture {
    scope::TraceChoice x;
    scope::TraceChoice y;
    telemetry::XyPoints found;
    Time from{}; ///< the stretch that was looked at: the line fades from its end to its beginning
    Time to{};
};

/// One channel against another. Newer parts of the line are stronger; a gap is a gap. Hovering reads the
/// nearest point.
class XyView : public PlotView {
    Q_OBJECT
public:
    explicit XyView(QWidget* parent);

    void show(XyPicture picture, Time now);
    /// A unit is as long upwards as it is sideways.
    void setEqualScales(bool equal);
    [[nodiscard]] QStringList readingAt(QPoint at) const override;

protected:
    void fit() override;
    void paintPlot(QPainter& painter) override;
    void paintPointer(QPainter& painter, QPoint at) override;

private:
    [[nodiscard]] QPointF placeOf(const telemetry::XyPoint& point) const;
    [[nodiscard]] const telemetry::XyPoint* nearest(QPoint at) const;
    void paintLine(QPainter& painter) const;

    XyPicture picture_;
    Time now_{};
    scope::AutoRange xRange_;
    scope::AutoRange yRange_;
    bool equal_ = false;
};

} // namespace servolane::ui
