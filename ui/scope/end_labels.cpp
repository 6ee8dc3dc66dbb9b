// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/scope/end_labels.h"

#include <QFontMetrics>
#include <QPainter>
#include <algorithm>

namespace servolane::ui::scope {

namespace {

constexpr int keyWidth = 10;
constexpr int keySpacing = 6;

/// By their rows, but two that were in an order keep it until their lines are `tolerance` apart the other
/// way: at rest, setpoint and position change sides with every sample.
void putInOrder(std::vector<EndLabel>& labels, const LabelPlaces& before, double tolerance) {
    const auto placeOf = [&](const EndLabel& label) {
        return std::find_if(before.begin(), before.end(),
                            [&](const auto& placed) { return placed.second == label.line; });
    };
    std::stable_sort(labels.begin(), labels.end(), [&](const EndLabel& a, const EndLabel& b) {
        const auto placeOfA = placeOf(a);
        const auto placeOfB = placeOf(b);
        if (placeOfA == before.end() && placeOfB == before.end()) return a.row < b.row;
        return placeOfA < placeOfB;
    });
    for (std::size_t at = 1; at < labels.size(); ++at) {
        const auto placed = placeOf(labels[at]) == before.end() ? 0.0 : tolerance;
        for (std::size_t to = at; to > 0 && labels[to].row < labels[to - 1].row - placed; --to)
            std::swap(labels[to], labels[to - 1]);
    }
}

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

QString elidedName(const QFontMetrics& metrics, const QString& name, const QString& axis, int room) {
    if (metrics.horizontalAdvance(name) <= room) return name;
    const QString first = axis + QLatin1Char(' ');
    if (axis.isEmpty() || !name.startsWith(first)) return metrics.elidedText(name, Qt::ElideMiddle, room);
    const int left = room - metrics.horizontalAdvance(first);
    if (left < metrics.horizontalAdvance(QStringLiteral("m…m")))
        return metrics.elidedText(axis, Qt::ElideRight, room);
    return first + metrics.elidedText(name.mid(first.size()), Qt::ElideMiddle, left);
}

LabelPlaces paintEndLabels(QPainter& painter, std::vector<EndLabel> labels, const LabelPlaces& before,
                           const QRect& room, const QColor& text, const QColor& muted) {
    LabelPlaces placed;
    const QFontMetrics metrics(painter.font());
    putInOrder(labels, before, metrics.height() / 2.0);
    moveApart(labels, room, metrics.height());
    for (const EndLabel& label : labels) {
        placed.emplace_back(label.row, label.line);
        paintKey(painter, label, room.left(), label.row, label.stale ? muted : label.colour);
        const double baseline = label.row + (metrics.ascent() - metrics.descent()) / 2.0;
        const int valueWidth = metrics.horizontalAdvance(label.value);
        const int nameLeft = room.left() + keyWidth + keySpacing;
        const int nameRoom = room.right() - valueWidth - keySpacing - nameLeft;
        painter.setPen(label.stale ? muted : label.colour);
        painter.drawText(QPointF(nameLeft, baseline), elidedName(metrics, label.name, label.axis, nameRoom));
        painter.setPen(label.stale ? muted : text);
        painter.drawText(QPointF(room.right() - valueWidth, baseline), label.value);
    }
    return placed;
}

} // namespace servolane::ui::scope
