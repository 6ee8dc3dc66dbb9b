// SPDX-License-Identifier: GPL-3.0-or-later
// Several registers as one command, and the two that say how a servo is reached: its id and its rate.
#include "core/registers/eeprom_lock.h"
#include "core/registers/write/decide.h"
#include "core/registers/write/policies.h"
#include "core/registers/write/write_steps.h"

#include <algorithm>
#include <cmath>

namespace servolane::registers {

using api::Decision;
using api::Verdict;

namespace {

bus::Request requestOf(const motion::Axis& axis, std::vector<bus::Step> steps) {
    bus::Request made;
    made.bus = axis.bus;
    made.priority = bus::Priority::registers;
    made.work = bus::StepsWork{std::move(steps)};
    return made;
}

/// A batch may raise the servo's velocity limit and use it: profiles are measured against the limit that will
/// hold, which a person's own still narrows.
RegisterState asItWillBe(const RegisterState& state, const WriteRegisters& command) {
    RegisterState after = state;
    const auto found = after.tables.find(command.axis);
    if (found == after.tables.end()) return after;
    motion::Axis axis = *found->second.axis;
    for (const StagedRegister& write : command.writes) {
        const Register* target = axis.model->find(write.name);
        if (!target) continue;
        // Where an indirect register leads is judged by where the batch makes it lead.
        found->second.known[write.name] = write.raw;
        if (target->role != Role::velocityLimit) continue;
        const double servo = std::fabs(axis.velocityFromRaw(write.raw).value);
        axis.limits.velocity.value = axis.own.velocity ? std::min(axis.own.velocity->value, servo) : servo;
    }
    found->second.axis = std::make_shared<const motion::Axis>(std::move(axis));
    return after;
}

std::optional<api::Rejection> refusalOf(const RegisterState& after, const WriteRegisters& command) {
    for (const StagedRegister& write : command.writes)
        if (auto refusal =
                firstRefusal(writePolicies(), Attempt{after, command.axis, write.name, write.raw})) {
            refusal->entry = write.name;
            return refusal;
        }
    return std::nullopt;
}

/// The servo carries a batch out in its order: what an indirect register writes to is also judged by where it
/// leads at its place in the batch, and so is the mode that the limits make.
std::optional<api::Rejection> refusalInOrder(RegisterState state, const WriteRegisters& command) {
    for (const StagedRegister& write : command.writes) {
        const Attempt attempt{state, command.axis, write.name, write.raw};
        auto refusal = refuseIndirectWayToMotion(attempt);
        if (!refusal) refusal = refuseChangeOfModeByItsParts(attempt);
        if (refusal) {
            refusal->entry = write.name;
            return refusal;
        }
        state.tables.at(command.axis).known[write.name] = write.raw;
    }
    return std::nullopt;
}

/// The other end of the range whose lower end `low` is; nullptr: none.
const Register* upperEndOf(const ServoModel& model, const Register& low) {
    if (low.role == Role::minPositionLimit) return model.find(Role::maxPositionLimit);
    constexpr std::string_view lower = "min_";
    if (!low.name.starts_with(lower)) return nullptr;
    return model.find("max_" + low.name.substr(lower.size()));
}

/// Some servos ignore a range that is turned over, if only until its other end comes (Hiwonder LX): of one
/// that is written whole, the end goes first that leaves it upright.
WriteRegisters withRangesUpright(const RegisterState& state, WriteRegisters command) {
    const TableRecord& table = *state.find(command.axis);
    const ServoModel& model = *table.axis->model;
    auto& writes = command.writes;
    const auto placeOf = [&](const Register& of) {
        return std::ranges::find(writes, of.name, &StagedRegister::name);
    };
    for (const Register& low : model.registers) {
        const Register* high = upperEndOf(model, low);
        if (!high || placeOf(low) == writes.end() || placeOf(*high) == writes.end()) continue;
        const auto lower = placeOf(low);
        const auto upper = placeOf(*high);
        if (lower->raw >= upper->raw) continue;
        const auto lowNow = table.known.find(low.name);
        const auto highNow = table.known.find(high->name);
        const bool rises = highNow != table.known.end() && lower->raw >= highNow->second;
        const bool falls = lowNow != table.known.end() && upper->raw <= lowNow->second;
        if (rises && lower < upper) std::rotate(lower, upper, upper + 1);
        if (falls && upper < lower) std::rotate(upper, lower, lower + 1);
    }
    return command;
}

/// The axis and the register of this role, if the policies let it be written.
struct Identity {
    const TableRecord& table;
    const Register& target;
};

tl::expected<Identity, api::Rejection> identityOf(const RegisterState& state, AxisId axis, Role role,
                                                  std::int64_t raw, std::optional<std::uint32_t> baud = {}) {
    const TableRecord* table = state.find(axis);
    const Register* target = table ? table->axis->model->find(role) : nullptr;
    const std::string_view name = target ? std::string_view(target->name) : toString(role);
    if (auto refusal = firstRefusal(identityPolicies(), Attempt{state, axis, name, raw, baud}))
        return api::refuse(*refusal);
    return Identity{*table, *target};
}

} // namespace

SplitBatch splitMode(const RegisterState& state, const WriteRegisters& command) {
    SplitBatch split{{}, {}, {command.axis, {}, command.origin}};
    const TableRecord* table = state.find(command.axis);
    for (const StagedRegister& write : command.writes) {
        const Register* target = table ? table->axis->model->find(write.name) : nullptr;
        if (target && target->role == Role::operatingMode && !split.mode) {
            split.mode = write.raw;
            split.modeName = write.name;
        } else
            split.others.writes.push_back(write);
    }
    return split;
}

Verdict decide(const RegisterState& state, const WriteRegisters& asked) {
    if (asked.writes.empty()) {
        if (auto refusal = refuseUnknownAxis({state, asked.axis, {}})) return api::refuse(*refusal);
        return Decision{};
    }
    const RegisterState after = asItWillBe(state, asked);
    if (auto refusal = refusalOf(after, asked)) return api::refuse(*refusal);
    const WriteRegisters command = withRangesUpright(state, asked);
    if (auto refusal = refusalInOrder(state, command)) return api::refuse(*refusal);
    const TableRecord& table = *state.find(command.axis);
    Decision decision;
    for (const StagedRegister& write : command.writes) {
        RegisterWritten written{command.axis, write.name, {}, write.raw};
        if (const auto before = table.known.find(write.name); before != table.known.end())
            written.before = before->second;
        decision.whenConfirmed.emplace_back(std::move(written));
    }
    decision.requests.push_back(requestOf(*table.axis, stepsOf(*table.axis, command.writes)));
    return decision;
}

Verdict decide(const RegisterState& state, const SetServoId& command) {
    const auto identity = identityOf(state, command.axis, Role::servoId, command.id.value);
    if (!identity) return api::refuse(identity.error());
    const motion::Axis& axis = *identity->table.axis;
    const Register& target = identity->target;
    Decision decision;
    if (axis.servo == command.id) return decision;
    decision.requests.push_back(requestOf(
        axis, {bus::ChangeIdStep{axis.servo, command.id, target.address, target.bytesFrom(command.id.value),
                                 settingsLockOf(*axis.model)}}));
    decision.whenConfirmed.emplace_back(ServoIdChanged{command.axis, axis.servo, command.id});
    return decision;
}

Verdict decide(const RegisterState& state, const SetServoBaud& command) {
    const TableRecord* table = state.find(command.axis);
    const Register* target = table ? table->axis->model->find(Role::baudRate) : nullptr;
    // A rate that the servo lacks has no code that could be out of range.
    const std::int64_t code =
        target ? rawFromBaud(*target, command.baud).value_or(target->minimum.value_or(0)) : 0;
    const auto identity = identityOf(state, command.axis, Role::baudRate, code, command.baud);
    if (!identity) return api::refuse(identity.error());
    const motion::Axis& axis = *table->axis;
    const auto rate = state.rates.find(axis.bus);
    const std::uint32_t from = rate == state.rates.end() ? 0 : rate->second;
    Decision decision;
    if (from == command.baud) return decision;
    decision.requests.push_back(
        requestOf(axis, {bus::ChangeBaudStep{axis.servo, from, command.baud, target->address,
                                             target->bytesFrom(code), settingsLockOf(*axis.model)}}));
    decision.whenConfirmed.emplace_back(ServoBaudChanged{command.axis, from, command.baud});
    return decision;
}

std::optional<api::Rejection> refusalOfLeavingRate(const RegisterState& state, BusId bus) {
    return refuseLeavingTheRateOfAnAxisWithTorqueOn({state, {}, {}, 0, {}, bus});
}

std::optional<api::Rejection> refusalOfMode(const RegisterState& state, AxisId axis,
                                            const SplitBatch& split) {
    auto refusal = refuseModeThatIsNone({state, axis, split.modeName, *split.mode});
    if (refusal) refusal->entry = split.modeName;
    return refusal;
}

} // namespace servolane::registers
