// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/registers/backup_desk.h"

#include "ui/binding/refusal_text.h"
#include "ui/registers/write_batch.h"

#include <QtCore/QFileInfo>
#include <QtWidgets/QFileDialog>

namespace servolane::ui {

BackupDesk::BackupDesk(const PanelContext& context, BackupWays ways, QWidget* window)
    : QObject(window)
    , context_(context)
    , ways_(std::move(ways))
    , window_(window) {}

QString BackupDesk::fileName() const {
    return QFileInfo(path_).fileName();
}

void BackupDesk::choose(Way way, std::function<void(const QString&)> then) {
    const QString title = way == Way::out ? QStringLiteral("Save backup") : QStringLiteral("Load backup");
    auto* dialog = new QFileDialog(window_, title, {}, QStringLiteral("Backups (*.json)"));
    dialog->setObjectName(QStringLiteral("backupDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    // The desktop's own dialog would be modal, and stop would wait behind it.
    dialog->setOption(QFileDialog::DontUseNativeDialog);
    dialog->setModal(false);
    dialog->setDefaultSuffix(QStringLiteral("json"));
    dialog->setAcceptMode(way == Way::out ? QFileDialog::AcceptSave : QFileDialog::AcceptOpen);
    dialog->setFileMode(way == Way::out ? QFileDialog::AnyFile : QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, std::move(then));
    dialog->show();
}

void BackupDesk::chooseSave(const motion::Axis& axis) {
    choose(Way::out, [this, id = axis](const QString& path) { save(id, path); });
}

void BackupDesk::chooseLoad() {
    choose(Way::in, [this](const QString& path) { load(path); });
}

void BackupDesk::save(const motion::Axis& axis, const QString& path) {
    axis_ = axis.id;
    savePath_ = path;
    command_ = context_.send(registers::ReadAllRegisters{axis.id});
}

void BackupDesk::load(const QString& path) {
    if (!ways_.read) return;
    path_ = path;
    reading_.start(
        [read = ways_.read, file = path.toStdString()](session::JobProgress&) { return read(file); }, {});
}

void BackupDesk::forget() {
    loaded_.reset();
    Q_EMIT loadedChanged();
}

void BackupDesk::writeWhenRead(const Frame& frame) {
    const auto* entry = command_ == CommandId{} ? nullptr : findCommand(*frame.commands, command_);
    if (!entry || !isEnd(entry->state)) return;
    command_ = {};
    const motion::AxisView* view = frame.axes->find(axis_);
    if (entry->state != journal::CommandState::confirmed || !view) {
        Q_EMIT told(false, QStringLiteral("Not saved: ") + outcomeText(*entry, *frame.axes, *frame.buses));
        return;
    }
    registers::RawValues values;
    if (const auto known = frame.registers->axes.find(axis_); known != frame.registers->axes.end())
        for (const auto& [name, value] : known->second)
            values[name] = value.raw;
    registers::Backup backup;
    backup.servos.push_back(
        registers::backupOf(*view->axis, values, ways_.utcNow ? ways_.utcNow() : UtcTime{}));
    if (!ways_.write) return;
    writing_.start([write = ways_.write, file = savePath_.toStdString(),
                    backup = std::move(backup)](session::JobProgress&) { return write(file, backup); },
                   {});
}

void BackupDesk::tick(const Frame& frame) {
    writeWhenRead(frame);
    if (const auto written = writing_.take())
        Q_EMIT told(written->has_value(),
                    *written
                        ? QStringLiteral("Saved to %1").arg(QFileInfo(savePath_).fileName())
                        : QStringLiteral("Not saved: ") + QString::fromStdString(written->error().detail));
    auto read = reading_.take();
    if (!read) return;
    if (*read) {
        loaded_ = std::move(**read);
        Q_EMIT loadedChanged();
    } else {
        Q_EMIT told(false, QStringLiteral("Not loaded: ") + QString::fromStdString(read->error().detail));
    }
}

} // namespace servolane::ui
