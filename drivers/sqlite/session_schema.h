// SPDX-License-Identifier: GPL-3.0-or-later
// The tables of a .servolane file; SCHEMA.md explains them.
#pragma once

#include "core/kernel/time.h"
#include "drivers/sqlite/checksum.h"
#include "drivers/sqlite/connection.h"

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace servolane::drivers::sqlite {

/// "SVLS" as a big-endian number, where `file` and SQLite look for it.
constexpr std::int64_t sessionApplication = 0x53564c53;
constexpr int sessionSchema = 4;

/// Of the file that holds room on the disk for the end of a recording while it is written.
constexpr const char* roomSuffix = "-room";
/// A recording with all that SQLite and its writer put beside it; what is not there is no error.
void removeRecording(const std::string& path);

/// SQLite's integers are signed: numbers beyond 2^63 come back as they were by the cast the other way.
[[nodiscard]] constexpr std::int64_t wide(std::uint64_t value) {
    return static_cast<std::int64_t>(value);
}

[[nodiscard]] constexpr Time timeFrom(std::int64_t nanoseconds) {
    return Time{Duration{nanoseconds}};
}

/// From schema n to n + 1.
struct SchemaStep {
    const char* change; ///< of a file, inside a transaction of its own
    /// Temporary views and tables with which a file of schema n reads like one of n + 1: nothing in it is
    /// touched. They lie over what the file has under the same name.
    const char* view;
};
/// The first leads from schema 1 to 2. Append only: a file of each schema lies somewhere.
[[nodiscard]] std::span<const SchemaStep> sessionSteps();

/// The tables of a new file, of the present schema, and its number.
[[nodiscard]] std::string sessionTables();

/// Errors: invalid (not a session, or of a newer program: names both numbers).
[[nodiscard]] Result<int> sessionSchemaOf(Connection& connection, int newest = sessionSchema);

/// Makes a file of an older schema readable as one of the present, in memory, on this connection alone.
[[nodiscard]] Result<void> viewAsNewest(Connection& connection, int schema,
                                        std::span<const SchemaStep> steps = sessionSteps());
/// Brings the file itself up to the present; the caller's transaction takes it back. Sums of tables are the
/// caller's too.
[[nodiscard]] Result<void> bringToNewest(Connection& connection, int schema,
                                         std::span<const SchemaStep> steps = sessionSteps());

/// Small tables that give numbers a meaning; each has one checksum over all of its rows, in `table_sums`.
/// The first two change with every transaction.
constexpr std::array<std::string_view, 10> summedTables{"session", "counters", "time_pairs",     "buses",
                                                        "axes",    "channels", "earlier_scales", "models",
                                                        "notes",   "tags"};
/// Those that a file of that schema has.
[[nodiscard]] constexpr std::span<const std::string_view> summedTablesOf(int schema) {
    return std::span{summedTables}.first(schema < 2 ? summedTables.size() - 1 : summedTables.size());
}
constexpr std::size_t alwaysChanging = 2;
/// Over the rows in the order of their keys: for each value its kind (0 null, 1 integer, 2 real,
/// 3 text, 4 blob), then the number (a real as its 64 bits), or the length and the bytes.
[[nodiscard]] Result<std::uint32_t> tableChecksum(Connection& connection, std::string_view table);
/// Tables that are not as their sums say, each in a sentence; files of older programs have no sums.
[[nodiscard]] std::vector<std::string> changedTables(Connection& connection, int schema);
/// Anew, of these tables.
[[nodiscard]] Result<void> storeTableSums(Connection& connection, std::span<const std::string_view> tables);

// What the checksums of rows cover: their numbers, then their bytes.
[[nodiscard]] std::uint32_t sliceChecksum(std::int64_t bus, std::int64_t firstTick, std::int64_t cycles,
                                          ByteView payload);
[[nodiscard]] std::uint32_t chunkChecksum(std::int64_t axis, std::int64_t slice, std::int64_t samples,
                                          ByteView payload);
[[nodiscard]] std::uint32_t factChecksum(std::int64_t sequence, std::int64_t time, std::int64_t cause,
                                         std::string_view kind, std::string_view json);

} // namespace servolane::drivers::sqlite
