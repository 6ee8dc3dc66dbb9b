// SPDX-License-Identifier: GPL-3.0-or-later
// The logical thing that moves, and the one place where raw numbers and the user's units meet. Plain values,
// any thread.
#pragma once

#include "core/kernel/ids.h"
#include "core/kernel/units.h"
#include "core/registers/control_table.h"
#include "core/telemetry/channel.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

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
    friend bool operator==(const AxisLimits&, const AxisLimits&) = default;
};

/// Everything fixed about an axis between two configuration events. Shared, immutable.
struct Axis {
    AxisId id;
    std::string name;
    BusId bus;
    ServoId servo;
    std::uint32_t firmware = 0;
    std::shared_ptr<const registers::ServoModel> model; ///< never null
    AxisScale scale;
    AxisLimits limits;
    StopReaction stopReaction = StopReaction::torqueOff;
    bool simulated = false;
    telemetry::ChannelScales channels{}; ///< follows from model and scale: see channelScalesOf

    [[nodiscard]] Position positionFromRaw(std::int64_t raw) const;
    [[nodiscard]] std::int64_t rawFromPosition(Position position) const;
    [[nodiscard]] Velocity velocityFromRaw(std::int64_t raw) const;
    [[nodiscard]] std::int64_t rawFromVelocity(Velocity velocity) const;
    /// Speeds of profiles have no sign.
    [[nodiscard]] std::int64_t rawProfileVelocity(Velocity velocity) const;
    [[nodiscard]] std::int64_t rawProfileAcceleration(Acceleration acceleration) const;
};

/// The linear map of every channel of this model under this scale. Channels the model lacks have scale 0.
[[nodiscard]] telemetry::ChannelScales channelScalesOf(const registers::ServoModel& model,
                                                       const AxisScale& scale);
/// Unit of a channel of this axis as it is printed: "deg", "deg/s", "A", "%", "V", "degC", "".
[[nodiscard]] std::string unitOf(telemetry::Channel channel, const AxisScale& scale);
/// The register a channel is read from; nullptr if the model has none.
[[nodiscard]] const registers::Register* registerOf(telemetry::Channel channel,
                                                    const registers::ServoModel& model);

} // namespace servolane::motion
