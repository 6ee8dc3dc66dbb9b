// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/motion/write/travel.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace servolane::motion {

using registers::OperatingMode;
using registers::Register;
using registers::Role;

namespace {

constexpr std::int64_t multiTurns = 256;
/// Floating-point noise of a conversion there and back, in axis units.
constexpr double noise = 1e-9;

Range<Position> rangeOf(const Axis& axis, std::int64_t low, std::int64_t high) {
    const Position a = axis.positionFromRaw(low);
    const Position b = axis.positionFromRaw(high);
    return {std::min(a, b), std::max(a, b)};
}

/// As read, else as the maker ships it, else `otherwise`.
std::int64_t settingOf(const AxisRecord& record, Role role, std::int64_t otherwise) {
    if (const auto read = record.settings.find(role); read != record.settings.end()) return read->second;
    const Register* source = record.axis->model->find(role);
    return source && source->defaultValue ? *source->defaultValue : otherwise;
}

std::int64_t largestOf(const Register* source) {
    const int bits = source ? source->size * 8 : 32;
    return (std::int64_t{1} << (bits - 1)) - 1;
}

Velocity velocityLimitOf(const AxisRecord& record) {
    const Axis& axis = *record.axis;
    if (axis.model->find(Role::velocityLimit)) {
        const auto raw = settingOf(record, Role::velocityLimit, 0);
        if (raw > 0) return {std::fabs(axis.velocityFromRaw(raw).value)};
    }
    // A model that tells no limit: the speed it reaches without load.
    constexpr double unknownModel = 360.0;
    const double degrees =
        axis.model->nominal.noLoadSpeed > 0 ? axis.model->nominal.noLoadSpeed : unknownModel;
    return {degrees / axis.scale.gear * axis.scale.unitsPerTurn / 360.0};
}

Range<Position> narrowed(const Range<Position>& servo, const std::optional<Range<Position>>& own) {
    if (!own) return servo;
    const Range<Position> both{std::max(servo.low, own->low), std::min(servo.high, own->high)};
    // Where they do not meet, no goal is allowed by both; what a person set must not be widened.
    return both.low < both.high ? both : *own;
}

template <class Limit>
Limit stricter(Limit servo, const std::optional<Limit>& own) {
    if (!own) return servo;
    return servo.value > 0 ? std::min(servo, *own) : *own;
}

Current currentLimitOf(const AxisRecord& record) {
    const Register* source = record.axis->model->find(Role::currentLimit);
    if (!source) return {};
    return {source->valueFrom(settingOf(record, Role::currentLimit, 0))};
}

std::optional<double> knownProfile(const AxisRecord& record, Role role) {
    const auto read = record.settings.find(role);
    // A profile in time says how long, not how fast: a millisecond bounds nothing.
    if (read == record.settings.end() || read->second <= 0 || countsProfileInTime(record))
        return std::nullopt;
    const Register* source = record.axis->model->find(role);
    return source->valueFrom(read->second) / record.axis->scale.gear * record.axis->scale.unitsPerTurn /
           360.0;
}

} // namespace

Range<Position> servoTravel(const AxisRecord& record, OperatingMode mode) {
    const Axis& axis = *record.axis;
    const std::int64_t turn = axis.model->countsPerTurn;
    const Register* goal = axis.model->find(Role::goalPosition);
    if (mode == OperatingMode::position) {
        // Within a turn, and within what its goal can say.
        const std::int64_t least = std::max<std::int64_t>(0, goal ? goal->minimum.value_or(0) : 0);
        const std::int64_t most = std::min(turn - 1, goal ? goal->maximum.value_or(turn - 1) : turn - 1);
        return rangeOf(axis, settingOf(record, Role::minPositionLimit, least),
                       settingOf(record, Role::maxPositionLimit, most));
    }
    if (isPositionMode(mode)) {
        return rangeOf(axis, goal && goal->minimum ? *goal->minimum : 1 - multiTurns * turn,
                       goal && goal->maximum ? *goal->maximum : multiTurns * turn - 1);
    }
    const std::int64_t largest = largestOf(axis.model->find(Role::presentPosition));
    return rangeOf(axis, -largest - 1, largest);
}

AxisLimits servoLimitsOf(const AxisRecord& record) {
    constexpr double twelfthOfTurn = 1.0 / 12.0;
    AxisLimits limits;
    limits.travel = servoTravel(record, modeOf(record).value_or(OperatingMode::position));
    limits.velocity = velocityLimitOf(record);
    limits.temperature = {static_cast<double>(settingOf(record, Role::temperatureLimit, 0))};
    limits.current = currentLimitOf(record);
    limits.followingError = {record.axis->scale.unitsPerTurn * twelfthOfTurn};
    return limits;
}

AxisLimits limitsOf(const AxisRecord& record) {
    const OwnLimits& own = record.axis->own;
    AxisLimits limits = servoLimitsOf(record);
    limits.travel = narrowed(limits.travel, own.travel);
    limits.velocity = stricter(limits.velocity, own.velocity);
    limits.acceleration = own.acceleration.value_or(Acceleration{});
    limits.current = stricter(limits.current, own.current);
    limits.temperature = stricter(limits.temperature, own.temperature);
    limits.followingError = own.followingError.value_or(limits.followingError);
    limits.step = own.step.value_or(Position{});
    return limits;
}

