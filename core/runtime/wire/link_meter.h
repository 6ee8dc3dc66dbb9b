// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/bus/events.h"
#include "core/runtime/wire/poll_group.h"

#include <optional>
#include <vector>

namespace servolane::runtime {

/// Measures how a bus runs, over intervals of a quarter of a second. Bus thread only.
class LinkMeter {
public:
    void cycleDone(Time at);
    /// The figures of the interval, once it is over. `period` zero: unpaced.
    [[nodiscard]] std::optional<bus::LinkMeasured> measure(Time now, Duration period, const PollGroup& group,
                                                           const bus::LinkCounters& counters);
    /// After a break no period is taken across it.
    void restart() { lastCycle_ = {}; }

private:
    Time since_{};
    Time lastCycle_{};
    std::uint64_t cycles_ = 0;
    std::vector<std::int64_t> periods_; ///< ns
};

} // namespace servolane::runtime
