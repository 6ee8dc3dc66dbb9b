// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QPointer>
#include <QtWidgets/QWidget>
#include <functional>
#include <vector>

namespace servolane::access {
struct AccessBoard;
}

namespace servolane::ui {

/// Says of a control that it sends commands: it is out of use while its panel shows a recording, and where
/// the window's role may not send commands of that kind. Without a kind no role takes it out of use.
void markAsCommand(QWidget* control, const char* kind = "");

/// Takes marked controls out of use, with the reason as their tool tip, and gives them back as they were.
class ReplayLock {
public:
    /// Looks for marked controls in these; they outlive it.
    void watch(QWidget* panel) { panels_.push_back(panel); }
    /// Panels may have enabled a control since: call it after their tick.
    void keep(bool isReplay, const access::AccessBoard& access);

private:
    struct Taken {
        QPointer<QWidget> control;
        QString toolTip;
    };
    void take(QWidget* control, const QString& reason);
    void giveBack(const std::function<bool(const QWidget&)>& isLocked);

    std::vector<QWidget*> panels_;
    std::vector<Taken> taken_;
};

} // namespace servolane::ui
