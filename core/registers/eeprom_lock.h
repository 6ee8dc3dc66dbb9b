// SPDX-License-Identifier: GPL-3.0-or-later
// Servos that keep a lock on their EEPROM: what is written while it is locked works, and is lost with the
// power.
#pragma once

#include "core/bus/request.h"
#include "core/registers/control_table.h"

#include <optional>
#include <vector>

namespace servolane::registers {

/// Absent where the model has none.
[[nodiscard]] std::optional<bus::SettingsLock> settingsLockOf(const ServoModel& model);

/// The steps with the lock opened before and closed after them; as they are where the model has no lock. A
/// step that fails ends the request and leaves the lock open. Pure, any thread.
[[nodiscard]] std::vector<bus::Step> whileUnlocked(const ServoModel& model, ServoId servo,
                                                   std::vector<bus::Step> steps);

} // namespace servolane::registers
