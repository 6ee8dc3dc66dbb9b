// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/action_lock.h"

#include "ui/binding/refusal_text.h"

#include <QtGui/QAction>
#include <QtGui/QShortcut>
#include <QtWidgets/QWidget>
#include <algorithm>

namespace servolane::ui {

ActionLock::ActionLock(QWidget* window)
    : QObject(window)
    , window_(window) {}

void ActionLock::watch(QAction* action, Needs needs) {
    Locked locked{action, needs, nullptr};
    if (needs == Needs::motion && !action->shortcut().isEmpty()) {
        locked.instead = new QShortcut(action->shortcut(), window_);
        locked.instead->setEnabled(false);
        locked.instead->setAutoRepeat(false);
        connect(locked.instead, &QShortcut::activated, this,
                [this, action] { Q_EMIT askedInVain(reasonOf(action)); });
    }
    locked_.push_back(locked);
}

void ActionLock::keep(bool isReplay, bool isStopped) {
    if (isReplay == isReplay_ && isStopped == isStopped_) return;
    isReplay_ = isReplay;
    isStopped_ = isStopped;
    for (const Locked& locked : locked_) {
        const QString reason = reasonFor(locked.needs);
        locked.action->setEnabled(reason.isEmpty());
        locked.action->setToolTip(reason);
        // In a replay some of the keys are the replay's.
        if (locked.instead) locked.instead->setEnabled(!reason.isEmpty() && !isReplay);
    }
}

QString ActionLock::reasonFor(Needs needs) const {
    if (isReplay_) return commandsOffReason();
    return isStopped_ && needs == Needs::motion ? stopLatchedReason() : QString();
}

QString ActionLock::reasonOf(const QAction* action) const {
    const auto found = std::find_if(locked_.begin(), locked_.end(),
                                    [action](const Locked& locked) { return locked.action == action; });
    return found == locked_.end() ? QString() : reasonFor(found->needs);
}

} // namespace servolane::ui
