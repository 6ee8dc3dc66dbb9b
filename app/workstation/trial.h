// SPDX-License-Identifier: GPL-3.0-or-later
// What the write model is going to say of planned writes, ids, rates and modes: its own policies, asked over
// what the read models know of the servos, before the first byte is sent. It decides nothing: the commands
// are judged again when they come.
#pragma once

#include "core/api/command.h"
#include "core/api/rejection.h"
#include "core/bus/read/bus_board.h"
#include "core/motion/commands.h"
#include "core/motion/read/axis_board.h"
#include "core/motion/write/motion_state.h"
#include "core/registers/read/register_board.h"
#include "core/registers/write/register_state.h"

#include <optional>
#include <vector>

namespace servolane::app {

/// Commands are tried one after the other, as if each had been carried out. One thread.
class Trial {
public:
    enum class Torque : std::uint8_t {
        asKnown,
        off ///< it is going to be switched off where a write needs that
    };
    struct Known {
        const bus::BusBoard& buses;
        const motion::AxisBoard& axes;
        const registers::RegisterBoard& registers;
    };

    /// Copies what it needs of `known`.
    Trial(const Known& known, BusId bus, Torque torque);

    /// Absent: it would be let through.
    [[nodiscard]] std::optional<api::Rejection> of(const registers::WriteRegisters& command);
    [[nodiscard]] std::optional<api::Rejection> of(const registers::SetServoId& command);
    [[nodiscard]] std::optional<api::Rejection> of(const registers::SetServoBaud& command) const;
    [[nodiscard]] std::optional<api::Rejection> of(const motion::SetOperatingMode& command) const;

    /// The first refusal among them; commands of other kinds are not looked at.
    [[nodiscard]] std::optional<api::Rejection> of(const std::vector<api::CommandBody>& commands);

    /// Null: not an axis of the bus.
    [[nodiscard]] const motion::Axis* axis(AxisId id) const;

private:
    registers::RegisterState state_;
    motion::MotionState motion_; ///< no more of it than the policies of modes look at
};

} // namespace servolane::app
