// SPDX-License-Identifier: GPL-3.0-or-later
// The recipe file: how the servos of a line are to be set up, as one JSON document written by people (schema
// 1, told in SCHEMA.md). Read strictly. Plain functions; any thread.
#pragma once

#include "core/kernel/result.h"
#include "core/registers/recipe.h"

#include <filesystem>

namespace servolane::drivers::backup {

/// Errors: notFound; invalid, whose detail names file, place, what was expected and what was found, a line
/// for each problem.
[[nodiscard]] Result<registers::Recipe> readRecipe(const std::filesystem::path& file);

} // namespace servolane::drivers::backup
