// SPDX-License-Identifier: GPL-3.0-or-later
// The backup file: what servos held at a moment, as one JSON document (schema 1, told in SCHEMA.md). It is
// read strictly: what is not understood is told with its place, and nothing of the file is used. Plain
// functions; any thread.
#pragma once

#include "core/kernel/result.h"
#include "core/registers/backup.h"

#include <filesystem>
#include <string>

namespace servolane::drivers::backup {

inline constexpr int schema = 1;
inline constexpr const char* kind = "servolane-backup";

/// Errors: notFound; invalid, whose detail names file, place, what was expected and what was found, a line
/// for each problem. `models`: of a servo whose model is among them, entries whose raw number contradicts
/// what stands beside it are problems, too.
[[nodiscard]] Result<registers::Backup> readBackup(const std::filesystem::path& file,
                                                   const registers::ModelCatalog& models);
[[nodiscard]] std::string backupText(const registers::Backup& backup);
/// Writes beside the file and renames, so that it is always whole. Errors: inputOutput.
[[nodiscard]] Result<void> writeBackup(const std::filesystem::path& file, const registers::Backup& backup);

} // namespace servolane::drivers::backup
