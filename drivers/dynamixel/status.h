// SPDX-License-Identifier: GPL-3.0-or-later
// What servos answer: plain statuses and the merged reply of fast sync read and fast bulk read, each with
// encode (the servo's side) and decode (the host's side). Pure functions, safe on any thread.
#pragma once

#include "core/bus/servo_bus.h"
#include "drivers/dynamixel/packet.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace servolane::drivers::dynamixel {

struct Status {
    ServoId id;
    StatusError error;
    ByteView parameters;
};

/// Appends the whole frame.
void appendStatus(Bytes& into, ServoId id, StatusError error, ByteView parameters);
[[nodiscard]] Bytes encodeStatus(ServoId id, StatusError error, ByteView parameters = {});

/// Absent for an instruction, for a merged reply and for a status too short to hold ERR. Views look into
/// `frame.body`.
[[nodiscard]] std::optional<Status> statusFrom(const Frame& frame);

/// The parameters of a ping's answer: model number (2), firmware (1).
[[nodiscard]] Bytes pingParameters(std::uint16_t modelNumber, std::uint8_t firmware);
/// Absent if the parameters are not three bytes.
[[nodiscard]] std::optional<bus::ServoIdentity> identityFrom(const Status& status);

// The merged reply. The first servo sends prefix, 55 and its block; each of the others appends its own:
//   FF FF FD 00 FE LEN_L LEN_H 55 | ERR ID data… CRC_L CRC_H | ERR ID data… CRC_L CRC_H | …       LEN = 1 +
//   Σ(4 + size)
// Each block's CRC covers all bytes so far, earlier CRCs included. Nothing is stuffed.

inline constexpr std::size_t mergedPrefixSize = prefixSize + 1;
/// ERR, ID, the data and the CRC.
[[nodiscard]] constexpr std::size_t mergedBlockSize(std::size_t dataSize) {
    return dataSize + 4;
}

/// Appends prefix and 55. `blockBytes` is the sum of mergedBlockSize over all servos asked, silent ones
/// included.
void beginMergedReply(Bytes& into, std::size_t blockBytes);
/// `reply` holds the merged reply so far and nothing before it.
void appendMergedBlock(Bytes& reply, ServoId id, StatusError error, ByteView bytes);

/// Walks the blocks of a merged reply of which any part may be missing or damaged.
class MergedReplyReader {
public:
    struct Block {
        bool whole = false;  ///< all its bytes are there
        bool intact = false; ///< whole, its id is the expected one and a running CRC holds
        StatusError error;
        ByteView bytes;
    };

    /// `reply` starts at the first FF.
    explicit MergedReplyReader(ByteView reply);
    /// The next block, which must be that of `id` and hold `size` bytes of data. A block after a damaged one
    /// is checked against the running CRC of what arrived and against the CRC that the damaged block claimed,
    /// as the servo may have heard the line better than the host did.
    [[nodiscard]] Block next(ServoId id, std::size_t size);

private:
    ByteView rest_;
    std::uint16_t running_ = 0; ///< over all that arrived
    std::uint16_t claimed_ = 0; ///< continued from the last block's own CRC
};

} // namespace servolane::drivers::dynamixel
