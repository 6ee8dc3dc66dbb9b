// SPDX-License-Identifier: GPL-3.0-or-later
// The samples of one axis as several recordings hold them, put together: a stretch may lie across the border
// of two files, or in two that were written at the same time.
#pragma once

#include "core/session/session_store.h"

#include <vector>

namespace servolane::telemetry {

class SessionSamples;

/// What one recording holds of a stretch.
struct RecordedRows {
    const session::SessionAxis* axis = nullptr; ///< lives as long as its reader
    std::vector<session::AxisBlock> blocks;     ///< with rows, in order of time, not trimmed

    bool isDamaged = false;

    /// It begins before `first` or with it, ends not before `last`, and nothing of it is damaged.
    [[nodiscard]] bool reachesOver(Time first, Time last) const;
};

/// False if reading failed: `into` has what came before. An axis that the recording does not know has no
/// rows, and damaged ones are left out.
[[nodiscard]] bool readRows(session::SessionReader& reader, AxisId axis, Time first, Time last,
                            RecordedRows& into);
/// The rows from `first` to `last` of all recordings by time, each once. Samples are missing before a row
/// only if they are in no recording.
void mergeRows(std::vector<RecordedRows>& recordings, Time first, Time last, SessionSamples& into);

} // namespace servolane::telemetry
