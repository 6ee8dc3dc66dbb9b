// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/read/session_samples.h"

#include <algorithm>

namespace servolane::telemetry {

namespace {

AxisSample sampleOf(const session::AxisBlock& block, std::size_t row) {
    AxisSample sample;
    sample.axis = block.axis;
    sample.valid = block.valid[row];
    for (std::size_t channel = 0; channel < channelCount; ++channel)
        if (row < block.raw[channel].size()) sample.raw[channel] = block.raw[channel][row];
    return sample;
}

} // namespace

SessionSamples::SessionSamples(const session::SessionAxis& axis)
    : axis_(&axis)
    , traces_(axis.id) {
    bus_.add(traces_);
    traces_.setScales(axis.channelsAt(Time::min()));
}

void SessionSamples::readFrom(const session::SessionAxis& axis, Time at) {
    if (axis_ == &axis) return;
    axis_ = &axis;
    next_ = 0;
    traces_.setScales(axis.channelsAt(at));
}

void SessionSamples::append(const session::AxisBlock& block, Time from, Time to) {
    const auto& times = block.timeNs;
    const auto first = std::lower_bound(times.begin(), times.end(), nanosecondsSinceEpoch(from));
    const auto end = std::upper_bound(first, times.end(), nanosecondsSinceEpoch(to));
    for (auto at = first; at != end; ++at) {
        const auto row = static_cast<std::size_t>(at - times.begin());
        const Time time{Duration{*at}};
        reach(time);
        bus_.append(time, block.cycle[row], sampleOf(block, row));
    }
}

void SessionSamples::reach(Time time) {
    if (next_ == axis_->earlier.size() || time < axis_->earlier[next_].until) return;
    while (next_ < axis_->earlier.size() && time >= axis_->earlier[next_].until)
        ++next_;
    traces_.setScales(axis_->channelsAt(time));
}

} // namespace servolane::telemetry
