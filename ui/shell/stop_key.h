// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QObject>
#include <functional>

namespace servolane::ui {

/// F12, with whatever other keys are held, from anywhere in the application: over menus, open combo boxes and
/// even a modal dialog some platform theme may bring, where a QAction would not fire. Installed on the
/// application. Ctrl+F12 is left to the action that resets, but only while there is something to reset: until
/// then it stops as well.
class StopKey : public QObject {
    Q_OBJECT
public:
    StopKey(std::function<void()> stop, std::function<bool()> isLatched, QObject* parent);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    std::function<void()> stop_;
    std::function<bool()> isLatched_;
};

} // namespace servolane::ui
