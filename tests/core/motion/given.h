// SPDX-License-Identifier: GPL-3.0-or-later
// Given … when … then for decisions: a write model brought into a state by facts, and what it decides as
// short text.
#pragma once

#include "core/runtime/write_model.h"
#include "tests/support/sample_model.h"

#include <cmath>

#include <cstdio>
#include <string>
#include <vector>

namespace servolane::tests {

using registers::OperatingMode;

/// Facts build the state; feedback fills the present. Chain the calls.
class Given {
public:
    runtime::WriteModel model{sampleCatalog()};
    motion::Present present;
    Time now{std::chrono::seconds{1000}};
    std::vector<api::EventBody> history;

    Given& happened(api::EventBody event) {
        history.push_back(event);
        model.evolve(event, now);
        return *this;
    }
    Given& after(Duration span) {
        now += span;
        return *this;
    }
    Given& connected(std::uint16_t bus = 1, bool simulated = false) {
        bus::LinkSettings link;
        link.line.path = "/dev/ttyUSB" + std::to_string(bus);
        link.line.baud = 1'000'000;
        happened(bus::BusOpening{{bus}, link});
        return happened(bus::BusConnected{{bus}, link, simulated});
    }
    Given& feedback(std::uint16_t axis, double degrees, bool moving = false) {
        using telemetry::Channel;
        const auto* record = model.motion().find(AxisId{axis});
        const auto raw = record ? record->axis->rawFromPosition({degrees}) : 0;
        set(axis, Channel::position, static_cast<std::int32_t>(raw));
        set(axis, Channel::moving, moving ? 1 : 0);
        return set(axis, Channel::temperature, 35);
    }
    Given& set(std::uint16_t axis, telemetry::Channel channel, std::int32_t raw) {
        motion::AxisPresent& cell = present[AxisId{axis}];
        cell.raw[indexOf(channel)] = raw;
        cell.at[indexOf(channel)] = now;
        cell.lastAnswer = now;
        cell.period = std::chrono::milliseconds{5};
        if (channel == telemetry::Channel::current) cell.lastingCurrent.fold(raw, now);
        return *this;
    }
    /// An axis at 90° whose torque and mode were read.
    Given& axis(std::uint16_t id = 1, bool torque = true, OperatingMode mode = OperatingMode::position,
                std::uint16_t bus = 1) {
        happened(motion::AxisConfigured{sampleAxis(id, bus, static_cast<std::uint8_t>(id))});
        happened(motion::AxisObserved{{id}, torque, mode});
        // As the core loop does: what follows from the mode happens too.
        for (auto& event : model.react(history.back(), present, now).events)
            happened(event);
        return feedback(id, 90.0);
    }
    Given& limited(std::uint16_t id, motion::AxisLimits limits) {
        motion::Axis changed = *model.motion().find(AxisId{id})->axis;
        changed.limits = limits;
        return happened(motion::AxisConfigured{std::make_shared<const motion::Axis>(changed)});
    }
    /// Own limits of axis 1, set as by the command; what they follow from happens too.
    template <class Change>
    Given& own(Change change, std::uint16_t id = 1) {
        motion::OwnLimits limits = model.motion().find(AxisId{id})->axis->own;
        change(limits);
        return doing(motion::SetAxisLimits{{id}, limits});
    }
    /// The command is decided, and all that it makes happen happens at once; nothing if it is refused.
    Given& doing(api::CommandBody body, api::Asker asker = api::Asker::window) {
        const auto verdict = when(std::move(body), asker);
        if (!verdict) return *this;
        for (const auto& events : {verdict->events, verdict->whenConfirmed})
            for (const auto& event : events)
                happened(event);
        return *this;
    }
    [[nodiscard]] motion::AxisLimits limits(std::uint16_t id = 1) const {
        return model.motion().find(AxisId{id})->axis->limits;
    }
    [[nodiscard]] api::Verdict when(api::CommandBody body, api::Asker asker = api::Asker::window) const {
        return model.decide({{7}, asker, now, std::move(body)}, present, now);
    }
    /// The fact happens, and then its consequences are asked for.
    [[nodiscard]] api::Decision reacting(api::EventBody fact) {
        happened(fact);
        return model.react(fact, present, now);
    }
    [[nodiscard]] api::Decision watching() const { return model.watch(present, now); }
};

/// A joggable state: a connected bus with one axis, torque on, position mode.
[[nodiscard]] inline Given readyAxis() {
    Given given;
    given.connected().axis();
    return given;
}

[[nodiscard]] inline std::string hex(const Bytes& bytes) {
    std::string text;
    for (const auto byte : bytes) {
        char digits[4];
        std::snprintf(digits, sizeof digits, " %02X", byte);
        text += digits;
    }
    return text;
}

[[nodiscard]] inline std::string textOf(const bus::RegisterSpan& span) {
    return std::to_string(span.address) + "/" + std::to_string(span.size);
}

struct StepText {
    static std::string servo(ServoId id) { return "#" + std::to_string(id.value); }
    std::string operator()(const bus::WriteStep& s) const {
        return "write " + servo(s.servo) + " @" + std::to_string(s.address) + hex(s.bytes) +
               (s.readBack ? " verified" : "");
    }
    std::string operator()(const bus::ReadStep& s) const {
        return "read " + servo(s.servo) + " " + textOf(s.span);
    }
    std::string operator()(const bus::CopyStep& s) const {
        return "copy " + servo(s.servo) + " " + textOf(s.from) + " to " + textOf(s.to);
    }
    std::string operator()(const bus::GroupWriteStep& s) const {
        std::string text = "group " + textOf(s.span);
        for (const auto& item : s.items)
            text += " " + servo(item.id) + hex(item.bytes);
        return text + (s.readBack ? " verified" : "");
    }
    std::string operator()(const bus::RebootStep& s) const { return "reboot " + servo(s.servo); }
    std::string operator()(const bus::RawStep& s) const { return "raw" + hex(s.bytes); }
    std::string operator()(const bus::WatchdogStep& s) const {
        return "watchdog " + servo(s.servo) + " " +
               std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(s.after).count()) + " ms";
    }
    std::string operator()(const bus::ChangeIdStep& s) const {
        return "id " + servo(s.from) + " to " + servo(s.to) + " @" + std::to_string(s.address) + hex(s.bytes);
    }
    std::string operator()(const bus::ChangeBaudStep& s) const {
        return "baud " + servo(s.servo) + " " + std::to_string(s.from) + " to " + std::to_string(s.to) +
               " @" + std::to_string(s.address) + hex(s.bytes);
    }
};

