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

bool PointerTool::press(QPoint at) {
    at_ = pressedAt_ = at;
    if (isNear(picture_.cursors.b, at))
        drag_ = Drag::cursorB;
    else if (isNear(picture_.cursors.a, at))
        drag_ = Drag::cursorA;
    else
        drag_ = picture_.window.isFollowing() ? Drag::none : Drag::view;
    return false;
}

bool PointerTool::moveTo(QPoint at) {
    const QPoint before = at_.value_or(at);
    at_ = at;
    const TimeScale scale = picture_.timeScale();
    switch (drag_) {
    case Drag::none:
        return false;
    case Drag::cursorA:
        picture_.cursors.a = scale.timeAt(at.x());
        return true;
    case Drag::cursorB:
        picture_.cursors.b = scale.timeAt(at.x());
        return true;
    case Drag::view:
        picture_.window.pan(scale.timeAt(before.x()) - scale.timeAt(at.x()));
        return before.x() != at.x();
    }
    return false;
}

bool PointerTool::release(QPoint at) {
    drag_ = Drag::none;
    return (at - pressedAt_).manhattanLength() <= clickReach;
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
