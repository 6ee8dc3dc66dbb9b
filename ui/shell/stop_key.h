// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QObject>
#include <functional>

namespace servolane::ui {

/// F12 from anywhere in the application: over menus, open combo boxes and even a modal dialog some platform
/// theme may bring, where a QAction would not fire. Installed on the application.
class StopKey : public QObject {
    Q_OBJECT
public:
    StopKey(std::function<void()> stop, QObject* parent);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    std::function<void()> stop_;
};

} // namespace servolane::ui
