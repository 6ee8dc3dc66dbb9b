// SPDX-License-Identifier: GPL-3.0-or-later
// Hiwonder / LewanSoul LX bus servos (LX-16A, LX-15D, LX-224 and the like). Source: the maker's "LX-16A Bus
// Servo Communication Protocol".
//
// What the protocol lacks: an answer to a write, an error byte or register, a measured speed, current or
// load, a group read or write, a model number, a bus watchdog, a restart, other rates than 115,200 bit/s.
#pragma once

#include "core/bus/servo_bus.h"
#include "core/kernel/clock.h"
#include "drivers/simulator/simulated_family.h"

#include <memory>

namespace servolane::drivers::lx {

inline constexpr std::string_view familyName = "lx";

[[nodiscard]] bus::FamilyTraits traits();
/// The line is open; both references outlive the bus.
[[nodiscard]] std::unique_ptr<bus::ServoBus> makeBus(bus::Transport& transport, Clock& clock);
[[nodiscard]] const simulator::FirmwareRules& firmware();
[[nodiscard]] simulator::SimulatedFamily simulated();

} // namespace servolane::drivers::lx
