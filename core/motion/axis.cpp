// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/motion/axis.h"

#include "core/motion/events.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace servolane::motion {

namespace {

using registers::Role;
using telemetry::Channel;

/// Axis units per servo degree, signed.
double unitsPerDegree(const AxisScale& scale) {
    const double direction = scale.reversed ? -1.0 : 1.0;
    return direction / scale.gear * scale.unitsPerTurn / 360.0;
}

Role roleOf(Channel channel) {
    switch (channel) {
    case Channel::setpoint:
        return Role::positionTrajectory;
    case Channel::position:
        return Role::presentPosition;
    case Channel::velocitySetpoint:
        return Role::velocityTrajectory;
    case Channel::velocity:
        return Role::presentVelocity;
    case Channel::current:
        return Role::presentCurrent;
    case Channel::load:
        return Role::presentLoad;
    case Channel::voltage:
        return Role::inputVoltage;
    case Channel::temperature:
        return Role::presentTemperature;
    case Channel::moving:
        return Role::moving;
    case Channel::hardwareError:
        return Role::hardwareError;
    default:
        return Role::none; // a watched register, whatever its role
    }
}

bool isPosition(Channel channel) {
    return channel == Channel::setpoint || channel == Channel::position;
}
bool isVelocity(Channel channel) {
    return channel == Channel::velocitySetpoint || channel == Channel::velocity;
}

std::int64_t nearest(double value) {
    // llround() of more than this is undefined; no register is so wide.
    constexpr double widest = 4e18;
    return std::llround(std::clamp(value, -widest, widest));
}

constexpr std::array<std::pair<EndReason, std::string_view>, 17> reasonNames{{
    {EndReason::asked, "asked"},
    {EndReason::superseded, "superseded"},
    {EndReason::leaseLapsed, "lease-lapsed"},
    {EndReason::feedbackLost, "feedback-lost"},
    {EndReason::followingError, "following-error"},
    {EndReason::limitReached, "limit-reached"},
    {EndReason::stopped, "stopped"},
    {EndReason::hardwareError, "hardware-error"},
    {EndReason::torqueLost, "torque-lost"},
    {EndReason::busLost, "bus-lost"},
    {EndReason::timedOut, "timed-out"},
    {EndReason::windowSilent, "window-silent"},
    {EndReason::watchdogTripped, "watchdog-tripped"},
    {EndReason::notConfirmed, "not-confirmed"},
    {EndReason::askerLeft, "asker-left"},
    {EndReason::aboveCurrentLimit, "above-current-limit"},
    {EndReason::aboveTemperatureLimit, "above-temperature-limit"},
}};

constexpr std::array<std::string_view, 6> doubtNames{"none",    "silent", "unreadable",
                                                     "differs", "moving", "line-down"};

} // namespace

std::string_view toString(StopReaction reaction) {
    switch (reaction) {
    case StopReaction::torqueOff:
        return "torque-off";
    case StopReaction::hold:
        return "hold";
    case StopReaction::holdThenOff:
        return "hold-then-off";
    }
    return "torque-off";
}

std::string_view toString(EndReason reason) {
    return reasonNames[static_cast<std::size_t>(reason)].second;
}

std::string_view toString(StopDoubt doubt) {
    return doubtNames[static_cast<std::size_t>(doubt)];
}

std::optional<EndReason> endReasonFrom(std::string_view word) {
    for (const auto& [reason, name] : reasonNames)
        if (name == word) return reason;
    return std::nullopt;
}

const registers::Register* registerOf(Channel channel, const registers::ServoModel& model) {
    return telemetry::isWatch(channel) ? nullptr : model.find(roleOf(channel));
}

telemetry::ChannelScales channelScalesOf(const registers::ServoModel& model, const AxisScale& scale) {
    telemetry::ChannelScales scales{};
    for (const Channel channel : telemetry::allChannels) {
        if (telemetry::isWatch(channel)) continue;
        const registers::Register* source = registerOf(channel, model);
        if (!source) continue;
        const double factor = isPosition(channel) || isVelocity(channel) ? unitsPerDegree(scale) : 1.0;
        const double shift = isPosition(channel) ? scale.offset : 0.0;
        scales[indexOf(channel)] = {source->scale * factor, source->offset * factor + shift};
    }
    return scales;
}

bool countsTurns(registers::OperatingMode mode) {
    return mode == registers::OperatingMode::extendedPosition ||
           mode == registers::OperatingMode::currentBasedPosition;
}

bool isTiedToMachine(const Axis& axis) {
    return axis.own.travel || axis.scale != AxisScale{};
}

Position rescaled(Position position, const AxisScale& from, const AxisScale& to) {
    const double servoDegrees = (position.value - from.offset) / unitsPerDegree(from);
    return {servoDegrees * unitsPerDegree(to) + to.offset};
}

OwnLimits rescaled(const OwnLimits& own, const AxisScale& from, const AxisScale& to) {
    const double factor = std::fabs(unitsPerDegree(to) / unitsPerDegree(from));
    const auto stretch = [factor](auto& limit) {
        if (limit) *limit = *limit * factor;
    };
    OwnLimits made = own;
    if (own.travel) {
        const Position a = rescaled(own.travel->low, from, to);
        const Position b = rescaled(own.travel->high, from, to);
        made.travel = {std::min(a, b), std::max(a, b)};
    }
    stretch(made.velocity);
    stretch(made.acceleration);
    stretch(made.followingError);
    stretch(made.step);
    return made;
}

