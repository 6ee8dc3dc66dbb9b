// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a recording is what was written.
#pragma once

#include "core/kernel/result.h"

#include <string>
#include <vector>

namespace servolane::drivers::sqlite {

/// Reads all of the file: the structure of the database, checksums and contents of all slices, chunks and
/// tails, their order and completeness, gap marks, ranges, facts and counters. Empty: all is well. An Error
/// only if the file cannot be opened as a session at all. `remarks`, if wanted: what is no damage, or not
/// certain to be any, and should be known (a -wal that ends inside a transaction; a copy of a damaged
/// recording). Changes nothing; a worker thread's.
[[nodiscard]] Result<std::vector<std::string>> verifySession(const std::string& path,
                                                             std::vector<std::string>* remarks = nullptr);

} // namespace servolane::drivers::sqlite
