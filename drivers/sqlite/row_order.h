// SPDX-License-Identifier: GPL-3.0-or-later
// Whether the rows of a recording lie in the order of their numbers.
#pragma once

#include "core/session/session_store.h"

#include <string>
#include <vector>

namespace servolane::drivers::sqlite {

/// Each row of the large tables that does not, with its place. SQLite reads rows as they lie; what finds them
/// by their numbers does not, which is why all are read, also for a stretch: seconds for a day of six axes,
/// with progress from `begun` to 1. Errors: interrupted.
[[nodiscard]] Result<std::vector<std::string>> rowsOutOfOrder(const std::string& path, double begun,
                                                              session::JobProgress& progress);

} // namespace servolane::drivers::sqlite
