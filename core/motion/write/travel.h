// SPDX-License-Identifier: GPL-3.0-or-later
// Where an axis may go and how fast: what the servo allows in its present mode, narrowed by the user's own
// limits. Pure functions.
#pragma once

#include "core/motion/commands.h"
#include "core/motion/write/motion_state.h"

namespace servolane::motion {

/// What the servo itself allows in `mode`: the position limit registers in position mode, ±256 turns in the
/// multi-turn modes (X series control table, goal_position), everything the register of the actual position
/// can hold in the others.
[[nodiscard]] Range<Position> servoTravel(const AxisRecord& record, registers::OperatingMode mode);
/// What the servo allows by itself.
[[nodiscard]] AxisLimits servoLimitsOf(const AxisRecord& record);
/// The limits that follow from what is known of the servo, narrowed by the person's own.
[[nodiscard]] AxisLimits limitsOf(const AxisRecord& record);
/// A go to that names no speed uses the profile in the servo. Where that is unlimited, not known or above
/// the axis' own limits, the limits go out with the goal.
[[nodiscard]] MoveAxis bounded(const AxisRecord& record, MoveAxis move);
/// A person's limit of current holds for goals in the present mode by the goal current of the servo.
[[nodiscard]] bool boundsCurrent(const AxisRecord& record);
/// The profile acceleration in the servo is above the axis' own limit, unlimited or not known.
[[nodiscard]] bool exceedsAcceleration(const AxisRecord& record);
/// The servo is known to limit its speed by itself.
[[nodiscard]] bool hasProfile(const AxisRecord& record);
/// The raw goal nearest to `target` that is not outside of the limits by rounding.
[[nodiscard]] std::int64_t rawGoalWithin(const Axis& axis, Position target);
/// The same, of another travel than that of the axis.
[[nodiscard]] std::int64_t rawGoalWithin(const Axis& axis, Position target, const Range<Position>& travel);
/// The raw goal velocity nearest to `velocity` that is not above the limit by rounding.
[[nodiscard]] std::int64_t rawVelocityWithin(const Axis& axis, Velocity velocity);
/// The raw goal current nearest to `current` that is not above the limit by rounding; at least 1.
[[nodiscard]] std::int64_t rawCurrentWithin(const Axis& axis, Current current);
/// Never 0, which servos take as "as fast as you can". `velocity` > 0.
[[nodiscard]] std::int64_t rawProfileVelocityWithin(const Axis& axis, Velocity velocity);
/// As above, and not above the limit by rounding unless the servo knows nothing smaller.
[[nodiscard]] std::int64_t rawProfileAccelerationWithin(const Axis& axis, Acceleration acceleration);
/// How long a move over `distance` may take before it counts as timed out: twice the time of its profile, two
/// seconds on top. A profile that is not known counts as slow.
[[nodiscard]] Duration generousTime(const AxisRecord& record, Position distance,
                                    std::optional<Velocity> velocity,
                                    std::optional<Acceleration> acceleration);
/// Within this much of its target a move has arrived: one degree of the servo, what friction and a soft loop
/// leave.
[[nodiscard]] Position arrivalTolerance(const Axis& axis);

} // namespace servolane::motion
