// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/registers/backup.h"
#include "ui/binding/panel.h"
#include "ui/session/background_job.h"

#include <QtCore/QString>
#include <functional>

namespace servolane::ui {

/// How backup files are read and written; called on a worker thread. Absent: there are none.
struct BackupWays {
    std::function<Result<registers::Backup>(const std::string& path)> read;
    std::function<Result<void>(const std::string& path, const registers::Backup& backup)> write;
    std::function<UtcTime()> utcNow;
    std::string configFolder; ///< favourites are kept there; empty: not kept
};

/// Saves the control table of an axis, read anew, and loads one to compare with. Dialogs are not modal; files
/// are read and written on a thread of its own. GUI thread.
class BackupDesk : public QObject {
    Q_OBJECT
public:
    BackupDesk(const PanelContext& context, BackupWays ways, QWidget* window);

    void chooseSave(const motion::Axis& axis);
    void chooseLoad();
    void save(const motion::Axis& axis, const QString& path);
    void load(const QString& path);
    void forget();
    void tick(const Frame& frame);
    /// nullptr if no file is loaded.
    [[nodiscard]] const registers::Backup* loaded() const { return loaded_ ? &*loaded_ : nullptr; }
    [[nodiscard]] QString fileName() const;
    [[nodiscard]] const BackupWays& ways() const { return ways_; }

Q_SIGNALS:
    void loadedChanged();
    void told(bool good, const QString& sentence);

private:
    enum class Way : std::uint8_t { out, in };
    void choose(Way way, std::function<void(const QString&)> then);
    void writeWhenRead(const Frame& frame);

    const PanelContext& context_;
    BackupWays ways_;
    QWidget* window_;
    QString path_;
    std::optional<registers::Backup> loaded_;
    BackgroundJob<Result<registers::Backup>> reading_;
    BackgroundJob<Result<void>> writing_;
    AxisId axis_{};       ///< whose table is being read for a file
    CommandId command_{}; ///< that reads it; 0: none
    QString savePath_;
};

} // namespace servolane::ui
