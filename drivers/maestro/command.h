// SPDX-License-Identifier: GPL-3.0-or-later
// What a Pololu Maestro is told, in its three formats:
//   Pololu    AA | device | command & 7F | data …     the only one that every serial mode of it takes
//   compact   command | data …                        one device alone on the line
//   Mini-SSC  FF | channel | 0 … 254
// A byte with bit 7 begins a command and breaks off the one before; data bytes have seven bits, and numbers
// are two of them, low one first. Answers are bare bytes: nothing tells them from each other. Source: Pololu
// Maestro user's guide (0J40), 5.c and 5.e. Plain values and pure functions, safe on any thread.
#pragma once

#include "core/kernel/bytes.h"
#include "core/kernel/ids.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace servolane::drivers::maestro {

enum class Command : std::uint8_t {
    setTarget = 0x84,
    setSpeed = 0x87,
    setAcceleration = 0x89,
    setPwm = 0x8A,
    getPosition = 0x90,
    getMovingState = 0x93,
    setMultipleTargets = 0x9F,
    getErrors = 0xA1,
    goHome = 0xA2,
    stopScript = 0xA4,
    restartScript = 0xA7,
    restartScriptWith = 0xA8,
    getScriptStatus = 0xAE,
};
/// "set-target", "get-position" …; empty: no such command.
[[nodiscard]] std::string_view nameOf(std::uint8_t command);
/// Bytes of the answer; 0: nothing answers it.
[[nodiscard]] std::size_t answerSize(std::uint8_t command);
/// Data bytes behind the command; absent: no such command. `data` are those that are there: the number of
/// targets that follow is the first of them.
[[nodiscard]] std::optional<std::size_t> dataSize(std::uint8_t command, ByteView data);
/// Its first data byte is a channel.
[[nodiscard]] bool namesChannel(std::uint8_t command);

inline constexpr std::uint8_t pololuByte = 0xAA;
inline constexpr std::uint8_t miniSscByte = 0xFF;
inline constexpr std::uint8_t commandBit = 0x80;
/// As it is shipped.
inline constexpr std::uint8_t firstDevice = 12;
/// Of the largest there is.
inline constexpr std::uint8_t channelsOfDevice = 24;
/// Of the smallest.
inline constexpr std::uint8_t channelsOfSmallest = 6;
/// The Maestros of one line have device numbers from 12 on; each gives 24 ids, of which it need not have all.
inline constexpr std::uint8_t lastId = 239;

/// Quarters of a microsecond. 0 switches the output off.
inline constexpr std::int64_t shortestPulse = 4 * 64;
inline constexpr std::int64_t longestPulse = 4 * 3280;
inline constexpr std::int64_t neutralPulse = 4 * 1500;
inline constexpr std::int64_t largestNumber = 0x3FFF;

struct Place {
    std::uint8_t device = firstDevice;
    std::uint8_t channel = 0;
};
[[nodiscard]] inline Place placeOf(ServoId id) {
    return {static_cast<std::uint8_t>(firstDevice + id.value / channelsOfDevice),
            static_cast<std::uint8_t>(id.value % channelsOfDevice)};
}
/// Absent: nothing that has an id here.
[[nodiscard]] std::optional<ServoId> idOf(unsigned device, unsigned channel);

/// One command as it came out of a stream; the format is gone.
struct Request {
    std::uint8_t command = 0;           ///< with bit 7; a Mini-SSC frame is a setTarget
    std::optional<std::uint8_t> device; ///< absent: whoever is there
    ByteView data; ///< as long-lived as the bytes it was taken from; Mini-SSC: its two bytes
    bool isMiniSsc = false;
    std::size_t wireSize = 0;
};
/// What `bytes` begin with: a whole command; with `command` 0, `wireSize` bytes that belong to none; absent
/// if more are needed. `bytes` is not empty.
[[nodiscard]] std::optional<Request> firstRequest(ByteView bytes);

[[nodiscard]] std::uint16_t numberFrom(ByteView twoBytes);
/// Appends one whole command in the Pololu format.
void appendCommand(Bytes& into, std::uint8_t device, Command command, ByteView data = {});
/// Of commands that carry a channel and a number.
void appendChannelCommand(Bytes& into, ServoId id, Command command, std::int64_t number);

/// Serial errors as Get Errors tells them, by bit; the higher ones are the script's.
inline constexpr std::uint16_t serialErrors = 0x003F;
[[nodiscard]] std::string errorsText(std::uint16_t errors);

} // namespace servolane::drivers::maestro
