// SPDX-License-Identifier: GPL-3.0-or-later
// Which requests a servo answers, as a level that means the same for every family. Registers hold other
// numbers where the lowest choice already answers reads (Feetech: 0 pings and reads, 1 everything).
#pragma once

#include "core/registers/control_table.h"

namespace servolane::registers {

inline constexpr std::uint8_t answersPings = 0;
inline constexpr std::uint8_t answersReads = 1; ///< pings as well
inline constexpr std::uint8_t answersAll = 2;   ///< writes as well

/// What `raw` means in a register of the role statusReturnLevel, whose highest value answers everything.
[[nodiscard]] std::uint8_t returnLevelFrom(const Register& source, std::int64_t raw);
/// The other way round; the register's lowest value if it cannot answer as little as `level`.
[[nodiscard]] std::int64_t rawFromReturnLevel(const Register& source, std::uint8_t level);

} // namespace servolane::registers
