// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/banner.h"

#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"
#include "ui/widgets/state_mark.h"
#include "ui/widgets/text.h"

#include <QtGui/QPainter>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>

namespace servolane::ui {

Banner::Banner(const Theme& theme, const QString& name, QWidget* parent)
    : QWidget(parent)
    , theme_(theme)
    , row_(new QHBoxLayout(this))
    , title_(makeLabel({}, "plain", this))
    , text_(makeLabel({}, "plain", this)) {
    setObjectName(name);
    setMinimumHeight(lineControlHeight);
    title_->setFont(strongFontOf(TextSize::body));
    text_->setWordWrap(true);
    row_->setContentsMargins(40, space::tiny, space::medium, space::tiny);
    row_->setSpacing(space::medium);
    row_->addWidget(title_);
    row_->addWidget(text_, 1);
    hide();
}

void Banner::show(Tone tone, const QString& title, const QString& text) {
    tone_ = tone;
    showText(title_, title);
    showText(text_, text);
    if (isHidden()) QWidget::show();
    update();
}

QPushButton* Banner::addButton(const QString& text, const QString& name, const char* role) {
    auto* button = makeButton(text, name, this);
    button->setProperty("role", QString::fromLatin1(role));
    row_->addWidget(button);
    return button;
}

QString Banner::title() const {
    return title_->text();
}

QString Banner::text() const {
    return text_->text();
}

void Banner::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Tokens& tokens = theme_.tokens();
    const QColor color = colorOf(tone_, tokens);
    // A tint, not a filled red: only the stop button is filled with it.
    painter.fillRect(rect(), blend(color, tokens.surface, tokens.dark ? 0.16 : 0.10));
    painter.fillRect(QRect(0, 0, 4, height()), color);
    painter.fillRect(QRect(0, height() - 1, width(), 1), blend(color, tokens.surface, 0.4));
    drawShape(painter, QRectF(18, (height() - 13) / 2.0, 13, 13), tone_, color);
}

} // namespace servolane::ui
