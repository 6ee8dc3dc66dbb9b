// SPDX-License-Identifier: GPL-3.0-or-later
// Points and spans of time. One source stamps everything: the monotonic clock, in nanoseconds.
// Values are plain and safe on any thread.
#pragma once

#include <chrono>
#include <cstdint>

namespace servolane {
inline namespace kernel {

using Duration = std::chrono::nanoseconds;

/// Tag of the workstation's monotonic time line; its epoch is that of CLOCK_MONOTONIC (or zero in tests).
struct MonotonicTimeline {
    using rep = Duration::rep;
    using period = Duration::period;
    using duration = Duration;
    using time_point = std::chrono::time_point<MonotonicTimeline, Duration>;
    static constexpr bool is_steady = true;
};

using Time = MonotonicTimeline::time_point;
using UtcTime = std::chrono::sys_time<Duration>;

[[nodiscard]] constexpr double seconds(Duration span) {
    return std::chrono::duration<double>(span).count();
}
[[nodiscard]] constexpr double milliseconds(Duration span) {
    return seconds(span) * 1e3;
}
[[nodiscard]] constexpr Duration fromSeconds(double value) {
    return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(value));
}
[[nodiscard]] constexpr std::int64_t nanosecondsSinceEpoch(Time time) {
    return time.time_since_epoch().count();
}

} // namespace kernel
} // namespace servolane
