// SPDX-License-Identifier: GPL-3.0-or-later
// A real serial port, over libserialport.
#pragma once

#include "drivers/transport/descriptor_line.h"

#include <memory>

struct sp_port;

namespace servolane::drivers {

/// Contract: bus::Transport. Opens for itself alone: an advisory lock against our own kind and TIOCEXCL
/// against others. A by-id link is followed to its device first, since libserialport wants names from
/// /sys/class/tty.
class SerialTransport final : public bus::Transport {
public:
    /// `waker` ends a wait in read(); both references outlive the transport.
    SerialTransport(Clock& clock, const Waker& waker);
    ~SerialTransport() override;
    SerialTransport(const SerialTransport&) = delete;
    SerialTransport& operator=(const SerialTransport&) = delete;

    [[nodiscard]] Result<void> open(const bus::LineSettings& settings) override;
    void close() override;
    [[nodiscard]] bool isOpen() const override { return line_.isAttached(); }
    [[nodiscard]] Result<void> setBaud(std::uint32_t bitsPerSecond) override;
    [[nodiscard]] Result<void> write(ByteView bytes) override;
    [[nodiscard]] Result<std::size_t> read(MutableByteView into, Time deadline) override;
    [[nodiscard]] Result<void> discardInput() override;
    [[nodiscard]] bus::LineTiming timing() const override { return timing_; }

private:
    struct PortDeleter {
        void operator()(sp_port* port) const noexcept;
    };

    [[nodiscard]] Result<void> openDevice(const std::string& device);
    [[nodiscard]] Result<void> configure(const bus::LineSettings& settings, const std::string& device);

    DescriptorLine line_;
    std::unique_ptr<sp_port, PortDeleter> port_;
    bus::LineSettings settings_;
    bus::LineTiming timing_;
};

} // namespace servolane::drivers
