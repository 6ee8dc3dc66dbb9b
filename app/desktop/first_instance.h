// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>
#include <functional>
#include <memory>

class QLocalServer;

namespace servolane::app {

/// One window per settings folder: a second start asks the first one to come to the front and ends. GUI
/// thread only.
class FirstInstance {
public:
    explicit FirstInstance(const QString& configFolder);
    ~FirstInstance();

    /// False: another window has this folder, and was asked to show itself.
    [[nodiscard]] bool claim();
    /// Called when a later start asks for the window.
    void onRaise(std::function<void()> raise);

private:
    QString name_;
    std::unique_ptr<QLocalServer> server_;
};

} // namespace servolane::app
