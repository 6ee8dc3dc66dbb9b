// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/registers/eeprom_lock.h"

#include <utility>

namespace servolane::registers {

std::vector<bus::Step> whileUnlocked(const ServoModel& model, ServoId servo, std::vector<bus::Step> steps) {
    const Register* lock = model.find(Role::eepromLock);
    if (!lock || steps.empty()) return steps;
    const auto set = [&](std::int64_t raw) {
        return bus::WriteStep{servo, lock->address, lock->bytesFrom(raw), true};
    };
    steps.insert(steps.begin(), set(0));
    steps.emplace_back(set(1));
    return steps;
}

} // namespace servolane::registers
