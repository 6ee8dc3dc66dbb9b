// SPDX-License-Identifier: GPL-3.0-or-later
// What can be asked of axes.
#pragma once

#include "core/motion/axis.h"
#include "core/motion/machine.h"

#include <vector>

namespace servolane::motion {

/// Torque on first sets the goal to the actual position and reads it back.
struct SetTorque {
    AxisId axis;
    bool on = false;
    /// On for one motion of an asker with a connection of its own: should that close before torque is off
    /// again, it is switched off. Torque that was on already stays on.
    bool borrowed = false;
};
/// In a position mode. Velocity and acceleration are of the profile; absent: as set in the servo.
struct MoveAxis {
    AxisId axis;
    Position target;
    std::optional<Velocity> velocity;
    std::optional<Acceleration> acceleration;
    bool attended = false; ///< it ends with the connection of its asker, as a speed does
};
/// All or nothing: one group write.
struct MoveAxes {
    std::vector<MoveAxis> moves;
};
/// In velocity mode; lasts until changed, halted or stopped.
struct SetVelocity {
    AxisId axis;
    Velocity velocity;
};
/// Moves while its lease is renewed (CommandBus::renewLease); in position modes by streamed goals, in
/// velocity mode by speed.
struct StartJog {
    AxisId axis;
    Velocity velocity;
};
struct EndJog {
    AxisId axis;
};
/// Decelerate and hold; one axis.
struct Halt {
    AxisId axis;
};
/// Latched, every axis of every bus. Prefer CommandBus::stop, which does not wait in a queue.
struct Stop {};
/// Clears the stop it names; goals are set to actual positions first.
struct ResetStop {
    StopGeneration generation;
};
struct SetOperatingMode {
    AxisId axis;
    registers::OperatingMode mode = registers::OperatingMode::position;
};
/// The profile registers of the servo.
struct SetProfile {
    AxisId axis;
    Velocity velocity;
    Acceleration acceleration;
};
struct SetTravelLimits {
    AxisId axis;
    Range<Position> travel;
};
struct SetStopReaction {
    AxisId axis;
    StopReaction reaction = StopReaction::torqueOff;
};
struct RenameAxis {
    AxisId axis;
    std::string name;
};
/// Gear, offset, direction and unit. Own limits keep their places on the machine: their numbers follow.
struct SetAxisScale {
    AxisId axis;
    AxisScale scale;
};
/// All of a person's own limits at once; none may be wider than the servo's.
struct SetAxisLimits {
    AxisId axis;
    OwnLimits limits;
};
/// Where the axis is now becomes 0. Sets the host's offset alone; own limits keep their places on the
/// machine.
struct SetZeroHere {
    AxisId axis;
};
/// A person says that the position shown is the machine's: see AxisReferenced.
struct ReferenceAxis {
    AxisId axis;
};
/// In current-based position mode: the most current that a move may use, > 0.
struct SetGoalCurrent {
    AxisId axis;
    Current current;
};
/// Another model answers where an axis is kept: it becomes that axis, with its settings.
struct AdoptModel {
    AxisId axis;
};
/// Another servo answers under the axis' id (see bus::OtherServoFound): it is the axis from now on. Named as
/// it was shown, so that none is confirmed that a person has not seen.
struct ConfirmServo {
    AxisId axis;
    std::uint32_t modelNumber = 0;
    std::uint32_t firmware = 0;
};
/// The register is read as a channel of the axis from now on, or no more. With the group where that costs
/// next to nothing, else between the cycles. Writes nothing to the servo.
struct WatchRegister {
    AxisId axis;
    std::string name;
    bool on = true;
};
/// Axes present and to come get their settings from it.
struct LoadMachine {
    std::shared_ptr<const Machine> machine; ///< never null
};
/// Reboots the servo; the way out of a hardware-error shutdown.
struct RebootAxis {
    AxisId axis;
};

} // namespace servolane::motion
