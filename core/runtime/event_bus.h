// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runtime/event_queue.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <vector>

namespace servolane::runtime {

/// Gives every event its place in one order and hands it to every queue. Any thread publishes. Subscribe
/// before the threads start.
class EventBus {
public:
    void subscribe(EventQueue& queue) { queues_.push_back(&queue); }

    Sequence publish(Time time, CommandId cause, api::EventBody body) {
        const std::lock_guard lock(mutex_);
        const api::Event event{{++last_.value}, time, cause, std::move(body)};
        for (EventQueue* queue : queues_)
            queue->push(event);
        return event.sequence;
    }

    /// Samples of this bus that the consumer which lost most of them did not get.
    [[nodiscard]] std::uint64_t lostSamples(BusId bus) const {
        std::uint64_t most = 0;
        for (const EventQueue* queue : queues_)
            most = std::max(most, queue->lostSamples(bus));
        return most;
    }

private:
    std::mutex mutex_;
    Sequence last_;
    std::vector<EventQueue*> queues_;
};

} // namespace servolane::runtime
