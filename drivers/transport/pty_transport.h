// SPDX-License-Identifier: GPL-3.0-or-later
// A pseudo-terminal as a line: libserialport cannot open one (it wants the name in /sys/class/tty).
#pragma once

#include "drivers/transport/descriptor_line.h"
#include "drivers/transport/terminal_rate.h"

namespace servolane::drivers {

/// Contract: bus::Transport. Parity, DTR and RTS have no meaning on a pseudo-terminal. The rate is kept for
/// timing(), and told to the terminal for whoever holds its other end; close() puts back what it was.
class PtyTransport final : public bus::Transport {
public:
    /// `waker` ends a wait in read(); both references outlive the transport.
    PtyTransport(Clock& clock, const Waker& waker)
        : line_(clock, waker) {}
    ~PtyTransport() override;
    PtyTransport(const PtyTransport&) = delete;
    PtyTransport& operator=(const PtyTransport&) = delete;

    [[nodiscard]] Result<void> open(const bus::LineSettings& settings) override;
    void close() override;
    [[nodiscard]] bool isOpen() const override { return line_.isAttached(); }
    [[nodiscard]] Result<void> setBaud(std::uint32_t bitsPerSecond) override;
    [[nodiscard]] Result<void> write(ByteView bytes) override;
    [[nodiscard]] Result<std::size_t> read(MutableByteView into, Time deadline) override;
    [[nodiscard]] Result<void> discardInput() override;
    [[nodiscard]] bus::LineTiming timing() const override { return {byteTime_, Duration::zero()}; }

private:
    DescriptorLine line_;
    Duration byteTime_{};
    std::optional<RateSetting> found_; ///< as the terminal was before
};

} // namespace servolane::drivers
