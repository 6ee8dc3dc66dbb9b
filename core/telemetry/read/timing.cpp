// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/read/timing.h"

#include "core/telemetry/read/trace_rows.h"

#include <algorithm>
#include <cmath>

namespace servolane::telemetry {

namespace {

constexpr Duration measuredOver = std::chrono::seconds{1};
constexpr int fewestPeriods = 8;

/// Mean and spread of a run of numbers, by Welford: differences of large sums would eat the microseconds.
class Spread {
public:
    void add(double value) {
        ++count_;
        const double off = value - mean_;
        mean_ += off / static_cast<double>(count_);
        squares_ += off * (value - mean_);
    }
    [[nodiscard]] std::uint64_t count() const { return count_; }
    [[nodiscard]] double mean() const { return mean_; }
    [[nodiscard]] double deviation() const { return std::sqrt(squares_ / static_cast<double>(count_)); }

private:
    std::uint64_t count_ = 0;
    double mean_ = 0.0;
    double squares_ = 0.0;
};

} // namespace

Timing timingOf(const Trace& trace, Time now) {
    Timing timing;
    const auto last = trace.last();
    timing.stale = !last;
    if (!last) return timing;
    timing.age = std::max(now - last->time, Duration{});
    timing.stale = trace.period() > Duration{} &&
                   timing.age > std::max<Duration>(stalePeriods * trace.period(), leastStale);
    const Duration over = std::max<Duration>(measuredOver, fewestPeriods * trace.period());
    Spread intervals;
    std::optional<std::int64_t> before;
    visitRows(trace, last->time - over, last->time + Duration{1}, [&](const RowRun& run) {
        for (std::size_t i = 0; i < run.times.size(); ++i) {
            const bool isGap = run.values[i] != run.values[i]; // NaN
            if (!isGap && before) {
                const Duration interval{run.times[i] - *before};
                intervals.add(seconds(interval));
                timing.longest = std::max(timing.longest, interval);
            }
            before = isGap ? std::nullopt : std::optional(run.times[i]);
        }
        return true;
    });
    timing.intervals = intervals.count();
    if (timing.intervals == 0) return timing;
    timing.rate = 1.0 / intervals.mean();
    timing.jitter = fromSeconds(intervals.deviation());
    return timing;
}

} // namespace servolane::telemetry
