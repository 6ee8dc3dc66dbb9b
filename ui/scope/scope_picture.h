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
#include "ui/scope/view_history.h"

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace servolane::ui::scope {

/// What the scope shows: the traces as columns, the panes and their ranges, marks, cursors and names. Knows
/// no widget; paints over the frame of a ChartFrame.
class ScopePicture {
public:
    TimeWindow window;
    CursorPair cursors;
    EventStrip events;
    /// The newest sample as other figures of the frame show it; may be empty.
    std::function<std::optional<telemetry::TraceSample>(const TraceChoice&)> newest;
    QString nowName;          ///< of the moment that is followed; empty: "now"
    bool keepsValues = false; ///< those beside the panes are as of the last renewValues()
    QString heldNote;         ///< said in the plot while a person has stopped the picture; empty: nobody has

    void setChoices(std::vector<TraceChoice> choices);
    [[nodiscard]] const std::vector<TraceChoice>& choices() const { return choices_; }
    void setColours(const ScopePalette& palette);
    void setAxisColours(std::shared_ptr<AxisColours> axes);
    [[nodiscard]] const TraceColours& traceColours() const { return colours_; }
    /// Another recording: who was the lead in the one before means nothing in it.
    void forgetLead();
    [[nodiscard]] const ScopePalette& colours() const { return palette_; }
    /// How each of the choices is told from the others.
    [[nodiscard]] const std::vector<TraceLook>& looks() const { return looks_; }
    /// The plot in pixels of the surface, and device pixels per pixel.
    void setPlot(const QRect& plot, double ratio);
    /// Fit the value ranges anew, but for the fixed ones: the view was moved by hand.
    void refit();
    void setPaneStyle(PaneStyle style);
    [[nodiscard]] PaneStyle paneStyle() const { return paneStyle_; }
    /// Over each other, one pane has its numbers at the axis; the others tell their range in their titles.
    void bringToFront(std::size_t pane);
    [[nodiscard]] std::size_t frontPane() const {
        return std::min(front_, std::max<std::size_t>(panes_.size(), 1) - 1);
    }
    /// The pane at that height, of panes over each other the front one; nothing outside of all.
    [[nodiscard]] std::optional<std::size_t> paneAt(QPoint at) const;
    /// The pane whose title is there, of panes over each other.
    [[nodiscard]] std::optional<std::size_t> titleAt(QPoint at) const;
    /// The line whose name is there.
    [[nodiscard]] std::optional<std::size_t> nameAt(QPoint at) const;

    void fixRange(std::size_t pane, double low, double high);
    void releaseRange(std::size_t pane);
    [[nodiscard]] const FixedRanges& fixedRanges() const { return fixed_; }
    void setFixedRanges(FixedRanges ranges);

    /// Takes over new data, as far as `until`: a recording that is played holds what lies ahead. True if the
    /// picture changed.
    bool update(std::shared_ptr<const telemetry::TraceSet> traces, Time now, Time until = Time::max());
    /// Those beside the panes, while they follow the newest data: as `newest` has them, where it has them of
    /// the same moment, else the newest samples up to `now`. True if one is written in another way.
    bool renewValues(const telemetry::TraceSet& set, Time now);
    /// Something of this stretch is left out, since it lies ahead of that moment.
    [[nodiscard]] bool isCut() const;
    [[nodiscard]] Time until() const { return until_; }
    /// These traces have more of the stretch that is shown: what is calculated comes later than what it is
    /// made of.
    [[nodiscard]] bool lacksSomeOf(const telemetry::TraceSet& newer) const;
    [[nodiscard]] const telemetry::TraceSet& traces() const { return *traces_; }
    [[nodiscard]] std::shared_ptr<const telemetry::TraceSet> sharedTraces() const { return traces_; }

    [[nodiscard]] ChartAxes axes() const;
    [[nodiscard]] TimeScale timeScale() const;
    [[nodiscard]] QRect plot() const { return plot_; }
    [[nodiscard]] QRect stripArea() const;
    /// Where the lane's name stands.
    [[nodiscard]] QRect laneLabel() const;
    [[nodiscard]] const std::vector<Pane>& panes() const { return panes_; }
    void paint(QPainter& painter) const;
    /// On a page of its own, from the traces themselves: lines, not pixels. `page` is all there is to fill.
    struct PageText {
        QString title;
        QString details; ///< under the title: when, how long
    };
    void print(QPainter& painter, const QRect& page, const PageText& text, const ScopePalette& palette) const;

private:
    [[nodiscard]] QRect tracesArea() const;
    void lookAnew();
    bool fitRanges(Time now);
    [[nodiscard]] std::vector<LineStyle> styles() const;
    [[nodiscard]] EndLabel labelOf(const Pane& pane, std::size_t line) const;
    void applyFixedRanges();
    void paintPane(QPainter& painter, const Pane& pane) const;
    void paintTitles(QPainter& painter) const;
    /// Where heldNote is written, without a single pixel beside it; empty: nowhere.
    [[nodiscard]] QRect heldArea(const QFontMetrics& metrics) const;
    void paintHeldNote(QPainter& painter) const;
    void paintNames(QPainter& painter) const;
    [[nodiscard]] QString titleOf(const Pane& pane) const;
    void paintFurniture(QPainter& painter) const;
    void printAxes(QPainter& painter) const;
    void printLine(QPainter& painter, const Pane& pane, std::size_t line) const;
    void paintCursorLines(QPainter& painter) const;
    void paintCursorFlags(QPainter& painter) const;
    /// Beside the line of a cursor at that column, where neither words nor `taken` stand.
    [[nodiscard]] QRect flagAt(int x, const std::vector<QRect>& taken) const;
    /// A line of the pane runs through that field.
    [[nodiscard]] bool isCrossed(const QRect& field, const Pane& pane) const;
    void paintEmptyState(QPainter& painter) const;
    [[nodiscard]] bool hasData() const;

    std::vector<TraceChoice> choices_;
    std::vector<Pane> panes_;
    PaneStyle paneStyle_ = PaneStyle::stacked;
    std::size_t front_ = 0;
    FixedRanges fixed_;
    mutable std::vector<QRect> titles_;                         ///< as painted, by pane
    mutable std::vector<std::pair<double, std::size_t>> names_; ///< as painted: row, line
    std::vector<TraceLook> looks_;                              ///< by the choices' places
    std::vector<QString> values_; ///< by the choices' places; empty: not renewed yet
    std::vector<ColumnRing> rings_;
    TraceLayer layer_;
    ScopePalette palette_ = ScopePalette::light();
    TraceColours colours_;
    QRect plot_;
    double ratio_ = 1.0;
    telemetry::BinGrid grid_;
    std::shared_ptr<const telemetry::TraceSet> traces_ = std::make_shared<const telemetry::TraceSet>();
    Time now_{};
    Time until_ = Time::max();
};

} // namespace servolane::ui::scope
