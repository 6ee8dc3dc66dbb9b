// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/catalog/catalog_problem.h"

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace servolane::drivers::catalog {

/// The model files of one folder that are JSON objects at all, by file name.
using ModelFolder = std::map<std::string, nlohmann::json>;

/// Notes files that cannot be read or are no JSON, with line and column. A folder that does not exist is
/// empty.
[[nodiscard]] ModelFolder readModelFolder(const std::filesystem::path& folder, Problems& problems);

} // namespace servolane::drivers::catalog
