// SPDX-License-Identifier: GPL-3.0-or-later
// A recording put together again from the pages of a file that SQLite cannot read any more, or not all of it:
// cut short, with its schema or the way to its rows damaged.
#pragma once

#include "core/session/session_store.h"

#include <string>
#include <vector>

namespace servolane::drivers::sqlite {

/// Numbers all facts anew, inside of a transaction. Those without a sequence lead, as they were told.
constexpr const char* numberFactsBySequence =
    "CREATE TEMP TABLE ordered AS SELECT * FROM facts ORDER BY sequence, id; UPDATE ordered SET id=NULL;"
    "DELETE FROM facts; INSERT INTO facts SELECT * FROM ordered ORDER BY rowid; DROP TABLE ordered";

struct Rebuilt {
    std::uint64_t proven = 0;          ///< rows whose own checksum is right
    std::vector<std::string> problems; ///< what is said of the recording and may be wrong, each in a sentence
};

/// Writes every row that is found in `from` and its -wal to the table whose form it has, in a new file `to`
/// of the present schema. Cycles and samples are taken with a checksum that is right; of a chunk or a fact
/// that lacks it the row is there, so that whoever reads `to` says what is damaged. `to` is for reading at
/// once and not for keeping. Changes nothing in `from`; of a failure nothing is left. A worker thread's.
/// Errors: corrupt (no row of a recording is in it), interrupted, those of reading and writing.
[[nodiscard]] Result<Rebuilt> rebuildSession(const std::string& from, const std::string& to,
                                             session::JobProgress& progress);

} // namespace servolane::drivers::sqlite
