// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/registers/write/policies.h"

#include "core/registers/shared_bytes.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace servolane::registers {

using api::Rejection;
using api::RejectionCode;

namespace {

Rejection rejection(RejectionCode code, const Attempt& attempt) {
    Rejection made;
    made.code = code;
    made.axis = attempt.axis;
    made.subject = attempt.name;
    made.requested = static_cast<double>(attempt.raw);
    if (const TableRecord* table = attempt.table()) made.bus = table->axis->bus;
    return made;
}

/// What the servo accepts, narrowed to what the bytes can hold.
Range<std::int64_t> rangeOf(const Register& target) {
    const auto [low, high] = target.form().range();
    return {std::max(low, target.minimum.value_or(low)), std::min(high, target.maximum.value_or(high))};
}

/// The maker's names of the two halves of an indirection.
constexpr std::string_view indirectAddress = "indirect_address_";
constexpr std::string_view indirectData = "indirect_data_";

Refusal notRead(const Attempt& attempt, std::string_view what) {
    Rejection made = rejection(RejectionCode::valueStale, attempt);
    made.subject = what;
    return made;
}

bool movesTheAxis(const ServoModel& model, const Register& target) {
    return isOfMotion(target.role) || holdsGoal(model, target) || drivesMotion(model, target);
}

} // namespace

const Register* Attempt::target() const {
    const TableRecord* record = table();
    return record ? record->axis->model->find(name) : nullptr;
}

Refusal firstRefusal(std::span<const Policy> policies, const Attempt& attempt) {
    for (const Policy policy : policies)
        if (auto refusal = policy(attempt)) return refusal;
    return std::nullopt;
}

bool isOfMotion(Role role) {
    constexpr std::array roles{Role::servoId,      Role::baudRate,     Role::operatingMode,
                               Role::torqueEnable, Role::busWatchdog,  Role::goalPwm,
                               Role::goalCurrent,  Role::goalVelocity, Role::goalPosition};
    return std::find(roles.begin(), roles.end(), role) != roles.end();
}

Refusal refuseUnknownAxis(const Attempt& attempt) {
    const TableRecord* table = attempt.table();
    if (table && !table->displaced) return std::nullopt;
    return rejection(RejectionCode::axisUnknown, attempt);
}

Refusal refuseWhileBusIsDown(const Attempt& attempt) {
    if (attempt.state.up.contains(attempt.table()->axis->bus)) return std::nullopt;
    return rejection(RejectionCode::busDown, attempt);
}

Refusal refuseSilentAxis(const Attempt& attempt) {
    if (!attempt.table()->silent) return std::nullopt;
    if (const auto& other = attempt.table()->other)
        return motion::otherServoRejection(*attempt.table()->axis, *other);
    const bool hears = attempt.table()->pingsOnly;
    return rejection(hears ? RejectionCode::answersPingsOnly : RejectionCode::axisSilent, attempt);
}

Refusal refuseWriteToSilentAxis(const Attempt& attempt) {
    const Register* target = attempt.target();
    const bool wayOut = attempt.table()->pingsOnly && target && target->role == Role::statusReturnLevel;
    return wayOut ? std::nullopt : refuseSilentAxis(attempt);
}

Refusal refuseModelNotAdopted(const Attempt& attempt) {
    if (attempt.table()->keptModel.empty()) return std::nullopt;
    Rejection made = rejection(RejectionCode::otherModel, attempt);
    made.subject = attempt.table()->keptModel;
    return made;
}

Refusal refuseUnknownRegister(const Attempt& attempt) {
    if (attempt.target()) return std::nullopt;
    return rejection(RejectionCode::registerUnknown, attempt);
}

Refusal refuseRegisterOfMotion(const Attempt& attempt) {
    const Register& target = *attempt.target();
    const ServoModel& model = *attempt.table()->axis->model;
    if (!movesTheAxis(model, target) && !isMotionValue(target, attempt.raw)) return std::nullopt;
    return rejection(RejectionCode::motionRegister, attempt);
}

Refusal refuseChangeOfModeByItsParts(const Attempt& attempt) {
    const Register& target = *attempt.target();
    const auto& known = attempt.table()->known;
    const ServoModel& model = *attempt.table()->axis->model;
    const Register* mode = model.find(Role::operatingMode);
    if (!mode || !mode->isView || mode == &target || !shareBytes(*mode, target)) return std::nullopt;
    const auto read = known.find(mode->name);
    if (read == known.end()) return notRead(attempt, mode->name);
    Bytes bytes = mode->bytesFrom(read->second);
    const auto put = [&](const Register& part, std::int64_t raw) {
        const Bytes own = part.bytesFrom(raw);
        for (std::size_t i = 0; i < own.size(); ++i) {
            const std::size_t at = part.address + i;
            if (at >= mode->address && at - mode->address < bytes.size()) bytes[at - mode->address] = own[i];
        }
    };
    for (const Register& part : model.registers) {
        const auto value = known.find(part.name);
        if (!part.isView && shareBytes(*mode, part) && value != known.end()) put(part, value->second);
    }
    put(target, attempt.raw);
    if (model.modeFrom(mode->rawFrom(bytes)) == model.modeFrom(read->second)) return std::nullopt;
    return rejection(RejectionCode::motionRegister, attempt);
}

