// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/journal/journal_store.h"
#include "core/runtime/event_queue.h"

#include <atomic>
#include <memory>
#include <vector>

namespace servolane::runtime {

/// Writes every fact to the journal, one commit per batch of ready facts. While the disk fails, facts wait in
/// memory up to a bound, are then counted, and the first batch that can be written says how many are missing.
/// Journal thread only, save the two atomic figures.
class JournalLoop {
public:
    /// `writer` may be null: facts are then not kept.
    JournalLoop(EventQueue& queue, std::unique_ptr<journal::JournalWriter> writer)
        : queue_(queue)
        , writer_(std::move(writer)) {}

    /// Before the first step.
    void adopt(std::unique_ptr<journal::JournalWriter> writer) { writer_ = std::move(writer); }
    [[nodiscard]] Time step(Time now);
    /// The last step of the program: what waits is tried once more, whatever is left of the pause after a
    /// failure. Returns what could not be stored.
    [[nodiscard]] journal::UnstoredFacts finish();
    /// Every fact up to this event is on disk, or has been counted as missing; any thread. Samples count as
    /// passed with the fact before them.
    [[nodiscard]] Sequence storedUpTo() const;
    /// The newest attempt to write failed; any thread.
    [[nodiscard]] bool isFailing() const { return failing_.load(std::memory_order_relaxed); }

private:
    void keep(api::Event event);
    [[nodiscard]] Result<void> write();

    EventQueue& queue_;
    std::unique_ptr<journal::JournalWriter> writer_;
    std::vector<api::Event> waiting_;
    std::uint64_t missing_ = 0; ///< lost right before the first of those that wait
    std::uint64_t lost_ = 0;    ///< lost after them
    Time retryDue_{};
    std::atomic<std::uint64_t> stored_ = 0;
    std::atomic<bool> failing_ = false;
};

} // namespace servolane::runtime
