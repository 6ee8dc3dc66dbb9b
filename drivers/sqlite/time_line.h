// SPDX-License-Identifier: GPL-3.0-or-later
// UTC of monotonic times by recorded pairs. A plain value.
#pragma once

#include "core/kernel/time.h"

#include <vector>

namespace servolane::drivers::sqlite {

class TimeLine {
public:
    struct Pair {
        Time time{};
        UtcTime utc{};
    };

    TimeLine() = default;
    /// In any order.
    explicit TimeLine(std::vector<Pair> pairs);
    /// Linear between two pairs; outside of them the nearest pair's distance holds, since a slope would
    /// magnify the jitter of two readings. Without pairs: the epoch.
    [[nodiscard]] UtcTime utcAt(Time time) const;

private:
    std::vector<Pair> pairs_;
};

} // namespace servolane::drivers::sqlite
