// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/registers/eeprom_lock.h"

#include <utility>

namespace servolane::registers {

std::optional<bus::SettingsLock> settingsLockOf(const ServoModel& model) {
    const Register* lock = model.find(Role::eepromLock);
    if (!lock) return std::nullopt;
    return bus::SettingsLock{lock->address, lock->bytesFrom(0), lock->bytesFrom(1)};
}

std::vector<bus::Step> whileUnlocked(const ServoModel& model, ServoId servo, std::vector<bus::Step> steps) {
    const auto lock = settingsLockOf(model);
    if (!lock || steps.empty()) return steps;
    steps.insert(steps.begin(), bus::WriteStep{servo, lock->address, lock->open, true});
    steps.emplace_back(bus::WriteStep{servo, lock->address, lock->closed, true});
    return steps;
}

} // namespace servolane::registers
