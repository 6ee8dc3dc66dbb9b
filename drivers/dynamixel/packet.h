// SPDX-License-Identifier: GPL-3.0-or-later
// The frame of DYNAMIXEL Protocol 2.0, in both directions:
//   FF FF FD 00 | ID | LEN_L LEN_H | INST | P1 … Pn | CRC_L CRC_H          to the servo,  LEN = n + 3
//   FF FF FD 00 | ID | LEN_L LEN_H | 55 | ERR | P1 … Pn | CRC_L CRC_H      from the servo, LEN = n + 4
// INST and the parameters are stuffed (FF FF FD is sent as FF FF FD FD); LEN counts the stuffed bytes and the
// CRC. Source: ROBOTIS e-Manual, "Protocol 2.0". Plain values and pure functions, safe on any thread.
#pragma once

#include "core/kernel/bytes.h"
#include "core/kernel/ids.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace servolane::drivers::dynamixel {

inline constexpr ServoId broadcastId{0xFE};
inline constexpr std::uint8_t lastServoId = 252;
/// Header, ID and LEN: what comes before the bytes that LEN counts.
inline constexpr std::size_t prefixSize = 7;
inline constexpr std::size_t crcSize = 2;
/// Prefix, 55, ERR and CRC: a status without parameters, not stuffed.
inline constexpr std::size_t bareStatusSize = prefixSize + 2 + crcSize;

/// A status with so many parameters, stuffed as much as can be: one byte more for each three.
[[nodiscard]] constexpr std::size_t longestStatusSize(std::size_t parameters) {
    return bareStatusSize + parameters + (parameters + 2) / 3;
}

enum class Instruction : std::uint8_t {
    ping = 0x01,
    read = 0x02,
    write = 0x03,
    registerWrite = 0x04,
    action = 0x05,
    factoryReset = 0x06,
    reboot = 0x08,
    clear = 0x10,
    controlTableBackup = 0x20,
    status = 0x55,
    syncRead = 0x82,
    syncWrite = 0x83,
    fastSyncRead = 0x8A,
    bulkRead = 0x92,
    bulkWrite = 0x93,
    fastBulkRead = 0x9A,
};

/// The low seven bits of a status' error byte: a number, not a mask.
enum class ErrorNumber : std::uint8_t {
    none = 0,
    resultFail = 1,
    instruction = 2,
    crc = 3,
    dataRange = 4,
    dataLength = 5,
    dataLimit = 6,
    access = 7,
};

/// Stable words for logs: "data limit"; "error" for numbers the protocol does not define.
[[nodiscard]] std::string_view toString(ErrorNumber number) noexcept;

struct StatusError {
    ErrorNumber number = ErrorNumber::none;
    bool alert = false; ///< bit 7: a hardware error is latched in the servo
    friend bool operator==(const StatusError&, const StatusError&) = default;

    [[nodiscard]] static constexpr StatusError fromByte(std::uint8_t byte) {
        return {static_cast<ErrorNumber>(byte & 0x7F), (byte & 0x80) != 0};
    }
    [[nodiscard]] constexpr std::uint8_t toByte() const {
        return static_cast<std::uint8_t>(static_cast<unsigned>(number) | (alert ? 0x80U : 0U));
    }
};

/// One frame as it came out of a stream: checked, and its stuffing removed. The view is only as long-lived as
/// the bytes it was taken from (see PacketParser::next).
struct Frame {
    ServoId id;
    std::uint8_t instruction = 0; ///< as sent; may be no Instruction at all
    /// Everything between INST and CRC. Of a status this begins with ERR; of a merged fast reply (a status
    /// from broadcastId) it is not unstuffed, since those are sent without stuffing.
    ByteView body;
    ByteView merged;          ///< of a merged fast reply: the whole of it, from the first FF; else empty
    std::size_t wireSize = 0; ///< bytes on the line, from the first FF to the CRC
    bool crcHolds = true;     ///< false only for the merged reply named to PacketParser::expectMergedReply

    [[nodiscard]] bool is(Instruction wanted) const {
        return instruction == static_cast<std::uint8_t>(wanted);
    }
};

/// Starts at the first FF; `bytes` may be shorter than the frame. The LEN field, or 0 if there are less than
/// 7 bytes.
[[nodiscard]] std::size_t lengthField(ByteView bytes) noexcept;

/// Appends one whole frame to `into`: prefix, INST and the parameters with stuffing, CRC. `first` and `rest`
/// are sent one after the other. Allocates only if `into` lacks capacity.
void appendFrame(Bytes& into, ServoId id, Instruction instruction, ByteView first, ByteView rest = {});

/// Removes stuffing in place and returns the new size. An FF FF FD without an FD after it is left as it is:
/// the Python DynamixelSDK 4.0.5 does not stuff what it sends.
[[nodiscard]] std::size_t unstuff(MutableByteView bytes) noexcept;

} // namespace servolane::drivers::dynamixel
