// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernel/result.h"
#include "core/session/session_store.h"
#include "core/telemetry/read/trace_set.h"

namespace servolane::telemetry {

/// All traces of a recording, for the screens that show live ones. Runs on the calling thread, a worker of
/// its own; memory as trace_chunk.h states. Errors: those of the reader, interrupted (cancelled).
[[nodiscard]] Result<TraceSet> tracesFromSession(session::SessionReader& reader,
                                                 session::JobProgress& progress);

} // namespace servolane::telemetry
