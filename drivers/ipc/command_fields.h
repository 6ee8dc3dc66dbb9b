// SPDX-License-Identifier: GPL-3.0-or-later
// The names under which the members of commands stand in a request: one list for both directions. PROTOCOL.md
// shows them; a name once released never changes its meaning.
#pragma once

#include "core/api/command.h"
#include "drivers/json/event_fields.h"

namespace servolane::drivers {

// Links.
template <>
inline constexpr auto fields<bus::ConnectBus> = std::tuple{field("link", &bus::ConnectBus::link)};
template <>
inline constexpr auto fields<bus::DisconnectBus> = busOnly<bus::DisconnectBus>();
template <>
inline constexpr auto fields<bus::ScanBus> =
    std::tuple{field("bus", &bus::ScanBus::bus), field("bauds", &bus::ScanBus::bauds)};
template <>
inline constexpr auto fields<bus::CancelScan> = busOnly<bus::CancelScan>();
template <>
inline constexpr auto fields<bus::SetPollRate> =
    std::tuple{field("bus", &bus::SetPollRate::bus), field("rate", &bus::SetPollRate::rate)};
template <>
inline constexpr auto fields<bus::SetPollPlan> =
    std::tuple{field("bus", &bus::SetPollPlan::bus), field("plan", &bus::SetPollPlan::plan),
               field("slow_interval", &bus::SetPollPlan::slowInterval)};
template <>
inline constexpr auto fields<bus::SendRawPacket> =
    std::tuple{field("bus", &bus::SendRawPacket::bus), field("bytes", &bus::SendRawPacket::bytes),
               field("wait_ns", &bus::SendRawPacket::wait)};
template <>
inline constexpr auto fields<bus::SetLinkBaud> =
    std::tuple{field("bus", &bus::SetLinkBaud::bus), field("baud", &bus::SetLinkBaud::baud)};
template <>
inline constexpr auto fields<bus::InjectFault> =
    std::tuple{field("bus", &bus::InjectFault::bus), field("fault", &bus::InjectFault::fault)};
template <>
inline constexpr auto fields<bus::ClearFaults> = busOnly<bus::ClearFaults>();

// Axes.
template <>
inline constexpr auto fields<motion::SetTorque> =
    std::tuple{field("axis", &motion::SetTorque::axis), field("on", &motion::SetTorque::on),
               field("borrowed", &motion::SetTorque::borrowed)};
template <>
inline constexpr auto fields<motion::MoveAxis> =
    std::tuple{field("axis", &motion::MoveAxis::axis), field("target", &motion::MoveAxis::target),
               field("velocity", &motion::MoveAxis::velocity),
               field("acceleration", &motion::MoveAxis::acceleration),
               field("attended", &motion::MoveAxis::attended)};
template <>
inline constexpr auto fields<motion::MoveAxes> = std::tuple{field("moves", &motion::MoveAxes::moves)};
template <>
inline constexpr auto fields<motion::SetVelocity> =
    std::tuple{field("axis", &motion::SetVelocity::axis), field("velocity", &motion::SetVelocity::velocity)};
template <>
inline constexpr auto fields<motion::StartJog> =
    std::tuple{field("axis", &motion::StartJog::axis), field("velocity", &motion::StartJog::velocity)};
template <>
inline constexpr auto fields<motion::EndJog> = axisOnly<motion::EndJog>();
template <>
inline constexpr auto fields<motion::Halt> = axisOnly<motion::Halt>();
template <>
inline constexpr auto fields<motion::Stop> = std::tuple<>{};
template <>
inline constexpr auto fields<motion::ResetStop> =
    std::tuple{field("generation", &motion::ResetStop::generation)};
template <>
inline constexpr auto fields<motion::SetOperatingMode> = std::tuple{
    field("axis", &motion::SetOperatingMode::axis), field("mode", &motion::SetOperatingMode::mode)};
template <>
inline constexpr auto fields<motion::SetProfile> =
    std::tuple{field("axis", &motion::SetProfile::axis), field("velocity", &motion::SetProfile::velocity),
               field("acceleration", &motion::SetProfile::acceleration)};
template <>
inline constexpr auto fields<motion::SetTravelLimits> = std::tuple{
    field("axis", &motion::SetTravelLimits::axis), field("travel", &motion::SetTravelLimits::travel)};
template <>
inline constexpr auto fields<motion::SetStopReaction> = std::tuple{
    field("axis", &motion::SetStopReaction::axis), field("reaction", &motion::SetStopReaction::reaction)};
template <>
inline constexpr auto fields<motion::RenameAxis> =
    std::tuple{field("axis", &motion::RenameAxis::axis), field("name", &motion::RenameAxis::name)};
template <>
inline constexpr auto fields<motion::RebootAxis> = axisOnly<motion::RebootAxis>();
template <>
inline constexpr auto fields<motion::SetAxisScale> =
    std::tuple{field("axis", &motion::SetAxisScale::axis), field("scale", &motion::SetAxisScale::scale)};
template <>
inline constexpr auto fields<motion::SetAxisLimits> =
    std::tuple{field("axis", &motion::SetAxisLimits::axis), field("limits", &motion::SetAxisLimits::limits)};
template <>
inline constexpr auto fields<motion::SetZeroHere> = axisOnly<motion::SetZeroHere>();
template <>
inline constexpr auto fields<motion::ReferenceAxis> = axisOnly<motion::ReferenceAxis>();
template <>
inline constexpr auto fields<motion::SetGoalCurrent> = std::tuple{
    field("axis", &motion::SetGoalCurrent::axis), field("current", &motion::SetGoalCurrent::current)};
template <>
inline constexpr auto fields<motion::AdoptModel> = axisOnly<motion::AdoptModel>();

template <>
inline constexpr auto fields<motion::ConfirmServo> =
    std::tuple{field("axis", &motion::ConfirmServo::axis),
               field("model_number", &motion::ConfirmServo::modelNumber),
               field("firmware", &motion::ConfirmServo::firmware)};
template <>
inline constexpr auto fields<motion::WatchRegister> =
    std::tuple{field("axis", &motion::WatchRegister::axis), field("name", &motion::WatchRegister::name),
               field("on", &motion::WatchRegister::on)};

template <>
inline constexpr auto fields<motion::LoadMachine> =
    std::tuple{field("machine", &motion::LoadMachine::machine)};

// Access.
template <>
inline constexpr auto fields<access::SetRole> = std::tuple{field("role", &access::SetRole::role)};
template <>
inline constexpr auto fields<access::Arm> = std::tuple{field("span_ns", &access::Arm::span)};
template <>
inline constexpr auto fields<access::Disarm> = std::tuple<>{};
template <>
inline constexpr auto fields<access::BoundClients> = std::tuple{field("most", &access::BoundClients::most)};

// Registers.
template <>
inline constexpr auto fields<registers::ReadRegister> =
    std::tuple{field("axis", &registers::ReadRegister::axis), field("name", &registers::ReadRegister::name)};
template <>
inline constexpr auto fields<registers::ReadAllRegisters> = axisOnly<registers::ReadAllRegisters>();
template <>
inline constexpr auto fields<registers::WriteRegister> =
    std::tuple{field("axis", &registers::WriteRegister::axis), field("name", &registers::WriteRegister::name),
               field("raw", &registers::WriteRegister::raw)};

template <>
inline constexpr auto fields<registers::SetBaseline> = axisOnly<registers::SetBaseline>();

template <>
inline constexpr auto fields<registers::StagedRegister> = std::tuple{
    field("name", &registers::StagedRegister::name), field("raw", &registers::StagedRegister::raw)};
template <>
inline constexpr auto fields<registers::WriteRegisters> =
    std::tuple{field("axis", &registers::WriteRegisters::axis),
               field("writes", &registers::WriteRegisters::writes),
               field("origin", &registers::WriteRegisters::origin)};
template <>
inline constexpr auto fields<registers::SetServoId> =
    std::tuple{field("axis", &registers::SetServoId::axis), field("id", &registers::SetServoId::id)};
template <>
inline constexpr auto fields<registers::SetServoBaud> =
    std::tuple{field("axis", &registers::SetServoBaud::axis), field("baud", &registers::SetServoBaud::baud)};

// Recordings.
template <>
inline constexpr auto fields<session::StartRecording> =
    std::tuple{field("path", &session::StartRecording::path), field("name", &session::StartRecording::name),
               field("preroll_ns", &session::StartRecording::preroll)};
template <>
inline constexpr auto fields<session::StopRecording> = std::tuple<>{};
template <>
inline constexpr auto fields<session::AddNote> =
    std::tuple{field("text", &session::AddNote::text), field("ago_ns", &session::AddNote::ago),
               field("lasting_ns", &session::AddNote::lasting)};

} // namespace servolane::drivers
