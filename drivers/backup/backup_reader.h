// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/registers/backup.h"
#include "drivers/catalog/object_reader.h"

namespace servolane::drivers::backup {

/// Reads all there is to read and notes every problem; what it returns counts only where there is none.
[[nodiscard]] registers::Backup backupFrom(const nlohmann::json& document, const std::string& file,
                                           const registers::ModelCatalog& models,
                                           catalog::Problems& problems);

} // namespace servolane::drivers::backup
