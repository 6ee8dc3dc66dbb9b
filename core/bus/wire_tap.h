// SPDX-License-Identifier: GPL-3.0-or-later
// Where the bus thread leaves a copy of all bytes while somebody looks at the wire.
#pragma once

#include "core/bus/wire.h"
#include "core/kernel/ids.h"
#include "core/kernel/time.h"

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace servolane::bus {

/// Bytes that were handed over in one go. `at`: out, when they were given to the system; in, when the last of
/// them was there to be read.
struct WireChunk {
    Time at{};
    Duration byteTime{}; ///< of one byte at the rate of that moment; zero on an unpaced line
    std::uint32_t begin = 0;
    std::uint32_t size = 0;
    WireDirection direction = WireDirection::out;
};

struct WireHeard {
    Bytes bytes; ///< of all chunks, in their order
    std::vector<WireChunk> chunks;
    std::uint64_t lostBytes = 0; ///< for which there was no room since the last drain()
};

/// Closed it costs the bus thread one relaxed load for each call of the line, and holds no memory. Open, one
/// copy under a lock that is held for no longer than that; it never allocates in the bus thread, and what
/// does not fit is counted and left out.
class WireTap {
public:
    static constexpr std::size_t byteCapacity = 256 * 1024;
    static constexpr std::size_t chunkCapacity = 16 * 1024;

    /// Any thread.
    [[nodiscard]] bool isOpen() const noexcept { return open_.load(std::memory_order_relaxed); }
    void open();
    void close();
    /// Bus thread.
    void record(WireDirection direction, ByteView bytes, Time at, Duration byteTime) noexcept;
    /// Takes what was recorded since the last call; the room of `into` is used again. Any thread.
    void drain(WireHeard& into);

private:
    static void makeRoom(WireHeard& heard);

    std::atomic<bool> open_ = false;
    std::mutex guard_;
    WireHeard heard_;
};

/// The taps of all buses. Any thread.
class WireTaps {
public:
    struct Entry {
        std::shared_ptr<WireTap> tap;       ///< null: there is no such bus
        const WireFormat* format = nullptr; ///< null: its packets are not understood
    };

    void add(BusId bus, Entry entry);
    void remove(BusId bus);
    [[nodiscard]] Entry find(BusId bus) const;

private:
    mutable std::mutex guard_;
    std::map<BusId, Entry> entries_;
};

} // namespace servolane::bus
