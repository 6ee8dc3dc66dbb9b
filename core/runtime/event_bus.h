// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runtime/event_queue.h"

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

private:
    std::mutex mutex_;
    Sequence last_;
    std::vector<EventQueue*> queues_;
};

} // namespace servolane::runtime
