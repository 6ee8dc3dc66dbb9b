// SPDX-License-Identifier: GPL-3.0-or-later
// Finds frames in a stream that it does not trust: garbage, truncation, foreign frames, echo and false
// lengths cost bytes, never a wrong frame. Serves both directions. Allocates in the constructor only.
#pragma once

#include "drivers/dynamixel/packet.h"
#include "drivers/line/frame_finder.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace servolane::drivers::dynamixel {

/// Contract: one thread. Frames look into the parser's buffer and hold until the next call that is not const.
///
/// A header whose LEN is absurd, whose reserved byte is not 0, whose id cannot be, or whose CRC fails is
/// taken for chance: the search goes on at the byte after its first one, so a good frame hidden behind a
/// false length is found.
class PacketParser final : public FrameFinder {
public:
    static constexpr std::size_t defaultCapacity = 8192;

    using Frame = dynamixel::Frame;

    /// `capacity`: the longest frame that can be found, in bytes on the line.
    explicit PacketParser(std::size_t capacity = defaultCapacity);

    /// Frames longer than this (at most the capacity) are taken for chance, so that a false length does not
    /// swallow an answer whose size is known. Holds until changed.
    void limitFrameSize(std::size_t bytes) noexcept;
    /// A status from broadcastId of exactly this size is handed out even if its CRC fails, with `crcHolds`
    /// false: its blocks carry checksums of their own. 0 ends it.
    void expectMergedReply(std::size_t bytes) noexcept { mergedSize_ = bytes; }

    /// The next good frame; absent if more bytes are needed.
    [[nodiscard]] std::optional<Frame> next() noexcept;
    [[nodiscard]] const Frame& last() const { return last_; }

    [[nodiscard]] std::optional<FoundFrame> find() noexcept override;
    void expect(const Expectation& expectation, ByteView request) noexcept override;
    void expectAnything() noexcept override;

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

    void skipToHeader() noexcept override;
    [[nodiscard]] Verdict judge() const noexcept;
    [[nodiscard]] bool isMergedReply(std::size_t size) const noexcept;
    [[nodiscard]] Frame take(std::size_t size, bool crcHolds) noexcept;

    std::size_t longest_;
    std::size_t mergedSize_ = 0;
    Frame last_;
};

} // namespace servolane::drivers::dynamixel
