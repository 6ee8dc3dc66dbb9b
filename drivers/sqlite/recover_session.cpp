// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sqlite/recover_session.h"

#include "drivers/sqlite/session_schema.h"

#include <filesystem>

namespace servolane::drivers::sqlite {

Result<bool> recoverSession(const std::string& path) {
    std::error_code none;
    if (!std::filesystem::exists(path + "-wal", none)) return false;
    auto connection = Connection::open(path, OpenMode::readWrite);
    if (!connection) return tl::make_unexpected(connection.error());
    if (const auto schema = sessionSchemaOf(*connection); !schema) return tl::make_unexpected(schema.error());
    // Leaving WAL mode needs the file alone: it fails while its writer or a reader lives.
    if (auto moved = connection->execute("PRAGMA busy_timeout=0;PRAGMA journal_mode=DELETE"); !moved)
        return tl::make_unexpected(moved.error());
    return true;
}

} // namespace servolane::drivers::sqlite
