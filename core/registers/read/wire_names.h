// SPDX-License-Identifier: GPL-3.0-or-later
// Packets by the names of the registers they are about. Pure, any thread.
#pragma once

#include "core/bus/wire.h"
#include "core/motion/read/axis_board.h"

#include <span>
#include <string>

namespace servolane::registers {

/// "present_position", or "goal_position 90 deg, operating_mode position" where the packet has their content;
/// of several servos "1: …; 2: …", or once where all are the same. Registers that lie only in part in a touch
/// are left out. Empty where no model is known.
[[nodiscard]] std::string namesOf(const motion::AxisBoard& board, BusId bus,
                                  std::span<const bus::WireTouch> touches);

} // namespace servolane::registers
