// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/binding/replay_lock.h"

#include "core/access/read/access_board.h"
#include "ui/binding/refusal_text.h"

#include <algorithm>

namespace servolane::ui {

namespace {

constexpr const char* mark = "sendsCommands";
constexpr const char* kindMark = "sendsKind";

bool isAllowed(const QWidget& control, const access::AccessBoard& access) {
    const std::string kind = control.property(kindMark).toString().toStdString();
    return kind.empty() || access.allows(api::Asker::window, kind);
}

QString roleReason(const access::AccessBoard& access) {
    const auto word = toString(access.roleOf(api::Asker::window));
    return QStringLiteral("Not in the role %1: change it in the status bar")
        .arg(QString::fromLatin1(word.data(), static_cast<qsizetype>(word.size())));
}

} // namespace

void markAsCommand(QWidget* control, const char* kind) {
    control->setProperty(mark, true);
    control->setProperty(kindMark, QString::fromLatin1(kind));
}

void ReplayLock::keep(bool isReplay, const access::AccessBoard& access) {
    const bool mayAll = access.roleOf(api::Asker::window) == access::Role::engineer;
    const auto isLocked = [&](const QWidget& control) { return isReplay || !isAllowed(control, access); };
    if (!taken_.empty()) giveBack(isLocked);
    if (!isReplay && mayAll) return;
    const QString reason = isReplay ? commandsOffReason() : roleReason(access);
    for (QWidget* panel : panels_)
        for (QWidget* control : panel->findChildren<QWidget*>())
            if (control->property(mark).toBool() && isLocked(*control)) take(control, reason);
}

void ReplayLock::take(QWidget* control, const QString& reason) {
    if (!control->isEnabledTo(control->parentWidget())) return;
    control->setEnabled(false);
    const bool isKnown =
        std::any_of(taken_.begin(), taken_.end(), [&](const Taken& one) { return one.control == control; });
    if (isKnown) return;
    taken_.push_back({control, control->toolTip()});
    control->setToolTip(reason);
}

void ReplayLock::giveBack(const std::function<bool(const QWidget&)>& isLocked) {
    std::erase_if(taken_, [&](const Taken& taken) {
        if (taken.control && isLocked(*taken.control)) return false;
        if (taken.control) {
            taken.control->setEnabled(true);
            taken.control->setToolTip(taken.toolTip);
        }
        return true;
    });
}

} // namespace servolane::ui
