// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QObject>
#include <QtCore/QString>
#include <vector>

class QAction;
class QShortcut;
class QWidget;

namespace servolane::ui {

/// Takes actions out of use while what they command would be refused for all axes, in menus, by key and in
/// the command palette at once, with the reason as their tool tip. GUI thread.
class ActionLock : public QObject {
    Q_OBJECT
public:
    /// What must not stand in the way of an action: a recording in the panels, or that and a latched stop.
    enum class Needs { live, motion };

    /// The window in which keys are pressed.
    explicit ActionLock(QWidget* window);
    /// Its shortcut must be set by then. Its tool tip goes when it is given back.
    void watch(QAction* action, Needs needs);
    /// Costs nothing while nothing changes.
    void keep(bool isReplay, bool isStopped);
    /// Why it is out of use; empty: it is not.
    [[nodiscard]] QString reasonOf(const QAction* action) const;

Q_SIGNALS:
    /// The key of an action was pressed that a stop has taken out of use.
    void askedInVain(const QString& reason);

private:
    struct Locked {
        QAction* action;
        Needs needs;
        QShortcut* instead; ///< has the key meanwhile, and says why; null: the action has none
    };
    [[nodiscard]] QString reasonFor(Needs needs) const;

    QWidget* window_;
    std::vector<Locked> locked_;
    bool isReplay_ = false;
    bool isStopped_ = false;
};

} // namespace servolane::ui
