// SPDX-License-Identifier: GPL-3.0-or-later
// Why a motion command may be refused: one small function per reason, each a sentence. A policy looks at the
// attempt and answers with its code and its numbers, or with nothing. decide() tries those of a command in
// order.
#pragma once

#include "core/motion/present.h"
#include "core/motion/write/motion_state.h"

#include <optional>
#include <span>
#include <string_view>

namespace servolane::motion {

/// Everything a policy may look at: the command's wishes, what is remembered, and what is measured.
struct Attempt {
    const MotionState& state;
    const Present& present;
    Time now{};
    api::Asker asker = api::Asker::window;
    AxisId axis{};
    std::optional<Position> target;
    std::optional<Velocity> velocity;
    std::optional<Acceleration> acceleration;
    std::optional<registers::OperatingMode> mode;
    std::optional<Range<Position>> travel;
    std::string_view name;
    StopGeneration generation;
    std::optional<Current> current = {};
    const OwnLimits* limits = nullptr;
    const AxisScale* scale = nullptr;
    const Machine* machine = nullptr;
    const ConfirmServo* confirmed = nullptr;
    const MoveAxes* group = nullptr; ///< that the move of `axis` is part of

    [[nodiscard]] const AxisRecord* record() const { return state.find(axis); }
    [[nodiscard]] const AxisPresent* measured() const;
};

using Refusal = std::optional<api::Rejection>;
using Policy = Refusal (*)(const Attempt&);

Refusal refuseWhileStopIsLatched(const Attempt& attempt);
Refusal refuseUnknownAxis(const Attempt& attempt);
Refusal refuseWhileBusIsDown(const Attempt& attempt);
Refusal refuseSilentAxis(const Attempt& attempt);
Refusal refuseWithHardwareError(const Attempt& attempt);
Refusal refuseUnreadMode(const Attempt& attempt);
Refusal refuseUnreadTorque(const Attempt& attempt);
Refusal refuseStaleFeedback(const Attempt& attempt);
Refusal refuseWithTorqueOff(const Attempt& attempt);
Refusal refuseWithTorqueOn(const Attempt& attempt);
/// The way out of a shutdown stays open: a servo with an error may be rebooted with torque as it is.
Refusal refuseRebootWithTorqueOn(const Attempt& attempt);
Refusal refuseOutsidePositionModes(const Attempt& attempt);
Refusal refuseOutsideVelocityMode(const Attempt& attempt);
Refusal refuseModesWithoutJog(const Attempt& attempt);
Refusal refuseModeTheModelLacks(const Attempt& attempt);
Refusal refuseProfileTheModelLacks(const Attempt& attempt);
/// With the time-based bit of the drive mode set, the profile registers hold milliseconds (X-series control
/// table, "Drive Mode"): a speed written there would be something else.
Refusal refuseSpeedsOfProfileInTime(const Attempt& attempt);
/// Where the speed of the profile is a goal in other modes, it is set in position modes alone.
Refusal refuseProfileThatIsAGoal(const Attempt& attempt);
Refusal refuseNumbersThatAreNone(const Attempt& attempt);
Refusal refuseSpeedsBelowZero(const Attempt& attempt);
Refusal refuseProfileOfZero(const Attempt& attempt);
[[nodiscard]] Refusal refuseVelocityBelowOneStep(const Attempt& attempt);
Refusal refuseJogThatStandsStill(const Attempt& attempt);
/// Own limits that leave nothing of what the servo can reach: no goal would be allowed by both.
Refusal refuseTravelOutOfTheServosReach(const Attempt& attempt);
Refusal refuseMoveOutsideTravelLimits(const Attempt& attempt);
Refusal refuseSpeedOutOfTravelLimits(const Attempt& attempt);
Refusal refuseVelocityAboveLimit(const Attempt& attempt);
Refusal refuseAccelerationAboveLimit(const Attempt& attempt);
Refusal refuseAboveTemperatureLimit(const Attempt& attempt);
Refusal refuseWhileAnotherJogs(const Attempt& attempt);
/// The modes that count turns, after a power cycle or with a reference from another day.
Refusal refuseWithoutReference(const Attempt& attempt);
Refusal refuseJumpWithoutProfile(const Attempt& attempt);
/// A speed held by the servo changes as its profile says: where it has none, or counts it in time, nothing
/// would keep a person's limit. A jog is ramped by goals, and taking a speed back is never refused.
Refusal refuseSpeedThatNothingRamps(const Attempt& attempt);
/// In current-based position mode the goal current of earlier days bounds the motion: under a person's limit
/// it must be known.
Refusal refuseUnreadGoalCurrent(const Attempt& attempt);
Refusal refuseOutsideCurrentModes(const Attempt& attempt);
Refusal refuseCurrentThatMovesNothing(const Attempt& attempt);
Refusal refuseCurrentAboveLimit(const Attempt& attempt);
/// Another model than the one kept answers: it is looked at, not driven.
Refusal refuseModelNotAdopted(const Attempt& attempt);
/// Another servo answers under the axis' id: only torque off and stop reach it.
Refusal refuseOtherServo(const Attempt& attempt);
/// Nobody knows what its registers mean.
Refusal refuseServoOfUnknownModel(const Attempt& attempt);
Refusal refuseConfirmationOfNone(const Attempt& attempt);
/// It is not the one that the person has seen.
Refusal refuseConfirmationOfAnother(const Attempt& attempt);
Refusal refuseAdoptionOfTheKeptModel(const Attempt& attempt);
Refusal refuseWhileMoving(const Attempt& attempt);
Refusal refuseWhileAnyAxisMoves(const Attempt& attempt);
Refusal refuseScaleThatIsNone(const Attempt& attempt);
Refusal refuseLimitsBelowZero(const Attempt& attempt);
/// What no command could set, no file may set either.
Refusal refuseUnsoundMachine(const Attempt& attempt);
Refusal refuseLimitsBeyondTheServo(const Attempt& attempt);
Refusal refuseTravelThatIsEmpty(const Attempt& attempt);
Refusal refuseTravelBeyondTheServo(const Attempt& attempt);
Refusal refuseEmptyName(const Attempt& attempt);
Refusal refuseNameInUse(const Attempt& attempt);
Refusal refuseRegisterTheModelLacks(const Attempt& attempt);
Refusal refuseWatchingTheUnreadable(const Attempt& attempt);
/// It is a channel already.
Refusal refuseWatchingAChannel(const Attempt& attempt);
/// All places are taken by registers that are watched, or whose last samples may still be on their way.
Refusal refuseWatchingTooMany(const Attempt& attempt);
Refusal refuseGroupWithoutMoves(const Attempt& attempt);
Refusal refuseAxisTwiceInAGroup(const Attempt& attempt);
Refusal refuseGroupOverSeveralBuses(const Attempt& attempt);
Refusal refuseGroupOfDifferentGoals(const Attempt& attempt);
Refusal refuseResetWithoutStop(const Attempt& attempt);
Refusal refuseResetOfOtherStop(const Attempt& attempt);
Refusal refuseResetBeforeStopIsReported(const Attempt& attempt);

struct NamedPolicy {
    std::string_view name;
    Policy refusal = nullptr;
};
/// Every policy of this context.
[[nodiscard]] std::span<const NamedPolicy> allPolicies();

/// The first refusal of the list.
[[nodiscard]] Refusal firstRefusal(std::span<const Policy> policies, const Attempt& attempt);

/// A measured value counts as present for three periods, at least 100 ms.
[[nodiscard]] Duration freshness(const AxisPresent& measured);

} // namespace servolane::motion
