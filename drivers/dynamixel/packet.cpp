// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/dynamixel/packet.h"

#include "drivers/dynamixel/crc16.h"

#include <array>

namespace servolane::drivers::dynamixel {

namespace {

/// Three bytes of memory in which FF FF FD shows up.
class PatternWatch {
public:
    /// True if the bytes so far end in FF FF FD.
    bool ends(std::uint8_t byte) noexcept {
        last_ = (last_ << 8 | byte) & 0xFFFFFFU;
        return last_ == 0xFFFFFDU;
    }
    void forget() noexcept { last_ = 0; }

private:
    std::uint32_t last_ = 0;
};

void appendStuffed(Bytes& into, ByteView bytes, PatternWatch& watch) {
    for (const std::uint8_t byte : bytes) {
        into.push_back(byte);
        if (!watch.ends(byte)) continue;
        into.push_back(0xFD);
        watch.forget();
    }
}

} // namespace

std::string_view toString(ErrorNumber number) noexcept {
    switch (number) {
    case ErrorNumber::none:
        return "none";
    case ErrorNumber::resultFail:
        return "result fail";
    case ErrorNumber::instruction:
        return "instruction";
    case ErrorNumber::crc:
        return "crc";
    case ErrorNumber::dataRange:
        return "data range";
    case ErrorNumber::dataLength:
        return "data length";
    case ErrorNumber::dataLimit:
        return "data limit";
    case ErrorNumber::access:
        return "access";
    }
    return "error";
}

std::size_t lengthField(ByteView bytes) noexcept {
    return bytes.size() < prefixSize ? 0 : static_cast<std::size_t>(bytes[5] | bytes[6] << 8);
}

void appendFrame(Bytes& into, ServoId id, Instruction instruction, ByteView first, ByteView rest) {
    const std::size_t start = into.size();
    const std::array<std::uint8_t, prefixSize> prefix{0xFF, 0xFF, 0xFD, 0x00, id.value, 0, 0};
    into.insert(into.end(), prefix.begin(), prefix.end());
    PatternWatch watch;
    const auto code = static_cast<std::uint8_t>(instruction);
    appendStuffed(into, ByteView(&code, 1), watch);
    appendStuffed(into, first, watch);
    appendStuffed(into, rest, watch);
    const std::size_t length = into.size() - start - prefixSize + crcSize;
    putLittleEndian(MutableByteView(into).subspan(start + 5, 2), static_cast<std::int64_t>(length));
    const std::uint16_t crc = crc16(ByteView(into).subspan(start));
    into.push_back(static_cast<std::uint8_t>(crc & 0xFF));
    into.push_back(static_cast<std::uint8_t>(crc >> 8));
}

std::size_t unstuff(MutableByteView bytes) noexcept {
    PatternWatch watch;
    std::size_t kept = 0;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        bytes[kept++] = bytes[at];
        if (!watch.ends(bytes[at])) continue;
        watch.forget();
        if (at + 1 < bytes.size() && bytes[at + 1] == 0xFD) ++at;
    }
    return kept;
}

} // namespace servolane::drivers::dynamixel
