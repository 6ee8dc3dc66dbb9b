// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/dock.h"

#include "ui/binding/panel.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/text.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QToolButton>

namespace servolane::ui {

Dock::Dock(const QString& title, const QString& name, Kind kind, Panel* panel, QWidget* parent)
    : QDockWidget(title, parent)
    , panel_(panel)
    , bar_(new QWidget(this)) {
    setObjectName(name);
    panel->setProperty("surface", QStringLiteral("panel"));
    panel->setAttribute(Qt::WA_StyledBackground);
    setWidget(panel);
    setTitleBarWidget(bar_);
    if (kind == Kind::tabbed) return;
    bar_->setProperty("surface", QStringLiteral("title"));
    bar_->setAttribute(Qt::WA_StyledBackground);
    auto* row = new QHBoxLayout(bar_);
    row->setContentsMargins(space::medium, space::tiny, space::tiny, space::tiny);
    row->setSpacing(0);
    row->addWidget(makeLabel(title.toUpper(), "title", bar_));
    row->addStretch(1);
    bar_->setFixedHeight(36);
}

void Dock::showPanel(Panel* panel) {
    if (panel == panel_) return;
    panel_->hide();
    panel_ = panel;
    panel->setProperty("surface", QStringLiteral("panel"));
    panel->setAttribute(Qt::WA_StyledBackground);
    setWidget(panel);
    panel->show();
}

QToolButton* Dock::addTitleButton(const Theme& theme, const QString& icon, const QString& tip,
                                  const QString& name) {
    auto* button = makeIconButton(theme, icon, tip, name, bar_);
    bar_->layout()->addWidget(button);
    return button;
}

} // namespace servolane::ui
