// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/registers/write/write_steps.h"

#include "core/registers/eeprom_lock.h"
#include "core/registers/shared_bytes.h"

#include <algorithm>

namespace servolane::registers {

std::vector<bus::Step> stepsOf(const motion::Axis& axis, std::span<const StagedRegister> writes) {
    std::vector<bus::Step> steps;
    std::vector<const Register*> targets;
    for (const StagedRegister& write : writes) {
        const Register* target = targets.emplace_back(axis.model->find(write.name));
        steps.emplace_back(bus::WriteStep{axis.servo, target->address, target->bytesFrom(write.raw), true});
    }
    for (const Register& view : axis.model->registers) {
        const bool changes = std::ranges::any_of(targets, [&](const Register* target) {
            return shareBytes(view, *target) && view.span() != target->span();
        });
        if (view.isView && changes) steps.emplace_back(bus::ReadStep{axis.servo, view.span()});
    }
    const bool lasts = std::ranges::any_of(
        targets, [](const Register* target) { return target->storage == Storage::eeprom; });
    return lasts ? whileUnlocked(*axis.model, axis.servo, std::move(steps)) : steps;
}

} // namespace servolane::registers
