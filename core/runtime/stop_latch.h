// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernel/clock.h"
#include "core/kernel/ids.h"

#include <atomic>
#include <mutex>
#include <vector>

namespace servolane::runtime {

/// The stop as the bus threads see it: a generation counter that waits in no queue. latch() may be called
/// from any thread; it breaks off the silent wait of every bus. A reset names the generation that it clears,
/// so that a stop pressed meanwhile stays latched.
class StopLatch {
public:
    /// Returns the new generation.
    StopGeneration latch(Time at) {
        at_.store(at.time_since_epoch().count(), std::memory_order_relaxed);
        const StopGeneration generation{latched_.fetch_add(1, std::memory_order_acq_rel) + 1};
        const std::lock_guard lock(mutex_);
        for (Waker* waker : wakers_)
            waker->wake();
        return generation;
    }

    void clear(StopGeneration generation) { cleared_.store(generation.value, std::memory_order_release); }

    [[nodiscard]] StopGeneration generation() const { return {latched_.load(std::memory_order_acquire)}; }
    [[nodiscard]] bool isLatched() const {
        return latched_.load(std::memory_order_acquire) > cleared_.load(std::memory_order_acquire);
    }
    /// When the newest stop was asked for.
    [[nodiscard]] Time at() const { return Time{Duration{at_.load(std::memory_order_relaxed)}}; }

    void addWaker(Waker& waker) {
        const std::lock_guard lock(mutex_);
        wakers_.push_back(&waker);
    }
    void removeWaker(Waker& waker) {
        const std::lock_guard lock(mutex_);
        std::erase(wakers_, &waker);
    }

private:
    std::atomic<std::uint64_t> latched_ = 0;
    std::atomic<std::uint64_t> cleared_ = 0;
    std::atomic<std::int64_t> at_ = 0;
    std::mutex mutex_;
    std::vector<Waker*> wakers_;
};

} // namespace servolane::runtime
