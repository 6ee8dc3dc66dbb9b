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

/// One register of a batch.
struct StagedRegister {
    std::string name;
    std::int64_t raw = 0;
    friend bool operator==(const StagedRegister&, const StagedRegister&) = default;
};
/// Several registers as one command, each read back; the first that fails ends it, and what was written
/// before it stays. All or nothing is asked of the policies: one refusal refuses the batch. A change of
/// operating mode may be among them and goes first, since it sets gains and profile back; other registers
/// with a motion role are refused as by WriteRegister.
struct WriteRegisters {
    AxisId axis;
    std::vector<StagedRegister> writes;
    std::string origin; ///< why, for the journal: "restore of arm.json"; may be empty
};
/// The servo answers under another id from now on and stays the axis that it was. Torque must be off. Nobody
/// may answer under the new id: it is asked before, and afterwards who is there.
struct SetServoId {
    AxisId axis;
    ServoId id;
};
/// The servo speaks at another rate from now on, and is asked there once. The link stays at its own rate,
/// where the servo is silent until bus::SetLinkBaud. Torque must be off, and no bus watchdog of the bus
/// armed.
struct SetServoBaud {
    AxisId axis;
    std::uint32_t baud = 0; ///< bit/s
};

/// What is known of the axis' settings now becomes what "return to baseline" returns to, until set anew.
/// Nothing is sent to the servo.
struct SetBaseline {
    AxisId axis;
};

} // namespace servolane::registers
