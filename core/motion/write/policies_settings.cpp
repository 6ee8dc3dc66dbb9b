// SPDX-License-Identifier: GPL-3.0-or-later
// Why the settings that the host keeps of an axis may not be changed so, or not now.
#include "core/motion/write/policies.h"
#include "core/motion/write/rejections.h"
#include "core/motion/write/travel.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace servolane::motion {

using api::Rejection;
using api::RejectionCode;
using registers::OperatingMode;

namespace {

constexpr double steepestGear = 1e6;
/// Turns. Farther away, rounding would swallow what the counts of an encoder tell.
constexpr double farthestOffset = 1e6;
constexpr std::size_t longestUnit = 12;

Rejection invalid(const Attempt& attempt, std::string_view subject, double requested) {
    Rejection made = rejection(RejectionCode::invalidArgument, attempt, subject);
    made.requested = requested;
    return made;
}

bool isRatio(double value) {
    return std::isfinite(value) && value >= 1.0 / steepestGear && value <= steepestGear;
}

/// Set, and not above zero.
bool isNothing(const auto& limit) {
    return limit && limit->value <= 0;
}

} // namespace

Refusal refuseModelNotAdopted(const Attempt& attempt) {
    if (attempt.record()->keptModel.empty()) return std::nullopt;
    return rejection(RejectionCode::otherModel, attempt, attempt.record()->keptModel);
}

Refusal refuseServoOfUnknownModel(const Attempt& attempt) {
    const AxisRecord& record = *attempt.record();
    if (!record.other || record.other->isKnown()) return std::nullopt;
    Rejection made = rejection(RejectionCode::modelUnknown, attempt);
    made.requested = record.other->found.modelNumber;
    return made;
}

Refusal refuseConfirmationOfNone(const Attempt& attempt) {
    if (attempt.record()->other) return std::nullopt;
    return rejection(RejectionCode::invalidArgument, attempt, "servo");
}

Refusal refuseConfirmationOfAnother(const Attempt& attempt) {
    const bus::ServoIdentity& found = attempt.record()->other->found;
    const ConfirmServo& seen = *attempt.confirmed;
    if (seen.modelNumber == found.modelNumber && seen.firmware == found.firmware) return std::nullopt;
    return otherServoRejection(axisOf(attempt), *attempt.record()->other);
}

Refusal refuseAdoptionOfTheKeptModel(const Attempt& attempt) {
    if (!attempt.record()->keptModel.empty()) return std::nullopt;
    return rejection(RejectionCode::invalidArgument, attempt, "model");
}

Refusal refuseWhileMoving(const Attempt& attempt) {
    const AxisRecord& record = *attempt.record();
    if (!record.isMoving() && !record.lease) return std::nullopt;
    return rejection(RejectionCode::axisMoving, attempt);
}

Refusal refuseWhileAnyAxisMoves(const Attempt& attempt) {
    for (const auto& [id, record] : attempt.state.axes) {
        Attempt one = attempt;
        one.axis = id;
        if (auto refusal = refuseWhileMoving(one)) return refusal;
    }
    return std::nullopt;
}

Refusal refuseScaleThatIsNone(const Attempt& attempt) {
    const AxisScale& scale = *attempt.scale;
    if (!isRatio(scale.gear)) return invalid(attempt, "gear", scale.gear);
    if (!isRatio(scale.unitsPerTurn)) return invalid(attempt, "units per turn", scale.unitsPerTurn);
    if (!std::isfinite(scale.offset) || std::fabs(scale.offset) > farthestOffset * scale.unitsPerTurn)
        return invalid(attempt, "offset", scale.offset);
    const bool blank = scale.unit.find_first_not_of(' ') == std::string::npos;
    if (blank || scale.unit.size() > longestUnit)
        return rejection(RejectionCode::invalidArgument, attempt, "unit");
    return std::nullopt;
}

Refusal refuseLimitsBelowZero(const Attempt& attempt) {
    const OwnLimits& own = *attempt.limits;
    if (isNothing(own.velocity)) return invalid(attempt, "velocity limit", own.velocity->value);
    if (isNothing(own.acceleration)) return invalid(attempt, "acceleration limit", own.acceleration->value);
    if (isNothing(own.current)) return invalid(attempt, "current limit", own.current->value);
    if (isNothing(own.temperature)) return invalid(attempt, "temperature limit", own.temperature->value);
    if (isNothing(own.followingError)) return invalid(attempt, "following error", own.followingError->value);
    if (isNothing(own.step)) return invalid(attempt, "step limit", own.step->value);
    return std::nullopt;
}

