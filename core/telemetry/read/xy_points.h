// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/telemetry/read/trace.h"
#include "core/telemetry/read/trace_rows.h"

#include <atomic>
#include <memory>
#include <vector>

namespace servolane::telemetry {

struct XyPoint {
    Time time{};
    float x = 0.0F;
    float y = 0.0F;
    bool afterGap = false; ///< no line leads to it
    friend bool operator==(const XyPoint&, const XyPoint&) = default;
};

struct XyPoints {
    std::vector<XyPoint> points; ///< oldest first
    std::size_t samples = 0;     ///< that had both values
    std::size_t gaps = 0;
    Time from{};              ///< of the part that was taken
    bool isShortened = false; ///< the span holds more than can be read at once: the newest part was taken
    bool isWaiting = false;   ///< samples behind the last point are still being read from a recording
    /// Of so many samples in a row the first and those with the extremes of x and y are drawn; 1: all are.
    std::size_t thinning = 1;
};

/// One channel against another for from ≤ time < to, at most about `most` points. Values of one bus cycle
/// belong together; of two that do not come equally often, the rarer is held as in MathTrace. Any thread;
/// breaks off once `cancelled` is set. Of a span with more samples than `limits` allow the newest are taken.
[[nodiscard]] XyPoints xyOf(const std::shared_ptr<const Trace>& x, const std::shared_ptr<const Trace>& y,
                            Time from, Time to, std::size_t most, const std::atomic<bool>& cancelled,
                            const ReadLimits& limits = {});

} // namespace servolane::telemetry
