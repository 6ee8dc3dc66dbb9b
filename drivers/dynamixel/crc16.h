// SPDX-License-Identifier: GPL-3.0-or-later
// CRC-16 of DYNAMIXEL Protocol 2.0: polynomial 0x8005, initial value 0, no reflection, no final XOR (known
// elsewhere as CRC-16/UMTS). Source: ROBOTIS e-Manual, "Protocol 2.0 / CRC calculation". Check value of
// "123456789": 0xFEE8.
#pragma once

#include "core/kernel/bytes.h"

#include <cstdint>

namespace servolane::drivers::dynamixel {

/// Continues from `crc`, so that the running checksum of a fast reply needs each byte only once.
[[nodiscard]] std::uint16_t crc16(ByteView bytes, std::uint16_t crc = 0) noexcept;

} // namespace servolane::drivers::dynamixel
