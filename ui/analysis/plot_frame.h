// SPDX-License-Identifier: GPL-3.0-or-later
// Axes, grid and numbers around a plot of one value against another. Painted by hand, as cheap as the picture
// in it; the scope's own chart (ui/scope/chart_frame.h) knows time only.
#pragma once

#include "ui/scope/axis_ticks.h"
#include "ui/scope/scope_palette.h"

#include <QtCore/QRect>
#include <vector>

class QFontMetrics;
class QPainter;

namespace servolane::ui {

/// Values along one axis, linear or logarithmic.
struct PlotScale {
    double low = 0.0;
    double high = 1.0;
    bool isLog = false; ///< then low > 0

    /// 0 at low, 1 at high.
    [[nodiscard]] double shareOf(double value) const;
    [[nodiscard]] double valueAt(double share) const;
    /// At most about `count`; of a logarithmic axis whole decades, or 1-2-5 where it has few.
    [[nodiscard]] std::vector<scope::Tick> ticks(int count) const;
    friend bool operator==(const PlotScale&, const PlotScale&) = default;
};

/// Grown to round ends; never empty.
[[nodiscard]] PlotScale roundScale(double low, double high, int steps);
/// Of values > 0, to whole decades.
[[nodiscard]] PlotScale logScale(double low, double high);
/// Three to five digits that are worth reading: "0.0123", "12.3", "1.2·10⁻⁶".
[[nodiscard]] QString figureText(double value);

struct PlotFrame {
    QRect area; ///< of the plot itself
    PlotScale x;
    PlotScale y;
    QString xTitle;
    QString yTitle;

    /// Room for numbers and titles around a plot that fills `outer`.
    void layOut(const QRect& outer);
    [[nodiscard]] double xOf(double value) const {
        return area.left() + x.shareOf(value) * (area.width() - 1);
    }
    [[nodiscard]] double yOf(double value) const {
        return area.bottom() - y.shareOf(value) * (area.height() - 1);
    }
    void paint(QPainter& painter, const scope::ScopePalette& palette) const;

    /// What stands below the plot: each grid line's number, and the title where none of them is.
    struct LevelLine {
        std::vector<scope::Tick> ticks;
        std::vector<QRect> labels; ///< of each of them
        QRect title;
    };
    [[nodiscard]] LevelLine levelLine(const QFontMetrics& metrics) const;

private:
    /// With so many numbers; without a title where that finds no place.
    [[nodiscard]] LevelLine levelLine(const QFontMetrics& metrics, int count) const;
};

/// A small box of lines beside a point, kept inside of `room`.
void paintReadout(QPainter& painter, const scope::ScopePalette& palette, QPoint at, const QRect& room,
                  const QStringList& lines);

} // namespace servolane::ui
