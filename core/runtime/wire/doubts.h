// SPDX-License-Identifier: GPL-3.0-or-later
// What a servo may or may not have taken over: writes whose answers did not come, or came damaged. They are
// read as soon as it answers, so that what is shown of it is true again.
#pragma once

#include "core/bus/request.h"
#include "core/bus/servo_bus.h"
#include "core/kernel/time.h"
#include "core/runtime/wire/polled_axis.h"

#include <optional>
#include <vector>

namespace servolane::runtime {

/// Bus thread only.
class Doubts {
public:
    /// A request that ended before its end: of the steps that have begun nobody knows what they did, the last
    /// one above all, nor what its reads would have told. One that only reads leaves no doubt.
    void add(const std::vector<bus::Step>& steps, std::size_t begun);
    /// Reads one whose time has come, of an axis that answers; absent: there was none, or it is still open.
    /// Errors: linkLost, interrupted.
    [[nodiscard]] Result<std::optional<bus::ReadBack>> settle(bus::ServoBus& servos,
                                                              const std::vector<PolledAxis>& axes, Time now);
    [[nodiscard]] bool isEmpty() const { return open_.empty(); }

private:
    struct Doubt {
        ServoId servo;
        bus::RegisterSpan span;
        Time due{};
    };
    void add(ServoId servo, bus::RegisterSpan span);

    std::vector<Doubt> open_; ///< each once
};

} // namespace servolane::runtime
