// SPDX-License-Identifier: GPL-3.0-or-later
// Servos for PWM on a Pololu Maestro (Micro 6, Mini 12, 18, 24). Source: Pololu Maestro user's guide (0J40).
//
// What the protocol lacks: anything measured. "Get position" tells the pulse that is sent, so positions are
// commanded ones and shown as such. It has no torque but an output that is switched off, no current, voltage,
// temperature or error of a servo, no model number, no group read, no bus watchdog, no register of its
// settings: how many channels it has, what pulses they allow, and speeds set by others cannot be asked for.
//
// One id is one channel: id = (device number - 12) × 24 + channel. The option "Enable CRC" of a Maestro stays
// off, and its device number is 12 to 21.
#pragma once

#include "core/bus/servo_bus.h"
#include "core/kernel/clock.h"
#include "drivers/simulator/simulated_family.h"

#include <memory>

namespace servolane::drivers::maestro {

inline constexpr std::string_view familyName = "maestro";

[[nodiscard]] bus::FamilyTraits traits();
/// The line is open; both references outlive the bus.
[[nodiscard]] std::unique_ptr<bus::ServoBus> makeBus(bus::Transport& transport, Clock& clock);
[[nodiscard]] const simulator::FirmwareRules& firmware();
[[nodiscard]] simulator::SimulatedFamily simulated();

} // namespace servolane::drivers::maestro
