// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/modbus/frame.h"

#include <algorithm>
#include <array>

namespace servolane::drivers::modbus {

namespace {

constexpr std::uint16_t polynomial = 0xA001;
constexpr std::size_t twoWords = bareSize + 4;

constexpr std::array<std::uint16_t, 256> crcTable = [] {
    std::array<std::uint16_t, 256> table{};
    for (unsigned byte = 0; byte < table.size(); ++byte) {
        unsigned value = byte;
        for (int bit = 0; bit < 8; ++bit)
            value = (value & 1U) != 0 ? value >> 1U ^ polynomial : value >> 1U;
        table[byte] = static_cast<std::uint16_t>(value);
    }
    return table;
}();

constexpr std::uint8_t codeOf(Function function) {
    return static_cast<std::uint8_t>(function);
}

/// `fixed` bytes around a stretch whose length stands at `at`.
std::size_t counted(ByteView begin, std::size_t at, std::size_t fixed) {
    return begin.size() > at ? fixed + begin[at] : 0;
}

} // namespace

std::string_view nameOf(std::uint8_t function) {
    switch (static_cast<Function>(function)) {
    case Function::readCoils:
        return "read coils";
    case Function::readDiscreteInputs:
        return "read discrete inputs";
    case Function::readHolding:
        return "read holding registers";
    case Function::readInput:
        return "read input registers";
    case Function::writeCoil:
        return "write coil";
    case Function::writeRegister:
        return "write register";
    case Function::diagnostics:
        return "diagnostics";
    case Function::writeCoils:
        return "write coils";
    case Function::writeRegisters:
        return "write registers";
    case Function::reportServerId:
        return "report server id";
    case Function::maskWrite:
        return "mask write";
    case Function::readWrite:
        return "read and write";
    case Function::encapsulated:
        return "device identification";
    }
    return {};
}

std::string_view nameOfException(std::uint8_t code) {
    switch (code) {
    case 0x01:
        return "illegal function";
    case 0x02:
        return "illegal address";
    case 0x03:
        return "illegal value";
    case 0x04:
        return "device failure";
    case 0x05:
        return "acknowledged, not done yet";
    case 0x06:
        return "busy";
    case 0x08:
        return "memory parity";
    case 0x0A:
        return "gateway path unavailable";
    case 0x0B:
        return "gateway target silent";
    default:
        return "exception";
    }
}

std::uint16_t crc16(ByteView bytes) noexcept {
    std::uint16_t crc = 0xFFFF;
    for (const std::uint8_t byte : bytes)
        crc = static_cast<std::uint16_t>(crc >> 8 ^ crcTable[(crc ^ byte) & 0xFFU]);
    return crc;
}

bool crcHolds(ByteView frame) noexcept {
    return frame.size() >= bareSize && crc16(frame) == 0;
}

Frame frameFrom(ByteView bytes) {
    return {ServoId{bytes[0]}, bytes[1], bytes.subspan(2, bytes.size() - bareSize), bytes.size()};
}

void appendFrame(Bytes& into, ServoId unit, std::uint8_t function, ByteView data) {
    const std::size_t begin = into.size();
    into.push_back(unit.value);
    into.push_back(function);
    into.insert(into.end(), data.begin(), data.end());
    const std::uint16_t crc = crc16(ByteView(into).subspan(begin));
    into.push_back(static_cast<std::uint8_t>(crc));
    into.push_back(static_cast<std::uint8_t>(crc >> 8));
}

void appendRequest(Bytes& into, ServoId unit, Function function, std::uint16_t address, std::uint16_t word) {
    const std::array data{static_cast<std::uint8_t>(address >> 8), static_cast<std::uint8_t>(address),
                          static_cast<std::uint8_t>(word >> 8), static_cast<std::uint8_t>(word)};
    appendFrame(into, unit, codeOf(function), data);
}

void appendCoilWrite(Bytes& into, ServoId unit, std::uint16_t address, bool on) {
    constexpr std::uint16_t coilOn = 0xFF00;
    appendRequest(into, unit, Function::writeCoil, address, on ? coilOn : std::uint16_t{0});
}

void appendRegistersWrite(Bytes& into, ServoId unit, std::uint16_t address, ByteView bytes) {
    std::array<std::uint8_t, longestFrame> data{};
    const std::size_t size = std::min<std::size_t>(bytes.size(), 2 * mostRegistersWritten);
    data[0] = static_cast<std::uint8_t>(address >> 8);
    data[1] = static_cast<std::uint8_t>(address);
    data[3] = static_cast<std::uint8_t>(size / 2);
    data[4] = static_cast<std::uint8_t>(size);
    std::copy_n(bytes.begin(), size, data.begin() + 5);
    appendFrame(into, unit, codeOf(Function::writeRegisters), ByteView(data).first(5 + size));
}

std::optional<std::size_t> requestSize(ByteView begin) {
    if (begin.size() < 2) return 0;
    switch (static_cast<Function>(begin[1])) {
    case Function::readCoils:
    case Function::readDiscreteInputs:
    case Function::readHolding:
    case Function::readInput:
    case Function::writeCoil:
    case Function::writeRegister:
    case Function::diagnostics:
        return twoWords;
    case Function::writeCoils:
    case Function::writeRegisters:
        return counted(begin, 6, twoWords + 1);
    case Function::reportServerId:
        return bareSize;
    case Function::maskWrite:
        return twoWords + 2;
    case Function::readWrite:
        return counted(begin, 10, twoWords + 5);
    case Function::encapsulated:
        return bareSize + 3;
    }
    return std::nullopt;
}

std::optional<std::size_t> answerSize(ByteView begin) {
    if (begin.size() < 2) return 0;
    if ((begin[1] & exceptionBit) != 0)
        return nameOf(begin[1] & 0x7FU).empty() ? std::nullopt : std::optional(exceptionSize);
    switch (static_cast<Function>(begin[1])) {
    case Function::readCoils:
    case Function::readDiscreteInputs:
    case Function::readHolding:
    case Function::readInput:
    case Function::reportServerId:
    case Function::readWrite:
        return counted(begin, 2, bareSize + 1);
    case Function::writeCoil:
    case Function::writeRegister:
    case Function::diagnostics:
    case Function::writeCoils:
    case Function::writeRegisters:
        return twoWords;
    case Function::maskWrite:
        return twoWords + 2;
    case Function::encapsulated:
        break;
    }
    return std::nullopt;
}

} // namespace servolane::drivers::modbus
