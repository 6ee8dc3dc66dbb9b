// SPDX-License-Identifier: GPL-3.0-or-later
// The logical thing that moves, and the one place where raw numbers and the user's units meet. Plain values,
// any thread.
#pragma once

#include "core/kernel/ids.h"
#include "core/kernel/units.h"
#include "core/registers/control_table.h"
#include "core/telemetry/channel.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace servolane::motion {

/// What an axis does on stop. Torque off is the default; it drops a vertical load.
enum class StopReaction : std::uint8_t { torqueOff, hold, holdThenOff };
[[nodiscard]] std::string_view toString(StopReaction reaction);

/// axis unit = (servo degrees × direction / gear) × pitch + offset
struct AxisScale {
    double gear = 1.0;   ///< turns of the servo per turn of the axis, > 0
    double offset = 0.0; ///< axis units, added last
    bool reversed = false;
    double unitsPerTurn = 360.0; ///< 360 for degrees; the pitch in mm for a linear axis
    std::string unit = "deg";
    friend bool operator==(const AxisScale&, const AxisScale&) = default;
};

/// Stricter than the servo's own; they hold for every goal, streamed ones too.
struct AxisLimits {
    Range<Position> travel{{0.0}, {360.0}};
    Velocity velocity{0.0};         ///< the largest, > 0
    Acceleration acceleration{0.0}; ///< the largest profile acceleration; 0: none set
    Temperature temperature{0.0};   ///< no new motion above it; 0: none set
    Position followingError{30.0};  ///< a stream ends beyond it
    Current current{0.0};           ///< the largest goal current; 0: none set
    Position step{0.0};             ///< the longest way of a go to without a profile; 0: none set
    friend bool operator==(const AxisLimits&, const AxisLimits&) = default;
};

/// The limits that a person set, in the axis' units; absent: none of one's own. They narrow what the servo
/// allows, which gives AxisLimits.
struct OwnLimits {
    std::optional<Range<Position>> travel;
    std::optional<Velocity> velocity;
    std::optional<Acceleration> acceleration;
    std::optional<Current> current;
    std::optional<Temperature> temperature;
    std::optional<Position> followingError;
    std::optional<Position> step;
    friend bool operator==(const OwnLimits&, const OwnLimits&) = default;
};

/// A register that is read as a channel. A register that is no longer watched keeps its place, and with it
/// what was drawn of it, until another one needs the place: from then on its channel is another one, of
/// another name, unit and trace.
struct Watch {
    std::string name; ///< of the register; empty: the place is free
    bool on = false;
    friend bool operator==(const Watch&, const Watch&) = default;
};
using Watches = std::array<Watch, telemetry::watchCount>;

/// Everything fixed about an axis between two configuration events. Shared, immutable.
struct Axis {
    AxisId id;
    std::string name;
    BusId bus;
    ServoId servo;
    std::uint32_t firmware = 0;
    std::shared_ptr<const registers::ServoModel> model; ///< never null
    AxisScale scale;
    AxisLimits limits; ///< follows from the servo, `own` and scale
    OwnLimits own;
    StopReaction stopReaction = StopReaction::torqueOff;
    bool simulated = false;
    telemetry::ChannelScales channels{}; ///< follows from model, scale and watches: see channelScalesOf
    Watches watches{};

    /// Its position is what it was sent; nobody measures where it is.
    [[nodiscard]] bool positionIsCommanded() const;
    [[nodiscard]] Position positionFromRaw(std::int64_t raw) const;
    [[nodiscard]] std::int64_t rawFromPosition(Position position) const;
    [[nodiscard]] Velocity velocityFromRaw(std::int64_t raw) const;
    [[nodiscard]] std::int64_t rawFromVelocity(Velocity velocity) const;
    /// One step of what a move may be told; 0 where it cannot be told one.
    [[nodiscard]] Velocity slowestProfileVelocity() const;
    /// Speeds of profiles have no sign.
    [[nodiscard]] std::int64_t rawProfileVelocity(Velocity velocity) const;
    [[nodiscard]] std::int64_t rawProfileAcceleration(Acceleration acceleration) const;
    /// The most that the register of the profile can say; 0: there is none.
    [[nodiscard]] Acceleration highestProfileAcceleration() const;
};

/// The linear map of every channel of this model under this scale. Channels the model lacks have scale 0.
[[nodiscard]] telemetry::ChannelScales channelScalesOf(const registers::ServoModel& model,
                                                       const AxisScale& scale);
/// The same with the registers that are watched.
[[nodiscard]] telemetry::ChannelScales channelScalesOf(const Axis& axis);
/// The modes that count turns: what they show beyond one turn of the servo is gone after a power cycle
/// (DYNAMIXEL X series: Present Position is folded to one turn at power-up, at a reboot, and when entering
/// position mode).
[[nodiscard]] bool countsTurns(registers::OperatingMode mode);
/// A person has tied the axis' numbers to places on the machine: they mean more than the servo's own count.
[[nodiscard]] bool isTiedToMachine(const Axis& axis);

/// The same place on the machine, in the units of another scale.
[[nodiscard]] Position rescaled(Position position, const AxisScale& from, const AxisScale& to);
/// The same limits of the machine, in the units of another scale: a corrected gear does not move an end stop.
[[nodiscard]] OwnLimits rescaled(const OwnLimits& own, const AxisScale& from, const AxisScale& to);
/// Unit of a channel of this axis as it is printed: "deg", "deg/s", "A", "%", "V", "degC", "".
[[nodiscard]] std::string unitOf(telemetry::Channel channel, const AxisScale& scale);
/// The register a channel is read from; nullptr if the model has none.
[[nodiscard]] const registers::Register* registerOf(telemetry::Channel channel,
                                                    const registers::ServoModel& model);

/// The channel that is read from this register anyway; absent: none is.
[[nodiscard]] std::optional<telemetry::Channel> usualChannelOf(const registers::Register& of,
                                                               const registers::ServoModel& model);
/// The model has it, it can be read, and it is no channel anyway.
[[nodiscard]] bool canBeWatched(std::string_view name, const registers::ServoModel& model);

// The same of an axis, whose channels may be watched registers.

[[nodiscard]] const registers::Register* registerOf(telemetry::Channel channel, const Axis& axis);
/// A watched register is shown in the unit of its model.
[[nodiscard]] std::string unitOf(telemetry::Channel channel, const Axis& axis);
/// What recordings and exports call it: "position", or the name of the watched register.
[[nodiscard]] std::string nameOf(telemetry::Channel channel, const Axis& axis);
/// The channel that watches this register, or did so last; absent: it has no place.
[[nodiscard]] std::optional<telemetry::Channel> watchOf(std::string_view name, const Axis& axis);
/// It is in a place of its own, and is read.
[[nodiscard]] bool isWatched(std::string_view name, const Axis& axis);
[[nodiscard]] telemetry::WatchNames watchNamesOf(const Axis& axis);
/// What is taken from the number of a watched register so that a sample can hold it; its channel's scale adds
/// it again. Zero but for 32 bits without a sign.
[[nodiscard]] std::int64_t sampleShift(const registers::Register& watched);

} // namespace servolane::motion
