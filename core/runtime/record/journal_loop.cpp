// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/record/journal_loop.h"

#include <algorithm>
#include <utility>

namespace servolane::runtime {

namespace {
/// About 64 MB of facts.
constexpr std::size_t mostWaiting = 64 * 1024 * 1024 / 512;
constexpr Duration rewriteInterval = std::chrono::seconds{1};
constexpr Duration idle = std::chrono::seconds{1};
} // namespace

void JournalLoop::keep(api::Event event) {
    if (!api::isFact(event.body)) return;
    if (waiting_.size() >= mostWaiting)
        ++lost_;
    else
        waiting_.push_back(std::move(event));
}

Result<void> JournalLoop::write() {
    const Sequence last = waiting_.back().sequence;
    auto written = writer_ ? writer_->append(waiting_, missing_) : Result<void>{};
    failing_ = !written;
    if (!written) return written;
    waiting_.clear();
    // What was lost came after all that waited: the next row says how many.
    missing_ = std::exchange(lost_, 0);
    stored_.store(last.value, std::memory_order_release);
    return {};
}

Time JournalLoop::step(Time now) {
    for (auto& event : queue_.drain())
        keep(std::move(event));
    if (waiting_.empty()) return now + idle;
    if (failing_ && now < retryDue_) return retryDue_;
    if (write()) return now + idle;
    retryDue_ = now + rewriteInterval;
    return retryDue_;
}

journal::UnstoredFacts JournalLoop::finish() {
    for (auto& event : queue_.drain())
        keep(std::move(event));
    journal::UnstoredFacts left;
    if (!waiting_.empty()) {
        if (const auto written = write(); !written) left.error = written.error();
    }
    left.count = waiting_.size() + missing_ + lost_;
    return left;
}

Sequence JournalLoop::storedUpTo() const {
    // In this order: a fact that is pushed in between makes the answer older, never too new.
    const Sequence passed = queue_.passedUpTo();
    const Sequence stored{stored_.load(std::memory_order_acquire)};
    return stored >= queue_.lastFact() ? std::max(stored, passed) : stored;
}

} // namespace servolane::runtime
