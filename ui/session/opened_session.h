// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/journal/read/command_log.h"
#include "core/session/session_store.h"
#include "core/telemetry/read/trace_set.h"

#include <memory>
#include <vector>

namespace servolane::ui {

/// A recording as the window shows it.
struct OpenedSession {
    session::SessionSummary summary;
    std::shared_ptr<const telemetry::TraceSet> traces;
    std::shared_ptr<const journal::EventLane> events;
};

/// Runs on the calling thread, a worker. Errors: those of the store, interrupted (cancelled).
[[nodiscard]] Result<OpenedSession> openSession(session::SessionStore& store, const std::string& path,
                                                session::JobProgress& progress);

} // namespace servolane::ui
