// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/session/background_job.h"

#include <QtCore/QObject>
#include <QtCore/QString>
#include <functional>

class QWidget;

namespace servolane::ui {

/// Lets a person choose where the machine file goes to or comes from. The dialog is not modal, and the file
/// is read and written on a thread of its own. GUI thread.
class MachineFiles : public QObject {
    Q_OBJECT
public:
    /// Does the work and says in a sentence what came of it; called on a worker thread.
    using Deed = std::function<std::string(const std::string& path)>;

    MachineFiles(Deed exporting, Deed importing, QWidget* window);

    enum class Way : std::uint8_t { out, in };

    void chooseExport();
    void chooseImport();
    void run(Way way, const QString& path);
    void tick();

Q_SIGNALS:
    void told(const QString& sentence);

private:
    void choose(const QString& title, Way way);

    Deed exporting_;
    Deed importing_;
    QWidget* window_;
    BackgroundJob<std::string> job_;
};

} // namespace servolane::ui
