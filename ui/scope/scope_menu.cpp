// SPDX-License-Identifier: GPL-3.0-or-later
// The deeds of a scope that have a key and a place in the menu, but no button.
#include "ui/scope/scope_parts.h"
#include "ui/scope/staying_menu.h"

#include <QMenu>

#include <utility>

namespace servolane::ui::scope {

namespace {
constexpr int fewSamples = 1;
constexpr int manySamples = 10;
constexpr double panStep = 0.1; ///< of the span
} // namespace

QAction* ScopeView::Parts::addMenuAction(const QString& text, const QKeySequence& key,
                                         std::function<void()> deed) {
    auto* action = new QAction(text, this);
    action->setShortcut(key);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    view.addAction(action);
    menuActions.push_back(action);
    if (deed) connect(action, &QAction::triggered, this, std::move(deed));
    return action;
}

void ScopeView::Parts::makeMenuActions() {
    boxAction = addMenuAction(tr("Zoom into a box"), Qt::Key_Z, {});
    boxAction->setObjectName(QStringLiteral("scopeBox"));
    boxAction->setCheckable(true);
    boxAction->setToolTip(tr("Drag a box over the traces; with Shift held at any time"));
    backAction = addMenuAction(tr("Zoom back"), Qt::Key_Backspace, [this] {
        if (const auto state = history.back()) showView(*state);
        backAction->setEnabled(!history.isEmpty());
    });
    backAction->setObjectName(QStringLiteral("scopeBack"));
    backAction->setEnabled(false);
    connect(addMenuAction(tr("Fit all panes to the data"), Qt::Key_F, {}), &QAction::triggered, this, [this] {
        keepView();
        picture.setFixedRanges({});
        touch(true);
    });
    overlayAction = addMenuAction(tr("Panes over each other"), Qt::Key_O, {});
    overlayAction->setObjectName(QStringLiteral("scopeOverlay"));
    overlayAction->setCheckable(true);
    connect(overlayAction, &QAction::toggled, this,
            [this](bool on) { setPaneStyle(on ? PaneStyle::overlaid : PaneStyle::stacked); });
    makeLaneMenu();
    addMenuAction(tr("Cursor one sample back"), Qt::Key_Left, [this] { nudge(-fewSamples); });
    addMenuAction(tr("Cursor one sample on"), Qt::Key_Right, [this] { nudge(fewSamples); });
    addMenuAction(tr("Cursor ten samples back"), Qt::SHIFT | Qt::Key_Left, [this] { nudge(-manySamples); });
    addMenuAction(tr("Cursor ten samples on"), Qt::SHIFT | Qt::Key_Right, [this] { nudge(manySamples); });
}

void ScopeView::Parts::makeLaneMenu() {
    laneMenu = new StayingMenu(tr("Events that are shown"), &view);
    laneMenu->setObjectName(QStringLiteral("laneMenu"));
    menuActions.push_back(laneMenu->menuAction());
    for (const auto kind : laneKinds)
        laneKindActions[kind] = addLaneAction(*laneMenu, textOf(kind), [kind](LaneFilter& filter, bool on) {
            if (on)
                filter.hidden.erase(kind);
            else
                filter.hidden.insert(kind);
        });
    laneMenu->addSeparator();
    laneShownAction =
        addLaneAction(*laneMenu, tr("Only of axes in the scope"), [](LaneFilter& filter, bool on) {
            filter.shownAxesOnly = on;
            if (on) filter.axis = {};
        });
    laneAxisMenu = new StayingMenu(tr("Only of one axis"), laneMenu);
    laneAxisMenu->setObjectName(QStringLiteral("laneAxisMenu"));
    laneAxisMenu->menuAction()->setVisible(false);
    laneAxisMenu->setProperty("leftOutOfPalette", true); // who types an axis' name wants to select it
    laneMenu->addMenu(laneAxisMenu);
    connect(laneMenu->addAction(tr("Show all events")), &QAction::triggered, this, [this] {
        setLaneFilter({});
        Q_EMIT view.laneFiltered();
    });
    showLaneFilter();
}

/// One of the boxes in the menu of the lane: it changes the filter when a person ticks it.
QAction* ScopeView::Parts::addLaneAction(QMenu& menu, const QString& text,
                                         std::function<void(LaneFilter&, bool)> change) {
    QAction* action = menu.addAction(text);
    action->setCheckable(true);
    connect(action, &QAction::triggered, this, [this, change = std::move(change)](bool on) {
        LaneFilter filter = picture.events.filter();
        change(filter, on);
        setLaneFilter(filter);
        Q_EMIT view.laneFiltered();
    });
    return action;
}

void ScopeView::Parts::setLaneAxes(const std::vector<std::pair<AxisId, QString>>& axes) {
    for (const auto& [axis, action] : laneAxisActions)
        delete action;
    laneAxisActions.clear();
    for (const auto& [axis, name] : axes)
        laneAxisActions[axis] =
            addLaneAction(*laneAxisMenu, QString(name).replace(QLatin1Char('&'), QStringLiteral("&&")),
                          [of = axis](LaneFilter& filter, bool on) {
                              filter.axis = on ? of : AxisId{};
                              if (on) filter.shownAxesOnly = false;
                          });
    laneAxisMenu->menuAction()->setVisible(axes.size() > 1);
    showLaneFilter();
}

void ScopeView::Parts::setLaneFilter(const LaneFilter& filter) {
    if (filter == picture.events.filter()) return;
    picture.events.setFilter(filter);
    showLaneFilter();
    touch(false);
}

void ScopeView::Parts::showLaneFilter() {
    const LaneFilter& filter = picture.events.filter();
    for (const auto& [kind, action] : laneKindActions)
        action->setChecked(filter.hidden.count(kind) == 0);
    laneShownAction->setChecked(filter.shownAxesOnly);
    for (const auto& [axis, action] : laneAxisActions)
        action->setChecked(axis == filter.axis);
}

void ScopeView::Parts::setChoices(std::vector<TraceChoice> choices) {
    given = std::move(choices);
    auto arranged = arrangement.apply(given);
    if (arranged == picture.choices()) return;
    picture.setChoices(std::move(arranged));
    touch(true);
}

void ScopeView::Parts::arrange(std::vector<TraceChoice> choices) {
    arrangement = TraceArrangement::of(choices);
    picture.setChoices(std::move(choices));
    touch(true);
    Q_EMIT view.arranged();
}

void ScopeView::Parts::setPaneStyle(PaneStyle style) {
    if (picture.paneStyle() == style) return;
    picture.setPaneStyle(style);
    overlayAction->setChecked(style == PaneStyle::overlaid);
    touch(true);
}

/// Without a cursor the keys move the view, if it stands still.
void ScopeView::Parts::nudge(int samples) {
    CursorPair& cursors = picture.cursors;
    if (cursors.isEmpty()) {
        picture.window.pan(fromSeconds(seconds(picture.window.span()) * panStep * (samples < 0 ? -1 : 1)));
        return touch(false);
    }
    auto& cursor = cursors.a && (!cursors.b || !cursors.activeIsB) ? cursors.a : cursors.b;
    cursor = movedBySamples(*cursor, samples, picture.choices(), picture.traces(), picture.until());
    touch(false);
}

} // namespace servolane::ui::scope
