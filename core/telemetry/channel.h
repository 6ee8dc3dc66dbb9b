// SPDX-License-Identifier: GPL-3.0-or-later
// What is measured of an axis in every bus cycle. Plain values, any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
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
    watch1,           ///< places for registers that a person watches; which ones says the axis
    watch2,
    watch3,
    watch4,
    watch5,
    watch6,
};
constexpr std::size_t channelCount = 16;
constexpr std::array<Channel, channelCount> allChannels{
    Channel::setpoint, Channel::position,      Channel::velocitySetpoint, Channel::velocity,
    Channel::current,  Channel::load,          Channel::voltage,          Channel::temperature,
    Channel::moving,   Channel::hardwareError, Channel::watch1,           Channel::watch2,
    Channel::watch3,   Channel::watch4,        Channel::watch5,           Channel::watch6};
/// Registers of one axis that can be watched at a time.
constexpr std::size_t watchCount = 6;
/// Those that mean the same for every axis.
constexpr std::size_t usualChannelCount = channelCount - watchCount;

[[nodiscard]] constexpr std::size_t indexOf(Channel channel) {
    return static_cast<std::size_t>(channel);
}
[[nodiscard]] constexpr bool isWatch(Channel channel) {
    return indexOf(channel) >= usualChannelCount;
}
/// The place of a watched register; `place` < watchCount.
[[nodiscard]] constexpr Channel watchChannel(std::size_t place) {
    return allChannels[usualChannelCount + place];
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
/// The register in each place for watched ones; empty: none yet.
using WatchNames = std::array<std::string, watchCount>;

} // namespace servolane::telemetry
