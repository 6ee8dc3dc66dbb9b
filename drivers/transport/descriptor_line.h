// SPDX-License-Identifier: GPL-3.0-or-later
// Waiting, reading and writing on a non-blocking terminal descriptor: what serial devices and
// pseudo-terminals share.
#pragma once

#include "core/bus/transport.h"

#include <string>

namespace servolane::drivers {

/// Uses a descriptor that its owner opens and closes. Thread and error contract: that of bus::Transport.
class DescriptorLine {
public:
    /// `waker` ends a wait in read(); both references outlive the line.
    DescriptorLine(Clock& clock, const Waker& waker)
        : clock_(clock)
        , waker_(waker) {}

    /// `name` stands in the details of errors.
    void attach(int descriptor, std::string name);
    void detach() { descriptor_ = -1; }
    [[nodiscard]] bool isAttached() const { return descriptor_ >= 0; }
    [[nodiscard]] int descriptor() const { return descriptor_; }

    [[nodiscard]] Result<void> write(ByteView bytes, Duration byteTime);
    [[nodiscard]] Result<std::size_t> read(MutableByteView into, Time deadline);
    [[nodiscard]] Result<void> discardInput();

private:
    enum class Readiness : std::uint8_t { data, woken, expired, lost };

    [[nodiscard]] Readiness awaitInput(Time deadline) const;
    [[nodiscard]] bool awaitRoom(Time deadline) const;
    [[nodiscard]] tl::unexpected<Error> lost() const;
    [[nodiscard]] tl::unexpected<Error> failed(const char* what, int number) const;

    Clock& clock_;
    const Waker& waker_;
    int descriptor_ = -1;
    std::string name_;
};

} // namespace servolane::drivers
