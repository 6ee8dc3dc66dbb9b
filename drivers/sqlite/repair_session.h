// SPDX-License-Identifier: GPL-3.0-or-later
// What can still be read of a damaged recording, as a whole one.
#pragma once

#include "core/session/session_store.h"

#include <string>
#include <vector>

namespace servolane::drivers::sqlite {

struct Salvage {
    session::SessionCounters kept; ///< of the new file
    std::uint64_t lostSamples = 0; ///< one an axis and cycle, as far as the file still tells
    std::uint64_t lostFacts = 0;
    std::vector<std::string> losses; ///< each with its place in the old file
};

/// Copies what is intact to a new file `to`; where something is missing the copy has a gap. The old file is
/// not changed, and `to` must not exist; of a copy that fails nothing is left. A worker thread's. Errors:
/// corrupt (nothing can be read: the tables that tell how are gone), invalid (`to` exists), interrupted,
/// those of writing.
[[nodiscard]] Result<Salvage> repairSession(const std::string& from, const std::string& to,
                                            session::JobProgress& progress);

} // namespace servolane::drivers::sqlite
