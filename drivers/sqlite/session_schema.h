// SPDX-License-Identifier: GPL-3.0-or-later
// The tables of a .servolane file; SCHEMA.md explains them.
#pragma once

#include "core/kernel/time.h"
#include "drivers/sqlite/checksum.h"
#include "drivers/sqlite/connection.h"

#include <array>
#include <string>
#include <string_view>

namespace servolane::drivers::sqlite {

/// "SVLS" as a big-endian number, where `file` and SQLite look for it.
constexpr std::int64_t sessionApplication = 0x53564c53;
constexpr int sessionSchema = 1;

/// SQLite's integers are signed: numbers beyond 2^63 come back as they were by the cast the other way.
[[nodiscard]] constexpr std::int64_t wide(std::uint64_t value) {
    return static_cast<std::int64_t>(value);
}

[[nodiscard]] constexpr Time timeFrom(std::int64_t nanoseconds) {
    return Time{Duration{nanoseconds}};
}

[[nodiscard]] const std::string& sessionTables();

/// Errors: invalid (not a session, or of a newer program: names both numbers).
[[nodiscard]] Result<int> sessionSchemaOf(Connection& connection);

/// Small tables that give numbers a meaning; each has one checksum over all of its rows, in `table_sums`.
/// The first two change with every transaction.
constexpr std::array<std::string_view, 9> summedTables{
    "session", "counters", "time_pairs", "buses", "axes", "channels", "earlier_scales", "models", "notes"};
constexpr std::size_t alwaysChanging = 2;
/// Over the rows in the order of their keys: for each value its kind (0 null, 1 integer, 2 real,
/// 3 text, 4 blob), then the number (a real as its 64 bits), or the length and the bytes.
[[nodiscard]] Result<std::uint32_t> tableChecksum(Connection& connection, std::string_view table);

// What the checksums of rows cover: their numbers, then their bytes.
[[nodiscard]] std::uint32_t sliceChecksum(std::int64_t bus, std::int64_t firstTick, std::int64_t cycles,
                                          ByteView payload);
[[nodiscard]] std::uint32_t chunkChecksum(std::int64_t axis, std::int64_t slice, std::int64_t samples,
                                          ByteView payload);
[[nodiscard]] std::uint32_t factChecksum(std::int64_t sequence, std::int64_t time, std::int64_t cause,
                                         std::string_view kind, std::string_view json);

} // namespace servolane::drivers::sqlite
