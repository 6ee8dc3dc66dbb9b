// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/json/utf8_text.h"

namespace servolane::drivers {

namespace {

/// Bytes of the letter that begins there; 0: it is none. Shorter forms only, and no halves of UTF-16.
std::size_t letterAt(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t place) -> unsigned {
        return place < text.size() ? static_cast<unsigned char>(text[place]) : 0U;
    };
    const unsigned first = byte(at);
    if (first < 0x80) return 1;
    const std::size_t length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((byte(at + i) & 0xC0U) != 0x80U) return 0;
    const unsigned second = byte(at + 1);
    const bool isLonger = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
    const bool isOutside = (first == 0xED && second > 0x9F) || (first == 0xF4 && second > 0x8F);
    return isLonger || isOutside ? 0 : length;
}

} // namespace

std::string utf8Text(std::string_view text) {
    std::string made;
    made.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = letterAt(text, at);
        made += length > 0 ? text.substr(at, length) : std::string_view{"\xEF\xBF\xBD"};
        at += length > 0 ? length : 1;
    }
    return made;
}

std::string jsonText(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string made = "\"";
    for (const char letter : utf8Text(text)) {
        const auto code = static_cast<unsigned char>(letter);
        if (letter == '"' || letter == '\\')
            (made += '\\') += letter;
        else if (code < 0x20)
            ((made += "\\u00") += digits[code >> 4]) += digits[code & 0xF];
        else
            made += letter;
    }
    return made + '"';
}

} // namespace servolane::drivers
