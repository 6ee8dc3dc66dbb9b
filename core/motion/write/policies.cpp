// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/motion/write/policies.h"

#include "core/motion/write/rejections.h"
#include "core/motion/write/travel.h"
#include "core/registers/shared_bytes.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace servolane::motion {

using api::Rejection;
using api::RejectionCode;
using registers::OperatingMode;
using registers::Role;
using telemetry::Channel;

namespace {

std::optional<double> measuredValue(const Attempt& attempt, Channel channel) {
    const AxisPresent* measured = attempt.measured();
    if (!measured || !measured->knows(channel)) return std::nullopt;
    return axisOf(attempt).channels[indexOf(channel)].valueOf(measured->raw[indexOf(channel)]);
}

Refusal wrongMode(const Attempt& attempt) {
    const auto mode = modeOf(*attempt.record());
    return rejection(RejectionCode::wrongMode, attempt, mode ? registers::toString(*mode) : "");
}

bool isFinite(const auto& quantity) {
    return !quantity || std::isfinite(quantity->value);
}

bool isFinite(const std::optional<Range<Position>>& range) {
    return !range || (std::isfinite(range->low.value) && std::isfinite(range->high.value));
}

bool isFinite(const OwnLimits* limits) {
    return !limits ||
           (isFinite(limits->travel) && isFinite(limits->velocity) && isFinite(limits->acceleration) &&
            isFinite(limits->current) && isFinite(limits->temperature) && isFinite(limits->followingError) &&
            isFinite(limits->step));
}

} // namespace

const AxisPresent* Attempt::measured() const {
    const auto found = present.find(axis);
    return found == present.end() ? nullptr : &found->second;
}

Duration freshness(const AxisPresent& measured) {
    constexpr Duration least = std::chrono::milliseconds{100};
    return std::max<Duration>(least, measured.period * 3);
}

Refusal firstRefusal(std::span<const Policy> policies, const Attempt& attempt) {
    for (const Policy policy : policies)
        if (auto refusal = policy(attempt)) return refusal;
    return std::nullopt;
}

Refusal refuseWhileStopIsLatched(const Attempt& attempt) {
    if (!attempt.state.latched) return std::nullopt;
    Rejection made = rejection(RejectionCode::stopLatched, attempt);
    made.requested = static_cast<double>(attempt.state.stop.value);
    return made;
}

Refusal refuseUnknownAxis(const Attempt& attempt) {
    const AxisRecord* record = attempt.record();
    if (record && !record->displaced) return std::nullopt;
    return rejection(RejectionCode::axisUnknown, attempt);
}

Refusal refuseWhileBusIsDown(const Attempt& attempt) {
    if (attempt.state.isUp(axisOf(attempt).bus)) return std::nullopt;
    return rejection(RejectionCode::busDown, attempt);
}

Refusal refuseSilentAxis(const Attempt& attempt) {
    const AxisPresent* measured = attempt.measured();
    if (!attempt.record()->silent && !(measured && measured->silent)) return std::nullopt;
    if (attempt.record()->other) return refuseOtherServo(attempt);
    if (attempt.record()->pingsOnly) return rejection(RejectionCode::answersPingsOnly, attempt);
    Rejection made = rejection(RejectionCode::axisSilent, attempt);
    if (measured && measured->lastAnswer != Time{}) {
        made.requested = seconds(attempt.now - measured->lastAnswer);
        made.unit = "s";
    }
    return made;
}

Refusal refuseOtherServo(const Attempt& attempt) {
    const AxisRecord& record = *attempt.record();
    if (!record.other) return std::nullopt;
    return otherServoRejection(*record.axis, *record.other);
}

Refusal refuseWithHardwareError(const Attempt& attempt) {
    int told = attempt.record()->hardwareError;
    const AxisPresent* measured = attempt.measured();
    if (told == 0 && measured && measured->knows(Channel::hardwareError))
        told = measured->raw[indexOf(Channel::hardwareError)];
    if (told == 0) return std::nullopt;
    Rejection made = rejection(RejectionCode::hardwareError, attempt);
    made.requested = told;
    return made;
}

