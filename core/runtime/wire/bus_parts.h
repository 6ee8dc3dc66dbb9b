// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/bus/commands.h"
#include "core/bus/servo_bus.h"
#include "core/bus/wire_tap.h"
#include "core/kernel/clock.h"

#include <functional>
#include <memory>
#include <string>

namespace servolane::runtime {

/// What one bus thread owns. Made by the composition (app/), which alone knows the drivers.
struct BusParts {
    std::unique_ptr<bus::Transport> transport;
    std::unique_ptr<bus::ServoBus> servos; ///< uses `transport`; destroyed before it
    bool simulated = false;
    /// Injects a fault into a simulated bus, or clears all for an empty text; empty function on real links.
    std::function<Result<void>(const std::string& fault, Time now)> fault;
    /// Where the adapter that was opened is found by now, if it came back under another name; empty: where it
    /// was, or nowhere. Called while the line is lost; must not block.
    std::function<std::string()> findAgain;
    std::shared_ptr<bus::WireTap> tap; ///< hears what passes on `transport`; null: nobody can look at it
};

/// Makes the parts without opening the line. `stop` ends waits of the transport when a stop is latched.
/// Called on the core thread; must not block. Errors: notFound (family), invalid (path).
using BusFactory =
    std::function<Result<BusParts>(const bus::LinkSettings& link, Clock& clock, const Waker& stop)>;

} // namespace servolane::runtime
