// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/export/cell_text.h"

#include <charconv>
#include <cstring>

namespace servolane::drivers {

char* ValueText::write(char* at, std::int32_t raw) {
    Entry& entry = entries_[static_cast<std::uint32_t>(raw) % size];
    if (entry.length == 0 || entry.raw != raw) {
        char* const start = entry.text.data();
        const auto made = std::to_chars(start, start + entry.text.size(), scale_.valueOf(raw));
        entry.raw = raw;
        entry.length = static_cast<std::uint8_t>(made.ptr - start);
    }
    // All of it: a copy of fixed size is a few instructions, and the end is overwritten by what follows.
    std::memcpy(at, entry.text.data(), entry.text.size());
    return at + entry.length;
}

} // namespace servolane::drivers
