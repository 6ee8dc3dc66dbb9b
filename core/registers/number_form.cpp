// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/registers/number_form.h"

#include <algorithm>
#include <cstdlib>

namespace servolane::registers {

namespace {

constexpr std::size_t wordSize = 2;

std::uint64_t plain(ByteView bytes, bool bigEndian) {
    if (!bigEndian) return littleEndian(bytes);
    std::uint64_t value = 0;
    for (const std::uint8_t byte : bytes)
        value = value << 8 | byte;
    return value;
}

std::uint64_t plain(ByteView bytes, const NumberForm& form) {
    const std::uint64_t value = plain(bytes, form.bigEndian);
    if (!form.lowWordFirst || bytes.size() != 2 * wordSize) return value;
    return (value & 0xFFFF) << 16 | value >> 16;
}

} // namespace

std::int64_t NumberForm::decode(ByteView bytes) const {
    const std::uint64_t value = plain(bytes.first(size), *this);
    if (!isSigned) return static_cast<std::int64_t>(value);
    if (signBit) {
        const std::uint64_t sign = std::uint64_t{1} << *signBit;
        const auto magnitude = static_cast<std::int64_t>(value & (sign - 1));
        return (value & sign) != 0 ? -magnitude : magnitude;
    }
    const unsigned unused = 64 - 8U * size;
    return static_cast<std::int64_t>(value << unused) >> unused;
}

Bytes NumberForm::encode(std::int64_t raw) const {
    std::int64_t stored = raw;
    if (isSigned && signBit) {
        const std::int64_t sign = std::int64_t{1} << *signBit;
        stored = (std::llabs(raw) & (sign - 1)) | (raw < 0 ? sign : 0);
    }
    Bytes bytes = littleEndianBytes(stored, size);
    if (bigEndian) std::ranges::reverse(bytes);
    if (lowWordFirst && size == 2 * wordSize)
        std::ranges::rotate(bytes, bytes.begin() + static_cast<std::ptrdiff_t>(wordSize));
    return bytes;
}

Range<std::int64_t> NumberForm::range() const {
    const std::int64_t all = std::int64_t{1} << 8 * size;
    if (!isSigned) return {0, all - 1};
    if (!signBit) return {-all / 2, all / 2 - 1};
    const std::int64_t most = (std::int64_t{1} << *signBit) - 1;
    return {-most, most};
}

} // namespace servolane::registers
