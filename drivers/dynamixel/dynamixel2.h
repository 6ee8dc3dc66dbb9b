// SPDX-License-Identifier: GPL-3.0-or-later
// The family of DYNAMIXEL Protocol 2.0, as it is registered.
#pragma once

#include "core/bus/servo_bus.h"
#include "core/kernel/clock.h"
#include "drivers/simulator/simulated_family.h"

#include <memory>

namespace servolane::drivers::dynamixel {

[[nodiscard]] bus::FamilyTraits traits();
/// The line is open; both references outlive the bus.
[[nodiscard]] std::unique_ptr<bus::ServoBus> makeBus(bus::Transport& transport, Clock& clock);
[[nodiscard]] simulator::SimulatedFamily simulated();

} // namespace servolane::drivers::dynamixel
