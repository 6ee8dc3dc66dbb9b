// SPDX-License-Identifier: GPL-3.0-or-later
// Drives that speak Modbus RTU. Source: Modbus Application Protocol V1.1b3; Modbus over Serial Line V1.02.
// There is no standard map of a drive's registers: each kind of drive has a profile, a file
// (resources/servos, members `drive` and `space`).
//
// What the protocol lacks: a group read, a write to several drives with different values, a way to ask all at
// once or a drive for its kind, a watchdog, a restart. What a drive lacks is not in its profile.
#pragma once

#include "core/bus/servo_bus.h"
#include "core/kernel/clock.h"
#include "core/registers/control_table.h"
#include "drivers/simulator/simulated_family.h"

#include <memory>

namespace servolane::drivers::modbus {

inline constexpr std::string_view familyName = "modbus";

[[nodiscard]] bus::FamilyTraits traits();
/// The line is open; transport and clock outlive the bus. It keeps the profiles it needs of `models`.
[[nodiscard]] std::unique_ptr<bus::ServoBus> makeBus(bus::Transport& transport, Clock& clock,
                                                     const registers::ModelCatalog& models);
[[nodiscard]] const simulator::FirmwareRules& firmware();
[[nodiscard]] simulator::SimulatedFamily simulated();

} // namespace servolane::drivers::modbus
