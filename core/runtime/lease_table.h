// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernel/ids.h"
#include "core/kernel/time.h"

#include <array>
#include <atomic>

namespace servolane::runtime {

/// Until when the jog of each axis may go on. Renewed from any thread without queue or lock; read by the bus
/// threads once per cycle.
class LeaseTable {
public:
    static constexpr std::size_t capacity = 1024; ///< axes

    void renew(AxisId axis, Time until) {
        if (axis.value < capacity)
            until_[axis.value].store(nanosecondsSinceEpoch(until), std::memory_order_relaxed);
    }
    [[nodiscard]] bool holds(AxisId axis, Time now) const {
        return axis.value < capacity &&
               until_[axis.value].load(std::memory_order_relaxed) >= nanosecondsSinceEpoch(now);
    }

    /// The machine slept: nobody can have held a key all that time.
    void lapseAll() {
        for (auto& until : until_)
            until.store(0, std::memory_order_relaxed);
    }

private:
    std::array<std::atomic<std::int64_t>, capacity> until_{};
};

} // namespace servolane::runtime
