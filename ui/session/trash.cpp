// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/trash.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>

namespace servolane::ui {

Result<Trashed> moveToTrash(session::SessionLibrary& library, const std::string& path) {
    const QString file = QString::fromStdString(path);
    if (!QFile::exists(file)) return failure(ErrorCode::notFound, path);
    // A file that cannot be read any more cannot be settled either; it may go all the same.
    if (auto settled = library.settle(path); !settled && settled.error().code == ErrorCode::busy)
        return failure(ErrorCode::busy, path + " is open: end its recording, or close it elsewhere");
    QString inTrash;
    if (!QFile::moveToTrash(file, &inTrash) || inTrash.isEmpty())
        return failure(ErrorCode::inputOutput,
                       path + " cannot be moved to a trash on this disk; nothing was deleted");
    return Trashed{path, inTrash.toStdString()};
}

Result<void> takeBack(const Trashed& trashed) {
    const QString from = QString::fromStdString(trashed.from);
    const QString lies = QString::fromStdString(trashed.path);
    if (QFile::exists(from)) return failure(ErrorCode::invalid, trashed.from + " exists again");
    if (!QFile::rename(lies, from))
        return failure(ErrorCode::inputOutput, trashed.path + " cannot be moved back to " + trashed.from);
    // The desktop's note of where it came from.
    const QFileInfo file(lies);
    QFile::remove(QDir(file.absolutePath() + QStringLiteral("/../info"))
                      .filePath(file.fileName() + QStringLiteral(".trashinfo")));
    return {};
}

} // namespace servolane::ui
