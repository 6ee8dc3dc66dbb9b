// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/motion/present.h"
#include "core/telemetry/feedback.h"

#include <mutex>

namespace servolane::runtime {

/// The newest value of every channel of every axis: what policies may know of the present. Bus threads write
/// once per cycle, the core thread copies before it decides; the lock is held for a copy of small values.
class LatestCells {
public:
    void store(const telemetry::FeedbackCycle& cycle, Duration period) {
        const std::lock_guard lock(mutex_);
        for (const auto& sample : cycle.samples)
            fold(cells_[sample.axis], sample, cycle.time, period);
    }
    void markSilent(AxisId axis, bool silent) {
        const std::lock_guard lock(mutex_);
        cells_[axis].silent = silent;
    }
    [[nodiscard]] motion::Present copy() const {
        const std::lock_guard lock(mutex_);
        return cells_;
    }

private:
    static void fold(motion::AxisPresent& cell, const telemetry::AxisSample& sample, Time time,
                     Duration period) {
        cell.lastAnswer = time;
        cell.period = period;
        cell.silent = false;
        for (std::size_t i = 0; i < telemetry::channelCount; ++i) {
            if (!(sample.valid >> i & 1U)) continue;
            cell.raw[i] = sample.raw[i];
            cell.at[i] = time;
        }
        constexpr auto current = indexOf(telemetry::Channel::current);
        if (sample.valid >> current & 1U) cell.lastingCurrent.fold(sample.raw[current], time);
    }

    mutable std::mutex mutex_;
    motion::Present cells_;
};

} // namespace servolane::runtime
