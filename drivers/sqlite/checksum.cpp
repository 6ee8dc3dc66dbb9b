// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sqlite/checksum.h"

#include <array>
#include <zlib.h>

namespace servolane::drivers::sqlite {

Checksum& Checksum::add(ByteView bytes) {
    // zlib takes a null pointer for the wish to start anew.
    if (!bytes.empty()) value_ = static_cast<std::uint32_t>(crc32_z(value_, bytes.data(), bytes.size()));
    return *this;
}

Checksum& Checksum::add(std::string_view text) {
    return add(ByteView{reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

Checksum& Checksum::add(std::initializer_list<std::int64_t> numbers) {
    std::array<std::uint8_t, 8> bytes{};
    for (const std::int64_t number : numbers) {
        putLittleEndian(bytes, number);
        add(ByteView{bytes});
    }
    return *this;
}

std::optional<std::size_t> flippedBit(std::uint32_t difference, std::size_t bytes) {
    // A checksum is linear: what a flipped bit adds to it depends only on how many bytes follow.
    const auto* table = get_crc_table();
    std::array<std::uint32_t, 8> added{};
    for (std::size_t bit = 0; bit < added.size(); ++bit)
        added[bit] = static_cast<std::uint32_t>(table[std::size_t{1} << bit]);
    for (std::size_t at = bytes; at-- > 0;)
        for (std::size_t bit = 0; bit < added.size(); ++bit) {
            if (added[bit] == difference) return at * 8 + bit;
            added[bit] = added[bit] >> 8 ^ static_cast<std::uint32_t>(table[added[bit] & 0xffU]);
        }
    return std::nullopt;
}

} // namespace servolane::drivers::sqlite
