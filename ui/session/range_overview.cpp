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

void RangeOverview::showSession(Time start, Time end, std::shared_ptr<const telemetry::Trace> trace,
                                double smallest) {
    recording_.show(start, end, std::move(trace), smallest);
    range_.reset();
    visible_ = {start, end};
    update();
}

void RangeOverview::showPressed(std::optional<Time> at) {
    const bool isSeen = at && *at - recording_.start() >= std::chrono::seconds{1};
    recordPressed_ = isSeen ? at : std::nullopt;
    update();
}

void RangeOverview::showVisible(Time from, Time to) {
    if (recording_.update()) update();
    if (visible_ == std::pair{from, to}) return;
    visible_ = {from, to};
    update();
}

std::pair<Time, Time> RangeOverview::range() const {
    return range_.value_or(std::pair{recording_.start(), recording_.end()});
}

void RangeOverview::clearRange() {
    range_.reset();
    update();
    Q_EMIT rangeChanged();
}

void RangeOverview::resizeEvent(QResizeEvent*) {
    recording_.setWidth(width());
}

void RangeOverview::mousePressEvent(QMouseEvent* event) {
    pressed_ = event->position().x();
}

void RangeOverview::mouseMoveEvent(QMouseEvent* event) {
    if (!pressed_ || std::abs(event->position().x() - *pressed_) < clickTolerance) return;
    const auto [left, right] = std::minmax({*pressed_, event->position().x()}); // copies: x() is a temporary
    range_ = {recording_.timeAt(left), recording_.timeAt(right)};
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
    recording_.paint(painter, QRectF(box).adjusted(0, 4, 0, -4), t.traces[0]);
    const auto shade = [&](const std::pair<Time, Time>& span) {
        const double from = recording_.xOf(span.first);
        const double to = recording_.xOf(span.second);
        QColor veil = t.surface;
        veil.setAlphaF(0.7F);
        painter.fillRect(QRectF(0, 0, from, box.height()), veil);
        painter.fillRect(QRectF(to, 0, width() - to, box.height()), veil);
        painter.setPen(QPen(t.accent, 2));
        painter.drawRect(QRectF(from + 1, 1, to - from - 2, box.height() - 2));
    };
    shade(range_.value_or(visible_));
    painter.setFont(fontOf(TextSize::small));
    if (recordPressed_) {
        const auto x = static_cast<int>(recording_.xOf(*recordPressed_));
        painter.setPen(QPen(t.text, 1, Qt::DashLine));
        painter.drawLine(x, 0, x, box.bottom());
        painter.setPen(t.text);
        painter.drawText(QRect(x + 4, 2, 160, labelHeight), Qt::AlignLeft | Qt::AlignVCenter,
                         QStringLiteral("Record"));
    }
    painter.setPen(t.muted);
    const QRect labels(0, box.bottom() + 1, width(), labelHeight);
    painter.drawText(labels, Qt::AlignLeft | Qt::AlignVCenter, QStringLiteral("0 s"));
    painter.drawText(labels, Qt::AlignRight | Qt::AlignVCenter,
                     QStringLiteral("%1 s").arg(seconds(recording_.end() - recording_.start()), 0, 'f', 1));
    if (range_)
        painter.drawText(labels, Qt::AlignCenter,
                         QStringLiteral("%1 s … %2 s")
                             .arg(seconds(range_->first - recording_.start()), 0, 'f', 2)
                             .arg(seconds(range_->second - recording_.start()), 0, 'f', 2));
}

} // namespace servolane::ui