Refusal refuseLimitsBeyondTheServo(const Attempt& attempt) {
    const OwnLimits& own = *attempt.limits;
    const AxisLimits servo = servoLimitsOf(*attempt.record());
    const auto above = [&](RejectionCode code, const auto& wanted, double most,
                           const std::string& unit) -> Refusal {
        if (!wanted || most <= 0 || wanted->value <= most) return std::nullopt;
        return outside(code, attempt, wanted->value, 0.0, most, unit);
    };
    if (auto refusal = above(RejectionCode::aboveVelocityLimit, own.velocity, servo.velocity.value,
                             axisOf(attempt).scale.unit + "/s"))
        return refusal;
    if (auto refusal = above(RejectionCode::aboveCurrentLimit, own.current, servo.current.value, "A"))
        return refusal;
    return above(RejectionCode::aboveTemperatureLimit, own.temperature, servo.temperature.value, "degC");
}

Refusal refuseUnsoundMachine(const Attempt& attempt) {
    for (const MachineAxis& axis : attempt.machine->axes) {
        Attempt one = attempt;
        one.scale = &axis.settings.scale;
        one.limits = &axis.settings.limits;
        one.travel = axis.settings.limits.travel;
        one.name = axis.settings.name;
        constexpr std::array rules{refuseEmptyName, refuseScaleThatIsNone, refuseNumbersThatAreNone,
                                   refuseLimitsBelowZero, refuseTravelThatIsEmpty};
        if (auto refusal = firstRefusal(rules, one)) return refusal;
    }
    return std::nullopt;
}

Refusal refuseTravelThatIsEmpty(const Attempt& attempt) {
    if (!attempt.travel) return std::nullopt;
    if (attempt.travel->low < attempt.travel->high) return std::nullopt;
    Rejection made =
        outside(RejectionCode::invalidArgument, attempt, attempt.travel->low.value, attempt.travel->low.value,
                attempt.travel->high.value, attempt.record() ? axisOf(attempt).scale.unit : "");
    made.subject = "travel";
    return made;
}

Refusal refuseTravelBeyondTheServo(const Attempt& attempt) {
    if (!attempt.travel) return std::nullopt;
    const AxisRecord& record = *attempt.record();
    const auto servo = servoTravel(record, modeOf(record).value_or(OperatingMode::position));
    for (const Position wanted : {attempt.travel->low, attempt.travel->high})
        if (!servo.contains(wanted))
            return outside(RejectionCode::outsideTravelLimits, attempt, wanted.value, servo.low.value,
                           servo.high.value, record.axis->scale.unit);
    return std::nullopt;
}

Refusal refuseEmptyName(const Attempt& attempt) {
    if (attempt.name.find_first_not_of(" \t") != std::string_view::npos) return std::nullopt;
    return rejection(RejectionCode::invalidArgument, attempt, "name");
}

Refusal refuseRegisterTheModelLacks(const Attempt& attempt) {
    if (axisOf(attempt).model->find(attempt.name)) return std::nullopt;
    return rejection(RejectionCode::registerUnknown, attempt, attempt.name);
}

Refusal refuseWatchingTheUnreadable(const Attempt& attempt) {
    if (!axisOf(attempt).model->find(attempt.name)->isUnreadable) return std::nullopt;
    return rejection(RejectionCode::registerUnreadable, attempt, attempt.name);
}

Refusal refuseWatchingAChannel(const Attempt& attempt) {
    const auto& model = *axisOf(attempt).model;
    if (!usualChannelOf(*model.find(attempt.name), model)) return std::nullopt;
    return rejection(RejectionCode::alreadyChannel, attempt, attempt.name);
}

Refusal refuseWatchingTooMany(const Attempt& attempt) {
    const Axis& axis = axisOf(attempt);
    if (watchOf(attempt.name, axis)) return std::nullopt;
    const bool isFree = std::any_of(axis.watches.begin(), axis.watches.end(),
                                    [](const Watch& watch) { return watch.name.empty(); });
    if (isFree || !attempt.record()->unwatched.empty()) return std::nullopt;
    Rejection made = rejection(RejectionCode::watchesUsedUp, attempt, attempt.name);
    made.high = static_cast<double>(telemetry::watchCount);
    return made;
}

Refusal refuseNameInUse(const Attempt& attempt) {
    const auto& axes = attempt.state.axes;
    const bool used = std::any_of(axes.begin(), axes.end(), [&](const auto& entry) {
        return entry.first != attempt.axis && entry.second.axis->name == attempt.name;
    });
    if (!used) return std::nullopt;
    return rejection(RejectionCode::invalidArgument, attempt, attempt.name);
}

} // namespace servolane::motion
