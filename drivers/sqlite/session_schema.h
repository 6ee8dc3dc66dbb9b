// SPDX-License-Identifier: GPL-3.0-or-later
// The tables of a .servolane file; SCHEMA.md explains them.
#pragma once

#include "drivers/sqlite/checksum.h"
#include "drivers/sqlite/connection.h"

#include <string>

namespace servolane::drivers::sqlite {

/// "SVLS" as a big-endian number, where `file` and SQLite look for it.
constexpr std::int64_t sessionApplication = 0x53564c53;
constexpr int sessionSchema = 1;

[[nodiscard]] const std::string& sessionTables();

/// Errors: invalid (not a session, or of a newer program: names both numbers).
[[nodiscard]] Result<int> sessionSchemaOf(Connection& connection);

// What the checksums of rows cover: their numbers, then their bytes.
[[nodiscard]] std::uint32_t sliceChecksum(std::int64_t bus, std::int64_t firstTick, std::int64_t cycles,
                                          ByteView payload);
[[nodiscard]] std::uint32_t chunkChecksum(std::int64_t axis, std::int64_t slice, std::int64_t samples,
                                          ByteView payload);
[[nodiscard]] std::uint32_t factChecksum(std::int64_t sequence, std::int64_t time, std::int64_t cause,
                                         std::string_view kind, std::string_view json);

} // namespace servolane::drivers::sqlite
