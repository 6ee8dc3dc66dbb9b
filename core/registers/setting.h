// SPDX-License-Identifier: GPL-3.0-or-later
// What counts as a setting: kept in the history of a servo, compared, undone. Plain functions, any thread.
#pragma once

#include "core/registers/control_table.h"
#include "core/registers/shared_bytes.h"

#include <array>
#include <cstdint>
#include <string_view>

namespace servolane::registers {

/// Settings that the host keeps for the axis stand beside the servo's registers under names of their own; no
/// register has a dot. Values are in the axis' units.
namespace host {
inline constexpr std::string_view travelLow = "axis.travel_low";
inline constexpr std::string_view travelHigh = "axis.travel_high";
inline constexpr std::string_view velocityLimit = "axis.velocity_limit";
inline constexpr std::string_view accelerationLimit = "axis.acceleration_limit";
inline constexpr std::string_view temperatureLimit = "axis.temperature_limit";
inline constexpr std::string_view followingErrorLimit = "axis.following_error_limit";
inline constexpr std::string_view currentLimit = "axis.current_limit";
inline constexpr std::string_view stepLimit = "axis.step_limit"; ///< 0: none
/// Which of the limits a person has set, as the sum of OwnLimit; the others are the servo's.
inline constexpr std::string_view ownLimits = "axis.own_limits";
inline constexpr std::string_view gear = "axis.gear";
inline constexpr std::string_view offset = "axis.offset";
inline constexpr std::string_view reversed = "axis.reversed"; ///< 0 or 1
inline constexpr std::string_view unitsPerTurn = "axis.units_per_turn";
/// The place of the unit's name in SettingsRecord::units.
inline constexpr std::string_view unit = "axis.unit";
inline constexpr std::string_view stopReaction = "axis.stop_reaction"; ///< the enumerator's number
} // namespace host

/// Bits of host::ownLimits.
enum class OwnLimit : std::uint8_t {
    travel = 1,
    velocity = 2,
    acceleration = 4,
    current = 8,
    temperature = 16,
    followingError = 32,
    step = 64,
};

[[nodiscard]] constexpr bool isHostSetting(std::string_view name) {
    return name.starts_with("axis.");
}

/// Writable and lasting. Goals and torque are motion, id and baud rate are how the servo is reached, and the
/// windows into other registers have no meaning of their own.
[[nodiscard]] inline bool isSetting(const Register& of) {
    constexpr std::array others{Role::servoId,      Role::baudRate,     Role::torqueEnable,
                                Role::busWatchdog,  Role::goalPwm,      Role::goalCurrent,
                                Role::goalVelocity, Role::goalPosition, Role::eepromLock};
    for (const Role other : others)
        if (of.role == other) return false;
    const std::string_view name = of.name;
    // A lock that opens with the supply only is no setting to carry over.
    return of.access == Access::readWrite && name != "lock" && !name.starts_with("indirect_") &&
           !name.starts_with("external_port_data");
}

/// As above, and of this model: what switches a drive's power, or moves a servo without a role that says so,
/// is no setting.
[[nodiscard]] inline bool isSetting(const ServoModel& model, const Register& of) {
    return isSetting(of) && !drivesMotion(model, of) && !(of.place && of.place->action != DriveAction::none);
}

} // namespace servolane::registers
