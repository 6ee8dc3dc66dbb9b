// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/read/axis_traces.h"

#include <utility>

namespace servolane::telemetry {

namespace {

/// A channel shares the bus's times if at most one answer in 64 came without it.
constexpr std::uint32_t missedShare = 64;
/// … and stops sharing as soon as so many came without it in the running chunk.
constexpr std::uint32_t missedLimit = 16;
/// A channel that is read now and then has a gap after so many of its periods.
constexpr int gapPeriods = 3;

} // namespace

void AxisTraces::setScales(const ChannelScales& scales) {
    const ChannelScales before = std::exchange(scales_, scales);
    // A register that somebody begins to watch, or that gave its place up, is no other unit for those that
    // were there.
    bool isOther = false;
    for (std::size_t index = 0; index < channelCount; ++index) {
        if (!before[index].exists() || scales[index] == before[index]) continue;
        if (scales[index].exists() || !isWatch(allChannels[index]))
            isOther = true;
        else if (channels_[index])
            endLine(*channels_[index]);
    }
    if (!isOther) return;
    endRows();
    forEach([](TraceWriter& writer) { writer.markGap(); });
}

void AxisTraces::setWatched(const WatchNames& names) {
    for (std::size_t place = 0; place < watchCount; ++place) {
        if (watched_[place].empty() || watched_[place] == names[place]) continue;
        const std::size_t index = indexOf(watchChannel(place));
        channels_[index].reset();
        scales_[index] = {};
    }
    watched_ = names;
}

/// Nothing joins what comes later with what there was.
void AxisTraces::endLine(ChannelState& state) {
    state.writer.endSharing();
    state.writer.markGap();
    state.seen = 0;
    state.missed = 0;
}

void AxisTraces::append(Time time, const AxisSample& sample) {
    for (std::size_t index = 0; index < channelCount; ++index) {
        auto& state = channels_[index];
        const bool present = (sample.valid >> index & 1U) != 0 && scales_[index].exists();
        if (!present) {
            if (state) appendAbsent(*state);
            continue;
        }
        if (!state) state = std::make_unique<ChannelState>();
        const auto value = static_cast<float>(scales_[index].valueOf(sample.raw[index]));
        appendPresent(*state, time, value, (lastValid_ >> index & 1U) != 0);
    }
    lastValid_ = sample.valid;
    brokenOff_ = false;
}

void AxisTraces::appendPresent(ChannelState& state, Time time, float value, bool inLastAnswer) {
    ++state.seen;
    TraceWriter& writer = state.writer;
    if (writer.isSharing()) {
        writer.appendShared(value);
        return;
    }
    const bool missingAnswer = inLastAnswer && brokenOff_;
    const bool overdue = !inLastAnswer && writer.isOverdue(time, gapPeriods);
    if (missingAnswer || overdue) writer.markGap();
    writer.append(time, value);
}

void AxisTraces::appendAbsent(ChannelState& state) {
    ++state.missed;
    if (!state.writer.isSharing()) return;
    if (state.missed >= missedLimit)
        state.writer.endSharing();
    else
        state.writer.appendShared(TraceWriter::gap);
}

void AxisTraces::appendMissing() {
    brokenOff_ = true;
    forEach([](TraceWriter& writer) {
        if (writer.isSharing()) writer.appendShared(TraceWriter::gap);
    });
}

void AxisTraces::beginRows(const std::shared_ptr<const TimeChunk>& times) {
    for (auto& state : channels_) {
        if (!state) continue;
        if (state->seen > 0 && state->missed * missedShare <= state->seen)
            state->writer.share(times);
        else
            state->writer.endSharing();
        state->seen = 0;
        state->missed = 0;
    }
}

void AxisTraces::endRows() {
    for (auto& state : channels_) {
        if (!state) continue;
        state->writer.endSharing();
        state->seen = 0; // times of its own until the next chunk: only there can the break be marked
        state->missed = 0;
    }
    brokenOff_ = true;
}

void AxisTraces::forgetPeriods() {
    forEach([](TraceWriter& writer) { writer.forgetPeriod(); });
}

void AxisTraces::publish(TraceSet& into, Duration rowPeriod) {
    for (const Channel channel : allChannels) {
        const auto& state = channels_[indexOf(channel)];
        if (state) into.traces.push_back({axis_, channel, state->writer.snapshot(rowPeriod)});
    }
}

} // namespace servolane::telemetry
