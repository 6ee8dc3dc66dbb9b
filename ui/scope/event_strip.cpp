// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/scope/event_strip.h"

#include <QCoreApplication>
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
constexpr double glyphReach = 7.0; ///< of a glyph to its sides, and a little air
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

QString textOf(LaneKind kind) {
    const auto words = [kind] {
        switch (kind) {
        case LaneKind::command:
            return QT_TRANSLATE_NOOP("scope", "Commands");
        case LaneKind::outcome:
            return QT_TRANSLATE_NOOP("scope", "Outcomes and rejections");
        case LaneKind::registerWrite:
            return QT_TRANSLATE_NOOP("scope", "Register writes");
        case LaneKind::hardwareError:
            return QT_TRANSLATE_NOOP("scope", "Hardware errors");
        case LaneKind::stop:
            return QT_TRANSLATE_NOOP("scope", "Stops");
        case LaneKind::link:
            return QT_TRANSLATE_NOOP("scope", "Links and servos that fell silent");
        case LaneKind::note:
            return QT_TRANSLATE_NOOP("scope", "Notes");
        }
        return "";
    };
    return QCoreApplication::translate("scope", words());
}

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
    const Time last = std::min(scale.from + scale.span, until_);
    return {first, std::lower_bound(first, marks.end(), last + Duration{1}, before)};
}

bool EventStrip::isShown(const LaneMark& mark) const {
    if (filter_.hidden.count(mark.kind) > 0) return false;
    if (filter_.axis != AxisId{} && mark.axis != AxisId{} && mark.axis != filter_.axis) return false;
    return !filter_.shownAxesOnly || mark.axis == AxisId{} || axes_.count(mark.axis) > 0;
}

std::size_t EventStrip::hiddenIn(const TimeScale& scale) const {
    if (filter_.isNone()) return 0;
    const auto [first, last] = visible(scale);
    return static_cast<std::size_t>(
        std::count_if(first, last, [this](const LaneMark& mark) { return !isShown(mark); }));
}

std::vector<EventStrip::Cluster> EventStrip::clusters(const TimeScale& scale) const {
    std::vector<Cluster> found;
    const auto [first, last] = visible(scale);
    double from = 0.0;
    for (auto mark = first; mark != last; ++mark) {
        if (!isShown(*mark)) continue;
        const double x = scale.xOf(mark->at);
        if (found.empty() || x - from >= glyphRoom) {
            found.emplace_back().worst = &*mark;
            from = x;
        }
        Cluster& cluster = found.back();
        cluster.marks.push_back(&*mark);
        if (isWorse(shownKind(*mark), shownKind(*cluster.worst))) cluster.worst = &*mark;
    }
    return found;
}

std::optional<Time> EventStrip::heldFrom() const {
    const auto& marks = lane_->marks;
    // That of a recording holds all of it, however many they are.
    return marks.size() == journal::EventLane::capacity ? std::optional(marks.front().at) : std::nullopt;
}

/// Samples go further back than marks, and an empty lane would say that nothing happened.
void EventStrip::paintGivenUp(QPainter& painter, const QRect& area, const TimeScale& scale,
                              const ScopePalette& palette) const {
    const auto held = heldFrom();
    if (!held || *held <= scale.from) return;
    const double end = std::min<double>(scale.xOf(*held), area.right());
    painter.setPen(QPen(palette.muted, 0, Qt::DotLine));
    painter.drawLine(QPointF(end, area.top()), QPointF(end, area.bottom()));
    const QRectF room(area.left() + textSpacing, area.top(), end - area.left() - 2 * textSpacing,
                      area.height());
    if (room.width() < leastRoom) return;
    painter.setPen(palette.muted);
    painter.drawText(room, Qt::AlignRight | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(
                         QCoreApplication::translate("scope", "Older marks are not held any more"),
                         Qt::ElideRight, static_cast<int>(room.width())));
}

void EventStrip::paint(QPainter& painter, const QRect& area, const TimeScale& scale,
                       const ScopePalette& palette) const {
    const double middle = area.center().y() + 0.5;
    const QFontMetrics metrics(painter.font());
    paintGivenUp(painter, area, scale, palette);
    painter.setRenderHint(QPainter::Antialiasing);
    const auto all = clusters(scale);
    for (std::size_t at = 0; at < all.size(); ++at) {
        const Cluster& cluster = all[at];
        const LaneMark& worst = *cluster.worst;
        const double x = scale.xOf(worst.at);
        painter.setPen(Qt::NoPen);
        painter.setBrush(colourOf(shownKind(worst), palette));
        drawGlyph(painter, {x, middle}, shownKind(worst));
        const double end = at + 1 < all.size() ? scale.xOf(all[at + 1].marks.front()->at) : area.right();
        const double room = end - x - 2 * textSpacing;
        // Several that are drawn as one: how many.
        const std::size_t count = cluster.marks.size();
        QString text = count > 1 ? QStringLiteral("×%1").arg(count) : QString();
        if (room > leastRoom) {
            const QString said = textOf(worst);
            const QString both = text.isEmpty() ? said : text + QStringLiteral("  ") + said;
            if (room >= std::min<double>(leastText, metrics.horizontalAdvance(both))) text = both;
        }
        // A count stands whole or not at all, and clear of the glyph that comes next.
        const double left = x + textSpacing - 2;
        const double whole = end - glyphReach - left;
        if (text.isEmpty() || whole < std::min<double>(metrics.horizontalAdvance(text), leastRoom)) continue;
        painter.setPen(palette.muted);
        painter.drawText(QPointF(left, middle + metrics.ascent() / 2.0 - 1.0),
                         metrics.elidedText(text, Qt::ElideRight, static_cast<int>(whole)));
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
}

EventStrip::MarkRow EventStrip::marksAt(QPoint position, const QRect& area, const TimeScale& scale) const {
    if (!area.adjusted(0, -2, 0, 2).contains(position)) return {};
    auto all = clusters(scale);
    Cluster* nearest = nullptr;
    double distance = reach;
    for (Cluster& cluster : all) {
        double here = std::abs(scale.xOf(cluster.worst->at) - position.x());
        for (const LaneMark* mark : {cluster.marks.front(), cluster.marks.back()})
            here = std::min(here, std::abs(scale.xOf(mark->at) - position.x()));
        const bool better =
            here < distance ||
            (nearest && here <= distance && isWorse(shownKind(*cluster.worst), shownKind(*nearest->worst)));
        if (!better) continue;
        distance = here;
        nearest = &cluster;
    }
    return nearest ? std::move(nearest->marks) : MarkRow();
}

QString EventStrip::textOf(const LaneMark& mark) const {
    if (text_) return text_(mark);
    QString text = QString::fromStdString(mark.kindName);
    if (!mark.details.empty()) text += ' ' + QString::fromStdString(mark.details);
    return text;
}

} // namespace servolane::ui::scope
