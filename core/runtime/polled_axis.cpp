// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/polled_axis.h"

#include <algorithm>
#include <array>

namespace servolane::runtime {

namespace {

using telemetry::Channel;

constexpr std::array fastChannels{Channel::setpoint, Channel::position, Channel::velocitySetpoint,
                                  Channel::velocity, Channel::current,  Channel::load,
                                  Channel::moving};

ChannelSpan spanOf(const registers::ServoModel& model, std::span<const Channel> channels) {
    std::vector<std::pair<Channel, const registers::Register*>> sources;
    for (const Channel channel : channels)
        if (const auto* source = motion::registerOf(channel, model)) sources.emplace_back(channel, source);
    ChannelSpan result;
    if (sources.empty()) return result;
    unsigned first = 0xFFFF;
    unsigned end = 0;
    for (const auto& [channel, source] : sources) {
        first = std::min<unsigned>(first, source->address);
        end = std::max<unsigned>(end, source->address + source->size);
    }
    result.span = {static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(end - first)};
    for (const auto& [channel, source] : sources)
        result.channels.push_back(
            {channel, static_cast<std::uint16_t>(source->address - first), source->size, source->isSigned});
    return result;
}

} // namespace

void ChannelSpan::decode(ByteView bytes, telemetry::AxisSample& into) const {
    for (const ChannelBytes& place : channels) {
        const ByteView own = bytes.subspan(place.offset, place.size);
        const auto raw =
            place.isSigned ? signedLittleEndian(own) : static_cast<std::int64_t>(littleEndian(own));
        into.set(place.channel, static_cast<std::int32_t>(raw));
    }
}

PolledAxis::PolledAxis(std::shared_ptr<const motion::Axis> polled)
    : axis(std::move(polled))
    , fast(spanOf(*axis->model, fastChannels)) {
    // Voltage and temperature stand side by side; the error register stands apart and speaks through the
    // alert bit too.
    constexpr std::array health{Channel::voltage, Channel::temperature};
    constexpr std::array errors{Channel::hardwareError};
    for (auto span : {spanOf(*axis->model, health), spanOf(*axis->model, errors)})
        if (span.span.size > 0) slow.push_back(std::move(span));
    slowDue.resize(slow.size());
    slowSample.axis = axis->id;
}

} // namespace servolane::runtime
