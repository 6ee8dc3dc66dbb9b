// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/range_overview.h"

#include "ui/binding/value_text.h"
#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"

#include <QtGui/QMouseEvent>
#include <QtGui/QPainter>
#include <algorithm>

namespace servolane::ui {

namespace {
constexpr int labelHeight = 18;
constexpr double clickTolerance = 4.0; ///< pixels; less of a drag is a click
} // namespace

RangeOverview::RangeOverview(const Theme& theme, QWidget* parent)
    : QWidget(parent)
    , theme_(theme) {
    setObjectName(QStringLiteral("rangeOverview"));
    setAccessibleName(QStringLiteral("Overview of the whole recording"));
    setToolTip(QStringLiteral("Drag to choose a range, double-click for the whole recording"));
    setFixedHeight(64);
    setCursor(Qt::CrossCursor);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void RangeOverview::showSession(Time start, Time end, std::shared_ptr<const telemetry::Trace> trace) {
    start_ = start;
    end_ = end;
    trace_ = std::move(trace);
    range_.reset();
    visible_ = {start, end};
    sample();
    update();
}

void RangeOverview::showVisible(Time from, Time to) {
    if (visible_ == std::pair{from, to}) return;
    visible_ = {from, to};
    update();
}

std::pair<Time, Time> RangeOverview::range() const {
    return range_.value_or(std::pair{start_, end_});
}

void RangeOverview::clearRange() {
    range_.reset();
    update();
    Q_EMIT rangeChanged();
}

void RangeOverview::sample() {
    columns_.clear();
    if (!trace_ || trace_->isEmpty() || end_ <= start_ || width() < 2) return;
    columns_ = trace_->columns(start_, end_, static_cast<std::size_t>(width())).columns;
}

double RangeOverview::xOf(Time time) const {
    if (end_ <= start_) return 0.0;
    return seconds(time - start_) / seconds(end_ - start_) * width();
}

Time RangeOverview::timeAt(double x) const {
    const double share = std::clamp(x / std::max(1, width()), 0.0, 1.0);
    return start_ + fromSeconds(seconds(end_ - start_) * share);
}

void RangeOverview::resizeEvent(QResizeEvent*) {
    sample();
}

void RangeOverview::mousePressEvent(QMouseEvent* event) {
    pressed_ = event->position().x();
}

void RangeOverview::mouseMoveEvent(QMouseEvent* event) {
    if (!pressed_ || std::abs(event->position().x() - *pressed_) < clickTolerance) return;
    const auto [left, right] = std::minmax({*pressed_, event->position().x()}); // copies: x() is a temporary
    range_ = {timeAt(left), timeAt(right)};
    update();
}

void RangeOverview::mouseReleaseEvent(QMouseEvent*) {
    if (pressed_ && range_) Q_EMIT rangeChanged();
    pressed_.reset();
}

void RangeOverview::mouseDoubleClickEvent(QMouseEvent*) {
    clearRange();
}

void RangeOverview::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Tokens& t = theme_.tokens();
    const QRect box(0, 0, width(), height() - labelHeight);
    painter.fillRect(box, t.raised);
    float low = 0.0F;
    float high = 0.0F;
    bool any = false;
    for (const auto& column : columns_) {
        if (column.isEmpty()) continue;
        low = any ? std::min(low, column.min) : column.min;
        high = any ? std::max(high, column.max) : column.max;
        any = true;
    }
    const double scale = high > low ? (box.height() - 8) / static_cast<double>(high - low) : 0.0;
    const auto yOf = [&](float value) { return box.bottom() - 4 - (value - low) * scale; };
    painter.setPen(t.traces[0]);
    for (std::size_t at = 0; at < columns_.size(); ++at)
        if (const auto& c = columns_[at]; !c.isEmpty())
            painter.drawLine(QPointF(static_cast<double>(at), yOf(c.min)),
                             QPointF(static_cast<double>(at), yOf(c.max) - 1));
    const auto shade = [&](const std::pair<Time, Time>& span) {
        QColor veil = t.surface;
        veil.setAlphaF(0.7F);
        painter.fillRect(QRectF(0, 0, xOf(span.first), box.height()), veil);
        painter.fillRect(QRectF(xOf(span.second), 0, width() - xOf(span.second), box.height()), veil);
        painter.setPen(QPen(t.accent, 2));
        painter.drawRect(
            QRectF(xOf(span.first) + 1, 1, xOf(span.second) - xOf(span.first) - 2, box.height() - 2));
    };
    shade(range_.value_or(visible_));
    painter.setFont(fontOf(TextSize::small));
    painter.setPen(t.muted);
    const QRect labels(0, box.bottom() + 1, width(), labelHeight);
    painter.drawText(labels, Qt::AlignLeft | Qt::AlignVCenter, QStringLiteral("0 s"));
    painter.drawText(labels, Qt::AlignRight | Qt::AlignVCenter,
                     QStringLiteral("%1 s").arg(seconds(end_ - start_), 0, 'f', 1));
    if (range_)
        painter.drawText(labels, Qt::AlignCenter,
                         QStringLiteral("%1 s … %2 s")
                             .arg(seconds(range_->first - start_), 0, 'f', 2)
                             .arg(seconds(range_->second - start_), 0, 'f', 2));
}

} // namespace servolane::ui
