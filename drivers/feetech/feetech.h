// SPDX-License-Identifier: GPL-3.0-or-later
// Feetech's bus servos: STS and SMS (magnetic sensor, low byte first) and SCS (potentiometer, high byte
// first). One family, since they share the frame and may share a line; byte order, signs and the place of the
// lock are told by the model files. Sources: Feetech's communication protocol manual, memory tables of
// STS3215 and SCS0009, headers of FTServo_Linux.
//
// What the family lacks: a ping of all at once that the maker would advise, a bus watchdog, a refusal (what a
// servo does not take it passes over in silence; only reading back tells), and on SCS a group read and a
// speed.
#pragma once

#include "drivers/ff/ff_bus.h"
#include "drivers/simulator/simulated_family.h"

#include <memory>

namespace servolane::drivers::feetech {

/// Bits of the status byte.
namespace status_bit {
inline constexpr std::uint8_t voltage = 1U << 0;
inline constexpr std::uint8_t sensor = 1U << 1;
inline constexpr std::uint8_t temperature = 1U << 2;
inline constexpr std::uint8_t current = 1U << 3;
inline constexpr std::uint8_t overload = 1U << 5;
} // namespace status_bit

[[nodiscard]] bus::FamilyTraits traits();
[[nodiscard]] ff::Dialect dialect();
/// The line is open; both references outlive the bus.
[[nodiscard]] std::unique_ptr<bus::ServoBus> makeBus(bus::Transport& transport, Clock& clock);
[[nodiscard]] const simulator::FirmwareRules& firmware();
[[nodiscard]] simulator::SimulatedFamily simulated();

} // namespace servolane::drivers::feetech