Refusal refuseUnreadMode(const Attempt& attempt) {
    if (modeOf(*attempt.record())) return std::nullopt;
    return rejection(RejectionCode::valueStale, attempt, toString(Role::operatingMode));
}

Refusal refuseUnreadTorque(const Attempt& attempt) {
    if (attempt.record()->torque) return std::nullopt;
    return rejection(RejectionCode::valueStale, attempt, toString(Role::torqueEnable));
}

Refusal refuseStaleFeedback(const Attempt& attempt) {
    const AxisPresent* measured = attempt.measured();
    if (!measured || !measured->knows(Channel::position))
        return rejection(RejectionCode::valueStale, attempt, toString(Role::presentPosition));
    const Duration age = attempt.now - measured->at[indexOf(Channel::position)];
    const Duration allowed = freshness(*measured);
    if (age <= allowed) return std::nullopt;
    Rejection made = outside(RejectionCode::valueStale, attempt, seconds(age), 0.0, seconds(allowed), "s");
    made.subject = toString(Role::presentPosition);
    return made;
}

Refusal refuseWithTorqueOff(const Attempt& attempt) {
    if (attempt.record()->torque != false) return std::nullopt;
    return rejection(RejectionCode::torqueOff, attempt);
}

Refusal refuseWithTorqueOn(const Attempt& attempt) {
    if (attempt.record()->torque != true) return std::nullopt;
    return rejection(RejectionCode::torqueOn, attempt);
}

Refusal refuseRebootWithTorqueOn(const Attempt& attempt) {
    return attempt.record()->hardwareError != 0 ? std::nullopt : refuseWithTorqueOn(attempt);
}

Refusal refuseOutsidePositionModes(const Attempt& attempt) {
    const auto mode = modeOf(*attempt.record());
    return mode && isPositionMode(*mode) ? std::nullopt : wrongMode(attempt);
}

Refusal refuseOutsideVelocityMode(const Attempt& attempt) {
    return modeOf(*attempt.record()) == OperatingMode::velocity ? std::nullopt : wrongMode(attempt);
}

Refusal refuseModesWithoutJog(const Attempt& attempt) {
    const auto mode = modeOf(*attempt.record());
    const bool jogs = mode && (isPositionMode(*mode) || mode == OperatingMode::velocity);
    return jogs ? std::nullopt : wrongMode(attempt);
}

Refusal refuseModeTheModelLacks(const Attempt& attempt) {
    const auto& model = *axisOf(attempt).model;
    if (model.modeCode(*attempt.mode) && model.find(Role::operatingMode)) return std::nullopt;
    return rejection(RejectionCode::modeUnsupported, attempt, registers::toString(*attempt.mode));
}

Refusal refuseProfileTheModelLacks(const Attempt& attempt) {
    const auto& model = *axisOf(attempt).model;
    if (attempt.velocity && !model.find(Role::profileVelocity))
        return rejection(RejectionCode::registerUnknown, attempt, toString(Role::profileVelocity));
    if (attempt.acceleration && !model.find(Role::profileAcceleration))
        return rejection(RejectionCode::registerUnknown, attempt, toString(Role::profileAcceleration));
    return std::nullopt;
}

Refusal refuseSpeedsOfProfileInTime(const Attempt& attempt) {
    const AxisRecord& record = *attempt.record();
    // An own limit goes out with every goal: see bounded().
    const bool bounded = attempt.target && (record.axis->own.velocity || record.axis->own.acceleration);
    const bool writesSpeeds = attempt.velocity || attempt.acceleration || bounded;
    if (!writesSpeeds || !countsProfileInTime(record)) return std::nullopt;
    return rejection(RejectionCode::profileInTime, attempt, toString(Role::driveMode));
}

