// SPDX-License-Identifier: GPL-3.0-or-later
// A recording in the scope without reading it: its traces are outlines whose samples come when somebody
// looks.
#pragma once

#include "core/kernel/result.h"
#include "core/session/session_store.h"
#include "core/telemetry/read/recall.h"
#include "core/telemetry/read/trace_set.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace servolane::telemetry {

/// The runs of each axis by time.
using RunsByAxis = std::map<AxisId, std::vector<session::StoredRun>>;

[[nodiscard]] Result<RunsByAxis> runsOf(session::SessionReader& reader, session::JobProgress& progress);
/// Extents between the smallest and the largest value of each run, in the units of the axis. Reads one run of
/// each axis.
[[nodiscard]] TraceSet outlineOf(session::SessionReader& reader, const RunsByAxis& runs,
                                 const std::shared_ptr<Recall>& recall);

/// A register that was watched in a place which the recording names after another one.
struct FormerTrace {
    AxisId axis;
    Channel channel{};
    std::string name;
    std::shared_ptr<const Trace> trace; ///< never null
};
[[nodiscard]] std::vector<FormerTrace> formerOutlinesOf(session::SessionReader& reader,
                                                        const RunsByAxis& runs,
                                                        const std::shared_ptr<Recall>& recall);

/// All that a recording holds, whatever moment of it is shown. Immutable.
struct SessionTraces {
    std::shared_ptr<const TraceSet> named = std::make_shared<const TraceSet>(); ///< as the summary names them
    std::vector<FormerTrace> former; ///< by axis, then place; the newer before the older
};

/// The nth of the recordings that may hold samples from `first` to `last`, the best first; an error if it
/// cannot be opened; absent: there are no more.
using ReaderFor =
    std::function<std::optional<Result<session::SessionReader*>>(Time first, Time last, std::size_t nth)>;
/// Reads back up to `most` pieces that somebody looked at, the newest first. What one recording lacks is
/// taken from the next. Samples that no recording holds become a gap; where a recording that should hold them
/// cannot be read, and no other has them, the outline stays. False if nothing was asked for. The thread of
/// the readers.
bool readBack(Recall& recall, const ReaderFor& readerFor, std::size_t most);

} // namespace servolane::telemetry
