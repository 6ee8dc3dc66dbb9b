// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/projection.h"
#include "core/api/wire_monitor.h"
#include "core/bus/read/wire_log.h"
#include "core/bus/read/wire_splitter.h"
#include "core/bus/wire_tap.h"
#include "core/kernel/snapshot_cell.h"

#include <atomic>
#include <map>
#include <mutex>

namespace servolane::bus {

/// Turns what the taps hear into the WireLog, 25 times a second, and lets the oldest packets go when all take
/// more than `budget` bytes. While nobody watches it looks at one number. It folds no events: packets are
/// none. Projections' calls: projector thread; those of the monitor: any.
class WireLogProjection final : public api::Projection, public api::WireMonitor {
public:
    static constexpr std::size_t usualBudget = 64ULL * 1024 * 1024;

    explicit WireLogProjection(WireTaps& taps, std::size_t budget = usualBudget, WireNamer namer = {});

    void apply(const api::Event&) override {}
    void publish(Time now) override;

    bool watch(BusId bus, bus::WireWatcher by = {}) override;
    void unwatch(BusId bus, bus::WireWatcher by = {}) override;
    void leave(bus::WireWatcher by) override;
    void clear() override { clearing_.store(true, std::memory_order_release); }
    [[nodiscard]] std::shared_ptr<const WireLog> log() const override { return cell_.read(); }

private:
    struct Watch {
        std::shared_ptr<WireTap> tap;
        WireSplitter splitter;
        std::map<bus::WireWatcher, bool> watchers{}; ///< true: it ends with the next publish()
    };

    /// Packets that were heard since the last time, behind those of the last block if that has room.
    [[nodiscard]] std::shared_ptr<WireBlock> hear(Time now);
    void keep(std::shared_ptr<const WireBlock> block);
    void trim();

    WireTaps& taps_;
    std::size_t budget_;
    WireNamer namer_;
    std::mutex guard_; ///< of watches_
    std::map<BusId, Watch> watches_;
    std::atomic<bool> watching_ = false; ///< there are watches, or there were at the last publish()
    std::atomic<bool> clearing_ = false;
    WireLog working_;
    std::size_t weight_ = 0;
    WireHeard heard_;
    Time due_{};
    SnapshotCell<WireLog> cell_;
};

} // namespace servolane::bus
