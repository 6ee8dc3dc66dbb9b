// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/dynamixel/crc16.h"

#include <array>

namespace servolane::drivers::dynamixel {

namespace {

constexpr std::uint16_t polynomial = 0x8005;

constexpr std::array<std::uint16_t, 256> crcTable() {
    std::array<std::uint16_t, 256> table{};
    for (unsigned index = 0; index < table.size(); ++index) {
        unsigned crc = index << 8;
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc & 0x8000U) != 0 ? (crc << 1) ^ polynomial : crc << 1;
        table[index] = static_cast<std::uint16_t>(crc);
    }
    return table;
}

constexpr auto table = crcTable();

} // namespace

std::uint16_t crc16(ByteView bytes, std::uint16_t crc) noexcept {
    for (const std::uint8_t byte : bytes) {
        crc = static_cast<std::uint16_t>(crc << 8 ^ table[static_cast<std::uint8_t>(crc >> 8 ^ byte)]);
    }
    return crc;
}

} // namespace servolane::drivers::dynamixel
