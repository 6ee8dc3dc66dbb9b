// SPDX-License-Identifier: GPL-3.0-or-later
// Read model: the traces of all channels of all axes. Immutable once published; unchanged traces are shared
// between snapshots.
#pragma once

#include "core/kernel/ids.h"
#include "core/kernel/time.h"
#include "core/telemetry/channel.h"
#include "core/telemetry/read/recall.h"
#include "core/telemetry/read/trace.h"

#include <algorithm>
#include <memory>
#include <vector>

namespace servolane::telemetry {

struct TraceView {
    AxisId axis;
    Channel channel = Channel::position;
    std::shared_ptr<const Trace> trace; ///< never null

    /// Time of the newest sample; Time{} if none.
    [[nodiscard]] Time lastTime() const {
        const auto last = trace->last();
        return last ? last->time : Time{};
    }
    /// Older than three of its periods.
    [[nodiscard]] bool isStale(Time now) const {
        return trace->isEmpty() || (trace->period() > Duration{} && now - lastTime() > 3 * trace->period());
    }
};

struct TraceSet {
    Sequence upTo; ///< the last event folded in
    Time at{};
    std::vector<TraceView> traces;        ///< by axis, then channel; only channels that ever had a sample
    std::size_t bytes = 0;                ///< memory held by the traces, counted every second
    std::size_t budget = 0;               ///< of that memory; 0: there is none
    bool isAtLeast = false;               ///< more than the budget, and nothing is left to give up
    std::uint64_t rejectedCycles = 0;     ///< bus cycles that came with a time not after the last one
    std::shared_ptr<const Recall> recall; ///< what reads samples that lie in a recording; null: none do
    std::uint64_t unreadableSamples = 0;  ///< of a recording: damaged in its file, drawn as a gap

    /// As of Trace.
    [[nodiscard]] std::uint64_t readBack() const { return recall ? recall->revision() : 0; }
    [[nodiscard]] bool isWaiting() const { return recall && recall->isWaiting(); }

    /// nullptr if that channel never had a sample.
    [[nodiscard]] const TraceView* find(AxisId axis, Channel channel) const {
        const auto before = [](const TraceView& view, std::pair<AxisId, Channel> key) {
            return std::pair{view.axis, view.channel} < key;
        };
        const auto place = std::lower_bound(traces.begin(), traces.end(), std::pair{axis, channel}, before);
        return place != traces.end() && place->axis == axis && place->channel == channel ? &*place : nullptr;
    }
};

} // namespace servolane::telemetry
