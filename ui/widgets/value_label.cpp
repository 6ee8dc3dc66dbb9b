// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/value_label.h"

#include "ui/theme/theme.h"

#include <QtGui/QPainter>

namespace servolane::ui {

ValueLabel::ValueLabel(const Theme& theme, TextSize size, QWidget* parent)
    : QWidget(parent)
    , theme_(theme)
    , unitFont_(fontOf(size == TextSize::body ? TextSize::body : TextSize::heading)) {
    unitFont_.setWeight(QFont::Normal);
    setFont(fontOf(size));
    showUnknown();
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void ValueLabel::showValue(const QString& number, const QString& unit) {
    set(number, unit, {});
}

void ValueLabel::showStale(const QString& number, const QString& unit, const QString& age) {
    set(number, unit, age);
}

void ValueLabel::showUnknown() {
    set(QStringLiteral("—"), {}, {});
}

void ValueLabel::set(const QString& number, const QString& unit, const QString& age) {
    if (number == number_ && unit == unit_ && age == age_) return;
    number_ = number;
    unit_ = unit;
    age_ = age;
    setAccessibleName(text());
    update();
}

QString ValueLabel::text() const {
    QString text = number_;
    if (!unit_.isEmpty()) text += unit_ == QStringLiteral("°") ? unit_ : QLatin1Char(' ') + unit_;
    if (!age_.isEmpty()) text += QStringLiteral(" · ") + age_;
    return text;
}

QSize ValueLabel::sizeHint() const {
    const QFontMetrics metrics(font());
    return {metrics.horizontalAdvance(QStringLiteral("−0000.0 °/s")), qMax(20, metrics.height())};
}

void ValueLabel::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Tokens& tokens = theme_.tokens();
    const QFont small = fontOf(TextSize::small);
    QRect box = rect();
    const int ageWidth = age_.isEmpty() ? 0 : QFontMetrics(small).horizontalAdvance(age_) + space::tiny;
    const bool degrees = unit_ == QStringLiteral("°");
    QFont numberFont = font();
    QFont unitFont = degrees ? font() : unitFont_; // the degree sign belongs to the figure
    const auto unitColumn = [&] {
        if (unit_.isEmpty()) return 0;
        const QFontMetrics metrics(unitFont);
        const int own = metrics.horizontalAdvance(unit_);
        // One width for every unit of a column, so that the figures of several rows stand beneath each other;
        // an age needs the room more.
        return degrees || ageWidth > 0 ? own : qMax(own, metrics.horizontalAdvance(QStringLiteral("°/s")));
    };
    const auto fits = [&] {
        return ageWidth + QFontMetrics(numberFont).horizontalAdvance(number_) + unitColumn() + space::tiny <=
               box.width();
    };
    if (ageWidth > 0 && !fits()) numberFont = unitFont = small;
    if (ageWidth > 0) {
        painter.setFont(small);
        painter.setPen(tokens.muted);
        painter.drawText(box, Qt::AlignVCenter | Qt::AlignLeft, age_);
    }
    if (!unit_.isEmpty()) {
        const int gap = degrees ? 1 : space::tiny;
        painter.setFont(unitFont);
        painter.setPen(tokens.muted);
        const QFontMetrics figures(numberFont);
        const int baseline = (box.height() + figures.ascent() - figures.descent()) / 2;
        painter.drawText(box.right() - unitColumn() + 1, baseline, unit_);
        box.setRight(box.right() - unitColumn() - gap);
    }
    painter.setFont(numberFont);
    painter.setPen(age_.isEmpty() ? tokens.text : tokens.muted);
    painter.drawText(box, Qt::AlignVCenter | Qt::AlignRight, number_);
}

} // namespace servolane::ui
