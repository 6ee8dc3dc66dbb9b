// SPDX-License-Identifier: GPL-3.0-or-later
// Bytes on the wire, written out field by field: "FF FF FD 00 | 01 | 03 00 | 01 | 19 4E".
#pragma once

#include "core/kernel/bytes.h"

#include <QtCore/QByteArray>
#include <QtTest/QTest>
#include <cctype>
#include <string>
#include <string_view>

namespace servolane::tests {

/// Two hexadecimal digits a byte; everything else separates.
inline Bytes wire(std::string_view text) {
    Bytes bytes;
    for (std::size_t at = 0; at + 1 < text.size(); ++at) {
        if (std::isxdigit(static_cast<unsigned char>(text[at])) == 0) continue;
        bytes.push_back(static_cast<std::uint8_t>(std::stoul(std::string(text.substr(at, 2)), nullptr, 16)));
        ++at;
    }
    return bytes;
}

inline QByteArray shown(ByteView bytes) {
    return QByteArray(reinterpret_cast<const char*>(bytes.data()), static_cast<qsizetype>(bytes.size()))
        .toHex(' ');
}

inline Bytes joined(std::initializer_list<Bytes> parts) {
    Bytes all;
    for (const auto& part : parts)
        all.insert(all.end(), part.begin(), part.end());
    return all;
}

} // namespace servolane::tests
