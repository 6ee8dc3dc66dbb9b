// SPDX-License-Identifier: GPL-3.0-or-later
// The whole control table of a servo, as the commands that keep, write and compare it need it.
#pragma once

#include "app/cli/attach.h"
#include "core/registers/backup.h"

namespace servolane::cli {

/// Every register of the axis, read now, raw.
[[nodiscard]] tl::expected<registers::RawValues, Failure> readTable(Context& context, AxisId axis);
/// The same as it would stand in a file.
[[nodiscard]] tl::expected<registers::ServoBackup, Failure> readServo(Context& context, AxisId axis);
[[nodiscard]] tl::expected<registers::Backup, Failure> readBackupFile(const std::string& path,
                                                                      const registers::ModelCatalog& models);
/// The one with this id, or the only one.
[[nodiscard]] tl::expected<registers::ServoBackup, Failure>
servoOfFile(const registers::Backup& backup, std::optional<int> id, const std::string& path);

/// Switches torque off where the arguments allow it and it is on; says so.
[[nodiscard]] tl::expected<void, Failure> releaseTorque(Context& context, AxisId axis);
/// The axis as the newest snapshot has it; null if it is gone.
[[nodiscard]] std::shared_ptr<const motion::Axis> axisAt(const Context& context, AxisId axis);
/// id, model, model_number, firmware.
[[nodiscard]] Json identityObject(const registers::ServoBackup& servo);
/// "0.5 °", "position", "reverse, time_based_profile": as people read it.
[[nodiscard]] std::string valueText(const registers::BackedUpRegister& of);

} // namespace servolane::cli