Refusal refuseProfileThatIsAGoal(const Attempt& attempt) {
    const auto& model = *axisOf(attempt).model;
    const registers::Register* profile = model.find(Role::profileVelocity);
    const auto mode = modeOf(*attempt.record());
    if (!profile || !registers::holdsGoal(model, *profile) || (mode && isPositionMode(*mode)))
        return std::nullopt;
    return wrongMode(attempt);
}

Refusal refuseNumbersThatAreNone(const Attempt& attempt) {
    const bool finite = isFinite(attempt.target) && isFinite(attempt.velocity) &&
                        isFinite(attempt.acceleration) && isFinite(attempt.current) &&
                        isFinite(attempt.travel) && isFinite(attempt.limits);
    if (finite) return std::nullopt;
    return rejection(RejectionCode::invalidArgument, attempt, "number");
}

Refusal refuseSpeedsBelowZero(const Attempt& attempt) {
    if (attempt.velocity && attempt.velocity->value < 0)
        return rejection(RejectionCode::invalidArgument, attempt, "velocity");
    if (attempt.acceleration && attempt.acceleration->value < 0)
        return rejection(RejectionCode::invalidArgument, attempt, "acceleration");
    return std::nullopt;
}

Refusal refuseProfileOfZero(const Attempt& attempt) {
    if (attempt.velocity && attempt.velocity->value <= 0)
        return rejection(RejectionCode::invalidArgument, attempt, "velocity");
    if (attempt.acceleration && attempt.acceleration->value <= 0)
        return rejection(RejectionCode::invalidArgument, attempt, "acceleration");
    return std::nullopt;
}

/// It would be driven at one step, several times as fast as asked.
Refusal refuseVelocityBelowOneStep(const Attempt& attempt) {
    const Axis& axis = axisOf(attempt);
    const double slowest = axis.slowestProfileVelocity().value;
    if (!attempt.velocity || attempt.velocity->value == 0 || axis.limits.velocity.value < slowest)
        return std::nullopt; // within a limit below one step there is nothing else to ask for
    // Who types what is shown of a step, in three decimals, may have it.
    const double rounding = std::clamp(0.0005, slowest * 0.01, slowest * 0.5);
    if (attempt.velocity->value >= slowest - rounding) return std::nullopt;
    return outside(RejectionCode::belowVelocityStep, attempt, attempt.velocity->value, slowest,
                   axis.limits.velocity.value, axis.scale.unit + "/s");
}

Refusal refuseJogThatStandsStill(const Attempt& attempt) {
    if (attempt.velocity->value != 0) return std::nullopt;
    return rejection(RejectionCode::invalidArgument, attempt, "velocity");
}

Refusal refuseTravelOutOfTheServosReach(const Attempt& attempt) {
    const AxisRecord& record = *attempt.record();
    const auto& own = record.axis->own.travel;
    const auto mode = modeOf(record);
    if (!own || !mode || !isPositionMode(*mode)) return std::nullopt;
    const auto servo = servoTravel(record, *mode);
    if (own->low <= servo.high && own->high >= servo.low) return std::nullopt;
    Rejection made = outside(RejectionCode::outsideTravelLimits, attempt, own->low.value, servo.low.value,
                             servo.high.value, record.axis->scale.unit);
    made.subject = "travel";
    return made;
}

Refusal refuseMoveOutsideTravelLimits(const Attempt& attempt) {
    const Axis& axis = axisOf(attempt);
    const auto& travel = axis.limits.travel;
    if (travel.contains(*attempt.target)) return std::nullopt;
    return outside(RejectionCode::outsideTravelLimits, attempt, attempt.target->value, travel.low.value,
                   travel.high.value, axis.scale.unit);
}

Refusal refuseSpeedOutOfTravelLimits(const Attempt& attempt) {
    const auto actual = measuredValue(attempt, Channel::position);
    if (!actual) return std::nullopt;
    const Axis& axis = axisOf(attempt);
    const auto& travel = axis.limits.travel;
    const bool outward = (attempt.velocity->value > 0 && *actual >= travel.high.value) ||
                         (attempt.velocity->value < 0 && *actual <= travel.low.value);
    if (!outward) return std::nullopt;
    return outside(RejectionCode::outsideTravelLimits, attempt, *actual, travel.low.value, travel.high.value,
                   axis.scale.unit);
}

