// SPDX-License-Identifier: GPL-3.0-or-later
// What happened to axes. All are facts: journaled, never dropped.
#pragma once

#include "core/api/asker.h"
#include "core/bus/servo_bus.h"
#include "core/kernel/time.h"
#include "core/motion/axis.h"
#include "core/motion/machine.h"

#include <memory>
#include <optional>
#include <vector>

namespace servolane::motion {

/// A servo was found and became an axis, or its configuration changed.
struct AxisConfigured {
    std::shared_ptr<const Axis> axis;
};
/// The state as read from the servo: after connection, after commands, and when it was seen to change by
/// itself.
struct AxisObserved {
    AxisId axis;
    bool torque = false;
    std::optional<registers::OperatingMode> mode;
};
struct TorqueEnabled {
    AxisId axis;
    std::optional<api::Asker> borrower{}; ///< for one motion of his
};
struct TorqueDisabled {
    AxisId axis;
    std::optional<api::Asker> borrower{}; ///< whose connection closed while it was on for him
};
struct ModeChanged {
    AxisId axis;
    registers::OperatingMode mode = registers::OperatingMode::position;
};
struct MoveStarted {
    AxisId axis;
    Position target;
    Duration allowed{}; ///< generous; later than this the move has timed out. 0: unknown
    api::Asker asker = api::Asker::program;
    bool attended = false; ///< it ends with its asker's connection
};
struct MoveArrived {
    AxisId axis;
    Position actual;
    Duration took{};
};

/// Why a motion ended otherwise than by arriving or by its asker's wish.
enum class EndReason : std::uint8_t {
    asked,
    superseded,
    leaseLapsed,
    feedbackLost,
    followingError,
    limitReached,
    stopped,
    hardwareError,
    torqueLost,
    busLost,
    timedOut,
    windowSilent,
    watchdogTripped,
    notConfirmed, ///< a command failed that may have been heard: what it began was ended
    askerLeft,    ///< the connection of whoever asked for it is closed
    aboveCurrentLimit,
    aboveTemperatureLimit
};
[[nodiscard]] std::string_view toString(EndReason reason);
[[nodiscard]] std::optional<EndReason> endReasonFrom(std::string_view word);

struct MoveEnded {
    AxisId axis;
    EndReason reason = EndReason::asked;
};
struct VelocityStarted {
    AxisId axis;
    Velocity velocity;
    api::Asker asker = api::Asker::program;
};
struct JogStarted {
    AxisId axis;
    Velocity velocity;
};
struct JogEnded {
    AxisId axis;
    EndReason reason = EndReason::asked;
};
struct AxisHalted {
    AxisId axis;
    EndReason reason = EndReason::asked;
};
struct HardwareErrorRaised {
    AxisId axis;
    std::uint8_t bits = 0;
};
struct HardwareErrorCleared {
    AxisId axis;
};
struct TravelLimitsSet {
    AxisId axis;
    Range<Position> travel;
};
struct ProfileSet {
    AxisId axis;
    Velocity velocity;
    Acceleration acceleration;
};

/// The position shown is the machine's, also in the modes that count turns: a person said so, or set zero.
struct AxisReferenced {
    AxisId axis;
};
/// The turns that a servo counts are gone, or may be: it was, or may have been, without power, or left the
/// modes that count.
struct ReferenceLost {
    AxisId axis;
};
struct GoalCurrentSet {
    AxisId axis;
    Current current;
};
/// Another model than the one kept answers; until it is adopted the axis is only looked at.
struct OtherModelFound {
    AxisId axis;
    std::string kept; ///< name of the model that was here
};
struct ModelAdopted {
    AxisId axis;
};
/// A person said that the servo that answers under the id is the axis from now on.
struct ServoConfirmed {
    AxisId axis;
    bus::ServoIdentity servo;
};
struct MachineLoaded {
    std::shared_ptr<const Machine> machine; ///< never null
};
/// The bus thread has read this register for the last time: no sample of it is on its way any more, and its
/// place may be given to another one.
struct WatchEnded {
    AxisId axis;
    std::string name;
};

struct StopLatched {
    StopGeneration generation;
};
/// Why a stop of an axis is not confirmed.
enum class StopDoubt : std::uint8_t {
    none,
    silent,     ///< it does not answer
    unreadable, ///< it was told, but its status return level forbids it to answer reads
    differs,    ///< it answers that it is not in its stopped state
    moving,     ///< it holds, but did not come to rest in time
    lineDown    ///< its bus is lost or does not serve
};
[[nodiscard]] std::string_view toString(StopDoubt doubt);

/// One axis' part of a stop. Confirmed: torque off was read back; of an axis that holds, a goal that equals
/// the position read before it, and a speed near zero.
struct StoppedAxis {
    AxisId axis;
    bool confirmed = false;
    Duration after{}; ///< from the press
    StopDoubt doubt = StopDoubt::none;
};
/// Every bus has answered for its axes, or said that it cannot. `took`: from the latch to the last
/// confirmation.
struct StopFinished {
    StopGeneration generation;
    std::vector<StoppedAxis> axes;
    Duration took{};
};
/// After the stop was reported as finished: an axis that answered later, was found later, or whose torque
/// went off after the time it was to hold.
struct AxisStopped {
    StopGeneration generation;
    StoppedAxis stopped;
};
struct StopReset {
    StopGeneration generation;
};

} // namespace servolane::motion
