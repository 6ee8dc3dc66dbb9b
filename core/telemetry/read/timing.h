// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/telemetry/read/trace.h"

namespace servolane::telemetry {

/// No value younger than this is stale: a screen's frame is 16 ms, and at 500 Hz three periods are 6 ms.
constexpr Duration leastStale = std::chrono::milliseconds{100};

/// How a channel arrives, told by the time stamps of its newest samples: those of the last second, or of the
/// last eight periods if that is longer. Intervals across a gap are left out: they say nothing of the rhythm.
struct Timing {
    std::uint64_t intervals = 0; ///< measured ones; without any, rate and jitter are not known
    double rate = 0.0;           ///< samples per second: one over the mean interval
    Duration jitter{};           ///< standard deviation of the intervals
    Duration longest{};          ///< the longest of them
    Duration age{};              ///< of the newest sample
    bool stale = false;          ///< there is none, or it is older than three periods and leastStale
};

/// Cost: of the rows of that second.
[[nodiscard]] Timing timingOf(const Trace& trace, Time now);

} // namespace servolane::telemetry
