// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernel/time.h"

#include <atomic>

namespace servolane::runtime {

/// When a window last said that it is alive. Any thread, without queue or lock.
class WindowPulse {
public:
    void beat(Time now) { last_.store(nanosecondsSinceEpoch(now), std::memory_order_relaxed); }
    /// Never while no window has ever spoken.
    [[nodiscard]] bool isSilent(Time now) const {
        const auto last = last_.load(std::memory_order_relaxed);
        return last != never && now - Time{Duration{last}} > patience;
    }

private:
    static constexpr std::int64_t never = 0;
    static constexpr Duration patience = std::chrono::seconds{1};
    std::atomic<std::int64_t> last_ = never;
};

} // namespace servolane::runtime
