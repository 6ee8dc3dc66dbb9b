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

} // namespace servolane::drivers::sqlite
