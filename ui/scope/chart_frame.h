// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/scope/axis_ticks.h"
#include "ui/scope/scope_palette.h"

#include <QRect>
#include <functional>
#include <memory>
#include <vector>

class QPainter;
class QWidget;

namespace servolane::ui::scope {

/// What stands around and behind the traces.
struct ChartAxes {
    double timeLow = -10.0; ///< seconds
    double timeHigh = 0.0;
    std::vector<Tick> time;
    std::vector<Tick> values; ///< `at` counts pixels from the plot's lower border; panes are stacked
    friend bool operator==(const ChartAxes&, const ChartAxes&) = default;
};

/// Our own small chart: axes, numbers, grid and background come from Qt Charts, and only chart_frame.cpp
/// knows it. What moves is painted over it by `overlay`. The frame is rendered once and kept as a picture
/// until it changes: drawing it anew costs three times as much as all the traces.
class ChartFrame {
public:
    /// Beside the plot, for the names of the lines.
    static constexpr int rightMargin = 196;
    using Overlay = std::function<void(QPainter&)>;

    explicit ChartFrame(QWidget* parent);
    ~ChartFrame();
    ChartFrame(const ChartFrame&) = delete;
    ChartFrame& operator=(const ChartFrame&) = delete;

    /// Owned by its parent. Mouse and wheel events arrive at surface().
    [[nodiscard]] QWidget* widget() const;
    [[nodiscard]] QWidget* surface() const;
    /// Where traces are drawn, in whole pixels of the surface.
    [[nodiscard]] QRect plot() const;
    void setOverlay(Overlay overlay);
    void setColours(const ScopePalette& palette);
    void setAxes(const ChartAxes& axes);
    /// Paints frame and overlay onto another device, as large as the surface.
    void paint(QPainter& painter);

private:
    class View;
    View* view_;
};

} // namespace servolane::ui::scope
