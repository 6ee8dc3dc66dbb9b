// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/event.h"
#include "core/kernel/clock.h"

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>

namespace servolane::runtime {

/// One consumer's share of the one order. Any thread pushes, one thread drains. Facts are never dropped and
/// wake the consumer at once; feedback waits for its next tick, since a wake-up per bus cycle would cost a
/// quarter of the polling rate. A queue full of feedback drops its oldest cycle, counts it, and marks the
/// next cycle of that bus as after a gap.
class EventQueue {
public:
    /// `feedbackCapacity` in cycles. 0: this consumer takes facts only.
    EventQueue(std::size_t feedbackCapacity, Waker& consumer)
        : capacity_(feedbackCapacity)
        , consumer_(consumer) {}

    void push(const api::Event& event);
    /// Everything since the last call, in order.
    [[nodiscard]] std::deque<api::Event> drain();
    /// The newest event that came by, whether this consumer takes it or not; any thread.
    [[nodiscard]] Sequence passedUpTo() const { return {passed_.load(std::memory_order_acquire)}; }
    /// The newest fact pushed; any thread. Never older than what a passedUpTo() read before it has seen.
    [[nodiscard]] Sequence lastFact() const { return {lastFact_.load(std::memory_order_acquire)}; }
    /// Samples (axis × cycle) dropped since the program started.
    [[nodiscard]] std::uint64_t lostSamples() const;
    [[nodiscard]] std::uint64_t lostSamples(BusId bus) const;

private:
    void dropOldestFeedback();

    const std::size_t capacity_;
    Waker& consumer_;
    std::atomic<std::uint64_t> passed_ = 0;
    std::atomic<std::uint64_t> lastFact_ = 0;
    mutable std::mutex mutex_;
    std::deque<api::Event> events_;
    std::size_t feedback_ = 0;
    std::map<BusId, std::uint64_t> lostSamples_;
};

} // namespace servolane::runtime
