// SPDX-License-Identifier: GPL-3.0-or-later
// Loads servo model files (resources/servos/README.md describes the format) into control tables.
#pragma once

#include "core/registers/control_table.h"
#include "drivers/catalog/catalog_problem.h"

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace servolane::drivers::catalog {

struct CatalogLoad {
    registers::ModelCatalog catalog;
    std::vector<CatalogProblem> problems;
};

/// Reads every *.json of the folders, the system's first, then the user's. A model of a later folder replaces
/// the one of the same name; a file may extend files of its own folder and of those before it. A file with a
/// problem gives no model and does no harm to others. The first folder must exist, the others may be absent.
/// A model of none of the `families` is a mistake too; without any, all words are taken.
/// Any thread; does not throw.
[[nodiscard]] CatalogLoad loadCatalog(std::span<const std::filesystem::path> folders,
                                      std::span<const std::string> families = {});

} // namespace servolane::drivers::catalog
