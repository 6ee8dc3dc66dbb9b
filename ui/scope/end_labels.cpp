// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/scope/end_labels.h"

#include <QFontMetrics>
#include <QPainter>
#include <algorithm>

namespace servolane::ui::scope {

namespace {

constexpr int keyWidth = 10;
constexpr int keySpacing = 6;

/// Rows of the labels' middles, at least `pitch` apart and inside of the room.
void moveApart(std::vector<EndLabel>& labels, const QRect& room, double pitch) {
    const double first = room.top() + pitch / 2.0;
    const double last = room.bottom() - pitch / 2.0;
    double free = first;
    for (EndLabel& label : labels) {
        label.row = std::max(std::clamp(label.row, first, last), free);
        free = label.row + pitch;
    }
    double limit = last;
    for (auto label = labels.rbegin(); label != labels.rend(); ++label) {
        label->row = std::min(label->row, limit);
        limit = label->row - pitch;
    }
}

void paintKey(QPainter& painter, const EndLabel& label, double x, double row, const QColor& colour) {
    painter.setPen(QPen(colour, 2.0));
    if (!label.dashed) {
        painter.drawLine(QPointF(x, row), QPointF(x + keyWidth, row));
        return;
    }
    painter.drawLine(QPointF(x, row), QPointF(x + 4, row));
    painter.drawLine(QPointF(x + 7, row), QPointF(x + keyWidth, row));
}

} // namespace

std::vector<std::pair<double, std::size_t>> paintEndLabels(QPainter& painter, std::vector<EndLabel> labels,
                                                           const QRect& room, const QColor& text,
                                                           const QColor& muted) {
    std::vector<std::pair<double, std::size_t>> placed;
    const QFontMetrics metrics(painter.font());
    std::stable_sort(labels.begin(), labels.end(),
                     [](const auto& a, const auto& b) { return a.row < b.row; });
    moveApart(labels, room, metrics.height());
    for (const EndLabel& label : labels) {
        placed.emplace_back(label.row, label.line);
        paintKey(painter, label, room.left(), label.row, label.stale ? muted : label.colour);
        const double baseline = label.row + (metrics.ascent() - metrics.descent()) / 2.0;
        const int valueWidth = metrics.horizontalAdvance(label.value);
        const int nameLeft = room.left() + keyWidth + keySpacing;
        const int nameRoom = room.right() - valueWidth - keySpacing - nameLeft;
        painter.setPen(label.stale ? muted : label.colour);
        painter.drawText(QPointF(nameLeft, baseline),
                         metrics.elidedText(label.name, Qt::ElideRight, nameRoom));
        painter.setPen(label.stale ? muted : text);
        painter.drawText(QPointF(room.right() - valueWidth, baseline), label.value);
    }
    return placed;
}

} // namespace servolane::ui::scope
