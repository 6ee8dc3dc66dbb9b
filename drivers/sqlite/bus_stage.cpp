// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sqlite/bus_stage.h"

#include <algorithm>

namespace servolane::drivers::sqlite {

AxisStage& BusStage::stageOf(AxisId axis) {
    if (axis.value >= placeOf_.size()) placeOf_.resize(axis.value + std::size_t{1});
    auto& place = placeOf_[axis.value];
    if (place == 0) {
        axes_.push_back({axis, {}, 0});
        axes_.back().samples.reserve(capacity);
        place = static_cast<std::uint16_t>(axes_.size());
    }
    return axes_[place - std::size_t{1}];
}

BusStage::Added BusStage::add(const telemetry::FeedbackCycle& cycle) {
    const bool jumped = lastCycle_ && cycle.cycle != *lastCycle_ + 1;
    const bool gap =
        lastCycle_ && (cycle.gapBefore || jumped); // what was before the recording is no gap in it
    lastCycle_ = cycle.cycle;
    const auto row = static_cast<std::uint32_t>(stamps_.size());
    stamps_.push_back({nanosecondsSinceEpoch(cycle.time), cycle.cycle, gap});
    Added added{gap, 0};
    for (const auto& sample : cycle.samples) {
        auto& samples = stageOf(sample.axis).samples;
        // An axis answers once a cycle; a second answer would be another servo under its id.
        if (!samples.empty() && samples.back().row == row) continue;
        samples.push_back({row, sample});
        ++added.samples;
    }
    return added;
}

std::uint64_t BusStage::gaps() const {
    return static_cast<std::uint64_t>(std::count_if(stamps_.begin(), stamps_.end(),
                                                    [](const CycleStamp& stamp) { return stamp.gapBefore; }));
}

void BusStage::tailStored() {
    stored_ = stamps_.size();
    for (auto& axis : axes_)
        axis.stored = axis.samples.size();
}

void BusStage::sliceStored() {
    firstTick_ += stamps_.size();
    stored_ = 0;
    stamps_.clear();
    for (auto& axis : axes_) {
        axis.samples.clear();
        axis.stored = 0;
    }
}

} // namespace servolane::drivers::sqlite
