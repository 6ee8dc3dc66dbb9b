// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/simulator/simulated_bus.h"

#include <string_view>

namespace servolane::app {

/// A port named "sim:SPEC[,unpaced][,seed=N][,fault=SPEC…]": SPEC as after `servolane-sim --bus`, the rest as
/// its options of the same names.
struct SimLine {
    drivers::simulator::BusSpec bus;
    std::uint64_t seed = 1;
    bool paced = true;
    std::vector<drivers::simulator::FaultSpec> faults;
};

[[nodiscard]] bool isSimPath(std::string_view path);
/// Errors: invalid; the detail names the part that is wrong and what would be right.
[[nodiscard]] Result<SimLine> parseSimPath(std::string_view path);

} // namespace servolane::app
