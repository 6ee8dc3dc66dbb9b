// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/panel.h"

#include <QtWidgets/QToolButton>
#include <map>

class QActionGroup;

namespace servolane::ui {

/// Shows the window's role and what the command line may do, and lets both be changed. What a role may not do
/// is refused by the write model; controls only mirror it.
class RoleChoice : public QToolButton {
    Q_OBJECT
public:
    RoleChoice(const PanelContext& context, QWidget* parent);
    void show(const access::AccessBoard& access);

private:
    void offer(access::Role role, const QString& about);
    void offerBound(access::Role most, const QString& about);

    const PanelContext& context_;
    QActionGroup* roles_;
    std::map<access::Role, QAction*> bounds_;
};

} // namespace servolane::ui
