// SPDX-License-Identifier: GPL-3.0-or-later
// The rows of a trace one by one, for what envelopes cannot answer: a crossing, an export. Any thread.
#pragma once

#include "core/telemetry/read/trace.h"

#include <cstdint>
#include <functional>
#include <span>

namespace servolane::telemetry {

/// Rows that lie side by side in memory: at most a chunk of 4096. A value of NaN is a gap; its time is that
/// of the row before, or a time at which no value came.
struct RowRun {
    std::span<const std::int64_t> times; ///< ns of the monotonic clock, never falling
    std::span<const float> values;       ///< as many
};

/// Every row with from ≤ time < to in order of time, gap rows included, until `visit` returns false. False if
/// it ended where samples are still being read from a recording: they are asked for, and rows come in order.
/// Cost: of the rows handed over alone.
bool visitRows(const Trace& trace, Time from, Time to, const std::function<bool(const RowRun&)>& visit);

} // namespace servolane::telemetry
