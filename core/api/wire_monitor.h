// SPDX-License-Identifier: GPL-3.0-or-later
// What passes on the wire, for those who want to look at it. Nothing of it is kept for those who do not.
#pragma once

#include "core/bus/wire.h"
#include "core/kernel/ids.h"

#include <memory>

namespace servolane::bus {
struct WireLog;
}

namespace servolane::api {

/// Any thread; no call waits for the wire.
class WireMonitor {
public:
    virtual ~WireMonitor() = default;
    /// From now on the packets of this bus are kept; false: there is no such bus. Safe to call twice.
    virtual bool watch(BusId bus, bus::WireWatcher by) = 0;
    /// What is kept stays, and packets go on being kept while another one watches.
    virtual void unwatch(BusId bus, bus::WireWatcher by) = 0;
    /// The same for every bus: `by` is gone.
    virtual void leave(bus::WireWatcher by) = 0;
    /// Forgets all packets, soon.
    virtual void clear() = 0;
    /// Never null; immutable.
    [[nodiscard]] virtual std::shared_ptr<const bus::WireLog> log() const = 0;
};

} // namespace servolane::api
