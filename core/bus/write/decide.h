// SPDX-License-Identifier: GPL-3.0-or-later
// The decisions of the bus context. Pure functions. What becomes of a link (connected, scanned, poll rate,
// faults) is told by its bus thread.
#pragma once

#include "core/api/decision.h"
#include "core/bus/write/bus_state.h"

namespace servolane::bus {

/// Gives the next id away. Line rate 0: the bus thread finds it.
[[nodiscard]] api::Verdict decide(const BusState& state, const ConnectBus& command);
[[nodiscard]] api::Verdict decide(const BusState& state, const DisconnectBus& command);
[[nodiscard]] api::Verdict decide(const BusState& state, const ScanBus& command);
[[nodiscard]] api::Verdict decide(const BusState& state, const CancelScan& command);
[[nodiscard]] api::Verdict decide(const BusState& state, const SetPollRate& command);
[[nodiscard]] api::Verdict decide(const BusState& state, const SetPollPlan& command);
[[nodiscard]] api::Verdict decide(const BusState& state, const InjectFault& command);
[[nodiscard]] api::Verdict decide(const BusState& state, const ClearFaults& command);
[[nodiscard]] api::Verdict decide(const BusState& state, const SetLinkBaud& command);
/// Why the line may not leave its rate, be it for a moment.
[[nodiscard]] std::optional<api::Rejection> refusalOfOtherRate(const BusState& state, BusId bus,
                                                               std::uint32_t baud);
/// Travels as motion does: behind a latched stop it goes nowhere. The bus thread tells what came back.
[[nodiscard]] api::Verdict decide(const BusState& state, const SendRawPacket& command);

/// A link that could not be opened is closed again; one that was open and is lost is kept, since its thread
/// goes on trying.
[[nodiscard]] api::Decision react(const BusState& state, const api::EventBody& fact);

} // namespace servolane::bus
