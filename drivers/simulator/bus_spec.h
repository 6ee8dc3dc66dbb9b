// SPDX-License-Identifier: GPL-3.0-or-later
// The words with which programs ask for a simulated bus: PROTOCOL:COUNT[@BAUD][,model=NAME][,first-id=N], as
// in `servolane-sim --bus` and in ports named "sim:…".
#pragma once

#include "core/kernel/result.h"
#include "drivers/simulator/simulated_family.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace servolane::drivers::simulator {

struct BusSpec {
    std::string protocol = "dynamixel2"; ///< SimulatedFamily::protocol
    unsigned count = 1;
    std::uint32_t baud = 1'000'000;   ///< bits per second, 1200 … 4,500,000
    std::string model = "XM430-W350"; ///< registers::ServoModel::name
    std::uint8_t firstId = 1;
    friend bool operator==(const BusSpec&, const BusSpec&) = default;
};

/// True if the option was known and taken. Errors: the detail says what is wrong with it.
using TakeOption = std::function<Result<bool>(std::string_view option)>;

/// Model and rate are those of the family unless given. `takeOther` is asked first about each option. Errors:
/// invalid; the detail names the part that is wrong, its place, and what would be right. Whether the model
/// exists is for makeSimulatedBus to say, which has the catalog.
[[nodiscard]] Result<BusSpec> parseBusSpec(std::string_view text, SimulatedFamilies families,
                                           const TakeOption& takeOther = {});
/// The error of a description that is wrong at the character `at` (from 0).
[[nodiscard]] tl::unexpected<Error> wrongAt(std::string_view text, std::size_t at, const std::string& why);
/// parseBusSpec(toString(spec)) == spec.
[[nodiscard]] std::string toString(const BusSpec& spec);

} // namespace servolane::drivers::simulator
