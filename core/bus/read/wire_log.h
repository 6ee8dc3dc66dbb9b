// SPDX-License-Identifier: GPL-3.0-or-later
// Read model: packets as they passed on the wire, in words. Immutable once published.
#pragma once

#include "core/bus/wire.h"
#include "core/kernel/ids.h"
#include "core/kernel/time.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace servolane::bus {

/// One packet, or bytes that are none. Views hold as long as the log it was taken from.
struct WirePacket {
    std::uint64_t number = 0; ///< counted since the program began, gaps there are none
    Time at{};                ///< out: given to the system; in: the last byte was there
    BusId bus;
    WireDirection direction = WireDirection::out;
    WireTrouble trouble = WireTrouble::none;
    int id = WireWords::nobody;
    std::string_view instruction;
    std::string_view text;
    ByteView bytes;
};

/// Packets that were published together.
class WireBlock {
public:
    explicit WireBlock(std::uint64_t first)
        : first_(first) {}

    void add(Time at, BusId bus, WireDirection direction, ByteView bytes, const WireWords& words);
    [[nodiscard]] std::uint64_t first() const { return first_; }
    [[nodiscard]] std::uint64_t end() const { return first_ + entries_.size(); }
    [[nodiscard]] std::size_t size() const { return entries_.size(); }
    /// `number` is between first() and end().
    [[nodiscard]] WirePacket at(std::uint64_t number) const;
    /// Bytes of memory, about.
    [[nodiscard]] std::size_t weight() const;

private:
    struct Entry {
        Time at{};
        std::string_view instruction;
        std::uint32_t bytesAt = 0;
        std::uint32_t bytes = 0;
        std::uint32_t textAt = 0;
        std::uint32_t text = 0;
        int id = WireWords::nobody;
        BusId bus;
        WireDirection direction = WireDirection::out;
        WireTrouble trouble = WireTrouble::none;
    };

    std::uint64_t first_;
    std::vector<Entry> entries_;
    Bytes bytes_;
    std::string texts_;
};

struct WatchedWire {
    BusId bus;
    WireWatcher by;
    friend bool operator==(const WatchedWire&, const WatchedWire&) = default;
};

struct WireLog {
    std::vector<std::shared_ptr<const WireBlock>> blocks; ///< oldest first; none is empty
    std::uint64_t end = 0;                                ///< number of the next packet
    std::uint64_t letGo = 0;                              ///< packets that had to make room for newer ones
    std::uint64_t unheardBytes = 0;                       ///< passed while there was no room to keep them
    std::vector<WatchedWire> watched;                     ///< whose packets are being kept, and for whom

    /// Number of the oldest packet that is still kept.
    [[nodiscard]] std::uint64_t first() const { return blocks.empty() ? end : blocks.front()->first(); }
    [[nodiscard]] std::uint64_t size() const { return end - first(); }
    [[nodiscard]] bool isWatched(BusId bus) const;
    [[nodiscard]] bool isWatched(BusId bus, bus::WireWatcher by) const;
    /// Any bus.
    [[nodiscard]] bool isWatchedBy(bus::WireWatcher by) const;
    /// `number` is between first() and end.
    [[nodiscard]] WirePacket at(std::uint64_t number) const;
};

} // namespace servolane::bus
