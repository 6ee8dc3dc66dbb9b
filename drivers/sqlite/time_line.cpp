// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sqlite/time_line.h"

#include <algorithm>
#include <cmath>

namespace servolane::drivers::sqlite {

TimeLine::TimeLine(std::vector<Pair> pairs)
    : pairs_(std::move(pairs)) {
    std::stable_sort(pairs_.begin(), pairs_.end(),
                     [](const Pair& a, const Pair& b) { return a.time < b.time; });
}

UtcTime TimeLine::utcAt(Time time) const {
    if (pairs_.empty()) return UtcTime{};
    const auto after = std::upper_bound(pairs_.begin(), pairs_.end(), time,
                                        [](Time wanted, const Pair& pair) { return wanted < pair.time; });
    const Pair& near = after == pairs_.begin() ? *after : *(after - 1);
    const Duration since = time - near.time;
    if (after == pairs_.begin() || after == pairs_.end() || after->time == near.time) return near.utc + since;
    // The drift is a small number of nanoseconds, so that a double holds it exactly enough.
    const Duration drift = (after->utc - near.utc) - (after->time - near.time);
    const double share = seconds(since) / seconds(after->time - near.time);
    return near.utc + since + Duration{std::llround(static_cast<double>(drift.count()) * share)};
}

} // namespace servolane::drivers::sqlite
