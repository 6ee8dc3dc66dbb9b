// SPDX-License-Identifier: GPL-3.0-or-later
// What is measured of an axis in every bus cycle. Plain values, any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace servolane::telemetry {

/// The order is the order of columns in recordings and exports; append only.
enum class Channel : std::uint8_t {
    setpoint,         ///< position the servo's loop follows right now, axis units
    position,         ///< actual position, axis units
    velocitySetpoint, ///< axis units / s
    velocity,         ///< actual velocity, axis units / s
    current,          ///< A
    load,             ///< %, where the servo estimates load instead of measuring current
    voltage,          ///< V at the servo's input
    temperature,      ///< °C
    moving,           ///< 0 or 1, as the servo says
    hardwareError,    ///< the servo's latched error bits
};
constexpr std::size_t channelCount = 10;
constexpr std::array<Channel, channelCount> allChannels{
    Channel::setpoint, Channel::position,     Channel::velocitySetpoint, Channel::velocity,
    Channel::current,  Channel::load,         Channel::voltage,          Channel::temperature,
    Channel::moving,   Channel::hardwareError};

[[nodiscard]] constexpr std::size_t indexOf(Channel channel) {
    return static_cast<std::size_t>(channel);
}
/// Stable words for files and scripts: "setpoint", "velocity_setpoint", "hardware_error" …
[[nodiscard]] std::string_view toString(Channel channel);
[[nodiscard]] std::optional<Channel> channelFrom(std::string_view word);

/// value = raw × scale + offset; of one channel of one axis. A channel the axis lacks has scale 0.
struct ChannelScale {
    double scale = 0.0;
    double offset = 0.0;
    [[nodiscard]] constexpr bool exists() const { return scale != 0.0; }
    [[nodiscard]] constexpr double valueOf(std::int32_t raw) const { return raw * scale + offset; }
    friend constexpr bool operator==(const ChannelScale&, const ChannelScale&) = default;
};

using ChannelScales = std::array<ChannelScale, channelCount>;

} // namespace servolane::telemetry
