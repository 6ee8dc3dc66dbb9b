// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace servolane::drivers::simulator {

/// Why a virtual servo does not do what it was told; a protocol side puts it into its own numbers.
enum class Refusal : std::uint8_t {
    none,
    resultFail,  ///< not in this state
    instruction, ///< nothing registered to act on
    dataRange,   ///< outside of the register's own range
    dataLength,  ///< covers a register in part
    dataLimit,   ///< beyond what a limit register allows
    access,      ///< read-only, not there, or EEPROM while torque is on
};

} // namespace servolane::drivers::simulator
