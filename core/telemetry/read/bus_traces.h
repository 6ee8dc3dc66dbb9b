// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/telemetry/read/axis_traces.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace servolane::telemetry {

/// Even if no cycle was lost, a pause of ten periods and a quarter of a second is a gap: nobody knows what
/// the axis did in it. While the period is not known yet (0) nothing is a pause.
[[nodiscard]] constexpr bool isPause(Duration interval, Duration period) {
    return interval > std::chrono::milliseconds{250} && period > Duration{} && interval > 10 * period;
}

/// The traces of the axes of one bus and the time column that they share: one row per bus cycle. One thread.
class BusTraces {
public:
    /// The axis takes part from the next cycle on. It must outlive this, or be removed.
    void add(AxisTraces& axis);
    void remove(AxisTraces& axis);

    /// False, and counted, if the cycle's time is not after the newest.
    bool append(const FeedbackCycle& cycle);
    /// One answer of one axis, for recordings, which keep the samples of each axis apart.
    bool append(Time time, std::uint64_t cycle, const AxisSample& sample);
    /// The link was lost: the next cycle comes after a gap.
    void markGap() { gapPending_ = true; }
    /// The polling rate was changed: another interval is no gap.
    void forgetPeriod();

    [[nodiscard]] Duration period() const { return period_; }
    [[nodiscard]] std::uint64_t rejected() const { return rejected_; }
    /// Of time columns that are still in use.
    [[nodiscard]] std::size_t bytes();
    /// Counts time columns no more that end before `oldest`, the first row of any sealed chunk in memory;
    /// returns the bytes freed once no snapshot holds them.
    std::size_t giveUpTimes(Time oldest);
    [[nodiscard]] const std::vector<AxisTraces*>& axes() const { return axes_; }

private:
    bool beginRow(Time time, std::uint64_t cycle);
    void endRow();
    void beginRows(Time first);
    void writeTime(Time time);
    void appendGapRow();
    void learnPeriod(Duration interval);
    void answer(Time time, const AxisSample& sample);

    std::vector<AxisTraces*> axes_;
    std::vector<std::uint64_t> answered_; ///< by place in axes_: the newest row with an answer
    std::size_t expected_ = 0;            ///< place of the axis that answers next, if the order is as before
    std::shared_ptr<TimeChunk> times_;
    struct Column {
        std::weak_ptr<const TimeChunk> times;
        Time first; ///< its first row
    };
    std::vector<Column> columns_; ///< oldest first
    std::uint32_t rows_ = 0;
    std::uint64_t rowNumber_ = 0;
    Time lastTime_ = Time::min();
    std::uint64_t lastCycle_ = 0;
    Duration period_{};
    std::uint64_t rejected_ = 0;
    bool gapPending_ = false;
};

} // namespace servolane::telemetry
