// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/telemetry/read/trace.h"

#include <memory>
#include <optional>
#include <vector>

namespace servolane::telemetry {

/// Reads the samples of a trace in order while the trace grows: give it each newer snapshot. One thread.
class SampleCursor {
public:
    struct Sample {
        Time time{};
        float value = 0.0F;
        /// Of the first gap row between it and the sample before; Time::max() if there is none.
        Time gapAt = Time::max();
    };

    SampleCursor() = default;
    /// Begins with the first sample at or after `from`.
    explicit SampleCursor(Time from)
        : read_(from - Duration{1}) {}

    /// A newer snapshot of the same trace. Empty traces are allowed.
    void follow(std::shared_ptr<const Trace> trace);
    /// The next sample, without taking it; nullptr if the snapshot holds no more.
    [[nodiscard]] const Sample* peek();
    void take() { ++next_; }
    /// Of the first gap row after the sample taken last; Time::max() if none is known.
    [[nodiscard]] Time gapAt();
    [[nodiscard]] const Trace& trace() const { return *trace_; }
    /// There are more samples, but they are still being read from a recording.
    [[nodiscard]] bool isWaiting() { return !peek() && waiting_; }

private:
    void fill();

    std::shared_ptr<const Trace> trace_ = std::make_shared<const Trace>();
    std::vector<Sample> ahead_; ///< read, oldest first
    std::size_t next_ = 0;      ///< in `ahead_`: not taken yet
    Time read_ = Time::min();   ///< of the newest sample ever read
    Time gapAt_ = Time::max();  ///< of the first gap row after it
    std::uint64_t readBack_ = 0;
    bool waiting_ = false;  ///< it ended where samples are still being read
    bool exhausted_ = true; ///< the snapshot holds nothing more
};

/// A trace whose newest value is held until the next. One thread.
struct HeldInput {
    SampleCursor cursor;
    std::optional<SampleCursor::Sample> held;

    /// Moves to the newest sample at or before `time`, which rises from call to call. False if there is none
    /// that counts: a gap lies between, or it is older than three of its periods.
    [[nodiscard]] bool hold(Time time);
};

} // namespace servolane::telemetry
