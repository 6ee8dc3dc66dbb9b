// SPDX-License-Identifier: GPL-3.0-or-later
// Registers that are several things at once. Pure, any thread.
#pragma once

#include "core/registers/control_table.h"

namespace servolane::registers {

/// The bytes of `one` and of `other` overlap.
[[nodiscard]] bool shareBytes(const Register& one, const Register& other);
/// A goal of the model lies in the bytes of `target`: in some mode, a write to it moves the servo.
[[nodiscard]] bool holdsGoal(const ServoModel& model, const Register& target);
/// `raw` switches torque on, or lets the servo obey more than its own commands, as its model file says.
[[nodiscard]] bool isMotionValue(const Register& target, std::int64_t raw);
/// A write to `target` switches power or moves the servo though it has no role that says so: the controlword
/// of a drive, what its steps write, and what its model file marks so.
[[nodiscard]] bool drivesMotion(const ServoModel& model, const Register& target);
/// Written, it does something at once instead of holding a setting: it drives motion, holds a goal, or makes
/// the driver act. Never restored, and no part of a recipe.
[[nodiscard]] bool actsAtOnce(const ServoModel& model, const Register& target);

} // namespace servolane::registers
