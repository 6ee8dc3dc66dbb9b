// SPDX-License-Identifier: GPL-3.0-or-later
// Finds frames in a stream that it does not trust: garbage, truncation, foreign frames, echo and false
// lengths cost bytes, never a wrong frame. Serves both directions. Allocates in the constructor only.
#pragma once

#include "drivers/dynamixel/packet.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace servolane::drivers::dynamixel {

/// Contract: one thread. Frames look into the parser's buffer and hold until the next call that is not const.
///
/// A header whose LEN is absurd, whose reserved byte is not 0, whose id cannot be, or whose CRC fails is
/// taken for chance: the search goes on at the byte after its first one, so a good frame hidden behind a
/// false length is found.
class PacketParser {
public:
    static constexpr std::size_t defaultCapacity = 8192;

    struct Counters {
        std::uint64_t frames = 0;
        std::uint64_t corruptFrames = 0; ///< complete by their LEN, but the CRC failed
        std::uint64_t foreignBytes =
            0; ///< dropped while hunting for a header, those of corrupt frames included
    };

    /// `capacity`: the longest frame that can be found, in bytes on the line.
    explicit PacketParser(std::size_t capacity = defaultCapacity);

    /// Frames longer than this (at most the capacity) are taken for chance, so that a false length does not
    /// swallow an answer whose size is known. Holds until changed.
    void limitFrameSize(std::size_t bytes) noexcept;
    /// A status from broadcastId of exactly this size is handed out even if its CRC fails, with `crcHolds`
    /// false: its blocks carry checksums of their own. 0 ends it.
    void expectMergedReply(std::size_t bytes) noexcept { mergedSize_ = bytes; }

    /// Room to read into directly, never empty after next() has returned nothing; then say how much with
    /// commit().
    [[nodiscard]] MutableByteView writable() noexcept;
    void commit(std::size_t bytes) noexcept;
    /// Copies as many as there is room for and returns how many.
    std::size_t feed(ByteView bytes) noexcept;

    /// The next good frame; absent if more bytes are needed.
    [[nodiscard]] std::optional<Frame> next() noexcept;
    /// The line has fallen silent: what is pending will not be completed. Drops the false or cut header, so
    /// that next() goes on behind it. False if nothing was pending.
    bool abandonPending() noexcept;

    /// Bytes received and not yet handed out; after next() has returned nothing, they start at a (partial)
    /// header.
    [[nodiscard]] ByteView pending() const noexcept;
    void clear() noexcept;
    [[nodiscard]] const Counters& counters() const noexcept { return counters_; }

    /// Feeds all bytes and calls `onFrame(const Frame&)` for each good frame.
    template <class OnFrame>
    void consume(ByteView bytes, OnFrame&& onFrame) {
        do {
            bytes = bytes.subspan(feed(bytes));
            while (const auto frame = next())
                onFrame(*frame);
        } while (!bytes.empty());
    }

private:
    enum class Verdict : std::uint8_t { incomplete, chance, complete };

    void skipToHeader() noexcept;
    void drop(std::size_t bytes) noexcept;
    [[nodiscard]] Verdict judge() const noexcept;
    [[nodiscard]] bool isMergedReply(std::size_t size) const noexcept;
    [[nodiscard]] Frame take(std::size_t size, bool crcHolds) noexcept;

    Bytes buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::size_t longest_;
    std::size_t mergedSize_ = 0;
    Counters counters_;
};

} // namespace servolane::drivers::dynamixel
