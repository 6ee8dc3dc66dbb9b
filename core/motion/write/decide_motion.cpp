// SPDX-License-Identifier: GPL-3.0-or-later
// The commands that make an axis go, and those that take the motion out of it.
#include "core/motion/write/decide.h"
#include "core/motion/write/steps.h"
#include "core/motion/write/travel.h"

#include <algorithm>
#include <array>

namespace servolane::motion {

using api::Decision;
using api::Verdict;
using bus::Priority;
using registers::OperatingMode;
using registers::Role;
using telemetry::Channel;

namespace {

constexpr std::array<Policy, 23> movePolicies{refuseWhileStopIsLatched,
                                              refuseUnknownAxis,
                                              refuseWhileBusIsDown,
                                              refuseSilentAxis,
                                              refuseWithHardwareError,
                                              refuseUnreadTorque,
                                              refuseUnreadMode,
                                              refuseOutsidePositionModes,
                                              refuseNumbersThatAreNone,
                                              refuseProfileOfZero,
                                              refuseSpeedsOfProfileInTime,
                                              refuseProfileTheModelLacks,
                                              refuseTravelOutOfTheServosReach,
                                              refuseMoveOutsideTravelLimits,
                                              refuseVelocityAboveLimit,
                                              refuseVelocityBelowOneStep,
                                              refuseAccelerationAboveLimit,
                                              refuseAboveTemperatureLimit,
                                              refuseWhileAnotherJogs,
                                              refuseWithoutReference,
                                              refuseJumpWithoutProfile,
                                              refuseUnreadGoalCurrent,
                                              refuseModelNotAdopted};
/// Besides those of each move by itself.
constexpr std::array<Policy, 3> groupPolicies{refuseAxisTwiceInAGroup, refuseGroupOverSeveralBuses,
                                              refuseGroupOfDifferentGoals};
constexpr std::array<Policy, 15> speedPolicies{refuseWhileStopIsLatched,
                                               refuseUnknownAxis,
                                               refuseWhileBusIsDown,
                                               refuseSilentAxis,
                                               refuseWithHardwareError,
                                               refuseUnreadTorque,
                                               refuseUnreadMode,
                                               refuseOutsideVelocityMode,
                                               refuseNumbersThatAreNone,
                                               refuseVelocityAboveLimit,
                                               refuseSpeedOutOfTravelLimits,
                                               refuseSpeedThatNothingRamps,
                                               refuseAboveTemperatureLimit,
                                               refuseWhileAnotherJogs,
                                               refuseModelNotAdopted};
constexpr std::array<Policy, 17> jogPolicies{refuseWhileStopIsLatched,
                                             refuseUnknownAxis,
                                             refuseWhileBusIsDown,
                                             refuseSilentAxis,
                                             refuseWithHardwareError,
                                             refuseUnreadTorque,
                                             refuseUnreadMode,
                                             refuseModesWithoutJog,
                                             refuseNumbersThatAreNone,
                                             refuseJogThatStandsStill,
                                             refuseVelocityAboveLimit,
                                             refuseSpeedOutOfTravelLimits,
                                             refuseTravelOutOfTheServosReach,
                                             refuseUnreadGoalCurrent,
                                             refuseAboveTemperatureLimit,
                                             refuseWhileAnotherJogs,
                                             refuseModelNotAdopted};
constexpr std::array<Policy, 2> lastPolicies{refuseStaleFeedback, refuseWithTorqueOff};
constexpr std::array<Policy, 2> endPolicies{refuseUnknownAxis, refuseWhileBusIsDown};
constexpr std::array<Policy, 4> haltPolicies{refuseWhileStopIsLatched, refuseUnknownAxis,
                                             refuseWhileBusIsDown, refuseOtherServo};

/// What holds for the command itself comes first, so that a bad number is named as such even before the first
/// answer. Torque comes last: who hears that it is off knows that nothing else stands in the way of the
/// command, and may switch it on for that.
Refusal refusalOf(std::span<const Policy> policies, const Attempt& attempt) {
    if (auto refusal = firstRefusal(policies, attempt)) return refusal;
    return firstRefusal(lastPolicies, attempt);
}

Attempt attemptOf(const MotionState& state, const Circumstances& at, const MoveAxis& move) {
    Attempt attempt = attemptOf(state, at, move.axis);
    attempt.target = move.target;
    attempt.velocity = move.velocity;
    attempt.acceleration = move.acceleration;
    return attempt;
}

bool mayStream(const AxisRecord& record) {
    return record.lease || record.motion.kind == MotionKind::jog;
}

/// What must end before another motion of the axis begins.
Decision makeWay(const AxisRecord& record) {
    Decision decision;
    if (mayStream(record))
        decision.requests.push_back(
            request(record.axis->bus, Priority::motion, bus::EndStream{record.axis->id}));
    Steps before = releaseSteps(record);
    append(before, currentSteps(record));
    if (!before.empty())
        decision.requests.push_back(
            request(record.axis->bus, Priority::motion, bus::StepsWork{std::move(before)}));
    if (record.motion.kind == MotionKind::move || record.motion.kind == MotionKind::velocity)
        decision.whenConfirmed.emplace_back(MoveEnded{record.axis->id, EndReason::superseded});
    return decision;
}

MoveStarted started(const Attempt& attempt, bool attended) {
    const AxisRecord& record = *attempt.record();
    const auto raw = attempt.measured()->raw[indexOf(Channel::position)];
    const Position distance = *attempt.target - record.axis->positionFromRaw(raw);
    return {attempt.axis, *attempt.target,
            generousTime(record, distance, attempt.velocity, attempt.acceleration), attempt.asker, attended};
}

} // namespace

Verdict decide(const MotionState& state, const MoveAxis& command, const Circumstances& at) {
    Attempt attempt = attemptOf(state, at, command);
    if (auto refusal = refusalOf(movePolicies, attempt)) return api::refuse(*refusal);
    const AxisRecord& record = *attempt.record();
    const Axis& axis = *record.axis;
    const MoveAxis move = bounded(record, command);
    Decision decision = makeWay(record);
    bus::Request goal = request(axis.bus, Priority::motion, bus::StepsWork{moveSteps(axis, move)});
    goal.coalesceAxis = axis.id;
    goal.moves = {axis.id};
    goal.coalesceFields =
        static_cast<std::uint8_t>((move.velocity ? 1U : 0U) | (move.acceleration ? 2U : 0U));
    decision.requests.push_back(std::move(goal));
    decision.whenConfirmed.emplace_back(started(attemptOf(state, at, move), move.attended));
    // It may have been heard: until it is known to be at rest, the axis is watched as one that moves.
    decision.whenFailed.emplace_back(started(attemptOf(state, at, move), move.attended));
    return decision;
}

Verdict decide(const MotionState& state, const MoveAxes& command, const Circumstances& at) {
    Attempt whole = attemptOf(state, at, AxisId{});
    whole.group = &command;
    if (auto refusal = refuseGroupWithoutMoves(whole)) return api::refuse(*refusal);
    std::vector<AxisId> moved;
    std::vector<std::pair<const Axis*, MoveAxis>> moves;
    Decision decision;
    for (const MoveAxis& move : command.moves) {
        Attempt attempt = attemptOf(state, at, move);
        attempt.group = &command;
        if (auto refusal = refusalOf(movePolicies, attempt)) return api::refuse(*refusal);
        if (auto refusal = firstRefusal(groupPolicies, attempt)) return api::refuse(*refusal);
        const AxisRecord& record = *attempt.record();
        moved.push_back(move.axis);
        moves.emplace_back(record.axis.get(), bounded(record, move));
        decision.merge(makeWay(record));
        decision.whenConfirmed.emplace_back(
            started(attemptOf(state, at, moves.back().second), move.attended));
        decision.whenFailed.emplace_back(started(attemptOf(state, at, moves.back().second), move.attended));
    }
    bus::Request goals =
        request(moves.front().first->bus, Priority::motion, bus::StepsWork{groupMoveSteps(moves)});
    // All or none: if one of them is not confirmed, none goes on.
    std::sort(moved.begin(), moved.end());
    goals.moves = std::move(moved);
    decision.requests.push_back(std::move(goals));
    return decision;
}

Verdict decide(const MotionState& state, const SetVelocity& command, const Circumstances& at) {
    Attempt attempt = attemptOf(state, at, command.axis);
    attempt.velocity = command.velocity;
    if (auto refusal = refusalOf(speedPolicies, attempt)) return api::refuse(*refusal);
    const AxisRecord& record = *attempt.record();
    const Axis& axis = *record.axis;
    Decision decision;
    if (mayStream(record))
        decision.requests.push_back(request(axis.bus, Priority::motion, bus::EndStream{axis.id}));
    Steps steps = releaseSteps(record);
    append(steps, accelerationSteps(record));
    append(steps, writeSteps(axis, Role::goalVelocity, rawVelocityWithin(axis, command.velocity), false));
    bus::Request goal = request(axis.bus, Priority::motion, bus::StepsWork{std::move(steps)});
    goal.coalesceAxis = axis.id;
    goal.moves = {axis.id};
    decision.requests.push_back(std::move(goal));
    if (command.velocity.value != 0)
        decision.whenFailed.emplace_back(VelocityStarted{axis.id, command.velocity, at.asker});
    if (command.velocity.value == 0)
        decision.whenConfirmed.emplace_back(MoveEnded{axis.id, EndReason::asked});
    else
        decision.whenConfirmed.emplace_back(VelocityStarted{axis.id, command.velocity, at.asker});
    return decision;
}

Verdict decide(const MotionState& state, const StartJog& command, const Circumstances& at) {
    Attempt attempt = attemptOf(state, at, command.axis);
    attempt.velocity = command.velocity;
    if (auto refusal = refusalOf(jogPolicies, attempt)) return api::refuse(*refusal);
    const AxisRecord& record = *attempt.record();
    const Axis& axis = *record.axis;
    bus::JogStream jog{axis.id, command.velocity, {}, modeOf(record) != OperatingMode::velocity, at.asker};
    jog.envelope = {axis.limits.travel,       axis.limits.velocity, axis.limits.followingError,
                    axis.limits.acceleration, axis.limits.current,  axis.limits.temperature};
    Decision decision;
    Steps before = releaseSteps(record);
    append(before, currentSteps(record));
    if (jog.positionGoals) append(before, streamedAccelerationSteps(record, command.velocity));
    if (!before.empty())
        decision.requests.push_back(request(axis.bus, Priority::motion, bus::StepsWork{std::move(before)}));
    decision.requests.push_back(request(axis.bus, Priority::motion, jog));
    if (record.isMoving() && record.motion.kind != MotionKind::jog)
        decision.whenConfirmed.emplace_back(MoveEnded{axis.id, EndReason::superseded});
    decision.whenConfirmed.emplace_back(JogStarted{axis.id, command.velocity});
    return decision;
}

Verdict decide(const MotionState& state, const EndJog& command, const Circumstances& at) {
    const Attempt attempt = attemptOf(state, at, command.axis);
    if (auto refusal = firstRefusal(endPolicies, attempt)) return api::refuse(*refusal);
    Decision decision;
    // Asked for even where no jog is known: one that was taken a moment ago must not outlive its key. A stop
    // has ended all of them.
    if (!state.latched)
        decision.requests.push_back(request(attempt.record()->axis->bus, Priority::motion,
                                            bus::EndStream{command.axis, bus::StreamEnd::ramped}));
    return decision;
}

Verdict decide(const MotionState& state, const Halt& command, const Circumstances& at) {
    const Attempt attempt = attemptOf(state, at, command.axis);
    if (auto refusal = firstRefusal(haltPolicies, attempt)) return api::refuse(*refusal);
    const AxisRecord& record = *attempt.record();
    const Axis& axis = *record.axis;
    Decision decision;
    decision.requests.push_back(request(axis.bus, Priority::motion, bus::EndStream{axis.id}));
    if (record.torque != false) {
        decision.requests.push_back(request(axis.bus, Priority::motion, bus::StepsWork{holdSteps(record)}));
        decision.requests.back().moves = {axis.id};
    }
    if (record.isMoving() && record.motion.kind != MotionKind::jog)
        decision.whenConfirmed.emplace_back(MoveEnded{axis.id, EndReason::asked});
    decision.whenConfirmed.emplace_back(AxisHalted{axis.id, EndReason::asked});
    return decision;
}

} // namespace servolane::motion
