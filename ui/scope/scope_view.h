// SPDX-License-Identifier: GPL-3.0-or-later
// The scope: live traces in stacked panes over one time axis, an event lane, two cursors and their readout.
// GUI thread only. It owns no timer: the window's one 16 ms timer calls tick().
#pragma once

#include <QWidget> // before core: moc 6.4 stumbles over <compare> where it comes first

#include "core/kernel/ids.h"
#include "core/kernel/time.h"
#include "core/telemetry/read/trace_set.h"
#include "ui/scope/lane_filter.h"
#include "ui/scope/pane.h"
#include "ui/scope/scope_palette.h"
#include "ui/scope/trace_arrangement.h"
#include "ui/scope/trace_choice.h"
#include "ui/scope/trigger_setup.h"
#include "ui/scope/view_history.h"

#include <functional>
#include <memory>
#include <optional>
#include <vector>

class QAction;
class QImage;
class QMenu;
class QPainter;

namespace servolane::journal {
struct EventLane;
struct LaneMark;
} // namespace servolane::journal

namespace servolane::ui::scope {

/// How the scope is set up, beside its traces: what a saved layout holds.
struct ScopeLook {
    TraceArrangement arrangement;
    bool overlaid = false;
    FixedRanges ranges;
    Duration span = std::chrono::seconds{10};
    LaneFilter lane = {};
    friend bool operator==(const ScopeLook&, const ScopeLook&) = default;
};

/// Where a line moves to: into the pane beside its own (past it, if its unit is another), or into one of its
/// own.
enum class PaneStep : std::uint8_t { beside, own };

class ScopeView final : public QWidget {
    Q_OBJECT

public:
    using TraceSource = std::function<std::shared_ptr<const telemetry::TraceSet>()>;
    using EventSource = std::function<std::shared_ptr<const journal::EventLane>()>;
    using Now = std::function<Time()>;
    using EventText = std::function<QString(const journal::LaneMark&)>;

    explicit ScopeView(QWidget* parent = nullptr);
    ~ScopeView() override;

    void setSource(TraceSource source);
    void setEvents(EventSource source);
    /// The clock of live data. Without one the scope shows no time as now.
    void setNow(Now now);
    /// The words of a mark, in the user's language; by default its kind and its details.
    void setEventText(EventText text);
    /// What the pointer over a line's name is told; by default the whole name.
    using NameText = std::function<QString(const TraceChoice&)>;
    void setNameText(NameText text);
    /// At most maximumTraces are drawn; the rest is left out. Cursors and view stay.
    void setTraces(std::vector<TraceChoice> traces);
    /// Moves a line that is shown, up (−1) or down (1). Not where panes lie over each other.
    void moveTrace(AxisId axis, telemetry::Channel channel, int step, PaneStep into);
    void setColours(const ScopePalette& palette);
    /// Not null. By default those of this scope alone.
    void setAxisColours(std::shared_ptr<AxisColours> axes);
    /// For pictures that stand beside this one.
    [[nodiscard]] const TraceColours& traceColours() const;
    /// What the time axis calls the moment that it follows; empty: "now".
    void setNowName(const QString& name);
    /// The time of day of a moment, which a held picture says it shows; by default it says none.
    using TimeText = std::function<QString(Time)>;
    void setTimeText(TimeText text);
    /// Shows a recording instead of live data, the whole of it first. Nothing of what was shown before
    /// stays: cursors, views to go back to. Times count from its start.
    void setRecording(Time start, Time end);
    /// Shows this stretch of the recording. Without setRecording() before, times count from `from`.
    void setReplayRange(Time from, Time to);
    /// Back to live data, following.
    void setLive();

    /// Looks for new data and redraws if the picture changed. `values`: whether those beside the panes, while
    /// they follow the newest data, stay as they are or are renewed, as in all figures of this frame; by
    /// default with each picture.
    enum class Values : std::uint8_t { withPicture, stay, renewed };
    void tick(Values values = Values::withPicture);
    /// Where other figures of a frame have their values from: asked when those of this one are renewed.
    using Newest = std::function<std::optional<telemetry::TraceSample>(const TraceChoice&)>;
    void setNewest(Newest newest);

