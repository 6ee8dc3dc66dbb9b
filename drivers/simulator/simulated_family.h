// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/simulator/firmware_rules.h"
#include "drivers/simulator/protocol_side.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace servolane::drivers::simulator {

class ServoRack;

/// What a family must bring to be simulated.
struct SimulatedFamily {
    std::string_view protocol; ///< bus::FamilyTraits::name
    std::string_view model;    ///< of the servos, unless another one is asked for
    std::uint32_t baud = 0;    ///< unless another one is asked for
    /// `rack` outlives the side. Sets every servo to `baud` where the family has a code for it.
    std::unique_ptr<ProtocolSide> (*makeSide)(ServoRack& rack, std::uint32_t baud) = nullptr;
    const FirmwareRules& (*firmware)() = nullptr;
    /// Words for a part of the family, and a model of it: "feetech-scs".
    struct Series {
        std::string_view word;
        std::string_view model;
    };
    std::span<const Series> series = {};
};
using SimulatedFamilies = std::span<const SimulatedFamily>;

/// By the word of a family or of one of its series; nullptr if unknown.
/// Those that find() knows: "dynamixel1, dynamixel2, feetech, feetech-sts, …".
[[nodiscard]] std::string protocolWords(SimulatedFamilies families);
[[nodiscard]] const SimulatedFamily* find(SimulatedFamilies families, std::string_view protocol);

} // namespace servolane::drivers::simulator
