// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runtime/bus_context.h"
#include "core/runtime/poll_group.h"

#include <vector>

namespace servolane::runtime {

/// What one bus does on a stop: a broadcast where every model seen has torque at that address and is to lose
/// it, then each axis by its own reaction, repeated until each is read back in its stopped state or has
/// failed to answer. Bus thread only.
class StopService {
public:
    StopService(const BusContext& context, bus::ServoBus& servos, Waker& breakOff)
        : context_(context)
        , servos_(servos)
        , breakOff_(breakOff) {}

    /// Returns one entry per axis, in the order of `axes`. Errors: linkLost; then the axes are reported as
    /// not confirmed.
    [[nodiscard]] std::vector<motion::StoppedAxis> serve(std::vector<PolledAxis>& axes);
    /// Torque off of axes that were told to hold for a while first.
    void serveDeferred(std::vector<PolledAxis>& axes, Time now);
    void cancelDeferred() { deferred_.clear(); }

private:
    struct Deferred {
        AxisId axis;
        Time due{};
    };
    void broadcastTorqueOff(const std::vector<PolledAxis>& axes);
    [[nodiscard]] bool stopOne(const PolledAxis& polled, int round);
    [[nodiscard]] bool switchOff(const PolledAxis& polled, int round);
    [[nodiscard]] bool hold(const PolledAxis& polled);

    const BusContext& context_;
    bus::ServoBus& servos_;
    Waker& breakOff_;
    std::vector<Deferred> deferred_;
    bool broadcastSent_ = false;
};

} // namespace servolane::runtime
