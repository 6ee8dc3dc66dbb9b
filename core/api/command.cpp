// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/command.h"

#include "core/kernel/hex.h"

#include <array>
#include <charconv>

namespace servolane::api {

namespace {

template <class... F>
struct Overloaded : F... {
    using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>; // clang deduces aggregates from its version 17 on

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

/// What is not read as usual, and how often the slow channels are.
std::string planOf(const bus::SetPollPlan& command) {
    std::string text = "slow_interval=" + number(command.slowInterval);
    for (const auto channel : telemetry::allChannels)
        if (command.plan[channel] != bus::PollPlan{}[channel])
            text += ' ' + std::string(telemetry::toString(channel)) + '=' +
                    std::string(bus::toString(command.plan[channel]));
    return text;
}

template <class Tag>
std::string orNone(const std::optional<Quantity<Tag>>& value) {
    return value ? number(value->value) : "none";
}

std::string scaleOf(const motion::AxisScale& scale) {
    return "gear=" + number(scale.gear) + " offset=" + number(scale.offset) +
           (scale.reversed ? " reversed" : "") + " turn=" + number(scale.unitsPerTurn) + ' ' + scale.unit;
}

std::string limitsOf(const motion::OwnLimits& own) {
    const std::string travel =
        own.travel ? number(own.travel->low.value) + "…" + number(own.travel->high.value) : "none";
    return "travel=" + travel + " velocity=" + orNone(own.velocity) +
           " acceleration=" + orNone(own.acceleration) + " current=" + orNone(own.current) +
           " temperature=" + orNone(own.temperature) + " following=" + orNone(own.followingError) +
           " step=" + orNone(own.step);
}

std::string writesOf(const registers::WriteRegisters& batch) {
    std::string text = batch.origin;
    for (const auto& write : batch.writes)
        text += (text.empty()                    ? ""
                 : &write == batch.writes.data() ? ": "
                                                 : ", ") +
                write.name + " raw=" + std::to_string(write.raw);
    return text;
}

// In the order of CommandBody.
constexpr std::array<std::string_view, std::variant_size_v<CommandBody>> kinds{"ConnectBus",
                                                                               "DisconnectBus",
                                                                               "ScanBus",
                                                                               "CancelScan",
                                                                               "SetPollRate",
                                                                               "SetPollPlan",
                                                                               "InjectFault",
                                                                               "ClearFaults",
                                                                               "SetTorque",
                                                                               "MoveAxis",
                                                                               "MoveAxes",
                                                                               "SetVelocity",
                                                                               "StartJog",
                                                                               "EndJog",
                                                                               "Halt",
                                                                               "Stop",
                                                                               "ResetStop",
                                                                               "SetOperatingMode",
                                                                               "SetProfile",
                                                                               "SetTravelLimits",
                                                                               "SetStopReaction",
                                                                               "RenameAxis",
                                                                               "RebootAxis",
                                                                               "ReadRegister",
                                                                               "ReadAllRegisters",
                                                                               "WriteRegister",
                                                                               "StartRecording",
                                                                               "StopRecording",
                                                                               "AddNote",
                                                                               "SendRawPacket",
                                                                               "SetAxisScale",
                                                                               "SetAxisLimits",
                                                                               "SetZeroHere",
                                                                               "ReferenceAxis",
                                                                               "SetGoalCurrent",
                                                                               "AdoptModel",
                                                                               "LoadMachine",
                                                                               "SetRole",
                                                                               "Arm",
                                                                               "Disarm",
                                                                               "SetBaseline",
                                                                               "WriteRegisters",
                                                                               "SetServoId",
                                                                               "SetServoBaud",
                                                                               "SetLinkBaud",
                                                                               "BoundClients",
                                                                               "WatchRegister",
                                                                               "ConfirmServo"};

} // namespace

std::string_view kindOf(const CommandBody& body) {
    return kinds[body.index()];
}

std::span<const std::string_view> commandKinds() {
    return kinds;
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
            [](const bus::SetPollPlan& c) {
                return Description{"SetPollPlan", {}, c.bus, planOf(c)};
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
            [](const bus::SendRawPacket& c) {
                return Description{"SendRawPacket", {}, c.bus, hexText(c.bytes)};
            },
            [](const motion::SetAxisScale& c) {
                return Description{"SetAxisScale", c.axis, {}, scaleOf(c.scale)};
            },
            [](const motion::SetAxisLimits& c) {
                return Description{"SetAxisLimits", c.axis, {}, limitsOf(c.limits)};
            },
            [](const motion::SetZeroHere& c) {
                return Description{"SetZeroHere", c.axis, {}, ""};
            },
            [](const motion::ReferenceAxis& c) {
                return Description{"ReferenceAxis", c.axis, {}, ""};
            },
            [](const motion::SetGoalCurrent& c) {
                return Description{"SetGoalCurrent", c.axis, {}, "current=" + number(c.current.value)};
            },
            [](const motion::AdoptModel& c) {
                return Description{"AdoptModel", c.axis, {}, ""};
            },
            [](const motion::LoadMachine& c) {
                return Description{"LoadMachine", {}, {}, "axes=" + std::to_string(c.machine->axes.size())};
            },
            [](const access::SetRole& c) {
                return Description{"SetRole", {}, {}, std::string(access::toString(c.role))};
            },
            [](const access::Arm& c) {
                return Description{"Arm", {}, {}, "seconds=" + number(seconds(c.span))};
            },
            [](const access::BoundClients& c) {
                return Description{"BoundClients", {}, {}, "most=" + std::string(toString(c.most))};
            },
            [](const access::Disarm&) {
                return Description{"Disarm", {}, {}, ""};
            },
            [](const registers::SetBaseline& c) {
                return Description{"SetBaseline", c.axis, {}, ""};
            },
            [](const registers::WriteRegisters& c) {
                return Description{"WriteRegisters", c.axis, {}, writesOf(c)};
            },
            [](const registers::SetServoId& c) {
                return Description{"SetServoId", c.axis, {}, "id=" + std::to_string(c.id.value)};
            },
            [](const registers::SetServoBaud& c) {
                return Description{"SetServoBaud", c.axis, {}, "baud=" + std::to_string(c.baud)};
            },
            [](const bus::SetLinkBaud& c) {
                return Description{"SetLinkBaud", {}, c.bus, "baud=" + std::to_string(c.baud)};
            },
            [](const motion::ConfirmServo& c) {
                return Description{"ConfirmServo",
                                   c.axis,
                                   {},
                                   "model=" + std::to_string(c.modelNumber) +
                                       " firmware=" + std::to_string(c.firmware)};
            },
            [](const motion::WatchRegister& c) {
                return Description{"WatchRegister", c.axis, {}, c.name + (c.on ? " on" : " off")};
            },
        },
        body);
}

} // namespace servolane::api
