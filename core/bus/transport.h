// SPDX-License-Identifier: GPL-3.0-or-later
// A line that carries bytes. Implemented by drivers/transport; used by one bus thread alone.
#pragma once

#include "core/kernel/bytes.h"
#include "core/kernel/clock.h"
#include "core/kernel/result.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace servolane::bus {

enum class Parity : std::uint8_t { none, even, odd };
/// How a byte is framed; eight bits always.
struct LineFrame {
    Parity parity = Parity::none;
    std::uint8_t stopBits = 1; ///< 1 or 2
    friend bool operator==(const LineFrame&, const LineFrame&) = default;
};
/// "8E1"
[[nodiscard]] inline std::string toString(LineFrame frame) {
    return std::string("8") + "NEO"[static_cast<std::size_t>(frame.parity)] + std::to_string(frame.stopBits);
}
enum class LineLevel : std::uint8_t { untouched, low, high };

/// How a line is opened. `path` is a device ("/dev/ttyUSB0", a by-id link, "/dev/pts/3") or "sim:…" for a
/// simulated bus inside the program.
struct LineSettings {
    std::string path;
    std::uint32_t baud = 57600; ///< bits per second, 1200 … 4,500,000
    Parity parity = Parity::none;
    std::uint8_t stopBits = 1; ///< 1 or 2
    LineLevel dtr = LineLevel::untouched;
    LineLevel rts = LineLevel::untouched;
    bool lowLatency = true;   ///< ask the adapter for 1 ms latency where it has the flag
    bool discardEcho = false; ///< the adapter hears its own bytes; read them back and drop them
    [[nodiscard]] LineFrame frame() const { return {parity, stopBits}; }
    void setFrame(LineFrame frame) {
        parity = frame.parity;
        stopBits = frame.stopBits;
    }
    friend bool operator==(const LineSettings&, const LineSettings&) = default;
};

/// What a driver must know of a line's timing to tell a pause from an end.
struct LineTiming {
    Duration byteTime{};       ///< one byte on the wire at the current rate; zero on an unpaced line
    Duration adapterLatency{}; ///< what the adapter may hold bytes back (16 ms for an untuned FTDI)
};

/// Contract: one thread, save where noted. No call throws; no call blocks beyond its deadline.
/// A wait is broken off when the Waker given to the constructor of the implementation is woken.
class Transport {
public:
    virtual ~Transport() = default;

    /// Errors: notFound, notAllowed, busy (another process holds it), invalid (settings), inputOutput.
    [[nodiscard]] virtual Result<void> open(const LineSettings& settings) = 0;
    virtual void close() = 0;
    [[nodiscard]] virtual bool isOpen() const = 0;
    /// Keeps the line open. Errors: unsupported (rate), linkLost, inputOutput.
    [[nodiscard]] virtual Result<void> setBaud(std::uint32_t bitsPerSecond) = 0;
    /// Hands all bytes to the line in one call where it takes them. Errors: linkLost, timeout (the line stays
    /// full beyond 100 ms plus the bytes' own time), inputOutput.
    [[nodiscard]] virtual Result<void> write(ByteView bytes) = 0;
    /// Waits for at least one byte until `deadline` and returns how many were put at the start of `into`; 0
    /// at the deadline. Errors: interrupted (woken, and nothing was there to read), linkLost, inputOutput.
    [[nodiscard]] virtual Result<std::size_t> read(MutableByteView into, Time deadline) = 0;
    /// Drops what has arrived and was not read. Errors: linkLost.
    [[nodiscard]] virtual Result<void> discardInput() = 0;
    [[nodiscard]] virtual LineTiming timing() const = 0;
};

} // namespace servolane::bus