Refusal refuseIndirectWayToMotion(const Attempt& attempt) {
    std::int64_t leadsTo = attempt.raw;
    if (attempt.name.starts_with(indirectData)) {
        const std::string pointer =
            std::string(indirectAddress) + std::string(attempt.name.substr(indirectData.size()));
        const auto known = attempt.table()->known.find(pointer);
        if (known == attempt.table()->known.end()) return notRead(attempt, pointer);
        leadsTo = known->second;
    } else if (!attempt.name.starts_with(indirectAddress)) {
        return std::nullopt;
    }
    const ServoModel& model = *attempt.table()->axis->model;
    for (const Register& target : model.registers) {
        const bool inside = leadsTo >= target.address && leadsTo < target.address + target.size;
        // Which value will be written there nobody knows.
        if (!inside || (!movesTheAxis(model, target) && target.motionValues.empty())) continue;
        Rejection made = rejection(RejectionCode::motionRegister, attempt);
        made.subject = target.name;
        return made;
    }
    return std::nullopt;
}

Refusal refuseReadOnlyRegister(const Attempt& attempt) {
    if (attempt.target()->access == Access::readWrite) return std::nullopt;
    return rejection(RejectionCode::registerReadOnly, attempt);
}

Refusal refuseValueOutOfRange(const Attempt& attempt) {
    const auto range = rangeOf(*attempt.target());
    if (range.contains(attempt.raw)) return std::nullopt;
    Rejection made = rejection(RejectionCode::registerOutOfRange, attempt);
    made.low = static_cast<double>(range.low);
    made.high = static_cast<double>(range.high);
    return made;
}

Refusal refuseEepromWhileTorqueIsOn(const Attempt& attempt) {
    const bool stored = attempt.target()->storage == Storage::eeprom;
    if (!stored || attempt.table()->torque != true) return std::nullopt;
    return rejection(RejectionCode::eepromWhileTorqueOn, attempt);
}

Refusal refuseEepromWhileTorqueIsUnread(const Attempt& attempt) {
    const bool stored = attempt.target()->storage == Storage::eeprom;
    const bool hasTorque = attempt.table()->axis->model->find(Role::torqueEnable) != nullptr;
    if (!stored || !hasTorque || attempt.table()->torque) return std::nullopt;
    return notRead(attempt, toString(Role::torqueEnable));
}

namespace {

/// As its drive mode was read: the same register then holds milliseconds.
bool countsProfileInTime(const TableRecord& table) {
    const Register* drive = table.axis->model->find(Role::driveMode);
    const auto known = drive ? table.known.find(drive->name) : table.known.end();
    return known != table.known.end() && registers::countsProfileInTime(*drive, known->second);
}

} // namespace

Refusal refuseProfileInTimePastItsLimits(const Attempt& attempt) {
    const Register& target = *attempt.target();
    const motion::Axis& axis = *attempt.table()->axis;
    const bool isProfile = target.role == Role::profileVelocity || target.role == Role::profileAcceleration;
    const bool bounded = axis.own.velocity || axis.own.acceleration;
    if (!isProfile || !bounded || !countsProfileInTime(*attempt.table())) return std::nullopt;
    Rejection made = rejection(RejectionCode::profileInTime, attempt);
    made.subject = toString(Role::driveMode);
    return made;
}

Refusal refuseProfileAboveVelocityLimit(const Attempt& attempt) {
    if (attempt.target()->role != Role::profileVelocity || countsProfileInTime(*attempt.table()))
        return std::nullopt;
    const motion::Axis& axis = *attempt.table()->axis;
    const double wanted = std::fabs(axis.velocityFromRaw(attempt.raw).value);
    if (wanted <= axis.limits.velocity.value) return std::nullopt;
    Rejection made = rejection(RejectionCode::aboveVelocityLimit, attempt);
    made.requested = wanted;
    made.high = axis.limits.velocity.value;
    made.unit = axis.scale.unit + "/s";
    return made;
}

Refusal refuseProfileAboveAccelerationLimit(const Attempt& attempt) {
    const Register& target = *attempt.target();
    if (target.role != Role::profileAcceleration || countsProfileInTime(*attempt.table()))
        return std::nullopt;
    const motion::Axis& axis = *attempt.table()->axis;
    const double limit = axis.limits.acceleration.value;
    const double wanted = target.valueFrom(attempt.raw) / axis.scale.gear * axis.scale.unitsPerTurn / 360.0;
    if (limit == 0.0 || wanted <= limit) return std::nullopt;
    Rejection made = rejection(RejectionCode::aboveAccelerationLimit, attempt);
    made.requested = wanted;
    made.high = limit;
    made.unit = axis.scale.unit + "/s^2";
    return made;
}

