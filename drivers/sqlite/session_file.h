// SPDX-License-Identifier: GPL-3.0-or-later
// Opening a .servolane file for reading, and what its small tables say.
#pragma once

#include "core/session/session_store.h"
#include "drivers/sqlite/connection.h"
#include "drivers/sqlite/log_frames.h"
#include "drivers/sqlite/time_line.h"

#include <string>
#include <string_view>

namespace servolane::drivers::sqlite {

struct SessionFile {
    std::string path;
    Connection connection;
    int schema = 0;
    bool walUnread = false;
    bool walMissing = false; ///< only counts where the file was not closed cleanly
    bool walTaken = false;   ///< the same, but its place still shows that it was not copied without it
    LogState log;            ///< of the -wal, before the file was opened
};

/// Read-only. A killed writer's -wal is read too; SQLite makes a -shm beside it for that, and in a folder
/// that may not be written keeps what it needs in memory. Where that fails too the main file is opened as
/// immutable and `walUnread` set. The same where the file was left in the midst of being written but its -wal
/// is gone (`walMissing`; `walTaken` where the room that the killed writer held still lies beside it: then
/// another program has moved the -wal into the file, as any with SQLite does that opens it for writing, or
/// somebody has deleted it). A change that was broken off by a kill (-journal) is taken back first, the one
/// thing that is written here. Errors: notFound, notAllowed, invalid (not a session, newer schema), corrupt.
[[nodiscard]] Result<SessionFile> openSessionFile(const std::string& path, const std::string& vfs = {});

/// Files of older programs lack the newer tables.
[[nodiscard]] bool hasTable(Connection& connection, std::string_view name);

[[nodiscard]] Result<TimeLine> readTimeLine(SessionFile& file);
/// Names and units that are no UTF-8 are made so. Reads no samples: a millisecond whatever the file's size.
[[nodiscard]] Result<session::SessionSummary> readSummary(SessionFile& file, const TimeLine& timeLine);
/// Damaged ones are left out and told; their servos are then without registers.
[[nodiscard]] Result<registers::ModelCatalog> readModels(SessionFile& file,
                                                         std::vector<std::string>& damaged);

} // namespace servolane::drivers::sqlite
