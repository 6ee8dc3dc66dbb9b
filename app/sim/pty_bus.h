// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sim/pty_line.h"
#include "core/kernel/clock.h"
#include "drivers/simulator/simulated_bus.h"

#include <array>
#include <memory>

namespace servolane::app {

/// A simulated bus that any program can open: couples the bus' own time to the clock and its wire to a
/// pseudo-terminal. serve() belongs to one thread.
class PtyBus {
public:
    /// `protocol`: the word that is announced.
    PtyBus(PtyLine line, std::shared_ptr<drivers::simulator::SimulatedBus> bus, std::string protocol);

    [[nodiscard]] const std::string& path() const { return line_.path(); }
    /// "PATH PROTOCOL BAUD ID,ID,…"
    [[nodiscard]] std::string announcement() const;
    /// Until `stop` is woken.
    void serve(const Waker& stop);

private:
    enum class Wake : std::uint8_t { input, time };

    void lowerTimerSlack() const;
    [[nodiscard]] Wake await(const Waker& stop);
    void awaitClient(const Waker& stop);
    void hear();
    void hangUp();
    void deliver();

    PtyLine line_;
    std::shared_ptr<drivers::simulator::SimulatedBus> bus_;
    std::string protocol_;
    SystemClock clock_;
    bool hungUp_ = false;
    /// By how much the last answer was handed on too late; the next request is dated back by it, so that
    /// lateness does not add up over the cycles.
    Duration overshoot_{};
    std::array<std::uint8_t, 16384> buffer_{};
};

} // namespace servolane::app
