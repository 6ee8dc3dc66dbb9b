// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/motion/excess.h"
#include "core/motion/write/react.h"
#include "core/motion/write/steps.h"
#include "core/motion/write/travel.h"

#include <algorithm>
#include <cmath>

namespace servolane::motion {

using api::Decision;
using bus::Priority;
using telemetry::Channel;

namespace {

/// An axis in motion whose position is older than this is halted: five periods, at least 250 ms, since a busy
/// system may well pause a bus thread for a tenth of a second.
Duration patience(const AxisPresent& measured) {
    constexpr Duration least = std::chrono::milliseconds{250};
    return std::max<Duration>(least, measured.period * 5);
}

Time ageMark(const AxisPresent& measured, Channel channel) {
    return measured.at[indexOf(channel)];
}

std::int32_t rawOf(const AxisPresent& measured, Channel channel) {
    return measured.raw[indexOf(channel)];
}

bool isNewer(const AxisPresent& measured, Channel channel, Time than) {
    return measured.knows(channel) && ageMark(measured, channel) > than;
}

/// By the servo's own word; where it has none, by its speed.
bool isAtRest(const AxisRecord& record, const AxisPresent& measured) {
    const Time since = record.motion.since;
    if (record.axis->channels[indexOf(Channel::moving)].exists())
        return isNewer(measured, Channel::moving, since) && rawOf(measured, Channel::moving) == 0;
    if (record.axis->channels[indexOf(Channel::velocity)].exists())
        return isNewer(measured, Channel::velocity, since) && rawOf(measured, Channel::velocity) == 0;
    return true;
}

Position actualOf(const AxisRecord& record, const AxisPresent& measured) {
    return record.axis->positionFromRaw(rawOf(measured, Channel::position));
}

bool hasArrived(const AxisRecord& record, const AxisPresent& measured) {
    if (!isNewer(measured, Channel::position, record.motion.since)) return false;
    const double off = std::fabs((actualOf(record, measured) - record.motion.target).value);
    return off <= arrivalTolerance(*record.axis).value && isAtRest(record, measured);
}

bool hasTimedOut(const AxisRecord& record, Time now) {
    return record.motion.allowed > Duration::zero() && now > record.motion.since + record.motion.allowed;
}

bool leavesTravel(const AxisRecord& record, const AxisPresent& measured) {
    if (record.motion.kind != MotionKind::velocity || !measured.knows(Channel::position)) return false;
    const Position actual = actualOf(record, measured);
    const auto& travel = record.axis->limits.travel;
    return (record.motion.velocity.value > 0 && actual >= travel.high) ||
           (record.motion.velocity.value < 0 && actual <= travel.low);
}

bool isFeedbackLost(const AxisRecord& record, const AxisPresent* measured, Time now) {
    // Feedback from before the motion is as good a start as any; the wait counts from the later of the two.
    const Time heard = measured ? ageMark(*measured, Channel::position) : Time{};
    const Duration allowed = measured ? patience(*measured) : patience({});
    return now - std::max(heard, record.motion.since) > allowed;
}

/// Where the servo bounds the current itself, drawing as much as it may is what is asked of it: a grip.
LoadLimits loadLimitsOf(const AxisRecord& record) {
    const bool isBounded = modeOf(record) == registers::OperatingMode::currentBasedPosition;
    const AxisLimits& limits = record.axis->limits;
    return {isBounded ? Current{} : limits.current, limits.temperature};
}

Decision halt(const AxisRecord& record, EndReason reason) {
    const AxisId id = record.axis->id;
    Decision decision;
    decision.events.emplace_back(MoveEnded{id, reason});
    if (record.torque == false) return decision;
    decision.requests.push_back(request(record.axis->bus, Priority::motion, bus::RestWork{{id}, reason}));
    return decision;
}

Decision arrive(const AxisRecord& record, const AxisPresent& measured) {
    Decision decision;
    const Duration took = ageMark(measured, Channel::position) - record.motion.since;
    decision.events.emplace_back(MoveArrived{record.axis->id, actualOf(record, measured), took});
    return decision;
}

Decision watchMotion(const AxisRecord& record, const AxisPresent* measured, Time now, Window window) {
    if (window == Window::silent && record.motion.by == api::Asker::window)
        return halt(record, EndReason::windowSilent);
    if (isFeedbackLost(record, measured, now)) return halt(record, EndReason::feedbackLost);
    if (!measured) return {};
    if (leavesTravel(record, *measured)) return halt(record, EndReason::limitReached);
    if (const auto excess = excessOf(*record.axis, *measured, loadLimitsOf(record), record.motion.since))
        return halt(record, *excess);
    if (record.motion.kind != MotionKind::move) return {};
    if (hasArrived(record, *measured)) return arrive(record, *measured);
    Decision decision;
    // The goal stays: an axis that a load holds back must not be let sag.
    if (hasTimedOut(record, now))
        decision.events.emplace_back(MoveEnded{record.axis->id, EndReason::timedOut});
    return decision;
}

/// Torque that was on for one motion of somebody who has left: off once the axis stands, not while it coasts.
Decision giveTorqueBack(const MotionState& state, const AxisRecord& record, const AxisPresent& measured,
                        Time now) {
    const bool isOwed = record.borrower && state.hasLeft(*record.borrower) && record.torque == true &&
                        !record.isMoving() && !record.lease && !record.silent;
    const bool isFresh =
        measured.knows(Channel::position) && now - ageMark(measured, Channel::position) <= patience(measured);
    Decision decision;
    if (!isOwed || !isFresh || !isAtRest(record, measured)) return decision;
    decision.requests.push_back(
        request(record.axis->bus, Priority::motion, bus::StepsWork{torqueOffSteps(record)}));
    decision.whenConfirmed.emplace_back(TorqueDisabled{record.axis->id, record.borrower});
    return decision;
}

void watchErrors(const AxisRecord& record, const AxisPresent& measured, Decision& decision) {
    if (!measured.knows(Channel::hardwareError)) return;
    const auto bits = static_cast<std::uint8_t>(rawOf(measured, Channel::hardwareError));
    if (bits == record.hardwareError) return;
    if (bits != 0)
        decision.events.emplace_back(HardwareErrorRaised{record.axis->id, bits});
    else
        decision.events.emplace_back(HardwareErrorCleared{record.axis->id});
}

} // namespace

Decision watch(const MotionState& state, const Present& present, Time now, Window window) {
    Decision decision;
    for (const auto& [id, record] : state.axes) {
        if (record.displaced || !state.isUp(record.axis->bus)) continue;
        const auto found = present.find(id);
        const AxisPresent* measured = found == present.end() ? nullptr : &found->second;
        if (measured && !record.silent) watchErrors(record, *measured, decision);
        // Streams are watched by the bus thread that evaluates them, and their lease lapses long before a
        // window counts as silent; a stop ends all motion by itself.
        const bool watched =
            record.motion.kind == MotionKind::move || record.motion.kind == MotionKind::velocity;
        if (watched && !state.latched) decision.merge(watchMotion(record, measured, now, window));
        if (measured && !state.latched) decision.merge(giveTorqueBack(state, record, *measured, now));
    }
    return decision;
}

} // namespace servolane::motion
