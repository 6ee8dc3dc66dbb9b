// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/wire/polled_axis.h"

#include <algorithm>
#include <cmath>

namespace servolane::runtime {

void ServoMeter::asked(bus::SlotState state) {
    ++figures_.asked;
    if (state == bus::SlotState::silent) ++figures_.silent;
    if (state == bus::SlotState::corrupt) ++figures_.corrupt;
}

/// Welford's running mean and variance: no sum grows until its last digits are lost.
void ServoMeter::timed(Duration turnaround) {
    if (turnaround <= Duration::zero()) return;
    const double span = seconds(turnaround);
    const double before = span - figures_.turnaround;
    figures_.turnaround += before / static_cast<double>(++figures_.timed);
    squares_ += before * (span - figures_.turnaround);
    figures_.turnaroundLongest = std::max(figures_.turnaroundLongest, span);
}

void ServoMeter::learned(std::optional<Duration> returnDelay, std::optional<std::int64_t> returnLevel) {
    const auto delay = returnDelay ? std::optional(seconds(*returnDelay)) : std::nullopt;
    if (delay != figures_.returnDelay) {
        // Answers from before are those of another setting.
        figures_.timed = 0;
        figures_.turnaround = figures_.turnaroundJitter = figures_.turnaroundLongest = squares_ = 0.0;
    }
    figures_.returnDelay = delay;
    figures_.returnLevel = returnLevel;
}

bus::ServoMeasured ServoMeter::figures(AxisId axis) const {
    bus::ServoMeasured figures = figures_;
    figures.axis = axis;
    if (figures.timed > 1)
        figures.turnaroundJitter = std::sqrt(squares_ / static_cast<double>(figures.timed));
    return figures;
}

} // namespace servolane::runtime
