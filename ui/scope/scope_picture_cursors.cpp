// SPDX-License-Identifier: GPL-3.0-or-later
// The two cursors of ScopePicture: lines through the panes, and flags where they cover nothing.
#include "ui/scope/scope_picture.h"

#include <QPainter>
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace servolane::ui::scope {

namespace {

constexpr int flagSize = 16;

/// Right of a cursor's line, then left of it.
std::array<QRect, 2> flagsBeside(int x, int top) {
    return {QRect(x, top, flagSize, flagSize), QRect(x - flagSize + 1, top, flagSize, flagSize)};
}

} // namespace

/// Between the panes stand their titles, which no line may cross.
void ScopePicture::paintCursorLines(QPainter& painter) const {
    const TimeScale scale = timeScale();
    painter.setPen(QPen(palette_.accent, 0));
    for (const auto& cursor : {cursors.a, cursors.b}) {
        if (!cursor || !scale.shows(*cursor)) continue;
        const int x = static_cast<int>(std::lround(scale.xOf(*cursor)));
        const auto through = [&](const QRect& area) { painter.drawLine(x, area.top(), x, area.bottom()); };
        for (const Pane& pane : panes_)
            through(pane.area);
        through(stripArea());
    }
}

void ScopePicture::paintCursorFlags(QPainter& painter) const {
    const TimeScale scale = timeScale();
    std::vector<QRect> taken = titles_;
    const std::pair<std::optional<Time>, QString> named[] = {{cursors.a, QStringLiteral("A")},
                                                             {cursors.b, QStringLiteral("B")}};
    for (const auto& [cursor, name] : named) {
        if (!cursor || !scale.shows(*cursor)) continue;
        const QRect flag = flagAt(static_cast<int>(std::lround(scale.xOf(*cursor))), taken);
        taken.push_back(flag);
        painter.fillRect(flag, palette_.accent);
        painter.setPen(palette_.surface);
        painter.drawText(flag, Qt::AlignCenter, name);
    }
}

QRect ScopePicture::flagAt(int x, const std::vector<QRect>& taken) const {
    const auto isFree = [&](const QRect& flag) {
        return flag.left() >= plot_.left() && flag.right() <= plot_.right() + 1 &&
               std::none_of(taken.begin(), taken.end(),
                            [&](const QRect& other) { return other.intersects(flag); });
    };
    const bool overlaid = paneStyle_ == PaneStyle::overlaid;
    for (const Pane& pane : panes_) {
        if (pane.titleArea.isEmpty()) continue;
        // Right above the pane, where the line begins.
        for (const QRect& flag : flagsBeside(x, pane.area.top() - flagSize))
            if (isFree(flag)) return flag;
        if (overlaid) break;
    }
    for (const Pane& pane : panes_) {
        for (const int top : {pane.area.top() + 1, pane.area.bottom() - flagSize})
            for (const QRect& flag : flagsBeside(x, top)) {
                const bool crossed = std::any_of(panes_.begin(), panes_.end(), [&](const Pane& other) {
                    return (overlaid || &other == &pane) && isCrossed(flag, other);
                });
                if (isFree(flag) && !crossed) return flag;
            }
        if (overlaid) break;
    }
    const QRect& first = panes_.front().area;
    const auto [right, left] = flagsBeside(x, first.top() + 1);
    return right.right() <= plot_.right() + 1 ? right : left;
}

bool ScopePicture::isCrossed(const QRect& field, const Pane& pane) const {
    const TimeScale scale = timeScale();
    for (const std::size_t line : pane.lines) {
        const ColumnRing& ring = rings_[line];
        const telemetry::BinGrid& grid = ring.grid();
        if (grid.count == 0) continue;
        telemetry::Extent all;
        const auto add = [&](std::int64_t bin) {
            const telemetry::Extent& column = ring[bin];
            if (!column.isEmpty()) all.add(column);
            return !column.isEmpty();
        };
        const std::int64_t end = grid.first + static_cast<std::int64_t>(grid.count);
        const std::int64_t left = std::clamp(grid.binOf(scale.timeAt(field.left() - 1)), grid.first, end - 1);
        const std::int64_t right = std::clamp(grid.binOf(scale.timeAt(field.right() + 1)), left, end - 1);
        for (std::int64_t bin = left; bin <= right; ++bin)
            add(bin);
        // Where samples are far apart the line comes from the one before and goes to the next.
        for (std::int64_t bin = left; bin-- > grid.first;)
            if (add(bin)) break;
        for (std::int64_t bin = right + 1; bin < end; ++bin)
            if (add(bin)) break;
        if (all.isEmpty()) continue;
        if (pane.rowOf(all.max) <= field.bottom() + 1 && pane.rowOf(all.min) >= field.top() - 1) return true;
    }
    return false;
}

} // namespace servolane::ui::scope
