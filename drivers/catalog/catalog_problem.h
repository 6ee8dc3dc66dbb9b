// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernel/result.h"

#include <cstddef>
#include <string>
#include <vector>

namespace servolane::drivers::catalog {

/// Where in which file: a JSON pointer ("/registers/3/size"), empty for the file as a whole.
struct Place {
    std::string file;
    std::string pointer;

    [[nodiscard]] Place at(const std::string& key) const { return {file, pointer + '/' + key}; }
    friend bool operator==(const Place&, const Place&) = default;
};

/// What is wrong in a model file, for whoever wrote it.
struct CatalogProblem {
    Place place;
    std::size_t line = 0;   ///< from 1; 0 unless the file is no JSON at all
    std::size_t column = 0; ///< from 1, in bytes
    std::string expected;
    std::string found;

    /// "xm430.json:12:3 /registers/3/size: expected 1, 2 or 4, found 3"
    [[nodiscard]] std::string text() const;
};

using Problems = std::vector<CatalogProblem>;

/// A line for each; ErrorCode::invalid.
[[nodiscard]] Error errorOf(const Problems& problems);

} // namespace servolane::drivers::catalog
