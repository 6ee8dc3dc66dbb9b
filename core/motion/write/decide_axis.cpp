// SPDX-License-Identifier: GPL-3.0-or-later
// What the host keeps of an axis: scale, limits, reference, and the machine file that holds it all.
#include "core/motion/write/decide.h"
#include "core/motion/write/steps.h"
#include "core/motion/write/travel.h"

#include <algorithm>
#include <array>

namespace servolane::motion {

using api::Decision;
using api::Verdict;
using bus::Priority;
using registers::Role;
using telemetry::Channel;

namespace {

constexpr std::array<Policy, 3> scalePolicies{refuseUnknownAxis, refuseScaleThatIsNone, refuseWhileMoving};
constexpr std::array<Policy, 7> limitPolicies{
    refuseUnknownAxis,          refuseNumbersThatAreNone,   refuseLimitsBelowZero, refuseTravelThatIsEmpty,
    refuseTravelBeyondTheServo, refuseLimitsBeyondTheServo, refuseWhileMoving};
constexpr std::array<Policy, 6> zeroPolicies{refuseUnknownAxis, refuseWhileBusIsDown,  refuseSilentAxis,
                                             refuseWhileMoving, refuseModelNotAdopted, refuseStaleFeedback};
constexpr std::array<Policy, 6> referencePolicies{refuseUnknownAxis,     refuseWhileBusIsDown,
                                                  refuseSilentAxis,      refuseUnreadMode,
                                                  refuseModelNotAdopted, refuseStaleFeedback};
constexpr std::array<Policy, 12> currentPolicies{refuseWhileStopIsLatched,      refuseUnknownAxis,
                                                 refuseWhileBusIsDown,          refuseSilentAxis,
                                                 refuseWithHardwareError,       refuseUnreadMode,
                                                 refuseModelNotAdopted,         refuseOutsideCurrentModes,
                                                 refuseWhileAnotherJogs,        refuseNumbersThatAreNone,
                                                 refuseCurrentThatMovesNothing, refuseCurrentAboveLimit};
constexpr std::array<Policy, 5> confirmPolicies{refuseUnknownAxis, refuseWhileBusIsDown,
                                                refuseConfirmationOfNone, refuseConfirmationOfAnother,
                                                refuseServoOfUnknownModel};
constexpr std::array<Policy, 3> adoptPolicies{refuseUnknownAxis, refuseAdoptionOfTheKeptModel,
                                              refuseWhileMoving};
constexpr std::array<Policy, 5> watchPolicies{refuseUnknownAxis, refuseRegisterTheModelLacks,
                                              refuseWatchingTheUnreadable, refuseWatchingAChannel,
                                              refuseWatchingTooMany};
constexpr std::array<Policy, 2> unwatchPolicies{refuseUnknownAxis, refuseRegisterTheModelLacks};
constexpr std::array<Policy, 2> machinePolicies{refuseUnsoundMachine, refuseWhileAnyAxisMoves};

/// The settings of the axis whose place another model has taken.
AxisSettings keptSettings(const MotionState& state, const AxisRecord& record) {
    const Axis& axis = *record.axis;
    if (const auto link = state.links.find(axis.bus); link != state.links.end())
        if (const MachineAxis* kept = keptFor(state, link->second.settings, axis.servo))
            return kept->settings;
    for (const auto& [id, other] : state.axes)
        if (other.displaced && other.path == record.path && other.axis->servo == axis.servo &&
            other.axis->model->name == record.keptModel)
            return settingsOf(*other.axis);
    return settingsOf(axis);
}

/// What a machine file says of an axis that is there.
Decision applyTo(const MotionState& state, const AxisRecord& record) {
    const auto link = state.links.find(record.axis->bus);
    if (link == state.links.end() || record.displaced || !record.keptModel.empty()) return {};
    const MachineAxis* kept = keptFor(state, link->second.settings, record.axis->servo);
    if (!kept || kept->identity.model != record.axis->model->name ||
        kept->settings == settingsOf(*record.axis))
        return {};
    Axis axis = *record.axis;
    takeSettings(axis, kept->settings, record.unwatched);
    return reconfigure(state, record, std::move(axis));
}

} // namespace

Decision adoptModel(const MotionState& state, const AxisRecord& record) {
    Axis axis = *record.axis;
    takeSettings(axis, keptSettings(state, record), record.unwatched);
    Decision decision;
    decision.events.emplace_back(ModelAdopted{axis.id});
    decision.merge(reconfigure(state, record, std::move(axis)));
    return decision;
}

void takeSettings(Axis& axis, const AxisSettings& settings, const std::vector<std::string>& unwatched) {
    axis.name = settings.name;
    axis.scale = settings.scale;
    axis.own = settings.limits;
    axis.stopReaction = settings.stopReaction;
    for (Watch& watch : axis.watches)
        watch.on =
            std::find(settings.watched.begin(), settings.watched.end(), watch.name) != settings.watched.end();
    // What a kept name means is the model's to say; one that it lacks is left out.
    for (const std::string& name : settings.watched)
        if (canBeWatched(name, *axis.model)) static_cast<void>(setWatch(axis, unwatched, name, true));
}

bool setWatch(Axis& axis, const std::vector<std::string>& unwatched, std::string_view name, bool on) {
    const auto placeOf = [&](std::string_view of) {
        return std::find_if(axis.watches.begin(), axis.watches.end(),
                            [&](const Watch& watch) { return watch.name == of; });
    };
    auto place = placeOf(name);
    if (place == axis.watches.end() && on) place = placeOf({});
    if (place == axis.watches.end() && on)
        for (const std::string& idle : unwatched)
            if (place = placeOf(idle); place != axis.watches.end() && !place->on) break;
    if (place == axis.watches.end()) return false;
    *place = {std::string(name), on};
    return true;
}

Decision reconfigure(const MotionState& state, const AxisRecord& record, Axis axis) {
    axis.channels = channelScalesOf(axis);
    AxisRecord changed = record;
    changed.axis = std::make_shared<const Axis>(axis);
    axis.limits = limitsOf(changed);
    return configure(state, std::move(axis));
}

Verdict decide(const MotionState& state, const SetAxisScale& command, const Circumstances& at) {
    Attempt attempt = attemptOf(state, at, command.axis);
    attempt.scale = &command.scale;
    if (auto refusal = firstRefusal(scalePolicies, attempt)) return api::refuse(*refusal);
    Axis axis = *attempt.record()->axis;
    axis.own = rescaled(axis.own, axis.scale, command.scale);
    axis.scale = command.scale;
    return reconfigure(state, *attempt.record(), std::move(axis));
}

Verdict decide(const MotionState& state, const SetAxisLimits& command, const Circumstances& at) {
    Attempt attempt = attemptOf(state, at, command.axis);
    attempt.limits = &command.limits;
    attempt.travel = command.limits.travel;
    if (auto refusal = firstRefusal(limitPolicies, attempt)) return api::refuse(*refusal);
    Axis axis = *attempt.record()->axis;
    axis.own = command.limits;
    return reconfigure(state, *attempt.record(), std::move(axis));
}

Verdict decide(const MotionState& state, const SetZeroHere& command, const Circumstances& at) {
    const Attempt attempt = attemptOf(state, at, command.axis);
    if (auto refusal = firstRefusal(zeroPolicies, attempt)) return api::refuse(*refusal);
    Axis axis = *attempt.record()->axis;
    const Position here = axis.positionFromRaw(attempt.measured()->raw[indexOf(Channel::position)]);
    AxisScale scale = axis.scale;
    scale.offset -= here.value;
    axis.own = rescaled(axis.own, axis.scale, scale);
    axis.scale = scale;
    Decision decision = reconfigure(state, *attempt.record(), std::move(axis));
    decision.events.emplace_back(AxisReferenced{command.axis});
    return decision;
}

Verdict decide(const MotionState& state, const ReferenceAxis& command, const Circumstances& at) {
    const Attempt attempt = attemptOf(state, at, command.axis);
    if (auto refusal = firstRefusal(referencePolicies, attempt)) return api::refuse(*refusal);
    Decision decision;
    decision.events.emplace_back(AxisReferenced{command.axis});
    return decision;
}

Verdict decide(const MotionState& state, const SetGoalCurrent& command, const Circumstances& at) {
    Attempt attempt = attemptOf(state, at, command.axis);
    attempt.current = command.current;
    if (auto refusal = firstRefusal(currentPolicies, attempt)) return api::refuse(*refusal);
    const Axis& axis = *attempt.record()->axis;
    Decision decision;
    decision.requests.push_back(request(
        axis.bus, Priority::motion,
        bus::StepsWork{writeSteps(axis, Role::goalCurrent, rawCurrentWithin(axis, command.current), true)}));
    decision.whenConfirmed.emplace_back(GoalCurrentSet{command.axis, command.current});
    return decision;
}

Verdict decide(const MotionState& state, const AdoptModel& command, const Circumstances& at) {
    const Attempt attempt = attemptOf(state, at, command.axis);
    if (auto refusal = firstRefusal(adoptPolicies, attempt)) return api::refuse(*refusal);
    return adoptModel(state, *attempt.record());
}

/// What becomes of the axis is what follows when a scan finds the servo: see react.cpp.
Verdict decide(const MotionState& state, const ConfirmServo& command, const Circumstances& at) {
    Attempt attempt = attemptOf(state, at, command.axis);
    attempt.confirmed = &command;
    if (auto refusal = firstRefusal(confirmPolicies, attempt)) return api::refuse(*refusal);
    Decision decision;
    decision.events.emplace_back(ServoConfirmed{command.axis, attempt.record()->other->found});
    return decision;
}

Verdict decide(const MotionState& state, const WatchRegister& command, const Circumstances& at) {
    Attempt attempt = attemptOf(state, at, command.axis);
    attempt.name = command.name;
    const auto refusal =
        command.on ? firstRefusal(watchPolicies, attempt) : firstRefusal(unwatchPolicies, attempt);
    if (refusal) return api::refuse(*refusal);
    Axis axis = *attempt.record()->axis;
    if (isWatched(command.name, axis) == command.on) return Decision{};
    static_cast<void>(setWatch(axis, attempt.record()->unwatched, command.name, command.on));
    return configure(state, std::move(axis));
}

Verdict decide(const MotionState& state, const LoadMachine& command, const Circumstances& at) {
    Attempt attempt = attemptOf(state, at, {});
    attempt.machine = command.machine.get();
    if (auto refusal = firstRefusal(machinePolicies, attempt)) return api::refuse(*refusal);
    Decision decision;
    decision.events.emplace_back(MachineLoaded{command.machine});
    MotionState loaded = state;
    loaded.machine = command.machine;
    for (const auto& [id, record] : state.axes) {
        Decision one = applyTo(loaded, record);
        // Each list to poll carries the axes configured before it.
        for (const auto& event : one.events)
            evolve(loaded, event, at.now);
        decision.merge(std::move(one));
    }
    return decision;
}

} // namespace servolane::motion
