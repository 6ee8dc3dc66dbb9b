// SPDX-License-Identifier: GPL-3.0-or-later
// A policy said no. Carries the reason's code and its numbers; text is made by ui/binding and the CLI.
#pragma once

#include "core/kernel/ids.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace servolane::api {

enum class RejectionCode : std::uint8_t {
    stopLatched,
    busUnknown,
    busDown,
    axisUnknown,
    axisSilent,
    hardwareError,
    torqueOff,
    wrongMode,
    outsideTravelLimits,
    aboveVelocityLimit,
    aboveAccelerationLimit,
    aboveTemperatureLimit,
    modeUnsupported,
    torqueOn,
    registerUnknown,
    registerOutOfRange,
    registerReadOnly,
    eepromWhileTorqueOn,
    motionRegister,
    leaseHeld,
    notLatched,
    otherStop,
    busAlreadyOpen,
    scanRunning,
    noScanRunning,
    notSimulated,
    recordingRunning,
    noRecording,
    invalidArgument,
    valueStale,
    notReferenced,
    aboveCurrentLimit,
    aboveStepLimit,
    belowVelocityStep, ///< a speed that the servo would take faster: one step of it is more
    roleNotAllowed,
    notArmed,
    armingExpired,
    notOneGroup,
    axisMoving,
    otherModel,
    profileInTime,          ///< the servo counts its profile in time: a speed means nothing to it
    channelNeeded,          ///< a poll plan without a channel that policies depend on
    idInUse,                ///< another axis of the bus answers under the id
    answersPingsOnly,       ///< the servo's status return level keeps it from answering what it is told
    roleBounded,            ///< as roleNotAllowed, but the window bounds what its clients may do
    accelerationNotBounded, ///< the axis has a limit that nothing would keep in this motion
    registerUnreadable,
    alreadyChannel, ///< the register is read as a channel anyway
    watchesUsedUp,  ///< `high` registers of the axis are watched, as many as can be
    otherServo,     ///< another servo answers under the axis' id: see core/motion/other_servo.h
    modelUnknown,   ///< no model file tells what the servo's registers mean; `requested` is its number
    stopUnderWay,   ///< the stop is not reported yet
};
/// Stable kebab-case words for journals and JSON: "outside-travel-limits".
[[nodiscard]] std::string_view toString(RejectionCode code);

struct Rejection {
    RejectionCode code = RejectionCode::invalidArgument;
    AxisId axis{};
    BusId bus{};
    double requested = 0.0;
    double low = 0.0;
    double high = 0.0;
    std::string unit;
    std::string subject; ///< a register's, mode's or file's name, where the code needs one
    std::string entry;   ///< of a batch: the register whose part of it was refused
    friend bool operator==(const Rejection&, const Rejection&) = default;
};

} // namespace servolane::api
