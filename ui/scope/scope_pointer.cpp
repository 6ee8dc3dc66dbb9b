// SPDX-License-Identifier: GPL-3.0-or-later
// What the mouse and the context menus of a scope do.
#include "ui/scope/scope_parts.h"

#include <QApplication>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

namespace servolane::ui::scope {

namespace {
constexpr double wheelStep = 120.0; ///< eighths of a degree of one notch
constexpr int smallestBox = 8;      ///< pixels; less in one direction leaves that one as it is
} // namespace

bool ScopeView::Parts::wheelTurned(const QWheelEvent& event) {
    const QPoint at = event.position().toPoint();
    const double turns = event.angleDelta().y() / wheelStep;
    keepView();
    if (pointer.isOverValues(at)) {
        if (pointer.wheelOverValues(turns, at)) touch(false);
        return true;
    }
    if (!pointer.wheel(turns, at)) return true;
    tools->showSpan(picture.window.span());
    touch(true);
    Q_EMIT view.spanChanged(picture.window.span());
    return true;
}

bool ScopeView::Parts::mousePressed(const QMouseEvent& event) {
    view.setFocus(Qt::MouseFocusReason);
    if (event.button() == Qt::RightButton) showMenu(event.pos(), event.globalPosition().toPoint());
    if (event.button() != Qt::LeftButton) return true;
    pointer.press(event.pos(), boxAction->isChecked() || event.modifiers() & Qt::ShiftModifier);
    if (pointer.drag() == PointerTool::Drag::view && !picture.window.isFollowing()) keepView();
    return true;
}

bool ScopeView::Parts::mouseMoved(const QMouseEvent& event) {
    const QPoint at = event.pos();
    Qt::CursorShape shape = Qt::ArrowCursor;
    if (pointer.drag() == PointerTool::Drag::name)
        shape = Qt::ClosedHandCursor;
    else if (pointer.isOverCursor(at))
        shape = Qt::SplitHCursor;
    else if (trigger.levelAt(at) >= 0)
        shape = Qt::SplitVCursor;
    else if (picture.nameAt(at))
        shape = Qt::OpenHandCursor;
    else if (picture.titleAt(at) || picture.laneLabel().contains(at))
        shape = Qt::PointingHandCursor;
    else if (picture.plot().contains(at) && (boxAction->isChecked() || event.modifiers() & Qt::ShiftModifier))
        shape = Qt::CrossCursor;
    chart.surface()->setCursor(shape);
    // A picture that runs is held by the hand that drags it; a click lets it run.
    if (pointer.drag() == PointerTool::Drag::view && picture.window.isFollowing()) {
        if ((at - pointer.pressedAt()).manhattanLength() < QApplication::startDragDistance()) return true;
        keepView();
        hold(true);
    }
    if (!pointer.moveTo(at, clock())) return true;
    touch(false);
    if (pointer.drag() == PointerTool::Drag::level) Q_EMIT view.triggerMoved();
    return true;
}

bool ScopeView::Parts::mouseReleased(const QMouseEvent& event) {
    if (event.button() != Qt::LeftButton) return true;
    const auto drag = pointer.drag();
    const QRect box = pointer.box();
    if (pointer.release(event.pos())) {
        clicked(event.pos(), event.globalPosition().toPoint());
    } else if (drag == PointerTool::Drag::box) {
        zoomIntoBox(box);
    } else if (drag == PointerTool::Drag::name) {
        if (pointer.line() < picture.choices().size()) drop(picture.choices()[pointer.line()], event.pos());
    }
    touch(false);
    return true;
}

void ScopeView::Parts::zoomIntoBox(const QRect& box) {
    const bool times = box.width() >= smallestBox;
    const bool values = box.height() >= smallestBox;
    if (!times && !values) return;
    keepView();
    if (values) {
        const bool all = picture.paneStyle() == PaneStyle::overlaid;
        const auto first = picture.paneAt(pointer.pressedAt());
        for (std::size_t i = 0; i < picture.panes().size(); ++i) {
            if (!all && first != i) continue;
            const Pane& pane = picture.panes()[i];
            const QRect part = box.intersected(pane.area);
            if (part.height() < smallestBox) continue;
            picture.fixRange(i, pane.valueAt(part.bottom()), pane.valueAt(part.top()));
        }
    }
    if (times) {
        const TimeScale scale = picture.timeScale();
        const Time from = scale.timeAt(box.left());
        const Time to = scale.timeAt(box.right() + 1);
        hold(true); // a stretch that scrolls away cannot be looked at
        picture.window.show(from, to);
        tools->showSpan(picture.window.span());
        Q_EMIT view.spanChanged(picture.window.span());
    }
    boxAction->setChecked(false);
    touch(true);
}

ViewState ScopeView::Parts::viewState() const {
    const TimeWindow& window = picture.window;
    return {!isHeld() || window.isTriggered(), window.from(), window.to(), picture.fixedRanges()};
}

void ScopeView::Parts::keepView() {
    history.keep(viewState());
    backAction->setEnabled(true);
}

void ScopeView::Parts::forgetViews() {
    history.clear();
    backAction->setEnabled(false);
}

void ScopeView::Parts::showView(const ViewState& state) {
    picture.setFixedRanges(state.ranges);
    if (state.following) {
        picture.window.setSpan(state.to - state.from);
        if (picture.window.isTriggered())
            trigger.showAgain(clock());
        else
            hold(false);
    } else {
        hold(true);
        picture.window.show(state.from, state.to);
    }
    tools->showSpan(picture.window.span());
    touch(true);
    Q_EMIT view.spanChanged(picture.window.span());
}

void ScopeView::Parts::movePane(std::size_t pane, int step) {
    const auto& panes = picture.panes();
    const std::size_t other = pane + static_cast<std::size_t>(step);
    if (other >= panes.size()) return;
    std::vector<std::size_t> order(panes.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    std::swap(order[pane], order[other]);
    std::vector<TraceChoice> choices;
    for (const std::size_t place : order)
        for (const std::size_t line : panes[place].lines)
            choices.push_back(picture.choices()[line]);
    arrange(std::move(choices));
}

void ScopeView::Parts::showMenu(QPoint at, QPoint global) {
    auto* menu = new QMenu(&view);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setObjectName(QStringLiteral("paneMenu"));
    const auto line = picture.nameAt(at);
    const auto pane = picture.paneAt(at);
    if (line) {
        addLineActions(*menu, *line);
        menu->addSeparator();
    }
    if (pane) addPaneActions(*menu, *pane);
    menu->addAction(overlayAction);
    menu->addAction(backAction);
    menu->addMenu(laneMenu);
    if (pane) Q_EMIT view.paneMenuOpened(menu, static_cast<int>(*pane));
    menu->popup(global);
}

void ScopeView::Parts::addPaneActions(QMenu& menu, std::size_t pane) {
    const AutoRange& range = picture.panes()[pane].range;
    QAction* fit = menu.addAction(tr("Fit %1 to the data").arg(picture.panes()[pane].title.toLower()));
    fit->setCheckable(true);
    fit->setChecked(!range.isFixed());
    fit->setObjectName(QStringLiteral("fitPane"));
    connect(fit, &QAction::toggled, this, [this, pane](bool on) {
        keepView();
        if (on)
            picture.releaseRange(pane);
        else if (pane < picture.panes().size())
            picture.fixRange(pane, picture.panes()[pane].range.low(), picture.panes()[pane].range.high());
        touch(true);
    });
    if (picture.panes().size() < 2 || picture.paneStyle() == PaneStyle::overlaid) return;
    connect(menu.addAction(tr("Move pane up")), &QAction::triggered, this,
            [this, pane] { movePane(pane, -1); });
    connect(menu.addAction(tr("Move pane down")), &QAction::triggered, this,
            [this, pane] { movePane(pane, 1); });
}

void ScopeView::Parts::addLineActions(QMenu& menu, std::size_t line) {
    const TraceChoice& choice = picture.choices()[line];
    QAction* own = menu.addAction(tr("%1 in a pane of its own").arg(choice.label));
    own->setObjectName(QStringLiteral("ownPane"));
    own->setCheckable(true);
    own->setChecked(choice.group != 0);
    connect(own, &QAction::toggled, this, [this, line](bool on) {
        auto choices = picture.choices();
        if (line >= choices.size()) return;
        choices[line].group = on ? freeGroup(choices) : 0;
        arrange(std::move(choices));
    });
}

void ScopeView::Parts::paintDrag(QPainter& painter) const {
    const QColor accent = picture.colours().accent;
    if (pointer.drag() == PointerTool::Drag::box) {
        QColor faint = accent;
        faint.setAlphaF(0.12F);
        painter.fillRect(pointer.box(), faint);
        painter.setPen(QPen(accent, 0));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(pointer.box());
    }
    if (coming_) return paintLanding(painter, coming_->first, coming_->second);
    if (pointer.drag() != PointerTool::Drag::name || !pointer.at()) return;
    if (picture.paneStyle() == PaneStyle::overlaid || !picture.paneAt(*pointer.at())) return;
    paintLanding(painter, *pointer.at(), picture.choices()[pointer.line()]);
}

} // namespace servolane::ui::scope
