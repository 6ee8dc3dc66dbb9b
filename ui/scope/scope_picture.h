// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/telemetry/read/trace_set.h"
#include "ui/scope/chart_frame.h"
#include "ui/scope/column_ring.h"
#include "ui/scope/cursor_pair.h"
#include "ui/scope/end_labels.h"
#include "ui/scope/event_strip.h"
#include "ui/scope/pane.h"
#include "ui/scope/time_window.h"
#include "ui/scope/trace_layer.h"

#include <memory>
#include <vector>

namespace servolane::ui::scope {

/// What the scope shows: the traces as columns, the panes and their ranges, marks, cursors and names. Knows
/// no widget; paints over the frame of a ChartFrame.
class ScopePicture {
public:
    TimeWindow window;
    CursorPair cursors;
    EventStrip events;

    void setChoices(std::vector<TraceChoice> choices);
    [[nodiscard]] const std::vector<TraceChoice>& choices() const { return choices_; }
    void setColours(const ScopePalette& palette);
    [[nodiscard]] const ScopePalette& colours() const { return palette_; }
    /// The plot in pixels of the surface, and device pixels per pixel.
    void setPlot(const QRect& plot, double ratio);
    /// Fit the value ranges anew: the view was moved by hand.
    void refit();

    /// Takes over new data. True if the picture changed.
    bool update(std::shared_ptr<const telemetry::TraceSet> traces, Time now);
    [[nodiscard]] const telemetry::TraceSet& traces() const { return *traces_; }

    [[nodiscard]] ChartAxes axes() const;
    [[nodiscard]] TimeScale timeScale() const;
    [[nodiscard]] QRect plot() const { return plot_; }
    [[nodiscard]] QRect stripArea() const;
    [[nodiscard]] const std::vector<Pane>& panes() const { return panes_; }
    void paint(QPainter& painter) const;

private:
    [[nodiscard]] QRect tracesArea() const;
    bool fitRanges(Time now);
    [[nodiscard]] std::vector<LineStyle> styles() const;
    [[nodiscard]] EndLabel labelOf(const Pane& pane, std::size_t line) const;
    void paintPane(QPainter& painter, const Pane& pane) const;
    void paintCursor(QPainter& painter, Time at, const QString& name) const;
    void paintEmptyState(QPainter& painter) const;
    [[nodiscard]] bool hasData() const;

    std::vector<TraceChoice> choices_;
    std::vector<Pane> panes_;
    std::vector<QColor> colours_;
    std::vector<ColumnRing> rings_;
    TraceLayer layer_;
    ScopePalette palette_ = ScopePalette::light();
    QRect plot_;
    double ratio_ = 1.0;
    telemetry::BinGrid grid_;
    std::shared_ptr<const telemetry::TraceSet> traces_ = std::make_shared<const telemetry::TraceSet>();
    Time now_{};
};

} // namespace servolane::ui::scope
