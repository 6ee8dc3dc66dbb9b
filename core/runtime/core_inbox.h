// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/event.h"
#include "core/bus/request.h"
#include "core/kernel/clock.h"

#include <deque>
#include <mutex>
#include <variant>

namespace servolane::runtime {

/// A fact published by another thread, for the write model to follow and to answer.
struct FactNote {
    api::EventBody body;
    Time at{};
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

using CoreNote =
    std::variant<api::Command, StopNote, FactNote, bus::RequestSent, bus::RequestFinished, StopServed>;

/// The one way into the core thread: commands and bus facts, in order. Any thread posts.
class CoreInbox {
public:
    explicit CoreInbox(Waker& core)
        : core_(core) {}
    void post(CoreNote note) {
        {
            const std::lock_guard lock(mutex_);
            notes_.push_back(std::move(note));
        }
        core_.wake();
    }
    [[nodiscard]] std::deque<CoreNote> drain() {
        std::deque<CoreNote> taken;
        const std::lock_guard lock(mutex_);
        taken.swap(notes_);
        return taken;
    }

private:
    Waker& core_;
    std::mutex mutex_;
    std::deque<CoreNote> notes_;
};

} // namespace servolane::runtime
