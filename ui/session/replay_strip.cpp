// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/replay_strip.h"

#include "ui/scope/event_strip.h"
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
constexpr double loopTolerance = 4.0; ///< pixels; less of a drag is a click
constexpr double smallStep = 0.01;    ///< of the recording, by an arrow
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
    recording_.show(start, end, std::move(trace));
    events_ = std::move(events);
    update();
}

void ReplayStrip::showTime(Time at) {
    const bool moved = std::lround(xOf(at)) != std::lround(xOf(at_));
    at_ = at;
    if (recording_.update() || moved) update();
}

void ReplayStrip::showLoop(const std::optional<std::pair<Time, Time>>& loop) {
    if (loop == loop_ || loopFrom_) return;
    loop_ = loop;
    update();
}

void ReplayStrip::resizeEvent(QResizeEvent*) {
    recording_.setWidth(width());
}

void ReplayStrip::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return;
    if (event->modifiers() & Qt::ShiftModifier)
        loopFrom_ = recording_.timeAt(event->position().x());
    else
        Q_EMIT sought(recording_.timeAt(event->position().x()));
}

void ReplayStrip::mouseMoveEvent(QMouseEvent* event) {
    if (!(event->buttons() & Qt::LeftButton)) return;
    const Time here = recording_.timeAt(event->position().x());
    if (!loopFrom_) {
        Q_EMIT sought(here);
        return;
    }
    const bool isDrag = std::abs(xOf(*loopFrom_) - event->position().x()) >= loopTolerance;
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
        const Time to = at_ + fromSeconds(seconds(recording_.end() - recording_.start()) * share);
        Q_EMIT sought(std::clamp(to, recording_.start(), recording_.end()));
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
        const journal::LaneKind shown = scope::shownKind(mark);
        return shown == journal::LaneKind::hardwareError || shown == journal::LaneKind::stop;
    };
    const auto& marks = events_->marks;
    for (auto mark = marks.begin(); mark != marks.end();) {
        const auto x = std::lround(xOf(mark->at));
        bool bad = false;
        const Time next = recording_.timeAt(static_cast<double>(x) + 0.5);
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
    recording_.paint(painter, QRectF(0, 2, width(), height() - laneHeight - 4), t.traces[0]);
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
