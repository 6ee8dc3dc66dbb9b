// SPDX-License-Identifier: GPL-3.0-or-later
// Read model: every axis as it is known now, and the stop. Immutable once published.
#pragma once

#include "core/bus/answers.h"
#include "core/motion/events.h"
#include "core/motion/other_servo.h"
#include "core/telemetry/feedback.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

namespace servolane::motion {

/// One word for a tile. Worst first when sorted by value, descending.
enum class AxisState : std::uint8_t {
    off,   ///< torque off, as wished
    ready, ///< torque on, at rest
    moving,
    silent,  ///< does not answer, or its bus is lost
    stopped, ///< stop is latched
    fault,   ///< a hardware error is latched in the servo
};

/// The servo's own guard against a host that has gone.
enum class Watchdog : std::uint8_t {
    absent, ///< the model has none
    off,
    armed,
    tripped, ///< it has halted the axis
};

enum class Activity : std::uint8_t { none, move, velocity, jog };

/// The newest value of one channel, in the axis' units, with its own time: slow channels are older than fast
/// ones.
struct LatestValue {
    double value = 0.0;
    Time at{}; ///< Time{} if never read
    [[nodiscard]] bool isKnown() const { return at != Time{}; }
};

/// Supply voltage at the servo, V, since it was found. Under load: the motor draws a fifth or more of the
/// most that it was seen to draw, and at least 50 mA (5 % where the servo tells load instead of current).
struct SupplySeen {
    double atRest = 0.0; ///< mean
    double lowestUnderLoad = 0.0;
    std::uint32_t restReads = 0;
    std::uint32_t loadReads = 0;
    friend bool operator==(const SupplySeen&, const SupplySeen&) = default;
};

struct AxisView {
    std::shared_ptr<const Axis> axis; ///< never null
    AxisState state = AxisState::off;
    bool silent = false;
    bus::Answers answers = bus::Answers::all;
    std::optional<bool> torque; ///< as last read or confirmed; absent: not read yet
    std::optional<registers::OperatingMode> mode;
    Activity activity = Activity::none;
    std::optional<Position> target; ///< of the running or last move
    std::array<LatestValue, telemetry::channelCount> latest{};
    Time lastAnswer{};
    Duration period{}; ///< expected time between two answers; a value older than three of them is stale
    std::uint8_t hardwareError = 0;
    Watchdog watchdog = Watchdog::absent;
    Duration watchdogAfter{};         ///< of an armed one
    CommandId motion{};               ///< whose motion runs, or ran last; 0: none yet
    CommandId arrived{};              ///< whose move arrived last; 0: none yet
    std::optional<MoveEnded> lastEnd; ///< why the last motion ended, if not by arriving
    bool referenced = true;           ///< false: the position may be off by whole turns of the servo
    std::optional<OtherServo> other;  ///< silent, since this one answers under its id
    std::string keptModel; ///< not empty: another model than this one is kept for its place; it is not driven
    SupplySeen supply;
    CommandId pending{}; ///< the newest command of this axis that is not at its end; 0: none

    [[nodiscard]] const LatestValue& operator[](telemetry::Channel channel) const {
        return latest[indexOf(channel)];
    }
};

struct StopView {
    bool latched = false;
    StopGeneration generation;
    Time at{};
    CommandId command;                    ///< who asked for it is in the command log
    std::optional<StopFinished> finished; ///< absent while axes are still being confirmed; later ones added
};

struct AxisBoard {
    Sequence upTo;
    Time at{};
    std::vector<AxisView> axes; ///< by id
    StopView stop;

    [[nodiscard]] const AxisView* find(AxisId id) const {
        const auto place =
            std::lower_bound(axes.begin(), axes.end(), id,
                             [](const AxisView& view, AxisId wanted) { return view.axis->id < wanted; });
        return place != axes.end() && place->axis->id == id ? &*place : nullptr;
    }
};

} // namespace servolane::motion
