// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/state_mark.h"

#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"

#include <QtGui/QPainter>

namespace servolane::ui {

QColor colorOf(Tone tone, const Tokens& tokens) {
    switch (tone) {
    case Tone::ok:
        return tokens.ok;
    case Tone::warn:
        return tokens.warn;
    case Tone::fault:
        return tokens.fault;
    case Tone::info:
        return tokens.info;
    case Tone::off:
        break;
    }
    return tokens.off;
}

void drawShape(QPainter& painter, const QRectF& square, Tone tone, const QColor& color) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    const QPointF c = square.center();
    const double r = square.width() / 2;
    switch (tone) {
    case Tone::ok:
        painter.drawEllipse(c, r * 0.86, r * 0.86);
        break;
    case Tone::warn:
        painter.drawPolygon(
            QPolygonF{{c.x(), c.y() - r * 0.95}, {c.x() + r, c.y() + r * 0.8}, {c.x() - r, c.y() + r * 0.8}});
        break;
    case Tone::fault:
        painter.drawRect(QRectF(c.x() - r * 0.8, c.y() - r * 0.8, r * 1.6, r * 1.6));
        break;
    case Tone::info:
        painter.drawPolygon(
            QPolygonF{{c.x(), c.y() - r}, {c.x() + r, c.y()}, {c.x(), c.y() + r}, {c.x() - r, c.y()}});
        break;
    case Tone::off:
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(color, square.width() / 6));
        painter.drawEllipse(c, r * 0.75, r * 0.75);
        break;
    }
    painter.restore();
}

StateMark::StateMark(const Theme& theme, QWidget* parent)
    : QWidget(parent)
    , theme_(theme) {
    setFont(strongFontOf(TextSize::body));
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void StateMark::show(const StateLook& look) {
    if (look == look_) return;
    const bool resized = look.word != look_.word;
    look_ = look;
    setAccessibleName(look.word);
    if (resized) updateGeometry();
    update();
}

QSize StateMark::sizeHint() const {
    const QFontMetrics metrics(font());
    return {12 + space::small + metrics.horizontalAdvance(look_.word) + 2, qMax(20, metrics.height())};
}

void StateMark::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const QColor color = colorOf(look_.tone, theme_.tokens());
    drawShape(painter, QRectF(1, (height() - 11) / 2.0, 11, 11), look_.tone, color);
    painter.setPen(color);
    painter.drawText(rect().adjusted(12 + space::small, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft,
                     look_.word);
}

} // namespace servolane::ui