std::string unitOf(Channel channel, const AxisScale& scale) {
    if (isPosition(channel)) return scale.unit;
    if (isVelocity(channel)) return scale.unit + "/s";
    switch (channel) {
    case Channel::current:
        return "A";
    case Channel::load:
        return "%";
    case Channel::voltage:
        return "V";
    case Channel::temperature:
        return "degC";
    default:
        return "";
    }
}

telemetry::ChannelScales channelScalesOf(const Axis& axis) {
    telemetry::ChannelScales scales = channelScalesOf(*axis.model, axis.scale);
    for (std::size_t place = 0; place < telemetry::watchCount; ++place)
        if (const auto* source = registerOf(telemetry::watchChannel(place), axis))
            scales[indexOf(telemetry::watchChannel(place))] = {
                source->scale, source->offset + source->scale * static_cast<double>(sampleShift(*source))};
    return scales;
}

const registers::Register* registerOf(Channel channel, const Axis& axis) {
    if (!telemetry::isWatch(channel)) return registerOf(channel, *axis.model);
    const Watch& watch = axis.watches[indexOf(channel) - telemetry::usualChannelCount];
    return watch.name.empty() ? nullptr : axis.model->find(watch.name);
}

std::string unitOf(Channel channel, const Axis& axis) {
    if (!telemetry::isWatch(channel)) return unitOf(channel, axis.scale);
    const auto* source = registerOf(channel, axis);
    return source ? source->unit : std::string();
}

std::string nameOf(Channel channel, const Axis& axis) {
    const auto* source = telemetry::isWatch(channel) ? registerOf(channel, axis) : nullptr;
    return source ? source->name : std::string(telemetry::toString(channel));
}

std::optional<Channel> watchOf(std::string_view name, const Axis& axis) {
    for (std::size_t place = 0; place < telemetry::watchCount; ++place)
        if (!name.empty() && axis.watches[place].name == name) return telemetry::watchChannel(place);
    return std::nullopt;
}

std::optional<Channel> usualChannelOf(const registers::Register& of, const registers::ServoModel& model) {
    for (const Channel channel : telemetry::allChannels)
        if (const auto* source = registerOf(channel, model); source && source->name == of.name)
            return channel;
    return std::nullopt;
}

bool canBeWatched(std::string_view name, const registers::ServoModel& model) {
    const registers::Register* of = model.find(name);
    return of && !of->isUnreadable && !usualChannelOf(*of, model);
}

bool isWatched(std::string_view name, const Axis& axis) {
    const auto channel = watchOf(name, axis);
    return channel && axis.watches[indexOf(*channel) - telemetry::usualChannelCount].on;
}

telemetry::WatchNames watchNamesOf(const Axis& axis) {
    telemetry::WatchNames names;
    for (std::size_t place = 0; place < telemetry::watchCount; ++place)
        names[place] = axis.watches[place].name;
    return names;
}

std::int64_t sampleShift(const registers::Register& watched) {
    const registers::NumberForm form = watched.form();
    return form.size == 4 && !form.isSigned ? std::int64_t{1} << 31 : 0;
}

bool Axis::positionIsCommanded() const {
    const registers::Register* source = model->find(Role::presentPosition);
    return source && source->isCommanded;
}

Position Axis::positionFromRaw(std::int64_t raw) const {
    const auto& map = channels[indexOf(Channel::position)];
    return {static_cast<double>(raw) * map.scale + map.offset};
}

std::int64_t Axis::rawFromPosition(Position position) const {
    const auto& map = channels[indexOf(Channel::position)];
    return map.exists() ? nearest((position.value - map.offset) / map.scale) : 0;
}

Velocity Axis::velocityFromRaw(std::int64_t raw) const {
    return {static_cast<double>(raw) * channels[indexOf(Channel::velocity)].scale};
}

std::int64_t Axis::rawFromVelocity(Velocity velocity) const {
    const auto& map = channels[indexOf(Channel::velocity)];
    return map.exists() ? nearest(velocity.value / map.scale) : 0;
}

std::int64_t Axis::rawProfileVelocity(Velocity velocity) const {
    if (channels[indexOf(Channel::velocity)].exists()) return std::llabs(rawFromVelocity(velocity));
    // A servo that measures no speed may still be told one.
    const registers::Register* profile = model->find(Role::profileVelocity);
    if (!profile || profile->scale == 0.0) return 0;
    return std::llabs(nearest(velocity.value / (profile->scale * unitsPerDegree(scale))));
}

Velocity Axis::slowestProfileVelocity() const {
    const registers::Register* profile = model->find(registers::Role::profileVelocity);
    if (!profile) return {};
    if (channels[indexOf(Channel::velocity)].exists()) return {std::fabs(velocityFromRaw(1).value)};
    return {std::fabs(profile->scale * unitsPerDegree(scale))};
}

std::int64_t Axis::rawProfileAcceleration(Acceleration acceleration) const {
    const registers::Register* profile = model->find(Role::profileAcceleration);
    if (!profile || profile->scale == 0.0) return 0;
    return std::llabs(nearest(acceleration.value / (profile->scale * unitsPerDegree(scale))));
}

Acceleration Axis::highestProfileAcceleration() const {
    const registers::Register* profile = model->find(Role::profileAcceleration);
    if (!profile || profile->scale == 0.0) return {};
    const double raw = static_cast<double>(profile->highestRaw());
    return {raw * std::fabs(profile->scale * unitsPerDegree(scale))};
}

} // namespace servolane::motion
