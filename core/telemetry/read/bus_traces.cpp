// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/read/bus_traces.h"

#include <algorithm>

namespace servolane::telemetry {

void BusTraces::add(AxisTraces& axis) {
    if (std::find(axes_.begin(), axes_.end(), &axis) != axes_.end()) return;
    axes_.push_back(&axis);
    answered_.push_back(0);
}

void BusTraces::remove(AxisTraces& axis) {
    const auto place = std::find(axes_.begin(), axes_.end(), &axis);
    if (place == axes_.end()) return;
    answered_.erase(answered_.begin() + (place - axes_.begin()));
    axes_.erase(place);
    axis.endRows();
}

bool BusTraces::append(const FeedbackCycle& cycle) {
    if (!beginRow(cycle.time, cycle.cycle)) return false;
    for (const AxisSample& sample : cycle.samples)
        answer(cycle.time, sample);
    endRow();
    return true;
}

bool BusTraces::append(Time time, std::uint64_t cycle, const AxisSample& sample) {
    if (!beginRow(time, cycle)) return false;
    answer(time, sample);
    endRow();
    return true;
}

bool BusTraces::beginRow(Time time, std::uint64_t cycle) {
    if (time <= lastTime_) {
        ++rejected_;
        gapPending_ = true;
        return false;
    }
    if (lastTime_ != Time::min()) {
        const Duration interval = time - lastTime_;
        // A gap without a jump is one of other axes: whoever did not answer has its gap in the row before.
        if (gapPending_ || isPause(interval, period_) || cycle != lastCycle_ + 1) appendGapRow();
        learnPeriod(interval);
    }
    gapPending_ = false;
    lastCycle_ = cycle;
    writeTime(time);
    return true;
}

void BusTraces::writeTime(Time time) {
    if (!times_ || rows_ == chunkRows) beginRows(time);
    times_->at[rows_++] = nanosecondsSinceEpoch(time);
    lastTime_ = time;
    ++rowNumber_;
}

void BusTraces::beginRows(Time first) {
    times_ = std::make_shared_for_overwrite<TimeChunk>();
    rows_ = 0;
    columns_.push_back({times_, first});
    for (AxisTraces* axis : axes_)
        axis->beginRows(times_);
}

void BusTraces::appendGapRow() {
    writeTime(lastTime_);
    for (AxisTraces* axis : axes_)
        axis->appendMissing();
}

/// Samples usually come in the same order in every cycle: look there first.
void BusTraces::answer(Time time, const AxisSample& sample) {
    for (std::size_t tried = 0; tried < axes_.size(); ++tried) {
        const std::size_t place = (expected_ + tried) % axes_.size();
        if (axes_[place]->axis() != sample.axis) continue;
        expected_ = (place + 1) % axes_.size();
        if (answered_[place] == rowNumber_) return;
        answered_[place] = rowNumber_;
        axes_[place]->append(time, sample);
        return;
    }
}

void BusTraces::endRow() {
    for (std::size_t place = 0; place < axes_.size(); ++place)
        if (answered_[place] != rowNumber_) axes_[place]->appendMissing();
}

void BusTraces::learnPeriod(Duration interval) {
    if (period_ == Duration{})
        period_ = interval;
    else
        period_ += (std::min(interval, 4 * period_) - period_) / 16;
}

void BusTraces::forgetPeriod() {
    period_ = {};
    for (AxisTraces* axis : axes_)
        axis->forgetPeriods();
}

std::size_t BusTraces::bytes() {
    std::erase_if(columns_, [](const Column& column) { return column.times.expired(); });
    return columns_.size() * sizeof(TimeChunk);
}

std::size_t BusTraces::giveUpTimes(Time oldest) {
    // The newest grows; any other ends where the next one begins, at the latest.
    auto end = columns_.begin();
    while (end != columns_.end() && end + 1 != columns_.end() && (end + 1)->first <= oldest)
        ++end;
    const auto given = static_cast<std::size_t>(end - columns_.begin());
    columns_.erase(columns_.begin(), end);
    return given * sizeof(TimeChunk);
}

} // namespace servolane::telemetry
