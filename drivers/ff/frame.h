// SPDX-License-Identifier: GPL-3.0-or-later
// The frame that DYNAMIXEL Protocol 1.0 and Feetech's SCS, STS and SMS servos share, in both directions:
//   FF FF | ID | LEN | INST | P1 … Pn | CHK      to the servo,   LEN = n + 2
//   FF FF | ID | LEN | ERR  | P1 … Pn | CHK      from the servo, LEN = n + 2
// CHK is the inverse of the low byte of the sum from ID on. Nothing is stuffed, and nothing but the sender
// tells the two directions apart. Sources: ROBOTIS e-Manual, "Protocol 1.0"; Feetech, "communication protocol
// manual". Plain values and pure functions, safe on any thread.
#pragma once

#include "core/bus/servo_bus.h"
#include "core/kernel/bytes.h"
#include "core/kernel/ids.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>

namespace servolane::drivers::ff {

inline constexpr ServoId broadcastId{0xFE};
inline constexpr std::uint8_t lastServoId = 253;
/// Header, ID and LEN: what comes before the bytes that LEN counts.
inline constexpr std::size_t prefixSize = 4;
/// An answer without parameters: prefix, ERR and CHK.
inline constexpr std::size_t bareSize = prefixSize + 2;
inline constexpr std::size_t longestFrame = prefixSize + 0xFF;
inline constexpr std::size_t longestParameters = longestFrame - bareSize;

[[nodiscard]] constexpr std::size_t frameSize(std::size_t parameters) {
    return bareSize + parameters;
}

enum class Instruction : std::uint8_t {
    ping = 0x01,
    read = 0x02,
    write = 0x03,
    registerWrite = 0x04,
    action = 0x05,
    factoryReset = 0x06,
    reboot = 0x08,
    backup = 0x09,     ///< Feetech
    resetState = 0x0A, ///< Feetech: the count of turns and the like
    calibrate = 0x0B,  ///< Feetech
    syncRead = 0x82,   ///< Feetech STS and SMS
    syncWrite = 0x83,
    bulkRead = 0x92, ///< DYNAMIXEL MX
};

/// One frame as it came out of a stream, checked.
struct Frame {
    ServoId id;
    std::uint8_t code = 0; ///< the instruction or the error byte: only the direction tells
    ByteView parameters;   ///< as long-lived as the bytes it was taken from
    std::size_t wireSize = 0;
};

/// CHK over everything between FF FF and CHK.
[[nodiscard]] std::uint8_t checksum(ByteView bytes) noexcept;

/// Appends one whole frame; `first` and `rest` are sent one after the other. At most longestParameters.
void appendFrame(Bytes& into, ServoId id, std::uint8_t code, ByteView first = {}, ByteView rest = {});
[[nodiscard]] Bytes encodeAnswer(ServoId id, std::uint8_t error, ByteView parameters = {});

/// Ping, action, factory reset and what else has no parameters.
struct PlainRequest {
    Instruction instruction = Instruction::ping;
};
struct ReadRequest {
    std::uint8_t address = 0;
    std::uint8_t size = 0;
};
struct WriteRequest {
    std::uint8_t address = 0;
    ByteView bytes;
};
/// Stored by the servo until the action.
struct RegisterWriteRequest {
    std::uint8_t address = 0;
    ByteView bytes;
};
/// The present position becomes `position`, or the middle.
struct CalibrateRequest {
    ByteView position; ///< two bytes in the servo's byte order, or none
};
struct SyncReadRequest {
    std::uint8_t address = 0;
    std::uint8_t size = 0;
    ByteView ids; ///< one byte each, in the order of the answers
};
struct SyncWriteRequest {
    std::uint8_t address = 0;
    std::uint8_t size = 0;
    ByteView items; ///< {id, size bytes} again and again

    /// The last item for this servo; absent if there is none.
    [[nodiscard]] std::optional<ByteView> bytesFor(ServoId id) const;
};
struct BulkReadRequest {
    static constexpr std::size_t entrySize = 3;
    ByteView entries; ///< {size, id, address} again and again, in the order of the answers

    [[nodiscard]] std::size_t count() const { return entries.size() / entrySize; }
    [[nodiscard]] ServoId id(std::size_t entry) const { return ServoId{entries[entry * entrySize + 1]}; }
    [[nodiscard]] bus::RegisterSpan span(std::size_t entry) const {
        return {entries[entry * entrySize + 2], entries[entry * entrySize]};
    }
};

using Request = std::variant<PlainRequest, ReadRequest, WriteRequest, RegisterWriteRequest, CalibrateRequest,
                             SyncReadRequest, SyncWriteRequest, BulkReadRequest>;

/// Appends the whole frame. Group requests are to be sent to broadcastId.
void append(Bytes& into, ServoId id, const Request& request);
[[nodiscard]] Bytes encode(ServoId id, const Request& request);

/// What a servo makes of a frame that it heard; absent: an instruction it does not know, or parameters that
/// do not fit. Views look into the frame.
[[nodiscard]] std::optional<Request> decodeRequest(const Frame& frame);

} // namespace servolane::drivers::ff
