// SPDX-License-Identifier: GPL-3.0-or-later
// Finds the answer to one Modbus request in a stream that it does not trust, and requests in what servers
// hear. An answer is known by unit, function, its expected length and the CRC: pauses that end a frame by the
// standard (1.75 ms) cannot be seen through an adapter.
#pragma once

#include "drivers/line/frame_finder.h"
#include "drivers/modbus/frame.h"

namespace servolane::drivers::modbus {

/// Contract: one thread. Frames look into the buffer and hold until the next call that is not const.
class RtuFinder : public FrameFinder {
public:
    [[nodiscard]] std::optional<Frame> next() noexcept;

protected:
    RtuFinder();
    /// Of the frame that may begin with these bytes, at least one; 0: more are needed; absent: none does.
    [[nodiscard]] virtual std::optional<std::size_t> sizeOf(ByteView begin) const noexcept = 0;
};

/// The answer to a single write is the request itself, byte for byte, and so is the own echo. A line that
/// echoes is found out by a read, whose answer never looks like its request: from then on the first frame
/// that equals the request counts as the echo.
class AnswerFinder final : public RtuFinder {
public:
    using Frame = modbus::Frame;

    AnswerFinder();

    [[nodiscard]] const Frame& last() const { return last_; }
    /// The line gives back what is sent.
    [[nodiscard]] bool echoes() const { return echoes_; }

    [[nodiscard]] std::optional<FoundFrame> find() noexcept override;
    void expect(const Expectation& expectation, ByteView request) noexcept override;
    /// Nothing is awaited: whatever comes is foreign.
    void expectAnything() noexcept override { request_.clear(); }

private:
    [[nodiscard]] bool isEcho(ByteView frame) const noexcept;
    [[nodiscard]] std::optional<std::size_t> sizeOf(ByteView begin) const noexcept override;

    Bytes request_;
    std::size_t answerSize_ = 0;
    std::size_t lateSize_ = 0; ///< of an answer to an earlier read, which is stepped over; 0: none may come
    bool echoes_ = false;
    bool echoAwaited_ = false;
    Frame last_;
};

/// What comes from the host, for the far end of a simulated line.
class RequestFinder final : public RtuFinder {
public:
    [[nodiscard]] std::optional<FoundFrame> find() noexcept override;
    void expect(const Expectation&, ByteView) noexcept override {}
    void expectAnything() noexcept override {}

private:
    [[nodiscard]] std::optional<std::size_t> sizeOf(ByteView begin) const noexcept override;
};

} // namespace servolane::drivers::modbus
