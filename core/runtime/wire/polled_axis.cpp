// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/wire/polled_axis.h"

#include <algorithm>
#include <span>
#include <utility>

namespace servolane::runtime {

namespace {

using telemetry::Channel;

/// Slow channels closer than this share a read: their gap costs less than a second request.
constexpr unsigned nearby = 8;

using Source = std::pair<Channel, const registers::Register*>;

void sortByAddress(std::vector<Source>& sources) {
    std::sort(sources.begin(), sources.end(),
              [](const Source& a, const Source& b) { return a.second->address < b.second->address; });
}

/// The channels of this pace that the model has, by address.
std::vector<Source> sourcesOf(const registers::ServoModel& model, const bus::PollPlan& plan, bus::Pace pace) {
    std::vector<Source> sources;
    for (const Channel channel : telemetry::allChannels) {
        const auto* source = motion::registerOf(channel, model);
        if (source && plan[channel] == pace) sources.emplace_back(channel, source);
    }
    sortByAddress(sources);
    return sources;
}

/// The watched registers of this axis that lie within the span, or outside of it, by address.
std::vector<Source> watchesOf(const motion::Axis& axis, const bus::RegisterSpan& span, bool within) {
    std::vector<Source> sources;
    for (std::size_t place = 0; place < telemetry::watchCount; ++place) {
        const Channel channel = telemetry::watchChannel(place);
        const auto* source = motion::registerOf(channel, axis);
        if (!source || !axis.watches[place].on) continue;
        const bool inside =
            source->address >= span.address && source->address + source->size <= span.address + span.size;
        if (inside == within) sources.emplace_back(channel, source);
    }
    sortByAddress(sources);
    return sources;
}

/// The span, made longer by what lies close to it; so that one may lie close to the next, until none is.
bus::RegisterSpan stretched(bus::RegisterSpan span, std::span<const registers::Register* const> watched) {
    if (span.size == 0) return span;
    for (bool grew = true; std::exchange(grew, false);)
        for (const registers::Register* one : watched) {
            const unsigned end = span.address + span.size;
            const unsigned oneEnd = one->address + one->size;
            const bool close = one->address < end + nearby && oneEnd + nearby > span.address;
            const unsigned first = std::min<unsigned>(span.address, one->address);
            const unsigned last = std::max(end, oneEnd);
            if (!close || (first == span.address && last == end)) continue;
            span = {static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(last - first)};
            grew = true;
        }
    return span;
}

/// `atLeast`: what is read in any case.
ChannelSpan spanOf(std::span<const Source> sources, bus::RegisterSpan atLeast = {}) {
    ChannelSpan result;
    if (sources.empty()) return result;
    const bool any = atLeast.size > 0;
    const unsigned first = any ? std::min<unsigned>(atLeast.address, sources.front().second->address)
                               : sources.front().second->address;
    unsigned end = any ? atLeast.address + atLeast.size : first;
    for (const auto& [channel, source] : sources) {
        end = std::max<unsigned>(end, source->address + source->size);
        result.channels.push_back({channel, static_cast<std::uint16_t>(source->address - first),
                                   source->form(),
                                   telemetry::isWatch(channel) ? motion::sampleShift(*source) : 0});
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
        const std::int64_t raw = place.form.decode(bytes.subspan(place.offset)) - place.shift;
        if (std::in_range<std::int32_t>(raw)) into.set(place.channel, static_cast<std::int32_t>(raw));
    }
}

PolledAxis::PolledAxis(std::shared_ptr<const motion::Axis> polled)
    : axis(std::move(polled)) {}

void PolledAxis::follow(const bus::PollPlan& plan, std::span<const registers::Register* const> watched) {
    std::vector<Source> fastSources = sourcesOf(*axis->model, plan, bus::Pace::everyCycle);
    const bus::RegisterSpan span = stretched(spanOf(fastSources).span, watched);
    for (const Source& one : watchesOf(*axis, span, true))
        fastSources.push_back(one);
    sortByAddress(fastSources);
    fast = spanOf(fastSources, span);
    slow = slowSpansOf(sourcesOf(*axis->model, plan, bus::Pace::slow));
    for (ChannelSpan& one : slowSpansOf(watchesOf(*axis, span, false)))
        slow.push_back(std::move(one));
    slowDue.assign(slow.size(), {});
    slowSample = {axis->id};
}

} // namespace servolane::runtime
