// SPDX-License-Identifier: GPL-3.0-or-later
// Modbus RTU frames: unit, function, data, CRC with its low byte first. Numbers in them are big-endian, and
// addresses count from 0. Source: Modbus Application Protocol V1.1b3; Modbus over Serial Line V1.02. Plain
// values and pure functions, safe on any thread.
#pragma once

#include "core/kernel/bytes.h"
#include "core/kernel/ids.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace servolane::drivers::modbus {

inline constexpr ServoId broadcastUnit{0};
inline constexpr std::uint8_t firstUnit = 1;
inline constexpr std::uint8_t lastUnit = 247;
inline constexpr std::size_t longestFrame = 256;
/// Unit, function and CRC.
inline constexpr std::size_t bareSize = 4;
/// An exception: unit, function with its high bit, code, CRC.
inline constexpr std::size_t exceptionSize = bareSize + 1;
inline constexpr std::uint8_t exceptionBit = 0x80;
inline constexpr std::uint16_t mostBitsRead = 2000;
inline constexpr std::uint16_t mostRegistersRead = 125;
inline constexpr std::uint16_t mostRegistersWritten = 123;

enum class Function : std::uint8_t {
    readCoils = 0x01,
    readDiscreteInputs = 0x02,
    readHolding = 0x03,
    readInput = 0x04,
    writeCoil = 0x05,
    writeRegister = 0x06,
    diagnostics = 0x08,
    writeCoils = 0x0F,
    writeRegisters = 0x10,
    reportServerId = 0x11,
    maskWrite = 0x16,
    readWrite = 0x17,
    encapsulated = 0x2B,
};
/// "read holding registers"; "function 99" is not in there: empty.
[[nodiscard]] std::string_view nameOf(std::uint8_t function);

enum class Exception : std::uint8_t {
    illegalFunction = 1,
    illegalAddress = 2,
    illegalValue = 3,
    deviceFailure = 4,
    acknowledge = 5,
    busy = 6,
};
/// "illegal address"; of an unknown code: "exception".
[[nodiscard]] std::string_view nameOfException(std::uint8_t code);

/// CRC-16/MODBUS: 0xA001 reflected, from 0xFFFF. "123456789" gives 0x4B37.
[[nodiscard]] std::uint16_t crc16(ByteView bytes) noexcept;
/// The last two bytes are the CRC of those before them.
[[nodiscard]] bool crcHolds(ByteView frame) noexcept;

[[nodiscard]] constexpr std::uint16_t wordAt(ByteView bytes, std::size_t at) {
    return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}
inline void appendWord(Bytes& into, std::uint16_t word) {
    into.push_back(static_cast<std::uint8_t>(word >> 8));
    into.push_back(static_cast<std::uint8_t>(word));
}

/// One frame as it came out of a stream, checked.
struct Frame {
    ServoId id;
    std::uint8_t function = 0;
    ByteView data; ///< between function and CRC; as long-lived as the bytes it was taken from
    std::size_t wireSize = 0;

    [[nodiscard]] bool isException() const { return (function & exceptionBit) != 0; }
};
/// `bytes` is a whole frame.
[[nodiscard]] Frame frameFrom(ByteView bytes);

/// Appends one whole frame.
void appendFrame(Bytes& into, ServoId unit, std::uint8_t function, ByteView data);
/// Functions 01 to 04, and 06: two words.
void appendRequest(Bytes& into, ServoId unit, Function function, std::uint16_t address, std::uint16_t word);
/// Function 05.
void appendCoilWrite(Bytes& into, ServoId unit, std::uint16_t address, bool on);
/// Function 16; `bytes` are whole registers, high byte first, at most mostRegistersWritten.
void appendRegistersWrite(Bytes& into, ServoId unit, std::uint16_t address, ByteView bytes);

/// How long a request is that begins so. 0: more bytes are needed to know; absent: no such function.
[[nodiscard]] std::optional<std::size_t> requestSize(ByteView begin);
/// The same for an answer. Functions 11 and 2B carry objects of any length.
[[nodiscard]] std::optional<std::size_t> answerSize(ByteView begin);

} // namespace servolane::drivers::modbus
