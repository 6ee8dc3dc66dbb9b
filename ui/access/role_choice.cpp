// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/access/role_choice.h"

#include <QtGui/QActionGroup>
#include <QtWidgets/QMenu>

namespace servolane::ui {

using access::Role;

namespace {

QString wordOf(Role role) {
    const auto word = toString(role);
    return QString::fromLatin1(word.data(), static_cast<qsizetype>(word.size()));
}

} // namespace

RoleChoice::RoleChoice(const PanelContext& context, QWidget* parent)
    : QToolButton(parent)
    , context_(context)
    , roles_(new QActionGroup(this)) {
    setObjectName(QStringLiteral("statusRole"));
    setProperty("role", QStringLiteral("quiet"));
    setPopupMode(QToolButton::InstantPopup);
    setToolButtonStyle(Qt::ToolButtonTextOnly);
    setText(wordOf(Role::engineer));
    setToolTip(QStringLiteral("Role of this window: what may be commanded from it"));
    setMenu(new QMenu(this));
    offer(Role::viewer, QStringLiteral("Viewer: looks, and may stop"));
    offer(Role::lineOperator, QStringLiteral("Operator: also halts, resets the stop and records"));
    offer(Role::engineer, QStringLiteral("Engineer: everything"));
    menu()->addSection(QStringLiteral("Command line may"));
    offerBound(Role::viewer, QStringLiteral("Observe: look, and stop"));
    offerBound(Role::lineOperator, QStringLiteral("Operate: also halt, reset the stop and record"));
    offerBound(Role::engineer, QStringLiteral("Do everything, as an engineer"));
}

void RoleChoice::offer(Role role, const QString& about) {
    QAction* action = menu()->addAction(about, this, [this, role] { context_.send(access::SetRole{role}); });
    action->setCheckable(true);
    action->setActionGroup(roles_);
    action->setObjectName(QStringLiteral("role_") + wordOf(role));
}

/// Checked is what holds, not what was clicked.
void RoleChoice::offerBound(Role most, const QString& about) {
    QAction* action = menu()->addAction(about);
    action->setObjectName(QStringLiteral("clients_") + wordOf(most));
    action->setCheckable(true);
    action->setChecked(most == Role::engineer);
    connect(action, &QAction::triggered, this, [this, most] { context_.send(access::BoundClients{most}); });
    bounds_[most] = action;
}

void RoleChoice::show(const access::AccessBoard& access) {
    const QString word = wordOf(access.roleOf(api::Asker::window));
    if (text() != word) setText(word);
    // Also where one was chosen and refused: the mark stands at the role that holds.
    for (QAction* action : roles_->actions())
        if (action->objectName() == QStringLiteral("role_") + word && !action->isChecked())
            action->setChecked(true);
    for (const auto& [most, action] : bounds_)
        action->setChecked(most == access.clientsMost);
}

} // namespace servolane::ui
