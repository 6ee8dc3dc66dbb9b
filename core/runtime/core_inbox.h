// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/event.h"
#include "core/bus/request.h"
#include "core/kernel/clock.h"

#include <atomic>
#include <deque>
#include <mutex>
#include <variant>

namespace servolane::runtime {

/// A fact published by another thread, for the write model to follow and to answer.
struct FactNote {
    api::EventBody body;
    Time at{};
    bool unpublished = false; ///< the core thread publishes it, behind what it has still to say
};
/// A stop was latched outside of the core thread.
struct StopNote {
    api::Command command;
    StopGeneration generation;
};
/// One bus has done its part of a stop.
struct StopServed {
    BusId bus;
    StopGeneration generation;
    std::vector<motion::StoppedAxis> axes;
};
/// The connection of an asker is closed, after all that came through it.
struct LeaveNote {
    api::Asker asker;
};

using CoreNote = std::variant<api::Command, StopNote, FactNote, bus::RequestSent, bus::RequestFinished,
                              StopServed, LeaveNote>;

/// The one way into the core thread: commands and bus facts, in order. Any thread posts.
class CoreInbox {
public:
    explicit CoreInbox(Waker& core)
        : core_(core) {}
    void post(CoreNote note) {
        if (std::holds_alternative<api::Command>(note)) undecided_.fetch_add(1, std::memory_order_acq_rel);
        put(std::move(note));
        core_.wake();
    }
    /// For what can wait until the core thread's next step, a few milliseconds: waking it now would cost the
    /// sender time it does not have.
    void postQuietly(CoreNote note) { put(std::move(note)); }
    /// A command is on its way through the write model; what it asks of a bus is not in its mailbox yet.
    [[nodiscard]] bool isDeciding() const { return undecided_.load(std::memory_order_acquire) > 0; }
    /// The core thread has handed on what one command asked for.
    void noteDecided() { undecided_.fetch_sub(1, std::memory_order_acq_rel); }
    [[nodiscard]] std::deque<CoreNote> drain() {
        std::deque<CoreNote> taken;
        const std::lock_guard lock(mutex_);
        taken.swap(notes_);
        return taken;
    }

private:
    void put(CoreNote note) {
        const std::lock_guard lock(mutex_);
        notes_.push_back(std::move(note));
    }

    Waker& core_;
    std::atomic<std::uint32_t> undecided_ = 0;
    std::mutex mutex_;
    std::deque<CoreNote> notes_;
};

} // namespace servolane::runtime