Refusal refuseIdInUse(const Attempt& attempt) {
    if (attempt.target()->role != Role::servoId) return std::nullopt;
    for (const auto& [id, table] : attempt.state.tables) {
        const bool here = table.axis->bus == attempt.table()->axis->bus && !table.displaced && !table.silent;
        if (id == attempt.axis || !here || table.axis->servo.value != attempt.raw) continue;
        Rejection made = rejection(RejectionCode::idInUse, attempt);
        made.subject = table.axis->name;
        return made;
    }
    return std::nullopt;
}

Refusal refuseRateTheServoLacks(const Attempt& attempt) {
    const Register& target = *attempt.target();
    if (!attempt.baud || target.role != Role::baudRate || rawFromBaud(target, *attempt.baud))
        return std::nullopt;
    Rejection made = rejection(RejectionCode::invalidArgument, attempt);
    made.subject = "baud";
    made.requested = *attempt.baud;
    made.unit = "bit/s";
    const auto [low, high] = baudsOf(target);
    made.low = low;
    made.high = high;
    return made;
}

Refusal refuseModeThatIsNone(const Attempt& attempt) {
    const Register& target = *attempt.target();
    if (target.role != Role::operatingMode || attempt.table()->axis->model->modeFrom(attempt.raw))
        return std::nullopt;
    Rejection made = rejection(RejectionCode::modeUnsupported, attempt);
    made.subject = std::to_string(attempt.raw);
    return made;
}

Refusal refuseLeavingTheRateOfAnAxisWithTorqueOn(const Attempt& attempt) {
    for (const auto& [id, table] : attempt.state.tables) {
        if (table.axis->bus != attempt.bus || table.displaced || table.torque != true) continue;
        Rejection made;
        made.code = RejectionCode::torqueOn;
        made.axis = id;
        made.bus = attempt.bus;
        return made;
    }
    return std::nullopt;
}

std::span<const Policy> writePolicies() {
    static constexpr std::array<Policy, 15> policies{refuseUnknownAxis,
                                                     refuseWhileBusIsDown,
                                                     refuseWriteToSilentAxis,
                                                     refuseUnknownRegister,
                                                     refuseRegisterOfMotion,
                                                     refuseIndirectWayToMotion,
                                                     refuseReadOnlyRegister,
                                                     refuseValueOutOfRange,
                                                     refuseChangeOfModeByItsParts,
                                                     refuseEepromWhileTorqueIsOn,
                                                     refuseEepromWhileTorqueIsUnread,
                                                     refuseProfileInTimePastItsLimits,
                                                     refuseProfileAboveVelocityLimit,
                                                     refuseProfileAboveAccelerationLimit,
                                                     refuseModelNotAdopted};
    return policies;
}

std::span<const Policy> identityPolicies() {
    static constexpr std::array<Policy, 11> policies{
        refuseUnknownAxis,     refuseWhileBusIsDown,        refuseSilentAxis,
        refuseUnknownRegister, refuseReadOnlyRegister,      refuseValueOutOfRange,
        refuseIdInUse,         refuseEepromWhileTorqueIsOn, refuseEepromWhileTorqueIsUnread,
        refuseModelNotAdopted, refuseRateTheServoLacks};
    return policies;
}

std::span<const NamedPolicy> allPolicies() {
    static constexpr std::array policies{
        NamedPolicy{"refuseUnknownAxis", refuseUnknownAxis},
        NamedPolicy{"refuseWhileBusIsDown", refuseWhileBusIsDown},
        NamedPolicy{"refuseSilentAxis", refuseSilentAxis},
        NamedPolicy{"refuseWriteToSilentAxis", refuseWriteToSilentAxis},
        NamedPolicy{"refuseUnknownRegister", refuseUnknownRegister},
        NamedPolicy{"refuseRegisterOfMotion", refuseRegisterOfMotion},
        NamedPolicy{"refuseIndirectWayToMotion", refuseIndirectWayToMotion},
        NamedPolicy{"refuseChangeOfModeByItsParts", refuseChangeOfModeByItsParts},
        NamedPolicy{"refuseReadOnlyRegister", refuseReadOnlyRegister},
        NamedPolicy{"refuseValueOutOfRange", refuseValueOutOfRange},
        NamedPolicy{"refuseEepromWhileTorqueIsOn", refuseEepromWhileTorqueIsOn},
        NamedPolicy{"refuseEepromWhileTorqueIsUnread", refuseEepromWhileTorqueIsUnread},
        NamedPolicy{"refuseProfileInTimePastItsLimits", refuseProfileInTimePastItsLimits},
        NamedPolicy{"refuseProfileAboveVelocityLimit", refuseProfileAboveVelocityLimit},
        NamedPolicy{"refuseProfileAboveAccelerationLimit", refuseProfileAboveAccelerationLimit},
        NamedPolicy{"refuseModelNotAdopted", refuseModelNotAdopted},
        NamedPolicy{"refuseRateTheServoLacks", refuseRateTheServoLacks},
        NamedPolicy{"refuseModeThatIsNone", refuseModeThatIsNone},
        NamedPolicy{"refuseLeavingTheRateOfAnAxisWithTorqueOn", refuseLeavingTheRateOfAnAxisWithTorqueOn},
        NamedPolicy{"refuseIdInUse", refuseIdInUse},
    };
    return policies;
}

} // namespace servolane::registers
