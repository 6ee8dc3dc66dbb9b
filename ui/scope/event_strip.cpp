// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/scope/event_strip.h"

#include <QPainter>
#include <QPolygonF>
#include <algorithm>
#include <cmath>
#include <utility>

namespace servolane::ui::scope {

using journal::LaneKind;
using journal::LaneMark;

namespace {

constexpr double reach = 6.0;     ///< pixels from the pointer to a mark
constexpr double glyphRoom = 5.0; ///< marks closer than that are drawn as one
constexpr int textSpacing = 10;
constexpr double leastRoom = 32.0; ///< no text is as short
constexpr double leastText = 96.0; ///< of a text cut shorter than that only the axis is left

QColor colourOf(LaneKind kind, const ScopePalette& palette) {
    switch (kind) {
    case LaneKind::command:
    case LaneKind::registerWrite:
        return palette.info;
    case LaneKind::outcome:
        return palette.ok;
    case LaneKind::hardwareError:
    case LaneKind::stop:
        return palette.fault;
    case LaneKind::link:
        return palette.warn;
    case LaneKind::note:
        return palette.muted;
    }
    return palette.muted;
}

/// Command: bar; outcome: disc; register: diamond; error and stop: square; link: triangle; note: ring.
void drawGlyph(QPainter& painter, QPointF at, LaneKind kind) {
    constexpr double r = 4.0;
    switch (kind) {
    case LaneKind::command:
        painter.drawRect(QRectF(at.x() - 1.0, at.y() - 6.0, 2.0, 12.0));
        return;
    case LaneKind::outcome:
        painter.drawEllipse(at, r, r);
        return;
    case LaneKind::registerWrite:
        painter.drawPolygon(QPolygonF{
            {at.x(), at.y() - 5.0}, {at.x() + 5.0, at.y()}, {at.x(), at.y() + 5.0}, {at.x() - 5.0, at.y()}});
        return;
    case LaneKind::hardwareError:
    case LaneKind::stop:
        painter.drawRect(QRectF(at.x() - r, at.y() - r, 2.0 * r, 2.0 * r));
        return;
    case LaneKind::link:
        painter.drawPolygon(
            QPolygonF{{at.x(), at.y() - 5.0}, {at.x() + 5.0, at.y() + 4.0}, {at.x() - 5.0, at.y() + 4.0}});
        return;
    case LaneKind::note:
        painter.setPen(QPen(painter.brush().color(), 2.0));
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(at, r - 1.0, r - 1.0);
        return;
    }
}

bool isWorse(LaneKind kind, LaneKind than) {
    const auto rank = [](LaneKind of) {
        return of == LaneKind::hardwareError || of == LaneKind::stop ? 2 : of == LaneKind::link ? 1 : 0;
    };
    return rank(kind) > rank(than);
}

} // namespace

LaneKind shownKind(const LaneMark& mark) {
    const auto isOneOf = [&mark](std::initializer_list<const char*> kinds) {
        return std::any_of(kinds.begin(), kinds.end(),
                           [&](const char* kind) { return mark.kindName == kind; });
    };
    if (isOneOf({"CommandRejected", "CommandFailed"})) return LaneKind::hardwareError;
    if (isOneOf({"BusConnected", "BusRestored", "AxisReturned", "ServoConfirmed", "HardwareErrorCleared",
                 "StopReset"}))
        return LaneKind::outcome;
    return mark.kind;
}

bool EventStrip::setLane(std::shared_ptr<const journal::EventLane> lane) {
    if (!lane || lane == lane_) return false;
    lane_ = std::move(lane);
    return true;
}

std::pair<EventStrip::Marks::const_iterator, EventStrip::Marks::const_iterator>
EventStrip::visible(const TimeScale& scale) const {
    const auto before = [](const LaneMark& mark, Time time) { return mark.at < time; };
    const auto& marks = lane_->marks;
    const auto first = std::lower_bound(marks.begin(), marks.end(), scale.from, before);
    return {first, std::lower_bound(first, marks.end(), scale.from + scale.span + Duration{1}, before)};
}

void EventStrip::paint(QPainter& painter, const QRect& area, const TimeScale& scale,
                       const ScopePalette& palette) const {
    const auto [first, last] = visible(scale);
    const double middle = area.center().y() + 0.5;
    const QFontMetrics metrics(painter.font());
    painter.setRenderHint(QPainter::Antialiasing);
    for (auto mark = first; mark != last;) {
        // Marks that would lie on each other are drawn once, as the worst of them.
        auto worst = mark;
        auto next = mark + 1;
        while (next != last && scale.xOf(next->at) - scale.xOf(mark->at) < glyphRoom) {
            if (isWorse(shownKind(*next), shownKind(*worst))) worst = next;
            ++next;
        }
        const double x = scale.xOf(worst->at);
        painter.setPen(Qt::NoPen);
        painter.setBrush(colourOf(shownKind(*worst), palette));
        drawGlyph(painter, {x, middle}, shownKind(*worst));
        const double room = (next == last ? area.right() : scale.xOf(next->at)) - x - 2 * textSpacing;
        const QString text = room > leastRoom ? textOf(*worst) : QString();
        if (!text.isEmpty() && room >= std::min<double>(leastText, metrics.horizontalAdvance(text))) {
            painter.setPen(palette.muted);
            painter.drawText(QPointF(x + textSpacing - 2, middle + metrics.ascent() / 2.0 - 1.0),
                             metrics.elidedText(text, Qt::ElideRight, static_cast<int>(room)));
        }
        mark = next;
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
}

const LaneMark* EventStrip::markAt(QPoint position, const QRect& area, const TimeScale& scale) const {
    if (!area.adjusted(0, -2, 0, 2).contains(position)) return nullptr;
    const auto [first, last] = visible(scale);
    const LaneMark* nearest = nullptr;
    double distance = reach;
    for (auto mark = first; mark != last; ++mark) {
        const double here = std::abs(scale.xOf(mark->at) - position.x());
        const bool better = here < distance ||
                            (nearest && here <= distance && isWorse(shownKind(*mark), shownKind(*nearest)));
        if (!better) continue;
        distance = here;
        nearest = &*mark;
    }
    return nearest;
}

QString EventStrip::textOf(const LaneMark& mark) const {
    if (text_) return text_(mark);
    QString text = QString::fromStdString(mark.kindName);
    if (!mark.details.empty()) text += ' ' + QString::fromStdString(mark.details);
    return text;
}

} // namespace servolane::ui::scope
