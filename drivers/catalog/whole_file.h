// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernel/result.h"

#include <filesystem>
#include <string>

namespace servolane::drivers::catalog {

/// Writes beside the file, to the disk, and renames, so that the file is always whole. Any thread. Errors:
/// inputOutput.
[[nodiscard]] Result<void> writeWhole(const std::filesystem::path& file, const std::string& text);

} // namespace servolane::drivers::catalog
