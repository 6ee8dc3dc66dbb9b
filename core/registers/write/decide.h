// SPDX-License-Identifier: GPL-3.0-or-later
// The decisions of the registers context, and what read-backs tell. Pure functions.
#pragma once

#include "core/api/decision.h"
#include "core/registers/write/register_state.h"

#include <span>
#include <vector>

namespace servolane::registers {

[[nodiscard]] api::Verdict decide(const RegisterState& state, const ReadRegister& command);
[[nodiscard]] api::Verdict decide(const RegisterState& state, const ReadAllRegisters& command);
/// Confirmed by reading back; never coalesced.
[[nodiscard]] api::Verdict decide(const RegisterState& state, const WriteRegister& command);

[[nodiscard]] api::Verdict decide(const RegisterState& state, const SetBaseline& command);

/// RegisterRead for every register that lies whole in what was read, and AxisObserved where torque was among
/// them, or the mode of an axis whose torque is known.
[[nodiscard]] std::vector<api::EventBody> conclude(const RegisterState& state, BusId bus,
                                                   const std::vector<bus::ReadBack>& readBacks);

/// Reads the settings that limits, profiles and gains are made of, at background priority.
[[nodiscard]] std::vector<bus::Request> readSettings(const motion::Axis& axis);

/// The spans joined where they touch, each at most `longest` bytes: 32 bytes take less than 10 ms on the wire
/// from 57,600 bit/s up.
[[nodiscard]] std::vector<bus::RegisterSpan> stretches(std::vector<bus::RegisterSpan> spans,
                                                       std::uint16_t longest = 32);

} // namespace servolane::registers
