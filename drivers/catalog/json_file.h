// SPDX-License-Identifier: GPL-3.0-or-later
// A JSON file that people may have written: what is wrong with it is told with its place.
#pragma once

#include "drivers/catalog/catalog_problem.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

namespace servolane::drivers::catalog {

/// An object of at most 4 MB; nothing, and a problem, if it is none or if a key stands twice in an object of
/// it.
[[nodiscard]] std::optional<nlohmann::json> readJsonFile(const std::filesystem::path& path,
                                                         Problems& problems);

} // namespace servolane::drivers::catalog
