// SPDX-License-Identifier: GPL-3.0-or-later
// Searches for servos on ports that nobody has open. Only pings go out, and only of the families that are
// named for the port; what is found is connected with ConnectBus like any other link.
#pragma once

#include <memory>
#include <vector>

namespace servolane::bus {
struct DiscoveryBoard;
struct PortSearchOrder;
} // namespace servolane::bus

namespace servolane::api {

/// Any thread; no call waits for a port.
class Discovery {
public:
    virtual ~Discovery() = default;
    /// All ports at the same time. False: one is running, nothing was begun.
    virtual bool start(std::vector<bus::PortSearchOrder> orders) = 0;
    /// Soon; what was found stays.
    virtual void cancel() = 0;
    /// Never null; immutable.
    [[nodiscard]] virtual std::shared_ptr<const bus::DiscoveryBoard> board() const = 0;
};

} // namespace servolane::api