MoveAxis bounded(const AxisRecord& record, MoveAxis move) {
    const Axis& axis = *record.axis;
    const auto isAbove = [&](Role role, double limit) {
        const auto known = knownProfile(record, role);
        return axis.model->find(role) && (!known || *known > limit);
    };
    if (!move.velocity && axis.own.velocity && isAbove(Role::profileVelocity, axis.limits.velocity.value))
        move.velocity = axis.limits.velocity;
    if (!move.acceleration && axis.own.acceleration &&
        isAbove(Role::profileAcceleration, axis.limits.acceleration.value))
        move.acceleration = axis.limits.acceleration;
    return move;
}

bool boundsCurrent(const AxisRecord& record) {
    return record.axis->own.current && modeOf(record) == OperatingMode::currentBasedPosition &&
           record.axis->model->find(Role::goalCurrent);
}

bool exceedsAcceleration(const AxisRecord& record) {
    const auto known = knownProfile(record, Role::profileAcceleration);
    return record.axis->own.acceleration && record.axis->model->find(Role::profileAcceleration) &&
           (!known || *known > record.axis->limits.acceleration.value);
}

bool hasProfile(const AxisRecord& record) {
    return knownProfile(record, Role::profileVelocity).has_value();
}

std::int64_t rawGoalWithin(const Axis& axis, Position target) {
    return rawGoalWithin(axis, target, axis.limits.travel);
}

std::int64_t rawGoalWithin(const Axis& axis, Position target, const Range<Position>& travel) {
    const std::int64_t nearest = axis.rawFromPosition(target);
    const auto allowed = [&](std::int64_t raw) {
        const double at = axis.positionFromRaw(raw).value;
        return at >= travel.low.value - noise && at <= travel.high.value + noise;
    };
    for (const std::int64_t raw : {nearest, nearest - 1, nearest + 1})
        if (allowed(raw)) return raw;
    return nearest;
}

std::int64_t rawVelocityWithin(const Axis& axis, Velocity velocity) {
    const std::int64_t nearest = axis.rawFromVelocity(velocity);
    const bool above = std::fabs(axis.velocityFromRaw(nearest).value) > axis.limits.velocity.value + noise;
    if (!above || nearest == 0) return nearest;
    return nearest > 0 ? nearest - 1 : nearest + 1;
}

std::int64_t rawCurrentWithin(const Axis& axis, Current current) {
    const Register* goal = axis.model->find(Role::goalCurrent);
    if (!goal) return 0;
    const std::int64_t nearest = goal->rawFromValue(current.value);
    const double limit = axis.limits.current.value;
    const bool above = limit > 0 && goal->valueFrom(nearest) > limit + noise;
    return std::max<std::int64_t>(1, above ? nearest - 1 : nearest);
}

namespace {

/// 0 means no limit at all, and what does not fit would wrap round to less.
std::int64_t withinProfile(const Axis& axis, std::int64_t raw) {
    const Register* profile = axis.model->find(Role::profileVelocity);
    return std::clamp<std::int64_t>(raw, 1, profile ? std::max<std::int64_t>(1, profile->highestRaw()) : raw);
}

} // namespace

std::int64_t rawProfileVelocityWithin(const Axis& axis, Velocity velocity) {
    if (axis.channels[indexOf(telemetry::Channel::velocity)].exists())
        return withinProfile(axis, std::llabs(rawVelocityWithin(axis, velocity)));
    const Velocity allowed{std::min(std::fabs(velocity.value), axis.limits.velocity.value)};
    return withinProfile(axis, axis.rawProfileVelocity(allowed));
}

std::int64_t rawProfileAccelerationWithin(const Axis& axis, Acceleration acceleration) {
    const std::int64_t nearest = axis.rawProfileAcceleration(acceleration);
    const Register* profile = axis.model->find(Role::profileAcceleration);
    const double limit = axis.limits.acceleration.value;
    const bool above =
        profile && limit > 0 &&
        profile->valueFrom(nearest) / axis.scale.gear * axis.scale.unitsPerTurn / 360.0 > limit + noise;
    const std::int64_t most = profile ? profile->highestRaw() : nearest;
    return std::clamp<std::int64_t>(above ? nearest - 1 : nearest, 1, std::max<std::int64_t>(1, most));
}

Duration generousTime(const AxisRecord& record, Position distance, std::optional<Velocity> velocity,
                      std::optional<Acceleration> acceleration) {
    constexpr double slowShare = 0.1;
    const double limit = record.axis->limits.velocity.value;
    const bool profileRead = record.settings.contains(Role::profileVelocity);
    const double otherwise = profileRead ? limit : limit * slowShare;
    const double speed =
        velocity ? velocity->value : knownProfile(record, Role::profileVelocity).value_or(otherwise);
    const double ramp =
        acceleration ? acceleration->value : knownProfile(record, Role::profileAcceleration).value_or(0.0);
    double expected = std::fabs(distance.value) / std::max(std::fabs(speed), noise);
    if (ramp > 0) expected += std::fabs(speed) / ramp;
    if (const auto span = record.settings.find(Role::profileVelocity);
        countsProfileInTime(record) && span != record.settings.end())
        expected = std::max(expected, static_cast<double>(span->second) * 1e-3);
    constexpr double longest = 86400.0;
    return fromSeconds(std::min(longest, 2.0 * expected + 2.0));
}

Position arrivalTolerance(const Axis& axis) {
    return {axis.scale.unitsPerTurn / 360.0 / axis.scale.gear};
}

} // namespace servolane::motion
