// SPDX-License-Identifier: GPL-3.0-or-later
// What the write side must remember of axes to decide about them: folded from events alone, so that the same
// events always give the same state. Core thread only.
#pragma once

#include "core/api/event.h"
#include "core/motion/machine.h"
#include "core/motion/other_servo.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace servolane::motion {

enum class MotionKind : std::uint8_t { none, move, velocity, jog };

/// The motion that an axis is in, as asked for and confirmed.
struct Motion {
    MotionKind kind = MotionKind::none;
    Position target;    ///< of a move
    Velocity velocity;  ///< of a speed or a jog
    Time since{};       ///< when it was confirmed; only newer feedback can tell of its end
    Duration allowed{}; ///< of a move; 0: for as long as it takes
    api::Asker by = api::Asker::program;
    bool attended = false; ///< of a move: it ends with his connection
    friend bool operator==(const Motion&, const Motion&) = default;
};

/// The right to jog an axis: from the accepted command until its jog ends or fails.
struct JogLease {
    CommandId command;
    api::Asker holder = api::Asker::window;
    Time since{};        ///< when it was granted
    bool pending = true; ///< its jog has not begun: the end of an earlier one does not concern it
    friend bool operator==(const JogLease&, const JogLease&) = default;
};

/// The servo's own bus watchdog.
enum class Guard : std::uint8_t {
    none,
    armed,
    tripped ///< it has halted the axis; goals are refused until it is cleared
};

struct AxisRecord {
    std::shared_ptr<const Axis> axis; ///< never null
    std::string path;           ///< of the line on which it was found; with servo id and model its identity
    std::optional<bool> torque; ///< absent: not read since the axis was found, returned or was stopped
    std::optional<registers::OperatingMode> mode;
    std::uint8_t hardwareError = 0;
    bool torqueOurs = false;            ///< switched on by this program, and not seen off since
    std::optional<api::Asker> borrower; ///< for one motion of whom torque is on, and nobody else's since
    Guard guard = Guard::none;
    bool silent = false;
    bool pingsOnly = false;          ///< silent, since its status return level forbids it to answer
    bool displaced = false;          ///< another model answers under its id now
    bool lostInMotion = false;       ///< it was moving when its feedback was lost
    bool referenced = true;          ///< false: the position shown may be off by whole turns of the servo
    bool mayHaveRestarted = false;   ///< it was silent; what it says of its torque will tell
    std::optional<OtherServo> other; ///< silent, since this one answers under its id
    std::string keptModel;           ///< not empty: another model was here and this one is not adopted
    std::optional<JogLease> lease;
    Motion motion;
    std::map<registers::Role, std::int64_t> settings; ///< raw, as last read
    std::vector<std::string> unwatched; ///< registers whose places may be taken, the longest idle first

    [[nodiscard]] bool isMoving() const { return motion.kind != MotionKind::none; }
    friend bool operator==(const AxisRecord&, const AxisRecord&) = default;
};

struct LinkRecord {
    bus::LinkSettings settings;
    bool up = false;
    bool simulated = false;
    bool scanning = false;
    std::vector<bus::ServoFound> elsewhere; ///< by the newest scan at rates that are not the link's
};

struct MotionState {
    StopGeneration stop; ///< the newest
    bool latched = false;
    bool stopReported = false; ///< every bus has said what became of the newest stop
    AxisId lastAxis;
    std::map<AxisId, AxisRecord> axes;
    std::map<BusId, LinkRecord> links;      ///< closed ones are gone
    std::shared_ptr<const Machine> machine; ///< the newest one loaded; null: none
    /// Whose connections closed, the newest last; what they asked for may still be on its way.
    std::vector<api::Asker> left;

    [[nodiscard]] bool hasLeft(api::Asker asker) const;
    [[nodiscard]] const AxisRecord* find(AxisId id) const;
    [[nodiscard]] bool isUp(BusId bus) const;
};

/// What is kept for the place of a servo on a link, by alias or by path; nullptr if nothing is.
[[nodiscard]] const MachineAxis* keptFor(const MotionState& state, const bus::LinkSettings& link,
                                         ServoId servo);

/// The operating mode; that of a model without the choice is position. Absent: not read yet.
[[nodiscard]] std::optional<registers::OperatingMode> modeOf(const AxisRecord& record);
[[nodiscard]] bool isPositionMode(registers::OperatingMode mode);
/// By the drive mode as last read; not read counts as no.
[[nodiscard]] bool countsProfileInTime(const AxisRecord& record);

/// Folds one event; those of other contexts leave the state as it is. `at` is the event's time.
void evolve(MotionState& state, const api::EventBody& event, Time at);

} // namespace servolane::motion
