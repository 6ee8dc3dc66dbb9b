// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/latest_samples.h"

#include "core/kernel/median.h"

#include <algorithm>

namespace servolane::runtime {

namespace {

using telemetry::channelCount;

/// A place for watched registers may have held another one before.
bool isOfItsRegister(const session::SessionAxis& axis, telemetry::Channel channel, Time time,
                     const motion::AxisView& view) {
    return !telemetry::isWatch(channel) || axis.nameAt(channel, time) == motion::nameOf(channel, *view.axis);
}

/// Takes over what the rows up to `at` have of channels that are not known yet.
void take(const session::AxisBlock& block, const session::SessionAxis& axis, Time at, Time since,
          motion::AxisView& into, std::uint32_t& missing) {
    const auto& times = block.timeNs;
    auto row = static_cast<std::size_t>(
        std::upper_bound(times.begin(), times.end(), nanosecondsSinceEpoch(at)) - times.begin());
    while (row-- > 0 && missing != 0) {
        const Time time{Duration{times[row]}};
        if (time < since) return;
        if (into.lastAnswer == Time{}) into.lastAnswer = time;
        const std::uint32_t fresh = block.valid[row] & missing;
        if (fresh == 0) continue;
        missing &= ~fresh;
        const auto scales = axis.channelsAt(time);
        for (std::size_t channel = 0; channel < channelCount; ++channel)
            if ((fresh >> channel & 1U) != 0 &&
                isOfItsRegister(axis, telemetry::allChannels[channel], time, into))
                into.latest[channel] = {scales[channel].valueOf(block.raw[channel][row]), time};
    }
}

/// Between the rows up to `at`, whatever pause there was among them. 0: it has too few.
Duration periodIn(const session::AxisBlock& block, Time at) {
    constexpr std::ptrdiff_t enough = 64;
    const auto& times = block.timeNs;
    const auto end = std::upper_bound(times.begin(), times.end(), nanosecondsSinceEpoch(at));
    const auto begin = end - std::min(enough, end - times.begin());
    std::vector<std::int64_t> intervals;
    for (auto time = begin; time != end && time + 1 != end; ++time)
        intervals.push_back(*(time + 1) - *time);
    return Duration{medianOf(std::move(intervals)).value_or(0)};
}

} // namespace

void LatestSamples::fill(motion::AxisView& view, Time at, Time since) {
    view.latest = {};
    view.lastAnswer = {};
    const auto found = runs_.find(view.axis->id);
    const auto& axes = reader_.summary().axes;
    const auto axis =
        std::find_if(axes.begin(), axes.end(), [&](const auto& one) { return one.id == view.axis->id; });
    if (found == runs_.end() || axis == axes.end()) return;
    const auto& runs = found->second;
    auto run = static_cast<std::size_t>(
        std::upper_bound(runs.begin(), runs.end(), at,
                         [](Time wanted, const session::StoredRun& one) { return wanted < one.first; }) -
        runs.begin());
    std::uint32_t missing = 0;
    for (std::size_t channel = 0; channel < channelCount; ++channel)
        missing |= axis->channels[channel].exists() ? 1U << channel : 0U;
    for (std::size_t looked = 0; run-- > 0 && missing != 0 && looked < runsLookedAt; ++looked) {
        const session::StoredRun& here = runs[run];
        if (here.last < since) return;
        const session::AxisBlock& block = blockOf(runs, run);
        take(block, *axis, at, since, view, missing);
        const Duration period = looked == 0 ? periodIn(block, at) : Duration{};
        if (period > Duration{}) view.period = period;
    }
}

const session::AxisBlock& LatestSamples::blockOf(const std::vector<session::StoredRun>& runs,
                                                 std::size_t run) {
    auto& kept = kept_[runs[run].axis];
    for (const Kept& one : kept)
        if (one.run == run) return one.block;
    Kept fresh{run, {}};
    // A damaged run stays empty: its values are not known.
    static_cast<void>(reader_.readAxis(runs[run].axis, runs[run].first, runs[run].last,
                                       [&](const session::AxisBlock& block) {
                                           fresh.block = block;
                                           return false;
                                       }));
    kept.push_front(std::move(fresh));
    if (kept.size() > runsLookedAt + 1) kept.pop_back();
    return kept.front().block;
}

} // namespace servolane::runtime
