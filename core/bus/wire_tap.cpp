// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bus/wire_tap.h"

#include <array>
#include <utility>

namespace servolane::bus {

std::string_view toString(WireTrouble trouble) {
    static constexpr std::array<std::string_view, 4> words{"none", "refused", "damaged", "noise"};
    return words[static_cast<std::size_t>(trouble)];
}

void WireTap::makeRoom(WireHeard& heard) {
    heard.bytes.clear();
    heard.chunks.clear();
    heard.lostBytes = 0;
    heard.bytes.reserve(byteCapacity);
    heard.chunks.reserve(chunkCapacity);
}

void WireTap::open() {
    if (isOpen()) return;
    WireHeard room;
    makeRoom(room);
    const std::lock_guard lock(guard_);
    heard_ = std::move(room);
    open_.store(true, std::memory_order_relaxed);
}

void WireTap::close() {
    const std::lock_guard lock(guard_);
    open_.store(false, std::memory_order_relaxed);
    heard_ = {};
}

void WireTap::record(WireDirection direction, ByteView bytes, Time at, Duration byteTime) noexcept {
    const std::lock_guard lock(guard_);
    if (!isOpen()) return;
    const bool fits = heard_.bytes.size() + bytes.size() <= heard_.bytes.capacity() &&
                      heard_.chunks.size() < heard_.chunks.capacity();
    if (!fits) {
        heard_.lostBytes += bytes.size();
        return;
    }
    heard_.chunks.push_back({at, byteTime, static_cast<std::uint32_t>(heard_.bytes.size()),
                             static_cast<std::uint32_t>(bytes.size()), direction});
    heard_.bytes.insert(heard_.bytes.end(), bytes.begin(), bytes.end());
}

void WireTap::drain(WireHeard& into) {
    makeRoom(into);
    const std::lock_guard lock(guard_);
    if (isOpen()) std::swap(into, heard_);
}

void WireTaps::add(BusId bus, Entry entry) {
    const std::lock_guard lock(guard_);
    entries_[bus] = std::move(entry);
}

void WireTaps::remove(BusId bus) {
    const std::lock_guard lock(guard_);
    entries_.erase(bus);
}

WireTaps::Entry WireTaps::find(BusId bus) const {
    const std::lock_guard lock(guard_);
    const auto found = entries_.find(bus);
    return found == entries_.end() ? Entry{} : found->second;
}

} // namespace servolane::bus