Refusal refuseVelocityAboveLimit(const Attempt& attempt) {
    const Axis& axis = axisOf(attempt);
    const double limit = axis.limits.velocity.value;
    if (!attempt.velocity || std::fabs(attempt.velocity->value) <= limit) return std::nullopt;
    return outside(RejectionCode::aboveVelocityLimit, attempt, attempt.velocity->value, 0.0, limit,
                   axis.scale.unit + "/s");
}

Refusal refuseAccelerationAboveLimit(const Attempt& attempt) {
    const Axis& axis = axisOf(attempt);
    double limit = axis.limits.acceleration.value;
    // Without a limit of its own, what the register can say: more would wrap round to no acceleration limit.
    const double sayable = axis.highestProfileAcceleration().value;
    if (sayable > 0.0) limit = limit == 0.0 ? sayable : std::min(limit, sayable);
    if (!attempt.acceleration || limit == 0.0 || attempt.acceleration->value <= limit) return std::nullopt;
    return outside(RejectionCode::aboveAccelerationLimit, attempt, attempt.acceleration->value, 0.0, limit,
                   axis.scale.unit + "/s^2");
}

Refusal refuseJumpWithoutProfile(const Attempt& attempt) {
    const Axis& axis = axisOf(attempt);
    const double limit = axis.limits.step.value;
    const auto actual = measuredValue(attempt, Channel::position);
    if (limit == 0.0 || !actual || attempt.velocity) return std::nullopt;
    const double way = std::fabs(attempt.target->value - *actual);
    const bool bounds = axis.own.velocity && axis.model->find(Role::profileVelocity);
    const bool profiled = bounds || hasProfile(*attempt.record());
    if (way <= limit || profiled) return std::nullopt;
    return outside(RejectionCode::aboveStepLimit, attempt, way, 0.0, limit, axis.scale.unit);
}

Refusal refuseWithoutReference(const Attempt& attempt) {
    const auto mode = modeOf(*attempt.record());
    if (attempt.record()->referenced || !mode || !countsTurns(*mode)) return std::nullopt;
    return rejection(RejectionCode::notReferenced, attempt, registers::toString(*mode));
}

Refusal refuseSpeedThatNothingRamps(const Attempt& attempt) {
    const AxisRecord& record = *attempt.record();
    const auto& own = record.axis->own.acceleration;
    if (!own || attempt.velocity->value == 0) return std::nullopt;
    if (!record.axis->model->find(Role::profileAcceleration)) {
        Rejection made = rejection(RejectionCode::accelerationNotBounded, attempt);
        made.high = own->value;
        made.unit = record.axis->scale.unit + "/s^2";
        return made;
    }
    if (!countsProfileInTime(record)) return std::nullopt;
    return rejection(RejectionCode::profileInTime, attempt, toString(Role::driveMode));
}

Refusal refuseUnreadGoalCurrent(const Attempt& attempt) {
    const AxisRecord& record = *attempt.record();
    if (!boundsCurrent(record) || record.settings.contains(Role::goalCurrent)) return std::nullopt;
    return rejection(RejectionCode::valueStale, attempt, toString(Role::goalCurrent));
}

Refusal refuseOutsideCurrentModes(const Attempt& attempt) {
    return modeOf(*attempt.record()) == OperatingMode::currentBasedPosition ? std::nullopt
                                                                            : wrongMode(attempt);
}

Refusal refuseCurrentThatMovesNothing(const Attempt& attempt) {
    if (attempt.current->value > 0) return std::nullopt;
    return rejection(RejectionCode::invalidArgument, attempt, "current");
}

Refusal refuseCurrentAboveLimit(const Attempt& attempt) {
    const double limit = axisOf(attempt).limits.current.value;
    if (limit == 0.0 || attempt.current->value <= limit) return std::nullopt;
    return outside(RejectionCode::aboveCurrentLimit, attempt, attempt.current->value, 0.0, limit, "A");
}

