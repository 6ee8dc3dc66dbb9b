// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sqlite/recover_session.h"

#include "drivers/sqlite/session_schema.h"

#include <filesystem>

namespace servolane::drivers::sqlite {

Result<bool> recoverSession(const std::string& path) {
    std::error_code none;
    if (!std::filesystem::exists(path + "-wal", none)) {
        std::filesystem::remove(path + roomSuffix, none); // nobody writes it
        return false;
    }
    auto connection = Connection::open(path, OpenMode::readWrite);
    if (!connection) return tl::make_unexpected(connection.error());
    if (const auto schema = sessionSchemaOf(*connection); !schema) return tl::make_unexpected(schema.error());
    // Leaving WAL mode needs the file alone: it fails while its writer or a reader lives.
    if (auto moved = connection->execute("PRAGMA busy_timeout=0;PRAGMA journal_mode=DELETE"); !moved)
        return tl::make_unexpected(moved.error());
    connection->close();
    // Killed between leaving WAL mode and deleting the log: SQLite takes an empty one for none, and leaves
    // it.
    if (std::filesystem::file_size(path + "-wal", none) == 0 && !none)
        std::filesystem::remove(path + "-wal", none);
    std::filesystem::remove(path + roomSuffix, none);
    return true;
}

} // namespace servolane::drivers::sqlite
