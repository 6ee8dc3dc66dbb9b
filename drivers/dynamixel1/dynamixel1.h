// SPDX-License-Identifier: GPL-3.0-or-later
// Servos that speak DYNAMIXEL Protocol 1.0: AX, RX, EX, and MX before its firmware for Protocol 2.0. Source:
// ROBOTIS e-Manual, "Protocol 1.0", AX-12A, MX-28.
//
// What the protocol lacks: a group read of all models (MX alone knows the bulk read; others are read one by
// one), a ping of all at once, a bus watchdog, a restart, a register for errors (every answer carries them),
// and, on most models, a current.
#pragma once

#include "drivers/ff/ff_bus.h"
#include "drivers/simulator/simulated_family.h"

#include <memory>

namespace servolane::drivers::dynamixel1 {

/// Bits of the error byte.
namespace error_bit {
inline constexpr std::uint8_t inputVoltage = 1U << 0;
inline constexpr std::uint8_t angleLimit = 1U << 1;
inline constexpr std::uint8_t overheating = 1U << 2;
inline constexpr std::uint8_t range = 1U << 3;
inline constexpr std::uint8_t checksum = 1U << 4;
inline constexpr std::uint8_t overload = 1U << 5;
inline constexpr std::uint8_t instruction = 1U << 6;
} // namespace error_bit

[[nodiscard]] bus::FamilyTraits traits();
[[nodiscard]] ff::Dialect dialect();
/// The line is open; both references outlive the bus.
[[nodiscard]] std::unique_ptr<bus::ServoBus> makeBus(bus::Transport& transport, Clock& clock);
[[nodiscard]] const simulator::FirmwareRules& firmware();
[[nodiscard]] simulator::SimulatedFamily simulated();

} // namespace servolane::drivers::dynamixel1
