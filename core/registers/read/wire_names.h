// SPDX-License-Identifier: GPL-3.0-or-later
// Packets by the names of the registers they are about. Pure, any thread.
#pragma once

#include "core/bus/wire.h"
#include "core/registers/control_table.h"

#include <functional>
#include <span>
#include <string>

namespace servolane::registers {

/// "present_position", or "goal_position 90 deg, operating_mode position" where the packet has their content;
/// of several servos "1: …; 2: …", or once where all are the same. Registers that lie only in part in a touch
/// are left out. Empty where no model is known.
using ModelOfId = std::function<const ServoModel*(int id)>; ///< null: not known
[[nodiscard]] std::string namesOf(const ModelOfId& modelOf, std::span<const bus::WireTouch> touches);

} // namespace servolane::registers
