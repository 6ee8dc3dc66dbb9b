// SPDX-License-Identifier: GPL-3.0-or-later
// Opening a .servolane file for reading, and what its small tables say.
#pragma once

#include "core/session/session_store.h"
#include "drivers/sqlite/connection.h"
#include "drivers/sqlite/time_line.h"

#include <string>

namespace servolane::drivers::sqlite {

struct SessionFile {
    std::string path;
    Connection connection;
    int schema = 0;
    bool walUnread = false;
};

/// Read-only. A killed writer's -wal is read too; SQLite needs to make a -shm beside it for that, so in a
/// folder that may not be written it opens the main file as immutable instead and sets `walUnread`.
/// Errors: notFound, notAllowed, invalid (not a session, newer schema), corrupt.
[[nodiscard]] Result<SessionFile> openSessionFile(const std::string& path, const std::string& vfs = {});

[[nodiscard]] Result<TimeLine> readTimeLine(SessionFile& file);
/// Reads no samples: a millisecond whatever the file's size.
[[nodiscard]] Result<session::SessionSummary> readSummary(SessionFile& file, const TimeLine& timeLine);
[[nodiscard]] Result<registers::ModelCatalog> readModels(SessionFile& file);

} // namespace servolane::drivers::sqlite
