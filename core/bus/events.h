// SPDX-License-Identifier: GPL-3.0-or-later
// What happened on links.
#pragma once

#include "core/bus/answers.h"
#include "core/bus/commands.h"
#include "core/bus/servo_bus.h"
#include "core/kernel/result.h"

#include <memory>
#include <optional>
#include <vector>

namespace servolane::registers {
struct ServoModel;
}

namespace servolane::bus {

// Facts.
/// The id is given away and the line is about to be opened; BusConnected or BusDisconnected follows.
struct BusOpening {
    BusId bus;
    LinkSettings link;
};
struct BusConnected {
    BusId bus;
    LinkSettings link;
    bool simulated = false;
};
struct BusDisconnected {
    BusId bus;
};
/// The adapter went away or cannot be opened; the bus thread keeps trying.
struct BusLost {
    BusId bus;
    Error error;
};
struct BusRestored {
    BusId bus;
};
struct ScanStarted {
    BusId bus;
};
struct ServoFound {
    BusId bus;
    ServoIdentity servo;
    std::uint32_t baud = 0;
};
struct ScanFinished {
    BusId bus;
    std::size_t found = 0;
    Duration took{};
    bool cancelled = false;
};
/// An axis left the group read because it did not answer, and came back.
struct AxisFellSilent {
    BusId bus;
    AxisId axis;
    Time lastAnswer{};
};
struct AxisReturned {
    BusId bus;
    AxisId axis;
};
/// Under the id of a silent axis another servo answers: other model, or other firmware. The axis stays
/// silent.
struct OtherServoFound {
    BusId bus;
    AxisId axis;
    ServoIdentity found;
    std::shared_ptr<const registers::ServoModel> model; ///< never null; without registers where it is unknown
};
/// What an axis answers turned out to be other than was known; `all` until the first of these. One that
/// answers pings only has fallen silent as well.
struct AxisAnswers {
    BusId bus;
    AxisId axis;
    Answers to = Answers::all;
};
/// Two servos seem to share this id: it answered a ping twice, or its answers are garbled though it was asked
/// alone.
struct DuplicateIdSuspected {
    BusId bus;
    ServoId servo;
    std::uint32_t baud = 0;
};
/// The servo halts by itself after `after` without an instruction, since this program has armed it so.
struct WatchdogArmed {
    BusId bus;
    AxisId axis;
    Duration after{};
};
struct WatchdogCleared {
    BusId bus;
    AxisId axis;
};
/// It has halted the axis: nothing reached the servo for too long. Goals are refused until it is cleared.
struct WatchdogTripped {
    BusId bus;
    AxisId axis;
};
struct PollRateSet {
    BusId bus;
    double rate = 0.0;
};
struct PollPlanSet {
    BusId bus;
    PollPlan plan;
    double slowInterval = 0.0;
};
struct FaultInjected {
    BusId bus;
    std::string fault;
};
struct FaultsCleared {
    BusId bus;
};

/// A raw packet went out; whatever came back is kept as it came.
struct RawPacketExchanged {
    BusId bus;
    CommandId command;
    Bytes sent;
    Bytes received; ///< empty: nothing came in time
};

// Samples: may be dropped, are not journaled.
struct ScanProgressed {
    BusId bus;
    double done = 0.0;
    std::uint32_t baud = 0;
    std::size_t found = 0;
    Duration left{};
};
/// What the bus thread knows of one servo; counted since connection.
struct ServoMeasured {
    AxisId axis;
    std::uint64_t asked = 0; ///< group reads that it was part of
    std::uint64_t silent = 0;
    std::uint64_t corrupt = 0;
    std::uint64_t timed = 0; ///< answers behind the figures below
    double turnaround = 0.0; ///< s from the end of a request to the first byte of its answer, on average
    double turnaroundJitter = 0.0;     ///< s, standard deviation
    double turnaroundLongest = 0.0;    ///< s
    std::optional<double> returnDelay; ///< s, as its register says; absent: not read, or it has none
    std::optional<std::int64_t>
        returnLevel; ///< which requests it answers: a level of core/registers/return_level.h
    friend bool operator==(const ServoMeasured&, const ServoMeasured&) = default;
};
/// Published every 250 ms by the bus thread, over the interval since the last one.
struct LinkMeasured {
    BusId bus;
    double cyclesPerSecond = 0.0;
    double wireLimit = 0.0;   ///< cycles per second the wire allows for this group; 0: unpaced or unknown
    double wireShare = 0.0;   ///< of the time the wire was in use, 0…1; 0 where unknown
    double jitterP99 = 0.0;   ///< seconds, of the cycle's period against its nominal one
    std::uint64_t cycles = 0; ///< since connection
    std::uint64_t answers = 0;
    std::uint64_t errors = 0; ///< time-outs and corrupt answers since connection
    std::uint64_t lost = 0;   ///< samples dropped by full queues since connection
    LinkCounters counters;
    double bareWireTime = 0.0; ///< seconds of a cycle if no servo waited before it answers; 0: unpaced
    Duration adapterLatency{}; ///< what the adapter may hold bytes back
    std::vector<ServoMeasured> servos; ///< in the order in which they are polled
};

} // namespace servolane::bus
