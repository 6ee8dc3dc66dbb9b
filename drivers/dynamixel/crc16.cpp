// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/dynamixel/crc16.h"

#include <array>

namespace servolane::drivers::dynamixel {

namespace {

constexpr std::uint16_t polynomial = 0x8005;
/// Eight bytes at a time: a merged reply of 24 servos carries 24 checksums that each cover all before it.
constexpr std::size_t stride = 8;

using Tables = std::array<std::array<std::uint16_t, 256>, stride>;

constexpr std::uint16_t shiftOut(unsigned index) {
    unsigned crc = index << 8;
    for (int bit = 0; bit < 8; ++bit)
        crc = (crc & 0x8000U) != 0 ? (crc << 1) ^ polynomial : crc << 1;
    return static_cast<std::uint16_t>(crc);
}

/// tables[n][b]: what byte b has become once n more zero bytes have passed.
constexpr Tables makeTables() {
    Tables made{};
    for (unsigned index = 0; index < 256; ++index)
        made[0][index] = shiftOut(index);
    for (std::size_t later = 1; later < stride; ++later)
        for (unsigned index = 0; index < 256; ++index) {
            const std::uint16_t before = made[later - 1][index];
            made[later][index] = static_cast<std::uint16_t>(before << 8 ^ made[0][before >> 8]);
        }
    return made;
}

constexpr Tables tables = makeTables();

std::uint16_t oneByte(std::uint16_t crc, std::uint8_t byte) {
    return static_cast<std::uint16_t>(crc << 8 ^ tables[0][static_cast<std::uint8_t>(crc >> 8 ^ byte)]);
}

std::uint16_t eightBytes(std::uint16_t crc, const std::uint8_t* bytes) {
    const auto first = static_cast<std::uint8_t>(crc >> 8 ^ bytes[0]);
    const auto second = static_cast<std::uint8_t>((crc & 0xFFU) ^ bytes[1]);
    unsigned folded = tables[7][first] ^ tables[6][second];
    for (std::size_t i = 2; i < stride; ++i)
        folded ^= tables[stride - 1 - i][bytes[i]];
    return static_cast<std::uint16_t>(folded);
}

} // namespace

std::uint16_t crc16(ByteView bytes, std::uint16_t crc) noexcept {
    for (; bytes.size() >= stride; bytes = bytes.subspan(stride))
        crc = eightBytes(crc, bytes.data());
    for (const std::uint8_t byte : bytes)
        crc = oneByte(crc, byte);
    return crc;
}

} // namespace servolane::drivers::dynamixel
