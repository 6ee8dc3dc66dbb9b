// SPDX-License-Identifier: GPL-3.0-or-later
// Finds LX frames in a stream that it does not trust. Serves both directions: a read and its answer carry the
// same command, and the answer alone has parameters.
#pragma once

#include "drivers/line/frame_finder.h"
#include "drivers/lx/frame.h"

namespace servolane::drivers::lx {

/// Contract: one thread. Frames look into the buffer and hold until the next call that is not const.
///
/// A header whose LEN is absurd or whose checksum fails is taken for chance: the search goes on at the byte
/// after its first one. Frames of commands that answer nothing, and reads without parameters, are requests:
/// the own echo.
class LxFinder final : public FrameFinder {
public:
    using Frame = lx::Frame;

    LxFinder();

    [[nodiscard]] std::optional<Frame> next() noexcept;
    [[nodiscard]] const Frame& last() const { return last_; }
    [[nodiscard]] std::optional<FoundFrame> find() noexcept override;
    /// Only what answers this request is an answer: what comes late says of which command it is.
    void expect(const Expectation& expectation, ByteView request) noexcept override;
    void expectAnything() noexcept override { asked_ = 0; }

private:
    void skipToHeader() noexcept override;

    Frame last_;
    std::uint8_t asked_ = 0; ///< the command that was sent last; 0: any
};

} // namespace servolane::drivers::lx
