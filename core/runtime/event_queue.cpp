// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/event_queue.h"

#include <algorithm>
#include <utility>

namespace servolane::runtime {

namespace {
const api::FeedbackPointer* feedbackOf(const api::Event& event) {
    return std::get_if<api::FeedbackPointer>(&event.body);
}
} // namespace

void EventQueue::push(const api::Event& event) {
    const bool fact = api::isFact(event.body);
    // The bus pushes one event after the other, so plain stores keep their order.
    if (fact) lastFact_.store(event.sequence.value, std::memory_order_release);
    if (!fact && capacity_ == 0) {
        passed_.store(event.sequence.value, std::memory_order_release);
        return;
    }
    {
        const std::lock_guard lock(mutex_);
        if (feedbackOf(event)) {
            if (feedback_ == capacity_) dropOldestFeedback();
            ++feedback_;
        }
        events_.push_back(event);
    }
    passed_.store(event.sequence.value, std::memory_order_release);
    if (fact) consumer_.wake();
}

void EventQueue::dropOldestFeedback() {
    const auto oldest =
        std::find_if(events_.begin(), events_.end(), [](const auto& e) { return feedbackOf(e); });
    const auto dropped = *feedbackOf(*oldest);
    lostSamples_[dropped->bus] += dropped->samples.size();
    const auto after = events_.erase(oldest);
    --feedback_;
    const auto next = std::find_if(after, events_.end(), [&](const api::Event& e) {
        const auto* cycle = feedbackOf(e);
        return cycle && (*cycle)->bus == dropped->bus;
    });
    if (next == events_.end() || (*feedbackOf(*next))->gapBefore) return;
    auto marked = std::make_shared<telemetry::FeedbackCycle>(**feedbackOf(*next));
    marked->gapBefore = true;
    next->body = api::FeedbackPointer{std::move(marked)};
}

std::deque<api::Event> EventQueue::drain() {
    std::deque<api::Event> taken;
    const std::lock_guard lock(mutex_);
    taken.swap(events_);
    feedback_ = 0;
    return taken;
}

std::uint64_t EventQueue::lostSamples() const {
    const std::lock_guard lock(mutex_);
    std::uint64_t all = 0;
    for (const auto& [bus, lost] : lostSamples_)
        all += lost;
    return all;
}

std::uint64_t EventQueue::lostSamples(BusId bus) const {
    const std::lock_guard lock(mutex_);
    const auto found = lostSamples_.find(bus);
    return found == lostSamples_.end() ? 0 : found->second;
}

} // namespace servolane::runtime
