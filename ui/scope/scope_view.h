// SPDX-License-Identifier: GPL-3.0-or-later
// The scope: live traces in stacked panes over one time axis, an event lane, two cursors and their readout.
// GUI thread only. It owns no timer: the window's one 16 ms timer calls tick().
#pragma once

#include <QWidget> // before core: moc 6.4 stumbles over <compare> where it comes first

#include "core/kernel/ids.h"
#include "core/kernel/time.h"
#include "core/telemetry/read/trace_set.h"
#include "ui/scope/scope_palette.h"
#include "ui/scope/trace_choice.h"

#include <functional>
#include <memory>
#include <optional>
#include <vector>

class QAction;
class QImage;

namespace servolane::journal {
struct EventLane;
struct LaneMark;
} // namespace servolane::journal

namespace servolane::ui::scope {

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
    /// At most maximumTraces are drawn; the rest is left out. Cursors and view stay.
    void setTraces(std::vector<TraceChoice> traces);
    void setColours(const ScopePalette& palette);
    /// Shows this stretch of a recording, times counted from `from`, instead of live data.
    void setReplayRange(Time from, Time to);
    /// Back to live data, following.
    void setLive();

    /// Looks for new data and redraws if the picture changed.
    void tick();

    void setSpan(Duration span);
    [[nodiscard]] Duration span() const;
    void setHeld(bool held);
    [[nodiscard]] bool isHeld() const;
    /// Holds, with this moment in the middle and cursor A on it. Not in a recording.
    void showMoment(Time at);
    /// The stretch of time on the screen.
    [[nodiscard]] std::pair<Time, Time> visibleRange() const;
    /// Cursor A and cursor B, where they are set.
    [[nodiscard]] std::pair<std::optional<Time>, std::optional<Time>> cursors() const;
    /// nullopt removes the cursor.
    void setCursors(std::optional<Time> a, std::optional<Time> b);

    /// Hold, cursor A, cursor B, remove cursors, zoom in, zoom out, follow: for the window's menu. Their
    /// shortcuts act only while the scope has the focus.
    [[nodiscard]] std::vector<QAction*> scopeActions() const;
    /// Puts a widget of the owner's at the start of the tool row.
    void addTool(QWidget* widget);
    /// Chart, traces and marks as shown, without the tool row.
    [[nodiscard]] QImage picture() const;

Q_SIGNALS:
    void heldChanged(bool held);
    void spanChanged(servolane::Duration span);
    /// A mark of the event lane was clicked; 0: it has no command.
    void eventActivated(servolane::CommandId cause, servolane::Time at);

private:
    class Parts;
    std::unique_ptr<Parts> parts_;
};

} // namespace servolane::ui::scope
