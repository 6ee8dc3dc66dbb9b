// SPDX-License-Identifier: GPL-3.0-or-later
// Finds FF FF frames in a stream that it does not trust: garbage, truncation, echo and false lengths cost
// bytes. The checksum is one byte, so a wrong frame can pass where two bits of it are wrong; hosts look at id
// and length as well. Serves both directions. Allocates in the constructor only.
#pragma once

#include "drivers/ff/frame.h"
#include "drivers/line/frame_finder.h"

#include <cstddef>
#include <optional>

namespace servolane::drivers::ff {

/// Contract: one thread. Frames look into the parser's buffer and hold until the next call that is not const.
///
/// An FF as id cannot be, so of a run of FF the last two are the header. A header whose LEN is absurd or
/// whose checksum fails is taken for chance: the search goes on at the byte after its first one.
///
/// Directions look alike: the first frame after a request that equals it, byte for byte, counts as the own
/// echo (FoundFrame::isAnswer is false).
class FrameParser final : public FrameFinder {
public:
    using Frame = ff::Frame;

    FrameParser();

    /// Frames longer than this are taken for chance. Holds until changed.
    void limitFrameSize(std::size_t bytes) noexcept;
    [[nodiscard]] std::optional<Frame> next() noexcept;
    [[nodiscard]] const Frame& last() const { return last_; }
    /// The first frame since the request equalled it.
    [[nodiscard]] bool sawEcho() const { return sawEcho_; }

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
    void skipToHeader() noexcept override;
    [[nodiscard]] bool isEcho(const Frame& frame) const noexcept;

    Bytes echo_; ///< of the request, until the first frame after it
    bool sawEcho_ = false;
    std::size_t longest_ = longestFrame;
    Frame last_;
};

} // namespace servolane::drivers::ff
