// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/replay_strip.h"

#include "ui/theme/theme.h"

#include <QtGui/QKeyEvent>
#include <QtGui/QMouseEvent>
#include <QtGui/QPainter>
#include <algorithm>
#include <cmath>

namespace servolane::ui {

namespace {
constexpr int stripHeight = 48;
constexpr int laneHeight = 12;
constexpr double clickTolerance = 4.0; ///< pixels; less of a drag is a click
constexpr double smallStep = 0.01;     ///< of the recording, by an arrow
constexpr double largeStep = 0.1;
} // namespace

ReplayStrip::ReplayStrip(const Theme& theme, QWidget* parent)
    : QWidget(parent)
    , theme_(theme) {
    setObjectName(QStringLiteral("replayStrip"));
    setAccessibleName(QStringLiteral("Time in the recording"));
    setToolTip(
        QStringLiteral("Press or drag to go to a time · Shift and drag to loop a stretch · arrows, Page "
                       "keys, Home and End move"));
    setFixedHeight(stripHeight);
    setMinimumWidth(160);
    setFocusPolicy(Qt::StrongFocus);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void ReplayStrip::showRecording(Time start, Time end, std::shared_ptr<const telemetry::Trace> trace,
                                std::shared_ptr<const journal::EventLane> events) {
    start_ = start;
    end_ = end;
    trace_ = std::move(trace);
    events_ = std::move(events);
    sample();
    update();
}

void ReplayStrip::showTime(Time at) {
    const bool moved = std::lround(xOf(at)) != std::lround(xOf(at_));
    at_ = at;
    if (trace_ && trace_->readBack() != readBack_) {
        sample();
        update();
    }
    if (moved) update();
}

void ReplayStrip::showLoop(const std::optional<std::pair<Time, Time>>& loop) {
    if (loop == loop_ || loopFrom_) return;
    loop_ = loop;
    update();
}

void ReplayStrip::sample() {
    columns_.clear();
    if (!trace_ || trace_->isEmpty() || end_ <= start_ || width() < 2) return;
    readBack_ = trace_->readBack();
    columns_ = trace_->columns(start_, end_, static_cast<std::size_t>(width())).columns;
}

double ReplayStrip::xOf(Time time) const {
    if (end_ <= start_) return 0.0;
    return seconds(time - start_) / seconds(end_ - start_) * (width() - 1);
}

Time ReplayStrip::timeAt(double x) const {
    const double share = std::clamp(x / std::max(1, width() - 1), 0.0, 1.0);
    return start_ + fromSeconds(seconds(end_ - start_) * share);
}

void ReplayStrip::resizeEvent(QResizeEvent*) {
    sample();
}

void ReplayStrip::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return;
    if (event->modifiers() & Qt::ShiftModifier)
        loopFrom_ = timeAt(event->position().x());
    else
        Q_EMIT sought(timeAt(event->position().x()));
}

void ReplayStrip::mouseMoveEvent(QMouseEvent* event) {
    if (!(event->buttons() & Qt::LeftButton)) return;
    const Time here = timeAt(event->position().x());
    if (!loopFrom_) {
        Q_EMIT sought(here);
        return;
    }
    const bool isDrag = std::abs(xOf(*loopFrom_) - event->position().x()) >= clickTolerance;
    loop_ = isDrag ? std::optional{std::pair{std::min(*loopFrom_, here), std::max(*loopFrom_, here)}}
                   : std::nullopt;
    update();
}

void ReplayStrip::mouseReleaseEvent(QMouseEvent*) {
    if (!loopFrom_) return;
    loopFrom_.reset();
    if (loop_) Q_EMIT loopChosen(loop_);
}

void ReplayStrip::mouseDoubleClickEvent(QMouseEvent* event) {
    if (event->modifiers() & Qt::ShiftModifier) Q_EMIT loopChosen(std::nullopt);
}

void ReplayStrip::keyPressEvent(QKeyEvent* event) {
    const auto move = [this](double share) {
        const Time to = at_ + fromSeconds(seconds(end_ - start_) * share);
        Q_EMIT sought(std::clamp(to, start_, end_));
    };
    switch (event->key()) {
    case Qt::Key_Left:
        return move(-smallStep);
    case Qt::Key_Right:
        return move(smallStep);
    case Qt::Key_PageUp:
        return move(-largeStep);
    case Qt::Key_PageDown:
        return move(largeStep);
    case Qt::Key_Home:
        return move(-1.0);
    case Qt::Key_End:
        return move(1.0);
    default:
        QWidget::keyPressEvent(event);
    }
}

/// One tick a pixel, in the colour of the worst that happened there.
void ReplayStrip::paintMarks(QPainter& painter) const {
    if (!events_) return;
    const Tokens& t = theme_.tokens();
    const auto isBad = [](const journal::LaneMark& mark) {
        return mark.kind == journal::LaneKind::hardwareError || mark.kind == journal::LaneKind::stop ||
               mark.kindName == "CommandRejected" || mark.kindName == "CommandFailed";
    };
    const auto& marks = events_->marks;
    for (auto mark = marks.begin(); mark != marks.end();) {
        const auto x = std::lround(xOf(mark->at));
        bool bad = false;
        const Time next = timeAt(static_cast<double>(x) + 0.5);
        for (; mark != marks.end() && (mark->at <= next || std::lround(xOf(mark->at)) == x); ++mark)
            bad = bad || isBad(*mark);
        const int tall = bad ? laneHeight : laneHeight - 4;
        painter.fillRect(QRectF(static_cast<double>(x), height() - tall, 1.5, tall), bad ? t.fault : t.info);
    }
}

void ReplayStrip::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Tokens& t = theme_.tokens();
    painter.fillRect(rect(), t.raised);
    const QRectF box(0, 2, width(), height() - laneHeight - 4);
    float low = 0.0F;
    float high = 0.0F;
    bool any = false;
    for (const auto& column : columns_) {
        if (column.isEmpty()) continue;
        low = any ? std::min(low, column.min) : column.min;
        high = any ? std::max(high, column.max) : column.max;
        any = true;
    }
    const double scale = high > low ? (box.height() - 1) / static_cast<double>(high - low) : 0.0;
    const auto yOf = [&](float value) { return box.bottom() - (value - low) * scale; };
    painter.setPen(t.traces[0]);
    for (std::size_t at = 0; at < columns_.size(); ++at)
        if (const auto& c = columns_[at]; !c.isEmpty())
            painter.drawLine(QPointF(static_cast<double>(at), yOf(c.min)),
                             QPointF(static_cast<double>(at), yOf(c.max) - 1));
    paintMarks(painter);
    if (loop_) {
        QColor veil = t.surface;
        veil.setAlphaF(0.65F);
        const double from = xOf(loop_->first);
        const double to = xOf(loop_->second);
        painter.fillRect(QRectF(0, 0, from, height()), veil);
        painter.fillRect(QRectF(to, 0, width() - to, height()), veil);
        painter.setPen(QPen(t.accent, 2));
        painter.drawLine(QPointF(from, 0), QPointF(from, height()));
        painter.drawLine(QPointF(to, 0), QPointF(to, height()));
    }
    const double x = std::clamp(xOf(at_), 1.0, width() - 2.0);
    painter.fillRect(QRectF(x - 1, 0, 2, height()), t.text);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(t.text);
    painter.drawPolygon(QPolygonF{{x - 5, 0}, {x + 5, 0}, {x, 7}});
    if (hasFocus()) {
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.setPen(QPen(t.accent, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(rect().adjusted(1, 1, -1, -1));
    }
}

} // namespace servolane::ui
