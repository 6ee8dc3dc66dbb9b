// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/scope/scope_picture.h"
#include "ui/scope/trigger_tool.h"

#include <QPoint>
#include <QRect>
#include <optional>

namespace servolane::ui::scope {

/// What the mouse does on the chart: drags a cursor, the level of the trigger or the name of a line, draws a
/// box, pans a view that stands still. Places in pixels of the surface. Calls return true if the picture has
/// to be looked at again.
class PointerTool {
public:
    PointerTool(ScopePicture& picture, TriggerTool& trigger)
        : picture_(picture)
        , trigger_(trigger) {}

    enum class Drag { none, cursorA, cursorB, view, box, level, name };
    /// `boxed`: a drag draws a box to zoom into.
    bool press(QPoint at, bool boxed);
    bool moveTo(QPoint at, Time now);
    void leave() { at_.reset(); }
    /// True if the button was released where it was pressed.
    bool release(QPoint at);
    void giveUp() { drag_ = Drag::none; }
    /// Turns of the wheel, away from the user positive.
    bool wheel(double turns, QPoint at);
    /// Over the value axis: the range of its pane.
    bool wheelOverValues(double turns, QPoint at);

    [[nodiscard]] Drag drag() const { return drag_; }
    [[nodiscard]] QRect box() const;
    /// The line that is being dragged by its name.
    [[nodiscard]] std::size_t line() const { return line_; }
    [[nodiscard]] std::optional<QPoint> at() const { return at_; }
    [[nodiscard]] QPoint pressedAt() const { return pressedAt_; }
    /// Time under the pointer; nothing if it is elsewhere.
    [[nodiscard]] std::optional<Time> time() const;
    [[nodiscard]] bool isOverCursor(QPoint at) const;
    [[nodiscard]] bool isOverValues(QPoint at) const { return at.x() < picture_.plot().left(); }

private:
    [[nodiscard]] bool isNear(const std::optional<Time>& cursor, QPoint at) const;

    ScopePicture& picture_;
    TriggerTool& trigger_;
    std::optional<QPoint> at_;
    QPoint pressedAt_;
    Drag drag_ = Drag::none;
    int level_ = 0;
    std::size_t line_ = 0;
};

} // namespace servolane::ui::scope
