// SPDX-License-Identifier: GPL-3.0-or-later
// CRC-32 as of zlib (and of Python's zlib.crc32), carried on from one piece to the next.
#pragma once

#include "core/kernel/bytes.h"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace servolane::drivers::sqlite {

class Checksum {
public:
    explicit Checksum(std::uint32_t start = 0)
        : value_(start) {}
    Checksum& add(ByteView bytes);
    Checksum& add(std::string_view text);
    /// Each as eight little-endian bytes.
    Checksum& add(std::initializer_list<std::int64_t> numbers);
    [[nodiscard]] std::uint32_t value() const { return value_; }

private:
    std::uint32_t value_;
};

/// The one bit of a message of so many bytes whose flip changes its checksum by `difference`, counted from
/// the lowest of the first byte; absent: it was more than one. In a megabyte one of 500 such answers is a
/// coincidence.
[[nodiscard]] std::optional<std::size_t> flippedBit(std::uint32_t difference, std::size_t bytes);

} // namespace servolane::drivers::sqlite
