// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/empty_state.h"

#include "ui/theme/icons.h"
#include "ui/theme/theme.h"
#include "ui/widgets/text.h"

#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>
#include <algorithm>

namespace servolane::ui {

EmptyState::EmptyState(const Theme& theme, const QString& icon, const QString& title, const QString& text,
                       QWidget* parent)
    : QWidget(parent)
    , theme_(theme)
    , icon_(icon)
    , picture_(new QLabel(this))
    , title_(makeLabel(title, "heading", this))
    , text_(makeLabel(text, "muted", this))
    , column_(new QVBoxLayout(this)) {
    for (QLabel* label : {picture_, title_, text_})
        label->setAlignment(Qt::AlignHCenter);
    for (QLabel* label : {title_, text_})
        label->setWordWrap(true);
    column_->setContentsMargins(space::large, space::wide, space::large, space::wide);
    column_->setSpacing(space::small);
    column_->addStretch(2);
    column_->addWidget(picture_);
    column_->addWidget(title_);
    column_->addWidget(text_);
    column_->addSpacing(space::small);
    column_->addStretch(3);
    const auto draw = [this] { picture_->setPixmap(tintedPixmap(icon_, theme_.tokens().muted, 40)); };
    draw();
    connect(&theme, &Theme::changed, this, draw);
}

QPushButton* EmptyState::addButton(const QString& text, const QString& icon, const QString& name,
                                   bool primary) {
    auto* button = makeButton(text, name, this);
    if (primary) button->setProperty("role", QStringLiteral("primary"));
    theme_.keepIcon(button, icon);
    buttons_.push_back(button);
    auto* row = new QHBoxLayout;
    row->addStretch(1);
    row->addWidget(button);
    row->addStretch(1);
    column_->insertLayout(column_->count() - 1, row);
    return button;
}

/// By now the style sheet has told how wide each is.
void EmptyState::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    int widest = 0;
    for (QPushButton* button : buttons_) {
        button->ensurePolished();
        widest = std::max(widest, button->sizeHint().width());
    }
    for (QPushButton* button : buttons_)
        button->setMinimumWidth(widest);
}

void EmptyState::setTitle(const QString& title) {
    showText(title_, title);
}

void EmptyState::setText(const QString& text) {
    showText(text_, text);
}

} // namespace servolane::ui
