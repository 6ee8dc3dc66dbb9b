// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/opened_session.h"

#include "core/journal/read/event_lane_projection.h"
#include "core/telemetry/read/session_traces.h"

namespace servolane::ui {

Result<OpenedSession> openSession(session::SessionStore& store, const std::string& path,
                                  session::JobProgress& progress) {
    auto reader = store.open(path);
    if (!reader) return tl::make_unexpected(reader.error());
    OpenedSession opened;
    opened.summary = (*reader)->summary();
    auto traces = telemetry::tracesFromSession(**reader, progress);
    if (!traces) return tl::make_unexpected(traces.error());
    opened.traces = std::make_shared<const telemetry::TraceSet>(std::move(*traces));

    auto lane = std::make_shared<journal::EventLane>();
    const auto read = (*reader)->readFacts(opened.summary.start, opened.summary.end, [&](const auto& event) {
        if (auto mark = journal::laneMarkOf(event)) lane->marks.push_back(std::move(*mark));
        return !progress.cancel;
    });
    if (!read) return tl::make_unexpected(read.error());
    if (progress.cancel) return failure(ErrorCode::interrupted);
    opened.events = std::move(lane);
    return opened;
}

} // namespace servolane::ui
