// SPDX-License-Identifier: GPL-3.0-or-later
// What came back on a packet sent by hand, cut into packets and what lies between them.
#pragma once

#include "core/bus/packet_form.h"
#include "core/bus/wire.h"

#include <utility>
#include <vector>

namespace servolane::drivers {

/// Cut as the wire monitor cuts it. `readingOf(part, isPacket)` gives the reading of one part.
template <class ReadingOf>
[[nodiscard]] std::vector<bus::PacketReading> readParts(const bus::WireFormat& format, ByteView bytes,
                                                        ReadingOf readingOf) {
    std::vector<bus::PacketReading> readings;
    while (!bytes.empty()) {
        const bus::WirePart part = format.first(bytes);
        const std::size_t size = part.size == 0 ? bytes.size() : part.size;
        readings.push_back(readingOf(bytes.first(size), part.isPacket));
        bytes = bytes.subspan(size);
    }
    return readings;
}

/// Cut by a family's parser. `readingOf(frame)` gives the reading of a frame; bytes that belong to none are
/// told by their number.
template <class Parser, class ReadingOf>
[[nodiscard]] std::vector<bus::PacketReading> readFrames(ByteView bytes, ReadingOf readingOf) {
    std::vector<bus::PacketReading> readings;
    Parser parser;
    std::uint64_t foreign = 0;
    const auto noteForeign = [&] {
        const std::uint64_t count = parser.counters().foreignBytes;
        if (count == foreign) return;
        bus::PacketReading none;
        none.bytes = static_cast<std::size_t>(count - std::exchange(foreign, count));
        readings.push_back(std::move(none));
    };
    const auto take = [&](const auto& frame) {
        noteForeign();
        readings.push_back(readingOf(frame));
    };
    parser.consume(bytes, take);
    while (parser.abandonPending())
        while (const auto frame = parser.next())
            take(*frame);
    noteForeign();
    return readings;
}

} // namespace servolane::drivers
