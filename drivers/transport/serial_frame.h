// SPDX-License-Identifier: GPL-3.0-or-later
// What real ports and pseudo-terminals agree on: which settings are valid, how long a byte takes, why opening
// fails.
#pragma once

#include "core/bus/transport.h"

namespace servolane::drivers {

/// 1200 … 4,500,000 bit/s.
[[nodiscard]] bool isSupportedBaud(std::uint32_t bitsPerSecond);
/// Start bit, eight data bits, parity and stop bits.
[[nodiscard]] Duration serialByteTime(std::uint32_t bitsPerSecond, bus::Parity parity, std::uint8_t stopBits);
/// Errors: invalid, naming the setting.
[[nodiscard]] Result<void> checkSettings(const bus::LineSettings& settings);
/// The error for an errno of open(2).
[[nodiscard]] Error openError(const std::string& path, int number);

} // namespace servolane::drivers
