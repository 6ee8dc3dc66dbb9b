// SPDX-License-Identifier: GPL-3.0-or-later
// What counts as a setting: kept in the history of a servo, compared, undone. Plain functions, any thread.
#pragma once

#include "core/registers/control_table.h"

#include <array>
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
inline constexpr std::string_view gear = "axis.gear";
inline constexpr std::string_view offset = "axis.offset";
inline constexpr std::string_view reversed = "axis.reversed"; ///< 0 or 1
inline constexpr std::string_view unitsPerTurn = "axis.units_per_turn";
inline constexpr std::string_view stopReaction = "axis.stop_reaction"; ///< the enumerator's number
} // namespace host

[[nodiscard]] constexpr bool isHostSetting(std::string_view name) {
    return name.starts_with("axis.");
}

/// Writable and lasting. Goals and torque are motion, id and baud rate are how the servo is reached, and the
/// windows into other registers have no meaning of their own.
[[nodiscard]] inline bool isSetting(const Register& of) {
    constexpr std::array others{Role::servoId, Role::baudRate,    Role::torqueEnable, Role::busWatchdog,
                                Role::goalPwm, Role::goalCurrent, Role::goalVelocity, Role::goalPosition};
    for (const Role other : others)
        if (of.role == other) return false;
    const std::string_view name = of.name;
    return of.access == Access::readWrite && !name.starts_with("indirect_") &&
           !name.starts_with("external_port_data");
}

} // namespace servolane::registers
