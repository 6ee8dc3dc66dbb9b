// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/machine_files.h"

#include <QtWidgets/QFileDialog>

namespace servolane::ui {

MachineFiles::MachineFiles(Deed exporting, Deed importing, QWidget* window)
    : QObject(window)
    , exporting_(std::move(exporting))
    , importing_(std::move(importing))
    , window_(window) {}

void MachineFiles::chooseExport() {
    choose(QStringLiteral("Export machine file"), Way::out);
}

void MachineFiles::chooseImport() {
    choose(QStringLiteral("Import machine file"), Way::in);
}

void MachineFiles::choose(const QString& title, Way way) {
    auto* dialog = new QFileDialog(window_, title, {}, QStringLiteral("Machine files (*.json)"));
    dialog->setObjectName(QStringLiteral("machineDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    // The desktop's own dialog would be modal, and stop would wait behind it.
    dialog->setOption(QFileDialog::DontUseNativeDialog);
    dialog->setModal(false);
    dialog->setDefaultSuffix(QStringLiteral("json"));
    dialog->setAcceptMode(way == Way::out ? QFileDialog::AcceptSave : QFileDialog::AcceptOpen);
    dialog->setFileMode(way == Way::out ? QFileDialog::AnyFile : QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, [this, way](const QString& path) { run(way, path); });
    dialog->show();
}

void MachineFiles::run(Way way, const QString& path) {
    const Deed& deed = way == Way::out ? exporting_ : importing_;
    if (!deed) return;
    job_.start([deed, path = path.toStdString()](session::JobProgress&) { return deed(path); }, {});
}

void MachineFiles::tick() {
    if (const auto sentence = job_.take()) Q_EMIT told(QString::fromStdString(*sentence));
}

} // namespace servolane::ui
