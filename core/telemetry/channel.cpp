// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/channel.h"

namespace servolane::telemetry {

namespace {
constexpr std::array<std::string_view, channelCount> names{
    "setpoint",    "position", "velocity_setpoint", "velocity", "current", "load",    "voltage",
    "temperature", "moving",   "hardware_error",    "watch_1",  "watch_2", "watch_3", "watch_4",
    "watch_5",     "watch_6"};
}

std::string_view toString(Channel channel) {
    return names[indexOf(channel)];
}

std::optional<Channel> channelFrom(std::string_view word) {
    for (const Channel channel : allChannels)
        if (names[indexOf(channel)] == word) return channel;
    return std::nullopt;
}

} // namespace servolane::telemetry