Refusal refuseAboveTemperatureLimit(const Attempt& attempt) {
    const double limit = axisOf(attempt).limits.temperature.value;
    const auto actual = measuredValue(attempt, Channel::temperature);
    if (limit == 0.0 || !actual || *actual <= limit) return std::nullopt;
    return outside(RejectionCode::aboveTemperatureLimit, attempt, *actual, 0.0, limit, "degC");
}

Refusal refuseWhileAnotherJogs(const Attempt& attempt) {
    const auto& lease = attempt.record()->lease;
    if (!lease || lease->holder == attempt.asker) return std::nullopt;
    Rejection made = rejection(RejectionCode::leaseHeld, attempt, api::toString(lease->holder));
    made.requested = seconds(attempt.now - lease->since);
    made.unit = "s";
    return made;
}

Refusal refuseResetWithoutStop(const Attempt& attempt) {
    if (attempt.state.latched) return std::nullopt;
    return rejection(RejectionCode::notLatched, attempt);
}

Refusal refuseResetOfOtherStop(const Attempt& attempt) {
    if (attempt.generation == attempt.state.stop) return std::nullopt;
    Rejection made = rejection(RejectionCode::otherStop, attempt);
    made.requested = static_cast<double>(attempt.generation.value);
    made.low = made.high = static_cast<double>(attempt.state.stop.value);
    return made;
}

/// What is still owed to the stop would be forgotten, and axes that were just cut told to hold.
Refusal refuseResetBeforeStopIsReported(const Attempt& attempt) {
    if (attempt.state.stopReported) return std::nullopt;
    return rejection(RejectionCode::stopUnderWay, attempt);
}

