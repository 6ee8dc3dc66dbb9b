// SPDX-License-Identifier: GPL-3.0-or-later
// The servo that answers under an axis' id and is not the one that the axis is. Plain values, any thread.
#pragma once

#include "core/api/rejection.h"
#include "core/bus/servo_bus.h"
#include "core/registers/control_table.h"

#include <memory>

namespace servolane::motion {

struct Axis;

struct OtherServo {
    bus::ServoIdentity found;
    std::shared_ptr<const registers::ServoModel> model; ///< never null; no registers: the program knows none

    /// It can be told to let go, and may become the axis.
    [[nodiscard]] bool isKnown() const { return !model->registers.empty(); }
    friend bool operator==(const OtherServo&, const OtherServo&) = default;
};

/// By model and firmware, as far as its family tells them.
[[nodiscard]] bool isServoOf(const Axis& axis, const bus::ServoIdentity& found,
                             const registers::ServoModel& model);

/// What was expected and what was found. Models differ: unit "model", `requested` the number found, `low` the
/// one expected. Firmware differs: unit "firmware", the same of it. `subject` is the name of the model
/// expected.
[[nodiscard]] api::Rejection otherServoRejection(const Axis& axis, const OtherServo& other);

} // namespace servolane::motion
