// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/catalog/catalog_problem.h"

namespace servolane::drivers::catalog {

std::string CatalogProblem::text() const {
    std::string where = place.file;
    if (line > 0) where += ':' + std::to_string(line) + ':' + std::to_string(column);
    if (!place.pointer.empty()) where += ' ' + place.pointer;
    return where + ": expected " + expected + ", found " + found;
}

Error errorOf(const Problems& problems) {
    std::string text;
    for (const auto& problem : problems)
        text += (text.empty() ? "" : "\n") + problem.text();
    return {ErrorCode::invalid, text};
}

} // namespace servolane::drivers::catalog
