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

namespace servolane::telemetry {

/// The runs of each axis by time.
using RunsByAxis = std::map<AxisId, std::vector<session::StoredRun>>;

[[nodiscard]] Result<RunsByAxis> runsOf(session::SessionReader& reader, session::JobProgress& progress);
/// Extents between the smallest and the largest value of each run, in the units of the axis. Reads one run of
/// each axis.
[[nodiscard]] TraceSet outlineOf(session::SessionReader& reader, const RunsByAxis& runs,
                                 const std::shared_ptr<Recall>& recall);

/// The recording that holds the samples from `first` to `last` of an axis, or part of them; an error if none
/// does.
using ReaderFor = std::function<Result<session::SessionReader*>(Time first, Time last)>;
/// Reads back up to `most` pieces that somebody looked at, the newest first; those that no recording holds or
/// that are damaged become gaps. False if nothing was asked for. The thread of the readers.
bool readBack(Recall& recall, const ReaderFor& readerFor, std::size_t most);

} // namespace servolane::telemetry