    void setSpan(Duration span);
    [[nodiscard]] Duration span() const;
    void setHeld(bool held);
    [[nodiscard]] bool isHeld() const;
    /// Holds, with this moment in the middle and cursor A on it. Not in a recording.
    void showMoment(Time at);
    /// Holds live data, with this stretch on the screen. Its length becomes the span.
    void showStretch(Time from, Time to);
    /// Live data: the newest at the right edge, a trigger's picture or not.
    void follow();
    [[nodiscard]] bool isFollowing() const;
    /// Moves the view so far that this stretch is on the screen; wider only if the stretch is longer than the
    /// view. Holds live data.
    void reveal(Time from, Time to);
    /// The stretch of time on the screen.
    [[nodiscard]] std::pair<Time, Time> visibleRange() const;
    /// The same without what a recording that is played has not come to yet: ends at its moment, included.
    [[nodiscard]] std::pair<Time, Time> shownRange() const;
    /// Cursor A and cursor B, where they are set.
    [[nodiscard]] std::pair<std::optional<Time>, std::optional<Time>> cursors() const;
    /// nullopt removes the cursor.
    void setCursors(std::optional<Time> a, std::optional<Time> b);

    /// nullopt: off. A picture stands where the trigger was, as its mode says; data go on. Not in a
    /// recording.
    void setTrigger(const std::optional<TriggerSetup>& setup);
    [[nodiscard]] const std::optional<TriggerSetup>& trigger() const;
    /// Nothing while it is off.
    [[nodiscard]] std::optional<telemetry::TriggerState> triggerState() const;
    /// Forgets what was found and waits anew.
    void armTrigger();

    [[nodiscard]] ScopeLook look() const;
    void setLook(const ScopeLook& look);

    void setLaneFilter(const LaneFilter& filter);
    /// Where ids mean other axes from now on; the kinds of events stay chosen.
    void forgetLaneAxis();
    /// Those that the lane of events can be limited to, by name, in the order of the list.
    void setLaneAxes(const std::vector<std::pair<AxisId, QString>>& axes);

    /// The value range of a pane, counted from the top, and its unit as shown.
    [[nodiscard]] std::pair<double, double> paneRange(int pane) const;
    [[nodiscard]] QString paneUnit(int pane) const;
    /// `low` < `high`. The pane no longer fits itself.
    void fixPane(int pane, double low, double high);

    /// Hold, follow, cursor A, cursor B, remove cursors, zoom in, zoom out: for the window's menu. The
    /// shortcuts of the two cursors act in all of the window while the scope is seen, the others only while
    /// it has the focus.
    [[nodiscard]] std::vector<QAction*> scopeActions() const;
    /// Zoom, panes, steps of the cursors: for the menu alone.
    [[nodiscard]] std::vector<QAction*> menuActions() const;
    /// Puts a widget of the owner's at the start of the tool row.
    void addTool(QWidget* widget);
    /// … behind the buttons of the tool row, or between it and the chart.
    void addToolAtEnd(QWidget* widget);
    void addBelowTools(QWidget* widget);
    /// … between the chart and what the cursors read.
    void addBelowChart(QWidget* widget);
    /// Chart, traces and marks as shown, without the tool row.
    [[nodiscard]] QImage picture() const;
    /// The same on a page: with a title, from the traces themselves as lines. `palette`: of paper or screen.
    void print(QPainter& painter, const QRect& page, const QString& title, const QString& details,
               const ScopePalette& palette) const;
    [[nodiscard]] const ScopePalette& colours() const;
    /// What is shown, and of what.
    [[nodiscard]] const std::vector<TraceChoice>& traces() const;
    /// How each of them is drawn.
    [[nodiscard]] const std::vector<TraceLook>& looks() const;
    [[nodiscard]] std::shared_ptr<const telemetry::TraceSet> traceSet() const;

Q_SIGNALS:
    void heldChanged(bool held);
    void spanChanged(servolane::Duration span);
    /// The level of the trigger was dragged.
    void triggerMoved();
    /// Lines or panes were moved by hand.
    void arranged();
    /// A trace that is not shown was dropped from a list: its owner is to add it with setTraces() at once.
    void traceDropped(servolane::AxisId axis, servolane::telemetry::Channel channel);
    /// A person has chosen what the lane of events shows.
    void laneFiltered();
    /// The context menu of a pane opens: its owner may add to it.
    void paneMenuOpened(QMenu* menu, int pane);
    /// A mark of the event lane was clicked; 0: it has no command.
    void eventActivated(servolane::CommandId cause, servolane::Time at);

private:
    class Parts;
    std::unique_ptr<Parts> parts_;
};

} // namespace servolane::ui::scope
