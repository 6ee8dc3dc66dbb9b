// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bus/read/wire_log_projection.h"

#include <map>
#include <utility>

namespace servolane::bus {

namespace {
constexpr Duration interval = std::chrono::milliseconds{40};
/// A block that is published again and again is copied each time: large enough to be few, small enough to be
/// copied.
constexpr std::size_t packetsInABlock = 1024;
} // namespace

WireLogProjection::WireLogProjection(WireTaps& taps, std::size_t budget, WireNamer namer)
    : taps_(taps)
    , budget_(budget)
    , namer_(std::move(namer)) {}

bool WireLogProjection::watch(BusId bus, bus::WireWatcher by) {
    const WireTaps::Entry entry = taps_.find(bus);
    if (!entry.tap) return false;
    const std::lock_guard lock(guard_);
    const auto [watch, isNew] =
        watches_.try_emplace(bus, Watch{entry.tap, WireSplitter(bus, entry.format, namer_)});
    watch->second.watchers[by] = false;
    if (isNew) entry.tap->open();
    watching_.store(true, std::memory_order_release);
    return true;
}

/// Once what was heard by now is told.
void WireLogProjection::unwatch(BusId bus, bus::WireWatcher by) {
    const std::lock_guard lock(guard_);
    const auto found = watches_.find(bus);
    if (found == watches_.end()) return;
    if (const auto watcher = found->second.watchers.find(by); watcher != found->second.watchers.end())
        watcher->second = true;
}

void WireLogProjection::leave(bus::WireWatcher by) {
    const std::lock_guard lock(guard_);
    for (auto& [bus, watch] : watches_)
        if (const auto watcher = watch.watchers.find(by); watcher != watch.watchers.end())
            watcher->second = true;
}

void WireLogProjection::publish(Time now) {
    const bool clears = clearing_.exchange(false, std::memory_order_acq_rel);
    if (!clears && !watching_.load(std::memory_order_acquire)) return;
    if (!clears && now < due_) return;
    due_ = now + interval;
    if (clears) {
        working_.blocks.clear();
        working_.unheardBytes = 0;
        working_.letGo = 0;
        weight_ = 0;
    }
    if (auto block = hear(now); block->size() > 0) keep(std::move(block));
    trim();
    cell_.publish(std::make_shared<const WireLog>(working_));
}

std::shared_ptr<WireBlock> WireLogProjection::hear(Time now) {
    const bool goesOn = !working_.blocks.empty() && working_.blocks.back()->size() < packetsInABlock;
    auto block = goesOn ? std::make_shared<WireBlock>(*working_.blocks.back())
                        : std::make_shared<WireBlock>(working_.end);
    const std::lock_guard lock(guard_);
    working_.watched.clear();
    for (auto entry = watches_.begin(); entry != watches_.end();) {
        auto& [bus, watch] = *entry;
        // A bus that was closed since may have said a last word.
        std::erase_if(watch.watchers, [](const auto& watcher) { return watcher.second; });
        const bool gone = watch.watchers.empty() || taps_.find(bus).tap != watch.tap;
        watch.tap->drain(heard_);
        working_.unheardBytes += heard_.lostBytes;
        watch.splitter.take(heard_, *block);
        watch.splitter.giveUp(now, *block);
        if (gone)
            watch.tap->close();
        else
            for (const auto& [by, ending] : watch.watchers)
                working_.watched.push_back({bus, by});
        entry = gone ? watches_.erase(entry) : std::next(entry);
    }
    watching_.store(!watches_.empty(), std::memory_order_release);
    return block;
}

void WireLogProjection::keep(std::shared_ptr<const WireBlock> block) {
    const bool replaces = !working_.blocks.empty() && working_.blocks.back()->first() == block->first();
    if (replaces) {
        weight_ -= working_.blocks.back()->weight();
        working_.blocks.pop_back();
    }
    weight_ += block->weight();
    working_.end = block->end();
    working_.blocks.push_back(std::move(block));
}

void WireLogProjection::trim() {
    std::size_t gone = 0;
    for (; weight_ > budget_ && gone + 1 < working_.blocks.size(); ++gone) {
        weight_ -= working_.blocks[gone]->weight();
        working_.letGo += working_.blocks[gone]->size();
    }
    working_.blocks.erase(working_.blocks.begin(),
                          working_.blocks.begin() + static_cast<std::ptrdiff_t>(gone));
}

} // namespace servolane::bus
