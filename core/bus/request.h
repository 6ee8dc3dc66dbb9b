// SPDX-License-Identifier: GPL-3.0-or-later
// What the write model asks of a bus thread, and what comes of it. Plain values; they travel through the bus'
// mailbox.
#pragma once

#include "core/api/asker.h"
#include "core/bus/commands.h"
#include "core/bus/servo_bus.h"
#include "core/kernel/result.h"
#include "core/kernel/units.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

namespace servolane::motion {
struct Axis;
enum class EndReason : std::uint8_t;
} // namespace servolane::motion

namespace servolane::bus {

/// Lower first. Within one priority: first come, first served. While a stop is latched `motion` is refused;
/// `stop` is what may go out nevertheless: torque off, and the steps of a reset. `registers` is what a person
/// asked for; `observing` is what the program looks at by itself to know how an axis stands, `background`
/// what can wait until that is known.
enum class Priority : std::uint8_t { stop, motion, registers, observing, background };

// Steps of a request. They run in order; the first that fails ends the request. Between two steps the bus
// thread looks at the stop latch and serves requests of higher priority.

/// Writes and, with `readBack`, reads the same span again and compares.
struct WriteStep {
    ServoId servo;
    std::uint16_t address = 0;
    Bytes bytes;
    bool readBack = true;
};
struct ReadStep {
    ServoId servo;
    RegisterSpan span;
};
/// Reads one span and writes what was read to another address: how a goal is set to the actual position,
/// fresh from the servo. Low bytes are kept where `to` is smaller. Read back.
struct CopyStep {
    /// What the servo takes, as little-endian numbers. What was read and lies beyond by no more than `slack`
    /// becomes the nearest; farther away it is written as it is, and the servo refuses it.
    struct Nearest {
        std::int64_t lowest = 0;
        std::int64_t highest = 0;
        std::int64_t slack = 0;
    };
    ServoId servo;
    RegisterSpan from;
    RegisterSpan to;
    std::optional<Nearest> nearest = std::nullopt;
};
/// One frame for several servos; read back one by one where asked.
struct GroupWriteStep {
    RegisterSpan span;
    std::vector<GroupWriteItem> items;
    bool readBack = true;
};
/// Not safe to repeat: sent once.
struct RebootStep {
    ServoId servo;
};
/// Sets the servo's bus watchdog, read back. The bus thread remembers which are armed: it says so, looks at
/// them after a pause of its own, and clears them when it leaves.
/// `after` is the least that is wanted: a bus that polls seldom makes it longer, and clears it where the
/// register cannot hold so much (ErrorCode::unsupported).
struct WatchdogStep {
    AxisId axis;
    ServoId servo;
    RegisterSpan span;
    Duration unit{};    ///< of one count of the register
    Duration longest{}; ///< that the register can hold
    Duration after{};   ///< zero: cleared
};

/// What keeps a servo's settings from lasting: written `open` before them and `closed` after.
struct SettingsLock {
    std::uint16_t address = 0;
    Bytes open;
    Bytes closed;
};

/// Gives a servo another id and asks for it under both. ErrorCode::busy if somebody answers under the new id
/// before; readBackDiffers if it is still there under the old one; timeout if it is under neither.
struct ChangeIdStep {
    ServoId from;
    ServoId to;
    std::uint16_t address = 0;
    Bytes bytes;
    /// Opened first, and closed under the id where the servo is found; else the new one is lost with the
    /// power.
    std::optional<SettingsLock> lock = std::nullopt;
};
/// Gives a servo another rate and asks for it there, then here; the line is back at `from` afterwards.
/// Errors as of ChangeIdStep; unsupported if the adapter cannot do the rate (nothing was written).
struct ChangeBaudStep {
    ServoId servo;
    std::uint32_t from = 0; ///< bit/s, of the line
    std::uint32_t to = 0;
    std::uint16_t address = 0;
    Bytes bytes;
    std::optional<SettingsLock> lock =
        std::nullopt; ///< as of ChangeIdStep; closed at the rate where it is found
};

/// Bytes as they are. Never repeated: what they do is not known.
struct RawStep {
    Bytes bytes;
    Duration wait{};
};

using Step = std::variant<WriteStep, ReadStep, CopyStep, GroupWriteStep, RebootStep, RawStep, WatchdogStep,
                          ChangeIdStep, ChangeBaudStep>;

/// What a stream of goals may do; checked by the bus thread for every goal.
struct StreamEnvelope {
    Range<Position> travel;
    Velocity velocity;
    Position followingError;
    Acceleration acceleration{}; ///< the speed changes no faster; 0: none set
    Current current{};           ///< measured, whatever its sign; 0: none set
    Temperature temperature{};   ///< measured; 0: none set
};

/// A jog: goals evaluated once per cycle by the bus thread while the lease of the axis holds.
/// `positionGoals`: goals run ahead of the actual position by at most 100 ms; otherwise goal velocity is held
/// and set to zero at the end.
struct JogStream {
    AxisId axis;
    Velocity velocity;
    StreamEnvelope envelope;
    bool positionGoals = true;
    api::Asker holder{}; ///< whose lease must hold
};
/// How a stream gives way: at once, since something else takes the axis over; or by itself, within the
/// acceleration of its envelope.
enum class StreamEnd : std::uint8_t { atOnce, ramped };
/// Ends the stream of the axis; it holds where it comes to rest.
struct EndStream {
    AxisId axis;
    StreamEnd way = StreamEnd::atOnce;
};

struct StepsWork {
    std::vector<Step> steps;
};
/// Nobody knows whether these axes heard what they were told: they are brought to rest, until their servos
/// say so. A newer motion of an axis takes over.
struct RestWork {
    std::vector<AxisId> axes;
    motion::EndReason reason{}; ///< what AxisHalted will say
};
/// Opens the line, then finds servos at its rate.
struct OpenWork {
    LinkSettings link;
};
struct CloseWork {};
struct ScanWork {
    std::vector<std::uint32_t> bauds;
};
struct CancelScanWork {};
/// The axes to poll from now on; replaces the list.
struct PollWork {
    std::vector<std::shared_ptr<const motion::Axis>> axes;
};
struct PollRateWork {
    double rate = 200.0;
};
/// bit/s
struct LinkBaudWork {
    std::uint32_t baud = 0;
};
struct PollPlanWork {
    PollPlan plan;
    double slowInterval = 0.2;
};
struct FaultWork {
    std::string fault;
}; ///< empty: clear all
/// After a reset of stop: motion is taken again.
struct ResumeWork {
    StopGeneration generation;
};

using Work =
    std::variant<StepsWork, JogStream, EndStream, OpenWork, CloseWork, ScanWork, CancelScanWork, PollWork,
                 PollRateWork, PollPlanWork, FaultWork, ResumeWork, LinkBaudWork, RestWork>;

struct Request {
    CommandId command;      ///< 0 for the program's own
    std::uint32_t part = 0; ///< tells several requests of one command apart
    BusId bus;
    Priority priority = Priority::registers;
    AxisId coalesceAxis{};           ///< not 0: a newer goal for this axis replaces this one while it waits
    std::uint8_t coalesceFields = 0; ///< what it sets besides the goal, as bits: all of them must be replaced
    /// It moves or halts these axes. If it fails and may have been heard all the same, RestWork follows.
    std::vector<AxisId> moves{};
    Work work;
};

/// The same span read after a write, or by a ReadStep.
struct ReadBack {
    ServoId servo;
    std::uint16_t address = 0;
    Bytes bytes;
};

enum class RequestOutcome : std::uint8_t { confirmed, sentOnly, failed, superseded, refusedByStop };

/// The bus thread's answer to a request; goes to the core thread.
struct RequestFinished {
    CommandId command;
    std::uint32_t part = 0;
    BusId bus;
    RequestOutcome outcome = RequestOutcome::confirmed;
    Error error;        ///< of a failed one
    Duration queued{};  ///< posted to first byte on the wire
    Duration latency{}; ///< posted to confirmed
    std::uint32_t retries = 0;
    std::vector<ReadBack> readBacks;
};
/// First byte of the request is on the wire.
struct RequestSent {
    CommandId command;
    std::uint32_t part = 0;
    BusId bus;
    Time at{};
};

} // namespace servolane::bus
