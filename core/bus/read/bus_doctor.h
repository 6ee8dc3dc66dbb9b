// SPDX-License-Identifier: GPL-3.0-or-later
// How well a bus is, judged by what was measured. Pure functions over facts: no I/O, no clock, any thread.
#pragma once

#include "core/bus/read/bus_board.h"
#include "core/motion/axis.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace servolane::bus {

/// Supply voltage as far as it was seen, V.
struct SupplyFacts {
    double atRest = 0.0;
    double lowestUnderLoad = 0.0;
    bool judgeable = false; ///< it was read both at rest and under load
};

struct ServoFacts {
    std::shared_ptr<const motion::Axis> axis; ///< never null
    bool silent = false;
    ServoMeasured measured;
    SupplyFacts supply;
    std::string alarms; ///< what it reports as hardware error, by the names of the bits; empty: nothing
};

struct BusFacts {
    BusView bus;
    std::vector<ServoFacts> servos;
    std::vector<ServoFound> unknown; ///< answered a scan, but their models are not known
};

/// In the order in which they are told.
enum class Check : std::uint8_t {
    link,        ///< the port is open
    adapter,     ///< FTDI latency timer
    returnDelay, ///< pause of the servos before they answer
    lineRate,    ///< share of the wire that is used, and what a higher rate would give
    errors,      ///< share of answers that did not come whole
    silence,     ///< servos that do not answer
    sameId,      ///< two servos with one id
    turnaround,  ///< how evenly each servo answers
    jitter,      ///< how evenly the bus cycles
    returnLevel, ///< which requests are answered
    supply,      ///< how far the supply falls under load
    models,      ///< servos that are not known, or whose firmware lacks something
    alarms,      ///< what servos report of themselves
};
/// Stable words: "link", "adapter-latency", "return-delay", …
[[nodiscard]] std::string_view toString(Check check);

/// Worst last.
enum class Grade : std::uint8_t { good, unjudged, hint, warning, fault };
/// Stable words: "good", "unjudged", "hint", "warning", "fault".
[[nodiscard]] std::string_view toString(Grade grade);

/// Why a check has no verdict.
enum class Unjudged : std::uint8_t {
    no,
    simulated,    ///< there is no such thing on a simulated link
    unpacedLine,  ///< the line has no rate of its own
    noTimer,      ///< the adapter has no latency timer, or does not show it
    noRegister,   ///< the servos do not tell
    nothingYet,   ///< too little was measured so far
    notUnderLoad, ///< nothing has moved yet
    busLost,
    noServos,
};

/// What would mend it.
enum class Remedy : std::uint8_t {
    none,
    writeReturnDelay, ///< `wanted` microseconds to each of the servos
    writeReturnLevel, ///< `wanted` to each of the servos
    setAdapterLatency,
};
/// Stable words: "none", "write-return-delay", "write-return-level", "set-adapter-latency".
[[nodiscard]] std::string_view toString(Remedy remedy);

struct Finding {
    Check check = Check::link;
    Grade grade = Grade::good;
    Unjudged why = Unjudged::no;
    std::vector<ServoId> servos; ///< whom it is about; empty: the bus as a whole
    std::vector<AxisId> axes;    ///< the same, where they are axes
    double measured = 0.0;
    double wanted = 0.0;
    std::string unit;        ///< of both: "ms", "us", "%", "V", "bit/s"
    double now = 0.0;        ///< cycles per second that the wire allows as it is; 0: not known
    double possible = 0.0;   ///< and could allow
    std::uint64_t count = 0; ///< errors, answers, servos: as the check says
    std::uint64_t late = 0;  ///< of those errors, answers that came after all
    std::string subject;     ///< a firmware, a path or the system's own words, where the check needs them
    Remedy remedy = Remedy::none;
    friend bool operator==(const Finding&, const Finding&) = default;
};

/// What was counted since `before`, a board of the same bus and connection.
[[nodiscard]] BusView since(BusView now, const LinkMeasured& before);

/// One finding per check, in their order.
[[nodiscard]] std::vector<Finding> examine(const BusFacts& facts);

/// "input voltage, overload": the bits of a hardware error by the names that the model has for them.
[[nodiscard]] std::string alarmsOf(const registers::ServoModel& model, std::uint8_t bits);

/// Gathers the facts of one bus. `axes` are the views of the AxisBoard, which this side does not know.
template <class AxisViews>
[[nodiscard]] BusFacts busFactsFrom(const BusView& bus, const AxisViews& axes) {
    BusFacts facts;
    facts.bus = bus;
    for (const auto& view : axes) {
        if (view.axis->bus != bus.id) continue;
        ServoFacts servo;
        servo.axis = view.axis;
        servo.silent = view.silent;
        servo.supply = {view.supply.atRest, view.supply.lowestUnderLoad,
                        view.supply.restReads > 0 && view.supply.loadReads > 0};
        servo.alarms = alarmsOf(*view.axis->model, view.hardwareError);
        for (const ServoMeasured& measured : bus.measured.servos)
            if (measured.axis == view.axis->id) servo.measured = measured;
        facts.servos.push_back(std::move(servo));
    }
    for (const ServoFound& found : bus.scan.found) {
        bool known = found.baud != bus.link.line.baud;
        for (const ServoFacts& servo : facts.servos)
            known = known || servo.axis->servo == found.servo.id;
        if (!known) facts.unknown.push_back(found);
    }
    return facts;
}

} // namespace servolane::bus