struct WorkText {
    std::string operator()(const bus::StepsWork& w) const {
        std::string text;
        for (const auto& step : w.steps)
            text += (text.empty() ? "" : ", ") + std::visit(StepText{}, step);
        return text;
    }
    std::string operator()(const bus::JogStream& w) const {
        return std::string(w.positionGoals ? "jog positions of " : "jog speed of ") +
               std::to_string(w.axis.value);
    }
    std::string operator()(const bus::EndStream& w) const {
        return "end stream of " + std::to_string(w.axis.value);
    }
    std::string operator()(const bus::OpenWork& w) const { return "open " + w.link.line.path; }
    std::string operator()(const bus::CloseWork&) const { return "close"; }
    std::string operator()(const bus::ScanWork& w) const {
        std::string text = "scan";
        for (const auto baud : w.bauds)
            text += " " + std::to_string(baud);
        return text;
    }
    std::string operator()(const bus::CancelScanWork&) const { return "cancel scan"; }
    std::string operator()(const bus::PollWork& w) const {
        std::string text = "poll";
        for (const auto& axis : w.axes)
            text += " " + std::to_string(axis->id.value);
        return text;
    }
    std::string operator()(const bus::PollPlanWork& w) const {
        return "plan, slow every " + std::to_string(std::lround(w.slowInterval * 1000)) + " ms";
    }
    std::string operator()(const bus::PollRateWork& w) const {
        return "rate " + std::to_string(std::lround(w.rate));
    }
    std::string operator()(const bus::LinkBaudWork& w) const { return "baud " + std::to_string(w.baud); }
    std::string operator()(const bus::FaultWork& w) const { return "fault " + w.fault; }
    std::string operator()(const bus::ResumeWork& w) const {
        return "resume " + std::to_string(w.generation.value);
    }
    std::string operator()(const bus::RestWork& w) const {
        std::string text = "rest";
        for (const AxisId axis : w.axes)
            text += " " + std::to_string(axis.value);
        return text + " " + std::string(motion::toString(w.reason));
    }
};

/// "bus 1 motion: write #1 @116 00 04 00 00"
[[nodiscard]] inline std::string textOf(const bus::Request& request) {
    static constexpr const char* priorities[] = {"stop", "motion", "registers", "observing", "background"};
    return "bus " + std::to_string(request.bus.value) + " " +
           priorities[static_cast<std::size_t>(request.priority)] + ": " +
           std::visit(WorkText{}, request.work);
}

/// "MoveEnded 1 timed-out"
[[nodiscard]] inline std::string textOf(const api::EventBody& event) {
    std::string text(api::kindOf(event));
    if (const AxisId axis = api::axisOf(event); axis.value != 0) text += " " + std::to_string(axis.value);
    if (const auto* e = std::get_if<motion::MoveEnded>(&event))
        text += " " + std::string(toString(e->reason));
    if (const auto* e = std::get_if<motion::AxisHalted>(&event))
        text += " " + std::string(toString(e->reason));
    return text;
}

template <class T>
[[nodiscard]] std::vector<std::string> textsOf(const std::vector<T>& all) {
    std::vector<std::string> texts;
    for (const auto& one : all)
        texts.push_back(textOf(one));
    return texts;
}

using Texts = std::vector<std::string>;

/// Every step of every request.
[[nodiscard]] inline std::vector<bus::Step> stepsOf(const api::Decision& decision) {
    std::vector<bus::Step> steps;
    for (const auto& request : decision.requests)
        if (const auto* work = std::get_if<bus::StepsWork>(&request.work))
            steps.insert(steps.end(), work->steps.begin(), work->steps.end());
    return steps;
}

/// "decided", or the rejection's code.
[[nodiscard]] inline std::string outcomeOf(const api::Verdict& verdict) {
    return verdict ? "decided" : std::string(api::toString(verdict.error().code));
}

} // namespace servolane::tests

/// Compares lists of short texts and says which they were.
#define COMPARE_TEXTS(actual, ...)                                                                           \
    do {                                                                                                     \
        const servolane::tests::Texts is = (actual);                                                         \
        const servolane::tests::Texts wanted = __VA_ARGS__;                                                  \
        std::string shown;                                                                                   \
        for (const auto& text : is)                                                                          \
            shown += "\n  " + text;                                                                          \
        QVERIFY2(is == wanted, ("is:" + shown).c_str());                                                     \
    } while (false)
