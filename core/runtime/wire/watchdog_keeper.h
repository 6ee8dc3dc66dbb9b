// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runtime/wire/bus_context.h"
#include "core/runtime/wire/poll_group.h"

#include <vector>

namespace servolane::runtime {

/// The bus watchdogs of the servos that this program has armed: fitted to how often the bus speaks to each,
/// looked at after a pause of its own, cleared when it leaves. Bus thread only.
class WatchdogKeeper {
public:
    WatchdogKeeper(const BusContext& context, bus::ServoBus& servos)
        : context_(context)
        , servos_(servos) {}

    /// How long a servo may have to wait for its next instruction while polling goes on as now.
    void expectEvery(Duration cycle) { cycle_ = cycle; }
    /// What the step's `after` becomes on this bus, a whole number of its units; zero for a step that clears.
    [[nodiscard]] Duration fitted(const bus::WatchdogStep& step) const;
    /// The register has been written; from now on it must be cleared on leaving.
    void written(const bus::WatchdogStep& step, Duration after);
    /// And it was read back: publishes WatchdogArmed or WatchdogCleared.
    void confirmed(const bus::WatchdogStep& step, Duration after);

    /// Zero if none is armed.
    [[nodiscard]] Duration shortest() const;
    /// After the last pause a servo did not say whether its watchdog had tripped: it is to be asked again.
    [[nodiscard]] bool owesLook() const;
    /// The bus has said nothing for too long: asks which have tripped, and says so; which do not answer are
    /// asked by the next call. Errors: linkLost, interrupted.
    [[nodiscard]] Result<void> lookAfterPause(const std::vector<PolledAxis>& axes);
    /// As lookAfterPause(), of those alone that did not answer it.
    [[nodiscard]] Result<void> lookAgain(const std::vector<PolledAxis>& axes);
    /// Leaving: one attempt and one repetition for each, silent axes left out.
    void clearAll(const std::vector<PolledAxis>& axes);

private:
    struct Armed {
        bus::WatchdogStep step;
        Duration after{};
        bool tripped = false;
        bool unlooked = false;
    };
    [[nodiscard]] Result<void> look(Armed& armed);

    const BusContext& context_;
    bus::ServoBus& servos_;
    Duration cycle_{};
    std::vector<Armed> armed_;
};

} // namespace servolane::runtime
