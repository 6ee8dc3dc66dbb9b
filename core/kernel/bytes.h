// SPDX-License-Identifier: GPL-3.0-or-later
// Bytes on a wire or in a control table, and little-endian numbers in them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace servolane {
inline namespace kernel {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;
using MutableByteView = std::span<std::uint8_t>;

/// Reads 1…8 bytes as an unsigned little-endian number.
[[nodiscard]] constexpr std::uint64_t littleEndian(ByteView bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = bytes.size(); i-- > 0;)
        value = value << 8 | bytes[i];
    return value;
}

/// Reads 1…8 bytes as a two's complement little-endian number.
[[nodiscard]] constexpr std::int64_t signedLittleEndian(ByteView bytes) {
    const unsigned unused = 64 - 8 * static_cast<unsigned>(bytes.size());
    return static_cast<std::int64_t>(littleEndian(bytes) << unused) >> unused;
}

/// Writes the low bytes of `value`; as many as `into` holds (at most 8).
constexpr void putLittleEndian(MutableByteView into, std::int64_t value) {
    auto rest = static_cast<std::uint64_t>(value);
    for (auto& byte : into) {
        byte = static_cast<std::uint8_t>(rest);
        rest >>= 8;
    }
}

[[nodiscard]] inline Bytes littleEndianBytes(std::int64_t value, std::size_t size) {
    Bytes bytes(size);
    putLittleEndian(bytes, value);
    return bytes;
}

} // namespace kernel
} // namespace servolane
