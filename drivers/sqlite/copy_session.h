// SPDX-License-Identifier: GPL-3.0-or-later
// A recording made of another: a stretch of it, or what can still be read of a damaged one.
#pragma once

#include "core/session/session_store.h"

#include <optional>
#include <string>
#include <vector>

namespace servolane::drivers::sqlite {

struct CopyChoice {
    std::optional<double> fromSeconds; ///< since the start; absent: all
    std::optional<double> toSeconds;
    std::string name; ///< empty: as the old one
};

struct Salvage {
    session::SessionCounters kept; ///< of the new file
    std::uint64_t lostSamples = 0; ///< one an axis and cycle, as far as the file still tells
    std::uint64_t lostFacts = 0;
    std::uint64_t duplicateFacts = 0; ///< rows of the old file that were another fact again; none is lost
    std::vector<std::string> losses;  ///< each with its place in the old file
    bool isOutOfOrder = false;        ///< rows of the old one do not lie in the order of their numbers
};

/// Copies what is chosen and intact to a new file `to`; where something is missing the copy has a gap. The
/// old file is not changed, and `to` must not exist; of a copy that fails nothing is left. What was lost or
/// changed is told in the copy too, see SessionSummary::repairs. A worker thread's.
/// Errors: corrupt (nothing can be read: the tables that tell how are gone), invalid (`to` exists, the range
/// is empty), interrupted, those of writing.
[[nodiscard]] Result<Salvage> copySession(const std::string& from, const std::string& to,
                                          const CopyChoice& choice, session::JobProgress& progress);

/// The same of all of it, also of a file that does not open: where something is lost on the usual way, the
/// recording is put together again from the pages of the file (see rebuild_session.h), and whichever holds
/// more is kept. Needs room for another copy beside `to` meanwhile. Errors: as above; invalid (no recording).
[[nodiscard]] Result<Salvage> repairSession(const std::string& from, const std::string& to,
                                            session::JobProgress& progress);

} // namespace servolane::drivers::sqlite
