// SPDX-License-Identifier: GPL-3.0-or-later
// How lines come into panes: dropped from a list, moved by their names, or by keys.
#include "ui/scope/scope_parts.h"
#include "ui/scope/trace_drag.h"

#include <QDropEvent>
#include <QMimeData>
#include <QPainter>
#include <algorithm>
#include <utility>

namespace servolane::ui::scope {

namespace {

constexpr int betweenReach = 8; ///< of a pane's border: dropped between two panes

bool isSame(const TraceChoice& a, const TraceChoice& b) {
    return a.axis == b.axis && a.channel == b.channel;
}

std::optional<std::size_t> placeOf(const std::vector<TraceChoice>& choices, const TraceChoice& of) {
    const auto found = std::find_if(choices.begin(), choices.end(),
                                    [&](const TraceChoice& choice) { return isSame(choice, of); });
    if (found == choices.end()) return std::nullopt;
    return static_cast<std::size_t>(found - choices.begin());
}

} // namespace

/// In the middle of a pane of its unit: joins it. Elsewhere: a pane of its own, before or behind that one.
std::optional<ScopeView::Parts::Landing> ScopeView::Parts::landingAt(QPoint at,
                                                                     const TraceChoice& choice) const {
    const auto& panes = picture.panes();
    if (picture.paneStyle() == PaneStyle::overlaid || panes.empty()) return std::nullopt;
    const auto distance = [&](const Pane& pane) {
        return std::max({pane.area.top() - at.y(), at.y() - pane.area.bottom(), 0});
    };
    const auto nearest = std::min_element(
        panes.begin(), panes.end(), [&](const Pane& a, const Pane& b) { return distance(a) < distance(b); });
    const auto target = static_cast<std::size_t>(nearest - panes.begin());
    const QRect& area = nearest->area;
    const bool between = at.y() < area.top() + betweenReach || at.y() > area.bottom() - betweenReach;
    return landingIn(target, choice, between, at.y() < area.center().y());
}

template <class Place>
std::size_t ScopeView::Parts::lineBeside(Place first, Place end, const TraceChoice& choice) const {
    const auto other =
        std::find_if(first, end, [&](std::size_t line) { return !isSame(picture.choices()[line], choice); });
    return other == end ? *first : *other;
}

ScopeView::Parts::Landing ScopeView::Parts::landingIn(std::size_t place, const TraceChoice& choice,
                                                      bool between, bool before) const {
    const Pane& pane = picture.panes()[place];
    const bool fits = pane.unit == choice.unit && !pane.unit.isEmpty();
    const bool own = between || !fits;
    const bool isBefore = own && before;
    // Beside a line that stays where it is.
    const auto line = isBefore ? lineBeside(pane.lines.begin(), pane.lines.end(), choice)
                               : lineBeside(pane.lines.rbegin(), pane.lines.rend(), choice);
    return {picture.choices()[line], place, isBefore, own, pane.group};
}

void ScopeView::Parts::land(const TraceChoice& choice, const Landing& landing) {
    auto choices = picture.choices();
    const auto line = placeOf(choices, choice);
    const auto neighbour = placeOf(choices, landing.neighbour);
    if (!line || !neighbour || *line == *neighbour) return;
    const int group = landing.own ? freeGroup(choices) : landing.group;
    moveLine(choices, *line, landing.before ? *neighbour : *neighbour + 1, group);
    arrange(std::move(choices));
}

/// Its owner shows it first, if it is not shown yet; the pane that was meant is known by one of its lines.
void ScopeView::Parts::drop(const TraceChoice& choice, QPoint at) {
    const auto landing = landingAt(at, choice);
    if (!placeOf(picture.choices(), choice)) Q_EMIT view.traceDropped(choice.axis, choice.channel);
    if (landing) land(choice, *landing);
    touch(true);
}

void ScopeView::Parts::moveTrace(const TraceChoice& choice, int step, PaneStep into) {
    const auto line = placeOf(picture.choices(), choice);
    if (!line || picture.paneStyle() == PaneStyle::overlaid) return;
    const auto& panes = picture.panes();
    const auto here = std::find_if(panes.begin(), panes.end(), [&](const Pane& pane) {
        return std::find(pane.lines.begin(), pane.lines.end(), *line) != pane.lines.end();
    });
    if (here == panes.end()) return;
    const bool isAlone = here->lines.size() == 1;
    const TraceChoice moved = picture.choices()[*line];
    const auto place = here - panes.begin();
    if (into == PaneStep::own) {
        if (!isAlone) land(moved, landingIn(static_cast<std::size_t>(place), moved, true, step < 0));
        return;
    }
    const auto target = place + (step < 0 ? -1 : 1);
    if (target < 0 || target >= static_cast<std::ptrdiff_t>(panes.size())) return;
    land(moved, landingIn(static_cast<std::size_t>(target), moved, false, step < 0));
}

bool ScopeView::Parts::dragged(QDropEvent& event) {
    const auto choice = event.mimeData() ? choiceFrom(*event.mimeData()) : std::nullopt;
    if (!choice) {
        event.ignore();
        return true;
    }
    event.setDropAction(Qt::CopyAction);
    event.accept();
    if (event.type() == QEvent::Drop) {
        coming_.reset();
        drop(*choice, event.position().toPoint());
    } else {
        coming_ = {event.position().toPoint(), *choice};
        chart.surface()->update();
    }
    return true;
}

void ScopeView::Parts::dragLeft() {
    if (!std::exchange(coming_, std::nullopt)) return;
    chart.surface()->update();
}

/// Where the trace would come to stand: around the pane that it joins, or a line where a pane would come.
void ScopeView::Parts::paintLanding(QPainter& painter, QPoint at, const TraceChoice& choice) const {
    painter.setPen(QPen(picture.colours().accent, 2.0));
    painter.setBrush(Qt::NoBrush);
    const auto landing = landingAt(at, choice);
    if (!landing) return painter.drawRect(picture.plot());
    const QRect& area = picture.panes()[landing->pane].area;
    if (!landing->own) return painter.drawRect(area);
    const int border = landing->before ? area.top() : area.bottom();
    painter.drawLine(area.left(), border, area.right(), border);
}

} // namespace servolane::ui::scope
