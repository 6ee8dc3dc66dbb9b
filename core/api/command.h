// SPDX-License-Identifier: GPL-3.0-or-later
// Everything that can be asked, as one variant. A command is what someone wants, not what happened.
#pragma once

#include "core/access/commands.h"
#include "core/api/asker.h"
#include "core/bus/commands.h"
#include "core/kernel/ids.h"
#include "core/kernel/time.h"
#include "core/motion/commands.h"
#include "core/registers/commands.h"
#include "core/session/commands.h"

#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace servolane::api {

using CommandBody =
    std::variant<bus::ConnectBus, bus::DisconnectBus, bus::ScanBus, bus::CancelScan, bus::SetPollRate,
                 bus::SetPollPlan, bus::InjectFault, bus::ClearFaults, motion::SetTorque, motion::MoveAxis,
                 motion::MoveAxes, motion::SetVelocity, motion::StartJog, motion::EndJog, motion::Halt,
                 motion::Stop, motion::ResetStop, motion::SetOperatingMode, motion::SetProfile,
                 motion::SetTravelLimits, motion::SetStopReaction, motion::RenameAxis, motion::RebootAxis,
                 registers::ReadRegister, registers::ReadAllRegisters, registers::WriteRegister,
                 session::StartRecording, session::StopRecording, session::AddNote, bus::SendRawPacket,
                 motion::SetAxisScale, motion::SetAxisLimits, motion::SetZeroHere, motion::ReferenceAxis,
                 motion::SetGoalCurrent, motion::AdoptModel, motion::LoadMachine, access::SetRole,
                 access::Arm, access::Disarm, registers::SetBaseline, registers::WriteRegisters,
                 registers::SetServoId, registers::SetServoBaud, bus::SetLinkBaud, access::BoundClients,
                 motion::WatchRegister, motion::ConfirmServo>;

struct Command {
    CommandId id;
    Asker asker = Asker::window;
    Time at{}; ///< when it was sent
    CommandBody body;
};

/// What the journal and the command log keep of a command.
struct CommandDescription {
    std::string kind; ///< the type's name: "MoveAxis"
    AxisId axis{};
    BusId bus{};
    std::string details; ///< "target=90 velocity=45", for people and for search
    friend bool operator==(const CommandDescription&, const CommandDescription&) = default;
};
[[nodiscard]] CommandDescription describe(const CommandBody& body);
/// CommandDescription::kind alone.
[[nodiscard]] std::string_view kindOf(const CommandBody& body);
/// All of them, in the order of CommandBody.
[[nodiscard]] std::span<const std::string_view> commandKinds();

} // namespace servolane::api
