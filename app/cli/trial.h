// SPDX-License-Identifier: GPL-3.0-or-later
// What the write model is going to say of planned writes, ids and rates: its own policies, asked over what is
// known here of the servos, before the first byte is sent.
#pragma once

#include "app/cli/attach.h"
#include "core/registers/commands.h"
#include "core/registers/write/register_state.h"

#include <set>

namespace servolane::cli {

/// Commands are tried one after the other, as if each had been carried out. Torque counts as off where
/// --torque-off is going to switch it off.
class Trial {
public:
    Trial(const Context& context, const Attached& attached);

    /// Absent: it will be let through.
    [[nodiscard]] std::optional<Failure> of(const registers::WriteRegisters& command);
    [[nodiscard]] std::optional<Failure> of(const registers::SetServoId& command);
    [[nodiscard]] std::optional<Failure> of(const registers::SetServoBaud& command) const;

private:
    [[nodiscard]] Failure failureOf(const api::Rejection& rejection) const;
    /// Why the register of this role cannot be written, as a sentence of the servo's model.
    [[nodiscard]] std::optional<Failure> fixed(AxisId axis, registers::Role role) const;

    const Context& context_;
    registers::RegisterState state_;
};

} // namespace servolane::cli
