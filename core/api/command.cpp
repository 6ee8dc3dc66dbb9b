// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/command.h"

#include <charconv>

namespace servolane::api {

namespace {

template <class... F>
struct Overloaded : F... {
    using F::operator()...;
};

std::string number(double value) {
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, value).ptr;
    return {text, end};
}

std::string targetOf(const motion::MoveAxis& move) {
    std::string text = "target=" + number(move.target.value);
    if (move.velocity) text += " velocity=" + number(move.velocity->value);
    if (move.acceleration) text += " acceleration=" + number(move.acceleration->value);
    return text;
}

std::string movesOf(const motion::MoveAxes& group) {
    std::string text;
    for (const auto& move : group.moves)
        text += (text.empty() ? "axis " : "; axis ") + std::to_string(move.axis.value) + ' ' + targetOf(move);
    return text;
}

std::string listOf(const std::vector<std::uint32_t>& bauds) {
    std::string text;
    for (const auto baud : bauds)
        text += (text.empty() ? "" : ",") + std::to_string(baud);
    return text;
}

} // namespace

std::string_view toString(Asker asker) {
    switch (asker) {
    case Asker::window:
        return "window";
    case Asker::commandLine:
        return "command-line";
    case Asker::sequence:
        return "sequence";
    case Asker::program:
        return "program";
    }
    return "program";
}

CommandDescription describe(const CommandBody& body) {
    using Description = CommandDescription;
    return std::visit(
        Overloaded{
            [](const bus::ConnectBus& c) {
                return Description{
                    "ConnectBus", {}, {}, c.link.line.path + " baud=" + std::to_string(c.link.line.baud)};
            },
            [](const bus::DisconnectBus& c) {
                return Description{"DisconnectBus", {}, c.bus, ""};
            },
            [](const bus::ScanBus& c) {
                return Description{"ScanBus", {}, c.bus, listOf(c.bauds)};
            },
            [](const bus::CancelScan& c) {
                return Description{"CancelScan", {}, c.bus, ""};
            },
            [](const bus::SetPollRate& c) {
                return Description{"SetPollRate", {}, c.bus, "rate=" + number(c.rate)};
            },
            [](const bus::InjectFault& c) {
                return Description{"InjectFault", {}, c.bus, c.fault};
            },
            [](const bus::ClearFaults& c) {
                return Description{"ClearFaults", {}, c.bus, ""};
            },
            [](const motion::SetTorque& c) {
                return Description{"SetTorque", c.axis, {}, c.on ? "on" : "off"};
            },
            [](const motion::MoveAxis& c) {
                return Description{"MoveAxis", c.axis, {}, targetOf(c)};
            },
            [](const motion::MoveAxes& c) {
                return Description{"MoveAxes", {}, {}, movesOf(c)};
            },
            [](const motion::SetVelocity& c) {
                return Description{"SetVelocity", c.axis, {}, "velocity=" + number(c.velocity.value)};
            },
            [](const motion::StartJog& c) {
                return Description{"StartJog", c.axis, {}, "velocity=" + number(c.velocity.value)};
            },
            [](const motion::EndJog& c) {
                return Description{"EndJog", c.axis, {}, ""};
            },
            [](const motion::Halt& c) {
                return Description{"Halt", c.axis, {}, ""};
            },
            [](const motion::Stop&) {
                return Description{"Stop", {}, {}, ""};
            },
            [](const motion::ResetStop& c) {
                return Description{"ResetStop", {}, {}, "generation=" + std::to_string(c.generation.value)};
            },
            [](const motion::SetOperatingMode& c) {
                return Description{"SetOperatingMode", c.axis, {}, std::string(registers::toString(c.mode))};
            },
            [](const motion::SetProfile& c) {
                return Description{"SetProfile",
                                   c.axis,
                                   {},
                                   "velocity=" + number(c.velocity.value) +
                                       " acceleration=" + number(c.acceleration.value)};
            },
            [](const motion::SetTravelLimits& c) {
                return Description{"SetTravelLimits",
                                   c.axis,
                                   {},
                                   number(c.travel.low.value) + "…" + number(c.travel.high.value)};
            },
            [](const motion::SetStopReaction& c) {
                return Description{"SetStopReaction", c.axis, {}, std::string(motion::toString(c.reaction))};
            },
            [](const motion::RenameAxis& c) {
                return Description{"RenameAxis", c.axis, {}, c.name};
            },
            [](const motion::RebootAxis& c) {
                return Description{"RebootAxis", c.axis, {}, ""};
            },
            [](const registers::ReadRegister& c) {
                return Description{"ReadRegister", c.axis, {}, c.name};
            },
            [](const registers::ReadAllRegisters& c) {
                return Description{"ReadAllRegisters", c.axis, {}, ""};
            },
            [](const registers::WriteRegister& c) {
                return Description{"WriteRegister", c.axis, {}, c.name + " raw=" + std::to_string(c.raw)};
            },
            [](const session::StartRecording& c) {
                return Description{"StartRecording", {}, {}, c.path};
            },
            [](const session::StopRecording&) {
                return Description{"StopRecording", {}, {}, ""};
            },
            [](const session::AddNote& c) {
                return Description{"AddNote", {}, {}, c.text};
            },
            [](const registers::SetBaseline& c) {
                return Description{"SetBaseline", c.axis, {}, ""};
            },
        },
        body);
}

} // namespace servolane::api
