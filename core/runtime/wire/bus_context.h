// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/bus/wire_tap.h"
#include "core/registers/control_table.h"
#include "core/runtime/core_inbox.h"
#include "core/runtime/event_bus.h"
#include "core/runtime/latest_cells.h"
#include "core/runtime/lease_table.h"
#include "core/runtime/stop_latch.h"

namespace servolane::runtime {

/// What the parts of one bus thread share with the rest of the program. All of it may be used from that
/// thread.
struct BusContext {
    BusId bus;
    Clock& clock;
    EventBus& events;
    CoreInbox& core;
    StopLatch& stops;
    const LeaseTable& leases;
    LatestCells& cells;
    bus::WireTaps* taps = nullptr;                              ///< null: nobody looks at the wire
    std::shared_ptr<const registers::ModelCatalog> models = {}; ///< null: none are known

    /// Publishes a fact and tells the write model of it.
    void fact(api::EventBody body) const {
        const Time now = clock.now();
        // Published first: what the write model answers has its place behind it.
        events.publish(now, {}, body);
        core.post(FactNote{std::move(body), now});
    }
    /// A fact that ends what the core thread will tell the beginning of: published by that thread, since its
    /// own word may still be on the way.
    void factInTurn(api::EventBody body) const { core.post(FactNote{std::move(body), clock.now(), true}); }
};

} // namespace servolane::runtime
