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

SessionSamples::SessionSamples(const session::SessionAxis& axis, Places places)
    : axis_(&axis)
    , places_(places)
    , traces_(axis.id) {
    bus_.add(traces_);
    scaleAt(Time::min());
}

void SessionSamples::scaleAt(Time time) {
    if (places_ == Places::asNamed) return traces_.setScales(axis_->namedChannelsAt(time));
    WatchNames names;
    for (std::size_t place = 0; place < watchCount; ++place)
        names[place] = axis_->nameAt(watchChannel(place), time);
    traces_.setWatched(names);
    traces_.setScales(axis_->channelsAt(time));
}

void SessionSamples::readFrom(const session::SessionAxis& axis, Time at) {
    if (axis_ == &axis) return;
    axis_ = &axis;
    next_ = 0;
    scaleAt(at);
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
    scaleAt(time);
}

} // namespace servolane::telemetry
