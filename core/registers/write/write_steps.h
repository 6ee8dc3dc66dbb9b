// SPDX-License-Identifier: GPL-3.0-or-later
// Writes of registers as a bus runs them, one or many. Pure, any thread.
#pragma once

#include "core/bus/request.h"
#include "core/motion/axis.h"
#include "core/registers/commands.h"

#include <span>
#include <vector>

namespace servolane::registers {

/// Each of `writes`, a register of the axis' model, read back; then what else the written bytes mean: of a
/// servo without a register for it, the mode. With the lock of its EEPROM open where one of them lies there.
[[nodiscard]] std::vector<bus::Step> stepsOf(const motion::Axis& axis,
                                             std::span<const StagedRegister> writes);

} // namespace servolane::registers
