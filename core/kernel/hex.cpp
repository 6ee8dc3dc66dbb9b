// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernel/hex.h"

#include <cstdint>

namespace servolane {
inline namespace kernel {

std::string hexText(ByteView bytes) {
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string text;
    text.reserve(3 * bytes.size());
    for (const std::uint8_t byte : bytes) {
        if (!text.empty()) text += ' ';
        text += digits[byte >> 4U];
        text += digits[byte & 0xFU];
    }
    return text;
}

} // namespace kernel
} // namespace servolane
