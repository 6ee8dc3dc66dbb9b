// SPDX-License-Identifier: GPL-3.0-or-later
// The frame of Hiwonder / LewanSoul LX bus servos, in both directions:
//   55 55 | ID | LEN | CMD | P1 … Pn | CHK      LEN = n + 3
// CHK is the inverse of the low byte of the sum from ID to Pn. Numbers are little-endian. Source: the maker's
// "LX-16A Bus Servo Communication Protocol". Plain values and pure functions, safe on any thread.
#pragma once

#include "core/kernel/bytes.h"
#include "core/kernel/ids.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace servolane::drivers::lx {

inline constexpr ServoId broadcastId{0xFE};
inline constexpr std::uint8_t lastServoId = 253;
/// Header, ID, LEN, CMD and CHK.
inline constexpr std::size_t bareSize = 6;
/// LEN of a frame without parameters.
inline constexpr std::uint8_t bareLength = 3;
/// The longest that the maker defines carries four bytes; a LEN beyond is taken for chance.
inline constexpr std::uint8_t longestLength = bareLength + 4;

enum class Command : std::uint8_t {
    moveTimeWrite = 1,
    moveTimeRead = 2,
    moveTimeWaitWrite = 7,
    moveTimeWaitRead = 8,
    moveStart = 11,
    moveStop = 12,
    idWrite = 13,
    idRead = 14,
    offsetAdjust = 17,
    offsetSave = 18,
    offsetRead = 19,
    angleLimitWrite = 20,
    angleLimitRead = 21,
    voltageLimitWrite = 22,
    voltageLimitRead = 23,
    temperatureLimitWrite = 24,
    temperatureLimitRead = 25,
    temperatureRead = 26,
    voltageRead = 27,
    positionRead = 28,
    modeWrite = 29,
    modeRead = 30,
    loadWrite = 31,
    loadRead = 32,
    ledWrite = 33,
    ledRead = 34,
    ledErrorWrite = 35,
    ledErrorRead = 36,
};
/// "move", "read position" …; empty: no such command.
[[nodiscard]] std::string_view nameOf(std::uint8_t command);
/// Bytes of the parameters of an answer; 0: nothing answers it.
[[nodiscard]] std::size_t answerSize(std::uint8_t command);

/// One frame as it came out of a stream, checked.
struct Frame {
    ServoId id;
    std::uint8_t command = 0;
    ByteView parameters; ///< as long-lived as the bytes it was taken from
    std::size_t wireSize = 0;
};

/// CHK over everything between 55 55 and CHK.
[[nodiscard]] std::uint8_t checksum(ByteView bytes) noexcept;
/// Appends one whole frame.
void appendFrame(Bytes& into, ServoId id, std::uint8_t command, ByteView parameters = {});
inline void appendFrame(Bytes& into, ServoId id, Command command, ByteView parameters = {}) {
    appendFrame(into, id, static_cast<std::uint8_t>(command), parameters);
}

} // namespace servolane::drivers::lx
