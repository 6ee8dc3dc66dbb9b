// SPDX-License-Identifier: GPL-3.0-or-later
// An in-memory line: what the bus thread writes goes straight to a peer (the simulated bus), and what the
// peer answers can be read once its time has come. With SystemClock it keeps real time; with TestClock
// waiting is free.
#pragma once

#include "core/bus/transport.h"

#include <functional>
#include <memory>
#include <optional>

namespace servolane::drivers {

/// The far end of a line. Its own time is the one it is told; it reads no clock.
/// One thread: that of whoever drives it.
class LinePeer {
public:
    virtual ~LinePeer() = default;
    /// The host opened the line or changed its rate.
    virtual void hostBaud(std::uint32_t bitsPerSecond) = 0;
    /// Bytes that the host handed to its adapter at `at`; they need their wire time from then on.
    virtual void receive(ByteView bytes, Time at) = 0;
    /// When the next bytes for the host are due; absent if nothing is on its way. Never earlier than what was
    /// given.
    [[nodiscard]] virtual std::optional<Time> nextOutput() = 0;
    /// Moves all bytes due at `now` to the start of `into` and returns how many; the rest stays for the next
    /// call.
    virtual std::size_t take(MutableByteView into, Time now) = 0;
    /// The adapter is unplugged in the simulated world at `now`: the line then fails with linkLost.
    [[nodiscard]] virtual bool isPlugged(Time now) = 0;
    /// One byte at the line's rate; zero where wire time is not kept.
    [[nodiscard]] virtual Duration byteTime() const = 0;
};

class PipeTransport final : public bus::Transport {
public:
    /// `waker` ends a wait in read(); both references outlive the transport.
    PipeTransport(std::shared_ptr<LinePeer> peer, Clock& clock, const Waker& waker);

    [[nodiscard]] Result<void> open(const bus::LineSettings& settings) override;
    void close() override;
    [[nodiscard]] bool isOpen() const override { return open_; }
    [[nodiscard]] Result<void> setBaud(std::uint32_t bitsPerSecond) override;
    [[nodiscard]] Result<void> write(ByteView bytes) override;
    [[nodiscard]] Result<std::size_t> read(MutableByteView into, Time deadline) override;
    [[nodiscard]] Result<void> discardInput() override;
    [[nodiscard]] bus::LineTiming timing() const override;

private:
    [[nodiscard]] bool isUsable() const;

    std::shared_ptr<LinePeer> peer_;
    Clock& clock_;
    const Waker& waker_;
    bool open_ = false;
};

} // namespace servolane::drivers
