// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/motion/write/steps.h"

#include "core/motion/write/travel.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iterator>
#include <map>

namespace servolane::motion {

using registers::OperatingMode;
using registers::Register;
using registers::Role;

namespace {

struct Field {
    const Register* target = nullptr;
    std::int64_t raw = 0;
};

/// In the order in which they must take effect; the goal is the last.
std::vector<Field> moveFields(const Axis& axis, const MoveAxis& move) {
    std::vector<Field> fields;
    if (move.acceleration)
        fields.push_back({axis.model->find(Role::profileAcceleration),
                          rawProfileAccelerationWithin(axis, *move.acceleration)});
    if (move.velocity)
        fields.push_back(
            {axis.model->find(Role::profileVelocity), rawProfileVelocityWithin(axis, *move.velocity)});
    fields.push_back({axis.model->find(Role::goalPosition), rawGoalWithin(axis, move.target)});
    std::erase_if(fields, [](const Field& field) { return field.target == nullptr; });
    return fields;
}

bool standInRow(const std::vector<Field>& fields) {
    for (std::size_t i = 1; i < fields.size(); ++i) {
        const Register& before = *fields[i - 1].target;
        if (before.address + before.size != fields[i].target->address) return false;
    }
    return true;
}

bool isLaidOutAs(const std::vector<Field>& fields, const std::vector<Field>& others) {
    return std::equal(fields.begin(), fields.end(), others.begin(), others.end(),
                      [](const Field& a, const Field& b) { return a.target->span() == b.target->span(); });
}

/// Of fields that stand in a row.
Bytes bytesOf(const std::vector<Field>& fields) {
    Bytes all;
    for (const Field& field : fields) {
        const Bytes bytes = field.target->bytesFrom(field.raw);
        all.insert(all.end(), bytes.begin(), bytes.end());
    }
    return all;
}
bus::RegisterSpan spanOf(const std::vector<Field>& fields) {
    return {fields.front().target->address, static_cast<std::uint16_t>(bytesOf(fields).size())};
}

} // namespace

Steps writeSteps(const Axis& axis, Role role, std::int64_t raw, bool readBack) {
    const Register* target = axis.model->find(role);
    if (!target) return {};
    return {bus::WriteStep{axis.servo, target->address, target->bytesFrom(raw), readBack}};
}

Steps readSteps(const Axis& axis, Role role) {
    const Register* source = axis.model->find(role);
    if (!source) return {};
    return {bus::ReadStep{axis.servo, source->span()}};
}

Steps readSteps(const Axis& axis, std::span<const Role> roles) {
    std::vector<bus::RegisterSpan> spans;
    for (const Role role : roles)
        if (const Register* source = axis.model->find(role)) spans.push_back(source->span());
    std::sort(spans.begin(), spans.end());
    Steps steps;
    for (const bus::RegisterSpan& span : spans) {
        auto* last = steps.empty() ? nullptr : &std::get<bus::ReadStep>(steps.back()).span;
        if (last && last->address + last->size == span.address)
            last->size = static_cast<std::uint16_t>(last->size + span.size);
        else
            steps.emplace_back(bus::ReadStep{axis.servo, span});
    }
    return steps;
}

void append(Steps& all, Steps more) {
    all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

namespace {

/// A servo reads places a little beyond what it takes as goals (LX: "can be slightly negative or above
/// 1000"). Only as far as nobody sees a move.
/// In position mode the limits that the servo keeps are narrower than its register (X series control table,
/// min and max position limit: a goal beyond is a data limit error).
std::optional<bus::CopyStep::Nearest> nearestOf(const AxisRecord& record, const Register& goal) {
    const bool isPlain = !goal.bigEndian && !goal.signBit && goal.unit == "deg" && goal.scale != 0.0;
    if (!isPlain) return std::nullopt;
    std::optional<std::int64_t> lowest = goal.minimum;
    std::optional<std::int64_t> highest = goal.maximum;
    const auto kept = [&](Role role) -> std::optional<std::int64_t> {
        const auto read = record.settings.find(role);
        return read == record.settings.end() ? std::nullopt : std::optional(read->second);
    };
    if (modeOf(record) == OperatingMode::position) {
        const auto low = kept(Role::minPositionLimit);
        const auto high = kept(Role::maxPositionLimit);
        if (low && high && *low < *high) {
            lowest = std::max(*low, lowest.value_or(*low));
            highest = std::min(*high, highest.value_or(*high));
        }
    }
    if (!lowest || !highest) return std::nullopt;
    return bus::CopyStep::Nearest{*lowest, *highest, registers::holdSlack(goal)};
}

} // namespace

Steps holdSteps(const AxisRecord& record) {
    const Axis& axis = *record.axis;
    const auto mode = modeOf(record);
    if (mode == OperatingMode::current) return writeSteps(axis, Role::goalCurrent, 0, true);
    if (mode == OperatingMode::pwm) return writeSteps(axis, Role::goalPwm, 0, true);
    Steps steps;
    if (!mode || mode == OperatingMode::velocity)
        append(steps, writeSteps(axis, Role::goalVelocity, 0, true));
    const Register* actual = axis.model->find(Role::presentPosition);
    const Register* goal = axis.model->find(Role::goalPosition);
    if (actual && goal && (!mode || isPositionMode(*mode)))
        steps.emplace_back(bus::CopyStep{axis.servo, actual->span(), goal->span(), nearestOf(record, *goal)});
    return steps;
}

Steps torqueSteps(const Axis& axis, std::int64_t raw) {
    return writeSteps(axis, Role::torqueEnable, raw, true);
}

Steps torqueOffSteps(const AxisRecord& record) {
    if (!record.other) return torqueSteps(*record.axis, 0);
    const Register* target = record.other->model->find(Role::torqueEnable);
    if (!target) return {};
    return {bus::WriteStep{record.axis->servo, target->address, target->bytesFrom(0), true}};
}

namespace {

/// A servo that hears nothing for so long halts: well above the pauses of a busy system, well below what a
/// person would call running away.
constexpr Duration watchdogTime = std::chrono::milliseconds{200};

Steps watchdogSteps(const Axis& axis, Duration after) {
    const Register* target = axis.model->find(Role::busWatchdog);
    if (!target || target->scale <= 0.0) return {};
    const Duration unit = fromSeconds(target->scale * (target->unit == "ms" ? 1e-3 : 1.0));
    return {bus::WatchdogStep{axis.id, axis.servo, target->span(), unit, unit * target->maximum.value_or(1),
                              after}};
}

} // namespace

Steps armSteps(const Axis& axis) {
    return watchdogSteps(axis, watchdogTime);
}

Steps disarmSteps(const Axis& axis) {
    return watchdogSteps(axis, {});
}

Steps releaseSteps(const AxisRecord& record) {
    return record.guard == Guard::tripped ? disarmSteps(*record.axis) : Steps{};
}

Steps currentSteps(const AxisRecord& record) {
    if (!boundsCurrent(record)) return {};
    const Axis& axis = *record.axis;
    const auto known = record.settings.find(Role::goalCurrent);
    const std::int64_t most = rawCurrentWithin(axis, axis.limits.current);
    if (known == record.settings.end() || std::llabs(known->second) <= most) return {};
    return writeSteps(axis, Role::goalCurrent, most, true);
}

Steps accelerationSteps(const AxisRecord& record) {
    if (!exceedsAcceleration(record) || countsProfileInTime(record)) return {};
    const Axis& axis = *record.axis;
    return writeSteps(axis, Role::profileAcceleration,
                      rawProfileAccelerationWithin(axis, axis.limits.acceleration), true);
}

Steps streamedAccelerationSteps(const AxisRecord& record, Velocity velocity) {
    const Axis& axis = *record.axis;
    const auto known = record.settings.find(Role::profileAcceleration);
    if (!axis.own.acceleration || known == record.settings.end() || known->second <= 0 ||
        countsProfileInTime(record))
        return {};
    // v² = 2 a d with d = 0.1 s × v; twice as much, so that the profile is not felt.
    constexpr double perSecond = 10.0;
    const Acceleration wanted{std::max(axis.own.acceleration->value, perSecond * std::fabs(velocity.value))};
    const Register& profile = *axis.model->find(Role::profileAcceleration);
    const std::int64_t raw = std::min(axis.rawProfileAcceleration(wanted), profile.highestRaw());
    return raw > known->second ? writeSteps(axis, Role::profileAcceleration, raw, true) : Steps{};
}

bool wantsGuard(const MotionState& state, const AxisRecord& record) {
    const bool answers = !record.silent && !record.displaced && state.isUp(record.axis->bus);
    return answers && record.torqueOurs && record.torque == true && record.guard == Guard::none;
}

std::vector<bus::Request> observeRequests(const Axis& axis) {
    std::vector<bus::Request> requests;
    for (const Role role : {Role::torqueEnable, Role::operatingMode})
        if (Steps steps = readSteps(axis, role); !steps.empty())
            requests.push_back(request(axis.bus, bus::Priority::observing, bus::StepsWork{std::move(steps)}));
    return requests;
}

Steps moveSteps(const Axis& axis, const MoveAxis& move) {
    const auto fields = moveFields(axis, move);
    Steps steps;
    if (fields.size() > 1 && standInRow(fields)) {
        steps.emplace_back(bus::WriteStep{axis.servo, fields.front().target->address, bytesOf(fields), true});
        return steps;
    }
    // The answer to a goal is its confirmation; settings are read back as all settings are.
    for (const Field& field : fields)
        append(steps,
               writeSteps(axis, field.target->role, field.raw, field.target->role != Role::goalPosition));
    return steps;
}

Steps groupMoveSteps(const std::vector<std::pair<const Axis*, MoveAxis>>& moves) {
    std::vector<std::vector<Field>> all;
    for (const auto& [axis, move] : moves)
        all.push_back(moveFields(*axis, move));
    const bool alike = std::all_of(all.begin(), all.end(), [&](const std::vector<Field>& fields) {
        return standInRow(fields) && isLaidOutAs(fields, all.front());
    });
    if (alike) {
        bus::GroupWriteStep whole{spanOf(all.front()), {}, true};
        for (std::size_t i = 0; i < all.size(); ++i)
            whole.items.push_back({moves[i].first->servo, bytesOf(all[i])});
        return {whole};
    }
    // Settings of all axes come before the first goal; then one frame starts all axes together.
    std::map<std::pair<bool, bus::RegisterSpan>, bus::GroupWriteStep> groups;
    for (const auto& [axis, move] : moves)
        for (const Field& field : moveFields(*axis, move)) {
            auto& group = groups[{field.target->role == Role::goalPosition, field.target->span()}];
            group.span = field.target->span();
            group.items.push_back({axis->servo, field.target->bytesFrom(field.raw)});
        }
    Steps steps;
    for (auto& [key, group] : groups)
        steps.emplace_back(std::move(group));
    return steps;
}

bus::Request request(BusId bus, bus::Priority priority, bus::Work work) {
    bus::Request made;
    made.bus = bus;
    made.priority = priority;
    made.work = std::move(work);
    return made;
}

bus::Request pollRequest(const MotionState& state, const std::shared_ptr<const Axis>& changed) {
    bus::PollWork work;
    for (const auto& [id, record] : state.axes) {
        const Axis& axis = *record.axis;
        const bool replaced = id == changed->id || axis.servo == changed->servo || record.displaced;
        if (axis.bus == changed->bus && !replaced) work.axes.push_back(record.axis);
    }
    work.axes.push_back(changed);
    std::sort(work.axes.begin(), work.axes.end(), [](const auto& a, const auto& b) { return a->id < b->id; });
    return request(changed->bus, bus::Priority::registers, std::move(work));
}

} // namespace servolane::motion
