// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bus/read/wire_log.h"

#include <algorithm>

namespace servolane::bus {

void WireBlock::add(Time at, BusId bus, WireDirection direction, ByteView bytes, const WireWords& words) {
    Entry entry;
    entry.at = at;
    entry.instruction = words.instruction;
    entry.bytesAt = static_cast<std::uint32_t>(bytes_.size());
    entry.bytes = static_cast<std::uint32_t>(bytes.size());
    entry.textAt = static_cast<std::uint32_t>(texts_.size());
    entry.text = static_cast<std::uint32_t>(words.text.size());
    entry.id = words.id;
    entry.bus = bus;
    entry.direction = direction;
    entry.trouble = words.trouble;
    entries_.push_back(entry);
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    texts_ += words.text;
}

WirePacket WireBlock::at(std::uint64_t number) const {
    const Entry& entry = entries_[static_cast<std::size_t>(number - first_)];
    return {number,
            entry.at,
            entry.bus,
            entry.direction,
            entry.trouble,
            entry.id,
            entry.instruction,
            std::string_view(texts_).substr(entry.textAt, entry.text),
            ByteView(bytes_).subspan(entry.bytesAt, entry.bytes)};
}

std::size_t WireBlock::weight() const {
    return sizeof *this + entries_.capacity() * sizeof(Entry) + bytes_.capacity() + texts_.capacity();
}

bool WireLog::isWatched(BusId bus) const {
    return std::any_of(watched.begin(), watched.end(),
                       [bus](const WatchedWire& each) { return each.bus == bus; });
}

bool WireLog::isWatched(BusId bus, bus::WireWatcher by) const {
    return std::find(watched.begin(), watched.end(), WatchedWire{bus, by}) != watched.end();
}

bool WireLog::isWatchedBy(bus::WireWatcher by) const {
    return std::any_of(watched.begin(), watched.end(),
                       [by](const WatchedWire& each) { return each.by == by; });
}

WirePacket WireLog::at(std::uint64_t number) const {
    const auto behind =
        std::upper_bound(blocks.begin(), blocks.end(), number,
                         [](std::uint64_t wanted, const auto& block) { return wanted < block->first(); });
    return (*std::prev(behind))->at(number);
}

} // namespace servolane::bus
