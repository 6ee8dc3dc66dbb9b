// SPDX-License-Identifier: GPL-3.0-or-later
// Torque, modes, settings. What makes an axis go is in decide_motion.cpp, stop and reset in decide_stop.cpp.
#include "core/motion/write/decide.h"

#include "core/motion/write/steps.h"
#include "core/motion/write/travel.h"
#include "core/registers/eeprom_lock.h"

#include <array>

namespace servolane::motion {

using api::Decision;
using api::Verdict;
using bus::Priority;
using registers::Role;

namespace {

constexpr std::array<Policy, 7> torqueOnPolicies{
    refuseWhileStopIsLatched, refuseUnknownAxis, refuseWhileBusIsDown, refuseSilentAxis,
    refuseWithHardwareError,  refuseUnreadMode,  refuseModelNotAdopted};
constexpr std::array<Policy, 3> reachablePolicies{refuseUnknownAxis, refuseWhileBusIsDown,
                                                  refuseServoOfUnknownModel};
constexpr std::array<Policy, 8> modePolicies{
    refuseWhileStopIsLatched, refuseUnknownAxis,  refuseWhileBusIsDown, refuseSilentAxis,
    refuseModeTheModelLacks,  refuseUnreadTorque, refuseWithTorqueOn,   refuseModelNotAdopted};
constexpr std::array<Policy, 12> profilePolicies{refuseUnknownAxis,          refuseWhileBusIsDown,
                                                 refuseSilentAxis,           refuseSpeedsOfProfileInTime,
                                                 refuseProfileThatIsAGoal,   refuseProfileTheModelLacks,
                                                 refuseNumbersThatAreNone,   refuseSpeedsBelowZero,
                                                 refuseVelocityAboveLimit,   refuseAccelerationAboveLimit,
                                                 refuseVelocityBelowOneStep, refuseModelNotAdopted};
constexpr std::array<Policy, 5> travelPolicies{refuseUnknownAxis, refuseNumbersThatAreNone, refuseWhileMoving,
                                               refuseTravelThatIsEmpty, refuseTravelBeyondTheServo};
constexpr std::array<Policy, 1> knownPolicies{refuseUnknownAxis};
constexpr std::array<Policy, 3> renamePolicies{refuseUnknownAxis, refuseEmptyName, refuseNameInUse};
constexpr std::array<Policy, 4> rebootPolicies{refuseUnknownAxis, refuseWhileBusIsDown, refuseSilentAxis,
                                               refuseRebootWithTorqueOn};

/// A change of mode sets gains and profile back (X series control table, operating mode): what they are now
/// is learned with it.
constexpr std::array setBackByMode{Role::velocityIGain,    Role::velocityPGain,       Role::positionDGain,
                                   Role::positionIGain,    Role::positionPGain,       Role::feedforward2Gain,
                                   Role::feedforward1Gain, Role::profileAcceleration, Role::profileVelocity,
                                   Role::goalCurrent};

Verdict torqueOn(const AxisRecord& record, std::optional<api::Asker> borrower) {
    const Axis& axis = *record.axis;
    Decision decision;
    if (record.isMoving() && record.torque == true) {
        // A new goal would end the motion; looking whether torque is on is all there is to do.
        decision.requests.push_back(
            request(axis.bus, Priority::motion, bus::StepsWork{readSteps(axis, Role::torqueEnable)}));
        return decision;
    }
    // With torque on it can no longer be told whether it was without power.
    if (record.mayHaveRestarted && record.referenced) decision.events.emplace_back(ReferenceLost{axis.id});
    // A watchdog that has tripped, in this run or an earlier one, refuses the goal.
    Steps steps = disarmSteps(axis);
    append(steps, holdSteps(record));
    append(steps, torqueSteps(axis, 1));
    decision.requests.push_back(request(axis.bus, Priority::motion, bus::StepsWork{std::move(steps)}));
    // What was on before the loan is not given back.
    if (borrower && record.torque != false && record.borrower != borrower) borrower.reset();
    decision.whenConfirmed.emplace_back(TorqueEnabled{axis.id, borrower});
    return decision;
}

Verdict torqueOff(const MotionState& state, const AxisRecord& record) {
    const Axis& axis = *record.axis;
    Decision decision;
    // While a stop is latched no motion waits that torque off could overtake, and only this priority goes
    // out.
    const Priority priority = state.latched ? Priority::stop : Priority::motion;
    if (!state.latched && (record.lease || record.motion.kind == MotionKind::jog))
        decision.requests.push_back(request(axis.bus, priority, bus::EndStream{axis.id}));
    decision.requests.push_back(request(axis.bus, priority, bus::StepsWork{torqueOffSteps(record)}));
    if (record.isMoving() && record.motion.kind != MotionKind::jog)
        decision.whenConfirmed.emplace_back(MoveEnded{axis.id, EndReason::asked});
    decision.whenConfirmed.emplace_back(TorqueDisabled{axis.id});
    return decision;
}

std::int64_t orZero(double value, std::int64_t raw) {
    return value > 0 ? raw : 0;
}

} // namespace

Decision configure(const MotionState& state, Axis axis) {
    axis.channels = channelScalesOf(axis);
    const auto shared = std::make_shared<const Axis>(std::move(axis));
    Decision decision;
    decision.events.emplace_back(AxisConfigured{shared});
    // Once the bus thread has the list without it.
    if (const AxisRecord* before = state.find(shared->id))
        for (const Watch& watch : before->axis->watches)
            if (watch.on && !isWatched(watch.name, *shared))
                decision.whenConfirmed.emplace_back(WatchEnded{shared->id, watch.name});
    // A closed link has no bus thread that could take it.
    if (state.links.contains(shared->bus)) decision.requests.push_back(pollRequest(state, shared));
    return decision;
}

Verdict decide(const MotionState& state, const SetTorque& command, const Circumstances& at) {
    const Attempt attempt = attemptOf(state, at, command.axis);
    const std::span<const Policy> policies =
        command.on ? std::span<const Policy>(torqueOnPolicies) : std::span<const Policy>(reachablePolicies);
    if (auto refusal = firstRefusal(policies, attempt)) return api::refuse(*refusal);
    if (!command.on) return torqueOff(state, *attempt.record());
    return torqueOn(*attempt.record(), command.borrowed ? std::optional(at.asker) : std::nullopt);
}

Verdict decide(const MotionState& state, const SetOperatingMode& command, const Circumstances& at) {
    Attempt attempt = attemptOf(state, at, command.axis);
    attempt.mode = command.mode;
    if (auto refusal = firstRefusal(modePolicies, attempt)) return api::refuse(*refusal);
    const Axis& axis = *attempt.record()->axis;
    Steps steps = registers::whileUnlocked(
        *axis.model, axis.servo,
        writeSteps(axis, Role::operatingMode, *axis.model->modeCode(command.mode), true));
    append(steps, readSteps(axis, setBackByMode));
    Decision decision;
    decision.requests.push_back(request(axis.bus, Priority::motion, bus::StepsWork{std::move(steps)}));
    decision.whenConfirmed.emplace_back(ModeChanged{axis.id, command.mode});
    const auto before = modeOf(*attempt.record());
    // Position mode folds the count of turns (X series control table, present position).
    if (before && countsTurns(*before) && command.mode == registers::OperatingMode::position &&
        isTiedToMachine(axis))
        decision.whenConfirmed.emplace_back(ReferenceLost{axis.id});
    return decision;
}

Verdict decide(const MotionState& state, const SetProfile& command, const Circumstances& at) {
    Attempt attempt = attemptOf(state, at, command.axis);
    attempt.velocity = command.velocity;
    // None is what a servo without the register has.
    const AxisRecord* record = attempt.record();
    const bool ramps = record && record->axis->model->find(Role::profileAcceleration);
    if (ramps || command.acceleration.value != 0) attempt.acceleration = command.acceleration;
    if (auto refusal = firstRefusal(profilePolicies, attempt)) return api::refuse(*refusal);
    const Axis& axis = *attempt.record()->axis;
    const auto acceleration =
        orZero(command.acceleration.value, rawProfileAccelerationWithin(axis, command.acceleration));
    const auto velocity = orZero(command.velocity.value, rawProfileVelocityWithin(axis, command.velocity));
    Steps steps = writeSteps(axis, Role::profileAcceleration, acceleration, true);
    append(steps, writeSteps(axis, Role::profileVelocity, velocity, true));
    Decision decision;
    decision.requests.push_back(request(axis.bus, Priority::registers, bus::StepsWork{std::move(steps)}));
    decision.whenConfirmed.emplace_back(ProfileSet{axis.id, command.velocity, command.acceleration});
    return decision;
}

Verdict decide(const MotionState& state, const SetTravelLimits& command, const Circumstances& at) {
    Attempt attempt = attemptOf(state, at, command.axis);
    attempt.travel = command.travel;
    if (auto refusal = firstRefusal(travelPolicies, attempt)) return api::refuse(*refusal);
    Axis axis = *attempt.record()->axis;
    axis.own.travel = command.travel;
    Decision decision;
    decision.events.emplace_back(TravelLimitsSet{command.axis, command.travel});
    decision.merge(reconfigure(state, *attempt.record(), std::move(axis)));
    return decision;
}

Verdict decide(const MotionState& state, const SetStopReaction& command, const Circumstances& at) {
    const Attempt attempt = attemptOf(state, at, command.axis);
    if (auto refusal = firstRefusal(knownPolicies, attempt)) return api::refuse(*refusal);
    Axis axis = *attempt.record()->axis;
    axis.stopReaction = command.reaction;
    return configure(state, std::move(axis));
}

Verdict decide(const MotionState& state, const RenameAxis& command, const Circumstances& at) {
    Attempt attempt = attemptOf(state, at, command.axis);
    attempt.name = command.name;
    if (auto refusal = firstRefusal(renamePolicies, attempt)) return api::refuse(*refusal);
    Axis axis = *attempt.record()->axis;
    axis.name = command.name;
    return configure(state, std::move(axis));
}

Verdict decide(const MotionState& state, const RebootAxis& command, const Circumstances& at) {
    const Attempt attempt = attemptOf(state, at, command.axis);
    if (auto refusal = firstRefusal(rebootPolicies, attempt)) return api::refuse(*refusal);
    const Axis& axis = *attempt.record()->axis;
    Decision decision;
    decision.requests.push_back(
        request(axis.bus, Priority::registers, bus::StepsWork{{bus::RebootStep{axis.servo}}}));
    decision.whenConfirmed.emplace_back(TorqueDisabled{axis.id});
    decision.whenConfirmed.emplace_back(ReferenceLost{axis.id});
    return decision;
}

} // namespace servolane::motion
