// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/registers/undo_banner.h"

#include "ui/registers/undo_stack.h"
#include "ui/widgets/banner.h"

#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

namespace servolane::ui {

UndoBanner::UndoBanner(const PanelContext& context, UndoStack& stack, QWidget* parent)
    : Panel(parent)
    , stack_(stack)
    , banner_(new Banner(context.theme, QStringLiteral("undoBannerLine"), this)) {
    setObjectName(QStringLiteral("undoBanner"));
    auto* yes = banner_->addButton(QStringLiteral("Set it"), QStringLiteral("undoNevertheless"), "primary");
    auto* no = banner_->addButton(QStringLiteral("Leave it"), QStringLiteral("undoLeave"), "plain");
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(banner_);
    hide();
    connect(yes, &QPushButton::clicked, this, [this] { stack_.takeNevertheless(); });
    connect(no, &QPushButton::clicked, this, [this] { stack_.dismissQuestion(); });
}

void UndoBanner::tick(const Frame&) {
    const bool asks = !stack_.question().isEmpty();
    if (asks && (isHidden() || banner_->text() != stack_.question())) {
        banner_->show(Tone::warn, QStringLiteral("Changed by someone else"), stack_.question());
        show();
        findChild<QPushButton*>(QStringLiteral("undoLeave"))->setFocus(Qt::OtherFocusReason);
    } else if (!asks && !isHidden())
        hide();
}

} // namespace servolane::ui
