// SPDX-License-Identifier: GPL-3.0-or-later
// The state machine of drives by CiA 402-2 (IEC 61800-7-201): what a statusword says, and which controlword
// leads one state further. Pure functions, safe on any thread.
#pragma once

#include <cstdint>
#include <string_view>

namespace servolane::drivers::modbus::cia402 {

enum class State : std::uint8_t {
    notReady,
    switchOnDisabled,
    readyToSwitchOn,
    switchedOn,
    operationEnabled,
    quickStopActive,
    faultReaction,
    fault,
    unknown, ///< a word that means none of them
};
/// "switch on disabled", as in the standard.
[[nodiscard]] std::string_view toString(State state);
[[nodiscard]] State stateOf(std::uint32_t statusword);
/// The motor has current in these.
[[nodiscard]] bool hasPower(State state);

namespace control {
inline constexpr std::uint16_t shutdown = 0x06;
inline constexpr std::uint16_t switchOn = 0x07;
inline constexpr std::uint16_t enableOperation = 0x0F;
inline constexpr std::uint16_t disableVoltage = 0x00;
inline constexpr std::uint16_t newSetPoint = 1U << 4;
inline constexpr std::uint16_t changeImmediately = 1U << 5;
inline constexpr std::uint16_t faultReset = 1U << 7;
} // namespace control
namespace status {
inline constexpr std::uint16_t targetReached = 1U << 10;
inline constexpr std::uint16_t setPointAcknowledged = 1U << 12;
} // namespace status

/// The controlword that leads from this state towards "operation enabled"; `leads` is false where none does:
/// a fault has to be reset first, other states end by themselves.
struct NextWord {
    bool leads = false;
    std::uint16_t word = 0;
};
[[nodiscard]] NextWord towardsOperation(State state);

/// What a drive does with a controlword, for the far end of a simulated line: transitions 2 to 12, 15 and 16.
/// The fault reset (bit 7) counts by its rising edge.
[[nodiscard]] State follow(State state, std::uint16_t before, std::uint16_t word);
/// Bits 0 to 6 of the statusword in this state, "voltage enabled" among them.
[[nodiscard]] std::uint16_t statusBits(State state);

} // namespace servolane::drivers::modbus::cia402
