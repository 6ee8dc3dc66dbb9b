// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/binding/replay_lock.h"

namespace servolane::ui {

namespace {
constexpr const char* mark = "sendsCommands";
}

void markAsCommand(QWidget* control) {
    control->setProperty(mark, true);
}

void ReplayLock::keep(bool locked) {
    if (!locked && !locked_) return;
    if (!locked) {
        for (const Taken& taken : taken_) {
            if (!taken.control) continue;
            taken.control->setEnabled(true);
            taken.control->setToolTip(taken.toolTip);
        }
        taken_.clear();
        locked_ = false;
        return;
    }
    locked_ = true;
    for (QWidget* panel : panels_)
        for (QWidget* control : panel->findChildren<QWidget*>()) {
            if (!control->property(mark).toBool() || !control->isEnabledTo(control->parentWidget())) continue;
            control->setEnabled(false);
            const bool isKnown = std::any_of(taken_.begin(), taken_.end(),
                                             [&](const Taken& one) { return one.control == control; });
            if (isKnown) continue;
            taken_.push_back({control, control->toolTip()});
            control->setToolTip(
                QStringLiteral("A recording is shown: commands are off. Back to live first."));
        }
}

} // namespace servolane::ui
