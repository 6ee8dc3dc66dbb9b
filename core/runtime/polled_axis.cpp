// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/polled_axis.h"

#include <algorithm>
#include <span>
#include <utility>

namespace servolane::runtime {

namespace {

using telemetry::Channel;

/// Slow channels closer than this share a read: their gap costs less than a second request.
constexpr unsigned nearby = 8;

using Source = std::pair<Channel, const registers::Register*>;

/// The channels of this pace that the model has, by address.
std::vector<Source> sourcesOf(const registers::ServoModel& model, const bus::PollPlan& plan, bus::Pace pace) {
    std::vector<Source> sources;
    for (const Channel channel : telemetry::allChannels) {
        const auto* source = motion::registerOf(channel, model);
        if (source && plan[channel] == pace) sources.emplace_back(channel, source);
    }
    std::sort(sources.begin(), sources.end(),
              [](const Source& a, const Source& b) { return a.second->address < b.second->address; });
    return sources;
}

ChannelSpan spanOf(std::span<const Source> sources) {
    ChannelSpan result;
    if (sources.empty()) return result;
    const unsigned first = sources.front().second->address;
    unsigned end = first;
    for (const auto& [channel, source] : sources) {
        end = std::max<unsigned>(end, source->address + source->size);
        result.channels.push_back(
            {channel, static_cast<std::uint16_t>(source->address - first), source->form()});
    }
    result.span = {static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(end - first)};
    return result;
}

/// The error register has a read of its own: the alert bit calls for it.
bool belongTogether(const Source& one, const Source& next) {
    const bool error = one.first == Channel::hardwareError || next.first == Channel::hardwareError;
    return !error && next.second->address < one.second->address + one.second->size + nearby;
}

std::vector<ChannelSpan> slowSpansOf(std::span<const Source> sources) {
    std::vector<ChannelSpan> spans;
    for (std::size_t first = 0, end = 1; first < sources.size(); first = end++) {
        while (end < sources.size() && belongTogether(sources[end - 1], sources[end]))
            ++end;
        spans.push_back(spanOf(sources.subspan(first, end - first)));
    }
    return spans;
}

} // namespace

void ChannelSpan::decode(ByteView bytes, telemetry::AxisSample& into) const {
    for (const ChannelBytes& place : channels) {
        const std::int64_t raw = place.form.decode(bytes.subspan(place.offset));
        into.set(place.channel, static_cast<std::int32_t>(raw));
    }
}

PolledAxis::PolledAxis(std::shared_ptr<const motion::Axis> polled, const bus::PollPlan& plan)
    : axis(std::move(polled)) {
    follow(plan);
}

void PolledAxis::follow(const bus::PollPlan& plan) {
    fast = spanOf(sourcesOf(*axis->model, plan, bus::Pace::everyCycle));
    slow = slowSpansOf(sourcesOf(*axis->model, plan, bus::Pace::slow));
    slowDue.assign(slow.size(), {});
    slowSample = {axis->id};
}

} // namespace servolane::runtime
