// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/scope/scope_picture.h"

#include <QPoint>
#include <optional>

namespace servolane::ui::scope {

/// What the mouse does on the chart: drags a cursor, pans a view that stands still. Places in pixels of the
/// surface. Each call returns true if the picture has to be looked at again.
class PointerTool {
public:
    explicit PointerTool(ScopePicture& picture)
        : picture_(picture) {}

    bool press(QPoint at);
    bool moveTo(QPoint at);
    void leave() { at_.reset(); }
    /// True if the button was released where it was pressed.
    bool release(QPoint at);
    /// Turns of the wheel, away from the user positive.
    bool wheel(double turns, QPoint at);

    /// Time under the pointer; nothing if it is elsewhere.
    [[nodiscard]] std::optional<Time> time() const;
    [[nodiscard]] bool isOverCursor(QPoint at) const;

private:
    enum class Drag { none, cursorA, cursorB, view };
    [[nodiscard]] bool isNear(const std::optional<Time>& cursor, QPoint at) const;

    ScopePicture& picture_;
    std::optional<QPoint> at_;
    QPoint pressedAt_;
    Drag drag_ = Drag::none;
};

} // namespace servolane::ui::scope
