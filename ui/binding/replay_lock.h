// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QPointer>
#include <QtWidgets/QWidget>
#include <map>

namespace servolane::ui {

/// Says of a control that it sends commands: it is out of use while its panel shows a recording.
void markAsCommand(QWidget* control);

/// Takes marked controls out of use, with the reason as their tool tip, and gives them back as they were.
class ReplayLock {
public:
    /// Looks for marked controls in these; they outlive it.
    void watch(QWidget* panel) { panels_.push_back(panel); }
    /// Panels may have enabled a control since: call it after their tick.
    void keep(bool locked);

private:
    struct Taken {
        QPointer<QWidget> control;
        QString toolTip;
    };
    std::vector<QWidget*> panels_;
    std::vector<Taken> taken_;
    bool locked_ = false;
};

} // namespace servolane::ui
