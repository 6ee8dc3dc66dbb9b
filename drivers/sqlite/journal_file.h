// SPDX-License-Identifier: GPL-3.0-or-later
// The tables of workstation.db and the way from older ones; SCHEMA.md explains them.
#pragma once

#include "drivers/sqlite/connection.h"

#include <string>

namespace servolane::drivers::sqlite {

/// "SVLJ" as a big-endian number.
constexpr std::int64_t journalApplication = 0x53564c4a;
constexpr int journalSchema = 2;

/// Makes the tables of an empty file and brings an older one up to this program's schema, each step in a
/// transaction of its own. Errors: invalid (another program's file, or a newer schema).
[[nodiscard]] Result<void> migrateJournal(Connection& connection);
/// Errors: invalid.
[[nodiscard]] Result<void> checkJournal(Connection& connection);

/// A row of facts; its checksum covers the one of the row before, so that a missing row shows.
struct JournalRow {
    std::int64_t id = 0;
    std::int64_t run = 0;
    std::int64_t sequence = 0;
    std::int64_t time = 0;
    std::int64_t cause = 0;
    std::int64_t missing = 0;
    std::string_view kind;
    std::string_view json;
    [[nodiscard]] std::uint32_t checksum(std::uint32_t before) const;
};

} // namespace servolane::drivers::sqlite
