// SPDX-License-Identifier: GPL-3.0-or-later
// app::Trial in the words of the command line.
#pragma once

#include "app/cli/attach.h"
#include "app/workstation/trial.h"

namespace servolane::cli {

/// Torque counts as off where --torque-off is going to switch it off.
class Trial {
public:
    Trial(const Context& context, const Attached& attached);

    /// Absent: it will be let through.
    [[nodiscard]] std::optional<Failure> of(const registers::WriteRegisters& command);
    [[nodiscard]] std::optional<Failure> of(const registers::SetServoId& command);
    [[nodiscard]] std::optional<Failure> of(const registers::SetServoBaud& command) const;
    [[nodiscard]] std::optional<Failure> of(const motion::SetOperatingMode& command) const;

private:
    [[nodiscard]] std::optional<Failure> failureOf(const std::optional<api::Rejection>& rejection) const;
    /// Why the register of this role cannot be written, as a sentence of the servo's model.
    [[nodiscard]] std::optional<Failure> fixed(AxisId axis, registers::Role role) const;

    const Context& context_;
    app::Trial trial_;
};

} // namespace servolane::cli
