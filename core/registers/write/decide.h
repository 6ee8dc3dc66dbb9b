// SPDX-License-Identifier: GPL-3.0-or-later
// The decisions of the registers context, and what read-backs tell. Pure functions.
#pragma once

#include "core/api/decision.h"
#include "core/registers/write/register_state.h"

#include <optional>
#include <span>
#include <vector>

namespace servolane::registers {

[[nodiscard]] api::Verdict decide(const RegisterState& state, const ReadRegister& command);
[[nodiscard]] api::Verdict decide(const RegisterState& state, const ReadAllRegisters& command);
/// Confirmed by reading back; never coalesced.
[[nodiscard]] api::Verdict decide(const RegisterState& state, const WriteRegister& command);

[[nodiscard]] api::Verdict decide(const RegisterState& state, const SetBaseline& command);
/// Without the operating mode: see splitMode.
[[nodiscard]] api::Verdict decide(const RegisterState& state, const WriteRegisters& command);
[[nodiscard]] api::Verdict decide(const RegisterState& state, const SetServoId& command);
[[nodiscard]] api::Verdict decide(const RegisterState& state, const SetServoBaud& command);

/// A batch in its two parts. The mode is motion's to decide.
struct SplitBatch {
    std::optional<std::int64_t> mode; ///< raw
    std::string modeName;             ///< of its register
    WriteRegisters others;
};
[[nodiscard]] SplitBatch splitMode(const RegisterState& state, const WriteRegisters& command);
/// Of a batch that has a mode, whose others were not refused.
[[nodiscard]] std::optional<api::Rejection> refusalOfMode(const RegisterState& state, AxisId axis,
                                                          const SplitBatch& split);
/// An axis of the bus with torque on would be out of reach at another rate of the link.
[[nodiscard]] std::optional<api::Rejection> refusalOfLeavingRate(const RegisterState& state, BusId bus);

/// RegisterRead for every register that lies whole in what was read, and AxisObserved where torque was among
/// them, or the mode of an axis whose torque is known.
[[nodiscard]] std::vector<api::EventBody> conclude(const RegisterState& state, BusId bus,
                                                   const std::vector<bus::ReadBack>& readBacks);

/// Reads the settings that limits, profiles and gains are made of, at background priority, and what is known
/// of the servo's memory that a restart would have set back.
[[nodiscard]] std::vector<bus::Request> readSettings(const RegisterState& state, const motion::Axis& axis);

/// How many bytes one read may ask for, so that it holds the wire for less than 10 ms: 32 from 115,200 bit/s
/// up, and never less than the largest register, which takes 36 ms at 9,600 bit/s.
[[nodiscard]] std::uint16_t longestRead(std::uint32_t bitsPerSecond);
/// The spans joined where they touch, each at most `longest` bytes.
[[nodiscard]] std::vector<bus::RegisterSpan> stretches(std::vector<bus::RegisterSpan> spans,
                                                       std::uint16_t longest = 32);

} // namespace servolane::registers
