// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/replay.h"
#include "core/journal/read/command_log.h"
#include "core/telemetry/read/trace_set.h"

#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace servolane::ui {

/// Begins to open a recording and returns at once; its state tells when it is there, or why not.
using OpenReplay = std::function<std::shared_ptr<api::Replay>(const std::string& path)>;

/// A recording as the window shows it: whole, though samples are read only where somebody looks.
struct OpenedSession {
    session::SessionSummary summary;
    std::shared_ptr<const telemetry::TraceSet> traces;
    std::shared_ptr<const journal::EventLane> events;
    std::shared_ptr<api::Replay> replay;
};

/// Dates moments of a recording as exports of it do; any thread. The epoch, if there is none.
[[nodiscard]] inline std::function<UtcTime(Time)> datingOf(std::shared_ptr<const api::Replay> replay) {
    return [replay = std::move(replay)](Time at) { return replay ? replay->utcAt(at) : UtcTime{}; };
}

} // namespace servolane::ui
