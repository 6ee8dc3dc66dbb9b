// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/scope/end_labels.h"

#include <QCoreApplication>
#include <QFontMetrics>
#include <QPainter>
#include <algorithm>
#include <cmath>
#include <span>

namespace servolane::ui::scope {

namespace {

constexpr int keyWidth = 14; ///< one round of every pattern
constexpr int keySpacing = 6;
constexpr int threadWidth = 7; ///< from the panes to the labels
constexpr int smallestPoints = 7;

/// By their rows, but two that were in an order keep it until their lines are `tolerance` apart the other
/// way: at rest, setpoint and position change sides with every sample.
void putInOrder(std::span<EndLabel> labels, const LabelPlaces& before, double tolerance) {
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

using LabelSpan = std::span<EndLabel>;

/// Rows of the labels' middles, at least `pitch` apart and inside of `top` … `bottom`.
void moveApart(LabelSpan labels, double top, double bottom, double pitch) {
    const double first = top + pitch / 2.0;
    const double last = bottom - pitch / 2.0;
    double free = first;
    for (EndLabel& label : labels) {
        label.row = std::max(std::clamp(label.row, first, std::max(first, last)), free);
        free = label.row + pitch;
    }
    double limit = last;
    for (auto label = labels.rbegin(); label != labels.rend(); ++label) {
        label->row = std::min(label->row, limit);
        limit = label->row - pitch;
    }
}

/// Calls `deed` with the labels of each pane.
template <class Deed>
void forEachPane(std::vector<EndLabel>& labels, Deed deed) {
    for (auto from = labels.begin(); from != labels.end();) {
        const auto to = std::find_if(
            from, labels.end(), [pane = from->pane](const EndLabel& label) { return label.pane != pane; });
        deed(LabelSpan(from, to), from->pane);
        from = to;
    }
}

void place(std::vector<EndLabel>& labels, const LabelRoom& room, double pitch) {
    forEachPane(labels, [&](LabelSpan own, std::size_t pane) {
        const double needed = static_cast<double>(own.size()) * pitch;
        const QRect& area = room.panes[pane];
        const double more = std::max(0.0, needed - area.height()) / 2.0; // above and below
        moveApart(own, area.top() - more, area.top() + area.height() + more, pitch);
    });
    moveApart(labels, room.column.top(), room.column.top() + room.column.height(), pitch);
}

void paintKey(QPainter& painter, const EndLabel& label, double x, double row, const QColor& colour) {
    for (int at = 0; at < keyWidth; ++at)
        if (isDrawn(label.pattern, static_cast<std::size_t>(at)))
            painter.fillRect(QRectF(x + at, row - 1.0, 1.0, 2.0), colour);
}

/// From where a line ends to its name, where that stands elsewhere.
void paintThread(QPainter& painter, double x, double end, double row, const QColor& colour, double pitch) {
    if (std::abs(end - row) < pitch * 0.75) return;
    painter.setPen(QPen(colour, 0));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.drawLine(QPointF(x - threadWidth, end), QPointF(x - 1.0, row));
    painter.setRenderHint(QPainter::Antialiasing, false);
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
                           const LabelRoom& room, const QColor& text, const QColor& muted) {
    LabelPlaces placed;
    const QRect& column = room.column;
    const QFont usual = painter.font();
    QFont font = usual;
    const auto fits = [&](std::size_t count) {
        return static_cast<double>(count) * QFontMetrics(font).height() <= column.height();
    };
    while (!fits(labels.size()) && font.pointSize() > smallestPoints)
        font.setPointSize(font.pointSize() - 1);
    const QFontMetrics metrics(font);
    painter.setFont(font);
    forEachPane(labels, [&](std::span<EndLabel> own, std::size_t) {
        putInOrder(own, before, metrics.height() / 2.0);
    });
    std::size_t shown = labels.size();
    while (shown > 0 && !fits(shown + (shown < labels.size() ? 1 : 0)))
        --shown;
    const std::size_t leftOut = labels.size() - shown;
    labels.resize(shown);
    LabelRoom left = room;
    if (leftOut > 0) left.column.setBottom(column.bottom() - metrics.height());
    std::vector<double> ends;
    for (const EndLabel& label : labels)
        ends.push_back(label.row);
    place(labels, left, metrics.height());
    for (std::size_t at = 0; at < labels.size(); ++at) {
        const EndLabel& label = labels[at];
        placed.emplace_back(label.row, label.line);
        const QRect& pane = room.panes[label.pane];
        const double end = std::clamp<double>(ends[at], pane.top(), pane.bottom());
        paintThread(painter, column.left(), end, label.row, label.stale ? muted : label.colour,
                    metrics.height());
        paintKey(painter, label, column.left(), label.row, label.stale ? muted : label.colour);
        const double baseline = label.row + (metrics.ascent() - metrics.descent()) / 2.0;
        const int valueWidth = metrics.horizontalAdvance(label.value);
        const int nameLeft = column.left() + keyWidth + keySpacing;
        const int nameRoom = column.right() - valueWidth - keySpacing - nameLeft;
        painter.setPen(label.stale ? muted : label.colour);
        painter.drawText(QPointF(nameLeft, baseline), elidedName(metrics, label.name, label.axis, nameRoom));
        painter.setPen(label.stale || label.past ? muted : text);
        painter.drawText(QPointF(column.right() - valueWidth, baseline), label.value);
    }
    if (leftOut > 0) {
        painter.setPen(muted);
        painter.drawText(
            QRect(column.left(), column.bottom() - metrics.height(), column.width(), metrics.height()),
            Qt::AlignRight | Qt::AlignVCenter, QCoreApplication::translate("scope", "%1 more").arg(leftOut));
    }
    painter.setFont(usual);
    return placed;
}

} // namespace servolane::ui::scope