std::span<const NamedPolicy> allPolicies() {
    static constexpr std::array policies{
        NamedPolicy{"refuseWhileStopIsLatched", refuseWhileStopIsLatched},
        NamedPolicy{"refuseUnknownAxis", refuseUnknownAxis},
        NamedPolicy{"refuseWhileBusIsDown", refuseWhileBusIsDown},
        NamedPolicy{"refuseSilentAxis", refuseSilentAxis},
        NamedPolicy{"refuseWithHardwareError", refuseWithHardwareError},
        NamedPolicy{"refuseUnreadMode", refuseUnreadMode},
        NamedPolicy{"refuseUnreadTorque", refuseUnreadTorque},
        NamedPolicy{"refuseStaleFeedback", refuseStaleFeedback},
        NamedPolicy{"refuseWithTorqueOff", refuseWithTorqueOff},
        NamedPolicy{"refuseWithTorqueOn", refuseWithTorqueOn},
        NamedPolicy{"refuseRebootWithTorqueOn", refuseRebootWithTorqueOn},
        NamedPolicy{"refuseOutsidePositionModes", refuseOutsidePositionModes},
        NamedPolicy{"refuseOutsideVelocityMode", refuseOutsideVelocityMode},
        NamedPolicy{"refuseModesWithoutJog", refuseModesWithoutJog},
        NamedPolicy{"refuseModeTheModelLacks", refuseModeTheModelLacks},
        NamedPolicy{"refuseProfileTheModelLacks", refuseProfileTheModelLacks},
        NamedPolicy{"refuseSpeedsOfProfileInTime", refuseSpeedsOfProfileInTime},
        NamedPolicy{"refuseProfileThatIsAGoal", refuseProfileThatIsAGoal},
        NamedPolicy{"refuseNumbersThatAreNone", refuseNumbersThatAreNone},
        NamedPolicy{"refuseSpeedsBelowZero", refuseSpeedsBelowZero},
        NamedPolicy{"refuseProfileOfZero", refuseProfileOfZero},
        NamedPolicy{"refuseVelocityBelowOneStep", refuseVelocityBelowOneStep},
        NamedPolicy{"refuseJogThatStandsStill", refuseJogThatStandsStill},
        NamedPolicy{"refuseTravelOutOfTheServosReach", refuseTravelOutOfTheServosReach},
        NamedPolicy{"refuseMoveOutsideTravelLimits", refuseMoveOutsideTravelLimits},
        NamedPolicy{"refuseSpeedOutOfTravelLimits", refuseSpeedOutOfTravelLimits},
        NamedPolicy{"refuseVelocityAboveLimit", refuseVelocityAboveLimit},
        NamedPolicy{"refuseAccelerationAboveLimit", refuseAccelerationAboveLimit},
        NamedPolicy{"refuseAboveTemperatureLimit", refuseAboveTemperatureLimit},
        NamedPolicy{"refuseWhileAnotherJogs", refuseWhileAnotherJogs},
        NamedPolicy{"refuseWithoutReference", refuseWithoutReference},
        NamedPolicy{"refuseJumpWithoutProfile", refuseJumpWithoutProfile},
        NamedPolicy{"refuseSpeedThatNothingRamps", refuseSpeedThatNothingRamps},
        NamedPolicy{"refuseUnreadGoalCurrent", refuseUnreadGoalCurrent},
        NamedPolicy{"refuseOutsideCurrentModes", refuseOutsideCurrentModes},
        NamedPolicy{"refuseCurrentThatMovesNothing", refuseCurrentThatMovesNothing},
        NamedPolicy{"refuseCurrentAboveLimit", refuseCurrentAboveLimit},
        NamedPolicy{"refuseModelNotAdopted", refuseModelNotAdopted},
        NamedPolicy{"refuseOtherServo", refuseOtherServo},
        NamedPolicy{"refuseServoOfUnknownModel", refuseServoOfUnknownModel},
        NamedPolicy{"refuseConfirmationOfNone", refuseConfirmationOfNone},
        NamedPolicy{"refuseConfirmationOfAnother", refuseConfirmationOfAnother},
        NamedPolicy{"refuseAdoptionOfTheKeptModel", refuseAdoptionOfTheKeptModel},
        NamedPolicy{"refuseWhileMoving", refuseWhileMoving},
        NamedPolicy{"refuseWhileAnyAxisMoves", refuseWhileAnyAxisMoves},
        NamedPolicy{"refuseScaleThatIsNone", refuseScaleThatIsNone},
        NamedPolicy{"refuseLimitsBelowZero", refuseLimitsBelowZero},
        NamedPolicy{"refuseUnsoundMachine", refuseUnsoundMachine},
        NamedPolicy{"refuseLimitsBeyondTheServo", refuseLimitsBeyondTheServo},
        NamedPolicy{"refuseTravelThatIsEmpty", refuseTravelThatIsEmpty},
        NamedPolicy{"refuseTravelBeyondTheServo", refuseTravelBeyondTheServo},
        NamedPolicy{"refuseEmptyName", refuseEmptyName},
        NamedPolicy{"refuseRegisterTheModelLacks", refuseRegisterTheModelLacks},
        NamedPolicy{"refuseWatchingTheUnreadable", refuseWatchingTheUnreadable},
        NamedPolicy{"refuseWatchingAChannel", refuseWatchingAChannel},
        NamedPolicy{"refuseWatchingTooMany", refuseWatchingTooMany},
        NamedPolicy{"refuseNameInUse", refuseNameInUse},
        NamedPolicy{"refuseGroupWithoutMoves", refuseGroupWithoutMoves},
        NamedPolicy{"refuseAxisTwiceInAGroup", refuseAxisTwiceInAGroup},
        NamedPolicy{"refuseGroupOverSeveralBuses", refuseGroupOverSeveralBuses},
        NamedPolicy{"refuseGroupOfDifferentGoals", refuseGroupOfDifferentGoals},
        NamedPolicy{"refuseResetWithoutStop", refuseResetWithoutStop},
        NamedPolicy{"refuseResetOfOtherStop", refuseResetOfOtherStop},
        NamedPolicy{"refuseResetBeforeStopIsReported", refuseResetBeforeStopIsReported},
    };
    return policies;
}

} // namespace servolane::motion
