// SPDX-License-Identifier: GPL-3.0-or-later
// The inside of ScopeView; only scope_view.cpp and scope_parts.cpp include it.
#pragma once

#include "core/journal/read/command_log.h"
#include "ui/scope/chart_frame.h"
#include "ui/scope/cursor_readout.h"
#include "ui/scope/pointer_tool.h"
#include "ui/scope/scope_picture.h"
#include "ui/scope/scope_view.h"
#include "ui/scope/tool_row.h"
#include "ui/scope/trace_arrangement.h"
#include "ui/scope/trigger_tool.h"
#include "ui/scope/view_history.h"

#include <QAction>
#include <array>
#include <map>

class QDropEvent;
class QHelpEvent;
class QMouseEvent;
class QWheelEvent;
class QMenu;

namespace servolane::ui::scope {

class ScopeView::Parts final : public QObject {
public:
    explicit Parts(ScopeView& view);

    void tick(Values values);
    void hold(bool held);
    void follow();
    void setSpan(Duration span);
    void zoom(double turns);
    void placeCursor(std::optional<Time>& cursor, double share);
    void setCursors(const CursorPair& cursors);
    /// Moves the cursor that was moved last by so many samples of the first line that has some.
    void nudge(int samples);
    /// Lines as their owner chose them, in the order a person has given them.
    void setChoices(std::vector<TraceChoice> choices);
    void arrange(std::vector<TraceChoice> choices);
    void setPaneStyle(PaneStyle style);
    void setLaneFilter(const LaneFilter& filter);
    void setLaneAxes(const std::vector<std::pair<AxisId, QString>>& axes);
    /// From a list, or by its name.
    void drop(const TraceChoice& choice, QPoint at);
    void moveTrace(const TraceChoice& choice, int step, PaneStep into);
    /// Before the view is changed by hand: Backspace leads back here.
    void keepView();
    void showView(const ViewState& state);
    void forgetViews();
    [[nodiscard]] ViewState viewState() const;
    [[nodiscard]] Time clock() const { return now ? now() : picture.window.to(); }
    /// A person has stopped the picture.
    [[nodiscard]] bool isHeld() const {
        return !picture.window.isFollowing() && !picture.window.isTriggered();
    }
    /// The view was moved by hand, or its look changed: draw at the next tick, standing still or not.
    void touch(bool refit);
    void show();

    ScopeView& view;
    TraceSource traces;
    EventSource events;
    Now now;
    NameText nameText;
    TimeText timeText;
    ScopePicture picture;
    TriggerTool trigger;
    PointerTool pointer;
    ChartFrame chart;
    std::vector<QAction*> actions;     ///< in the tool row
    std::vector<QAction*> menuActions; ///< in the menu alone
    std::vector<TraceChoice> given;
    TraceArrangement arrangement;
    ViewHistory history;
    QAction* holdAction = nullptr;
    QAction* followAction = nullptr;
    std::array<QAction*, 2> cursorActions{}; ///< A and B: their keys act in all of the window
    QAction* boxAction = nullptr;
    QAction* backAction = nullptr;
    QAction* overlayAction = nullptr;
    QMenu* laneMenu = nullptr; ///< what the lane of events shows
    QMenu* laneAxisMenu = nullptr;
    std::map<journal::LaneKind, QAction*> laneKindActions;
    std::map<AxisId, QAction*> laneAxisActions;
    QAction* laneShownAction = nullptr;
    ToolRow* tools = nullptr;
    CursorReadout* readout = nullptr;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    /// `text`: in menus and lists of actions; `word`: on its button.
    QAction* addAction(const QString& text, const QString& word, const QKeySequence& key,
                       const QString& explanation);
    QAction* addMenuAction(const QString& text, const QKeySequence& key, std::function<void()> deed);
    void makeActions();
    void makeMenuActions();
    void makeLaneMenu();
    QAction* addLaneAction(QMenu& menu, const QString& text, std::function<void(LaneFilter&, bool)> change);
    void showLaneFilter();
    void listMarks(const EventStrip::MarkRow& marks, QPoint global);
    [[nodiscard]] QString lineOf(const journal::LaneMark& mark) const;
    bool mousePressed(const QMouseEvent& event);
    bool mouseMoved(const QMouseEvent& event);
    bool mouseReleased(const QMouseEvent& event);
    bool wheelTurned(const QWheelEvent& event);
    void zoomIntoBox(const QRect& box);
    void showMenu(QPoint at, QPoint global);
    void addPaneActions(QMenu& menu, std::size_t pane);
    void addLineActions(QMenu& menu, std::size_t line);
    void movePane(std::size_t pane, int step);
    /// Where a line comes to stand: beside one that is there already.
    struct Landing {
        TraceChoice neighbour;
        std::size_t pane = 0;
        bool before = false;
        bool own = false; ///< in a pane of its own
        int group = 0;    ///< of the pane that it joins
    };
    /// Nothing where panes lie over each other, or there are none.
    [[nodiscard]] std::optional<Landing> landingAt(QPoint at, const TraceChoice& choice) const;
    [[nodiscard]] Landing landingIn(std::size_t pane, const TraceChoice& choice, bool between,
                                    bool before) const;
    template <class Place>
    [[nodiscard]] std::size_t lineBeside(Place first, Place end, const TraceChoice& choice) const;
    void land(const TraceChoice& choice, const Landing& landing);
    bool dragged(QDropEvent& event);
    void dragLeft();
    void paintLanding(QPainter& painter, QPoint at, const TraceChoice& choice) const;
    void paintDrag(QPainter& painter) const;
    void redraw();
    void showReading();
    void showState();
    [[nodiscard]] QString heldNote() const;
    bool helpAt(const QHelpEvent& event);
    void clicked(QPoint at, QPoint global);
    void paint(QPainter& painter);

    std::optional<std::pair<QPoint, TraceChoice>> coming_; ///< over the panes
    bool touched_ = true;
    std::uint64_t readBack_ = 0; ///< of the traces that are shown
    Time drawnAt_{};
    std::int64_t drawnBin_ = 0;
    Time readAt_{};
    Time heldUntil_{}; ///< the clock at the last look before the hold
};

} // namespace servolane::ui::scope
