// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/asker.h"
#include "core/kernel/ids.h"
#include "core/kernel/time.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <vector>

namespace servolane::runtime {

/// Until when each asker lets the jog of each axis go on. What one renews is of no use to the jog of another.
/// Renewed from any thread without a queue, read by the bus threads once per cycle and jog; the lock is held
/// for a look at a few entries.
class LeaseTable {
public:
    void renew(AxisId axis, api::Asker asker, Time until) {
        const std::lock_guard lock(mutex_);
        auto& leases = leases_[axis];
        // Who has said nothing for so long may come back and is then added anew.
        constexpr Duration forgotten = std::chrono::minutes{1};
        std::erase_if(leases, [&](const Lease& lease) {
            return lease.asker == asker || lease.until + forgotten < until;
        });
        leases.push_back({asker, until});
    }
    [[nodiscard]] bool holds(AxisId axis, api::Asker asker, Time now) const {
        const std::lock_guard lock(mutex_);
        const auto found = leases_.find(axis);
        return found != leases_.end() &&
               std::any_of(found->second.begin(), found->second.end(),
                           [&](const Lease& lease) { return lease.asker == asker && lease.until >= now; });
    }
    /// All that this one held, at once.
    void giveUp(api::Asker asker) {
        const std::lock_guard lock(mutex_);
        for (auto& [axis, leases] : leases_)
            std::erase_if(leases, [&](const Lease& lease) { return lease.asker == asker; });
    }
    /// The machine slept: nobody can have held a key all that time.
    void lapseAll() {
        const std::lock_guard lock(mutex_);
        leases_.clear();
    }

private:
    struct Lease {
        api::Asker asker;
        Time until{};
    };
    mutable std::mutex mutex_;
    std::map<AxisId, std::vector<Lease>> leases_;
};

} // namespace servolane::runtime
