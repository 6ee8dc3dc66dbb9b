// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/simulator/fault_plan.h"

#include <algorithm>

namespace servolane::drivers::simulator {

namespace {

bool isCondition(FaultKind kind) {
    return kind == FaultKind::overload || kind == FaultKind::overheat || kind == FaultKind::encoder ||
           kind == FaultKind::shock;
}

} // namespace

void FaultPlan::inject(const FaultSpec& spec, Time origin) {
    const std::lock_guard lock(mutex_);
    planned_.push_back({spec, origin});
    count_.store(planned_.size(), std::memory_order_release);
}

void FaultPlan::clear() {
    const std::lock_guard lock(mutex_);
    planned_.clear();
    count_.store(0, std::memory_order_release);
}

const FaultPlan::Planned* FaultPlan::active(FaultKind kind, std::optional<std::uint8_t> id, Time now) const {
    const auto found = std::find_if(planned_.begin(), planned_.end(), [&](const Planned& planned) {
        return planned.spec.kind == kind && (!id || planned.spec.id == *id) && planned.covers(now);
    });
    return found == planned_.end() ? nullptr : &*found;
}

bool FaultPlan::isUnplugged(Time now) const {
    if (isEmpty()) return false;
    const std::lock_guard lock(mutex_);
    return active(FaultKind::unplug, std::nullopt, now) != nullptr;
}

bool FaultPlan::isUndervolted(Time now) const {
    if (isEmpty()) return false;
    const std::lock_guard lock(mutex_);
    return active(FaultKind::undervoltage, std::nullopt, now) != nullptr;
}

bool FaultPlan::isSilent(std::uint8_t id, Time now) const {
    if (isEmpty()) return false;
    const std::lock_guard lock(mutex_);
    return active(FaultKind::silent, id, now) != nullptr;
}

bool FaultPlan::isJammed(std::uint8_t id, Time now) const {
    if (isEmpty()) return false;
    const std::lock_guard lock(mutex_);
    return active(FaultKind::jam, id, now) != nullptr;
}

bool FaultPlan::answersWithWrongId(std::uint8_t id, Time now) const {
    if (isEmpty()) return false;
    const std::lock_guard lock(mutex_);
    return active(FaultKind::wrongId, id, now) != nullptr;
}

std::uint8_t FaultPlan::believedId(std::uint8_t id, Time now) const {
    if (isEmpty()) return id;
    const std::lock_guard lock(mutex_);
    for (const auto& planned : planned_)
        if (planned.spec.kind == FaultKind::duplicateId && planned.spec.otherId == id && planned.covers(now))
            return planned.spec.id;
    return id;
}

RequestFault FaultPlan::requestFault(Time now) {
    if (isEmpty()) return {};
    const std::lock_guard lock(mutex_);
    RequestFault fault;
    for (const auto& planned : planned_) {
        const FaultKind kind = planned.spec.kind;
        const bool mine = kind == FaultKind::lose || kind == FaultKind::garble;
        // Others must not use up the dice: the same seed gives the same faults as before.
        if (!mine || !planned.covers(now) || !dice_.chance(planned.spec.probability)) continue;
        (kind == FaultKind::lose ? fault.lost : fault.garbled) = true;
    }
    return fault;
}

StatusFault FaultPlan::statusFault(Time now) {
    if (isEmpty()) return {};
    const std::lock_guard lock(mutex_);
    StatusFault fault;
    for (const auto& planned : planned_) {
        const FaultKind kind = planned.spec.kind;
        const bool ofRequests = kind == FaultKind::lose || kind == FaultKind::garble;
        if (planned.spec.probability <= 0.0 || ofRequests || !planned.covers(now) ||
            !dice_.chance(planned.spec.probability))
            continue;
        switch (kind) {
        case FaultKind::drop:
            fault.dropped = true;
            break;
        case FaultKind::corrupt:
            fault.corrupted = true;
            break;
        case FaultKind::duplicate:
            fault.duplicated = true;
            break;
        case FaultKind::noise:
            fault.noisy = true;
            break;
        case FaultKind::late:
            fault.delay += planned.spec.delay;
            break;
        default:
            break;
        }
    }
    return fault;
}

std::vector<ConditionFault> FaultPlan::dueConditions(Time now) {
    if (isEmpty()) return {};
    const std::lock_guard lock(mutex_);
    std::vector<ConditionFault> due;
    for (auto& planned : planned_) {
        const bool once = !planned.spec.until && planned.told;
        if (!isCondition(planned.spec.kind) || once || !planned.covers(now)) continue;
        planned.told = true;
        due.push_back({planned.spec.kind, planned.spec.id});
    }
    return due;
}

} // namespace servolane::drivers::simulator
