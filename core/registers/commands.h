// SPDX-License-Identifier: GPL-3.0-or-later
// What can be asked of control tables.
#pragma once

#include "core/kernel/ids.h"

#include <cstdint>
#include <string>
#include <vector>

namespace servolane::registers {

struct ReadRegister {
    AxisId axis;
    std::string name;
};
/// All registers of the axis' model, in stretches; background priority.
struct ReadAllRegisters {
    AxisId axis;
};
/// Registers with a motion role (goal, torque, mode, id, baud) are refused: their motion command is the only
/// way.
struct WriteRegister {
    AxisId axis;
    std::string name;
    std::int64_t raw = 0;
};

/// What is known of the axis' settings now becomes what "return to baseline" returns to, until set anew.
/// Nothing is sent to the servo.
struct SetBaseline {
    AxisId axis;
};

} // namespace servolane::registers
