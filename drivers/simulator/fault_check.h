// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/simulator/bus_spec.h"
#include "drivers/simulator/fault_spec.h"

#include <span>

namespace servolane::drivers::simulator {

/// The servos that a fault names are on the bus that it names, or together on one of `buses` if it names
/// none. Errors: invalid; the detail names the fault and the ids that there are.
[[nodiscard]] Result<void> checkFaultIds(const FaultSpec& fault, std::span<const BusSpec> buses);

} // namespace servolane::drivers::simulator
