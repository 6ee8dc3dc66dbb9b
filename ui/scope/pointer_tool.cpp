// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/scope/pointer_tool.h"

#include <cmath>

namespace servolane::ui::scope {

namespace {
constexpr double grabReach = 5.0;
constexpr int clickReach = 3;
constexpr double zoomPerTurn = 1.25;
} // namespace

bool PointerTool::isNear(const std::optional<Time>& cursor, QPoint at) const {
    return cursor && picture_.plot().contains(at) &&
           std::abs(picture_.timeScale().xOf(*cursor) - at.x()) <= grabReach;
}

bool PointerTool::isOverCursor(QPoint at) const {
    return isNear(picture_.cursors.a, at) || isNear(picture_.cursors.b, at);
}

bool PointerTool::press(QPoint at, bool boxed) {
    at_ = pressedAt_ = at;
    const int level = trigger_.levelAt(at);
    const auto name = picture_.nameAt(at);
    if (isNear(picture_.cursors.b, at)) {
        drag_ = Drag::cursorB;
    } else if (isNear(picture_.cursors.a, at)) {
        drag_ = Drag::cursorA;
    } else if (level >= 0) {
        level_ = level;
        drag_ = Drag::level;
    } else if (name) {
        line_ = *name;
        drag_ = Drag::name;
    } else if (boxed && picture_.plot().contains(at)) {
        drag_ = Drag::box;
    } else {
        drag_ = picture_.plot().contains(at) || !picture_.window.isFollowing() ? Drag::view : Drag::none;
    }
    return false;
}

bool PointerTool::moveTo(QPoint at, Time now) {
    const QPoint before = at_.value_or(at);
    at_ = at;
    const TimeScale scale = picture_.timeScale();
    switch (drag_) {
    case Drag::none:
        return false;
    case Drag::cursorA:
        picture_.cursors.a = scale.timeAt(at.x());
        picture_.cursors.activeIsB = false;
        return true;
    case Drag::cursorB:
        picture_.cursors.b = scale.timeAt(at.x());
        picture_.cursors.activeIsB = true;
        return true;
    case Drag::view:
        picture_.window.pan(scale.timeAt(before.x()) - scale.timeAt(at.x()));
        return before.x() != at.x();
    case Drag::level:
        trigger_.dragLevel(level_, at, now);
        return true;
    case Drag::box:
    case Drag::name:
        return true;
    }
    return false;
}

bool PointerTool::release(QPoint at) {
    drag_ = Drag::none;
    return (at - pressedAt_).manhattanLength() <= clickReach;
}

QRect PointerTool::box() const {
    return QRect(pressedAt_, at_.value_or(pressedAt_)).normalized().intersected(picture_.plot());
}

bool PointerTool::wheelOverValues(double turns, QPoint at) {
    const auto place = picture_.paneAt(at);
    if (turns == 0.0 || !place) return false;
    const Pane& pane = picture_.panes()[*place];
    const double factor = std::pow(zoomPerTurn, -turns);
    const double fixed = pane.valueAt(at.y());
    picture_.fixRange(*place, fixed + (pane.range.low() - fixed) * factor,
                      fixed + (pane.range.high() - fixed) * factor);
    return true;
}

bool PointerTool::wheel(double turns, QPoint at) {
    if (turns == 0.0) return false;
    picture_.window.zoom(std::pow(zoomPerTurn, -turns), picture_.timeScale().timeAt(at.x()));
    return true;
}

std::optional<Time> PointerTool::time() const {
    if (!at_ || !picture_.plot().contains(*at_)) return std::nullopt;
    return picture_.timeScale().timeAt(at_->x());
}

} // namespace servolane::ui::scope
