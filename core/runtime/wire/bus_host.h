// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runtime/wire/bus_loop.h"

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

namespace servolane::runtime {

/// All bus loops, one thread each (or none, when tests step them). Requests are posted from the core thread.
class BusHost {
public:
    enum class Threads : std::uint8_t { one, none };

    BusHost(Clock& clock, EventBus& events, CoreInbox& core, StopLatch& stops, const LeaseTable& leases,
            LatestCells& cells, BusFactory factory, Threads threads, bus::WireTaps* taps = nullptr,
            std::shared_ptr<const registers::ModelCatalog> models = {});
    ~BusHost();

    /// An OpenWork makes the bus; anything for a bus that does not exist fails at once.
    void post(bus::Request request);
    /// Takes back what waits of this command, on every bus; how many requests that were. Thread of post().
    std::size_t withdraw(CommandId command);
    /// Steps every loop once, for tests; the earliest time that one wants to be called again.
    [[nodiscard]] Time stepAll(Time now);
    void shutDown();

private:
    struct Place {
        std::unique_ptr<BusLoop> loop;
        std::thread thread;
    };
    void run(BusLoop& loop);
    void reapFinished();

    Clock& clock_;
    EventBus& events_;
    CoreInbox& core_;
    StopLatch& stops_;
    const LeaseTable& leases_;
    LatestCells& cells_;
    BusFactory factory_;
    Threads threads_;
    bus::WireTaps* taps_;
    std::shared_ptr<const registers::ModelCatalog> models_;
    std::atomic<bool> ending_ = false;
    std::map<std::uint16_t, Place> places_;
};

} // namespace servolane::runtime
