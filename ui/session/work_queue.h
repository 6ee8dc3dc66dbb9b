// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernel/thread_setup.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace servolane::ui {

/// Small pieces of work that must all be done, one after the other, such as writing files: on one thread of
/// low priority, begun with the first. Only the GUI thread calls the members; it waits in the destructor
/// alone, until what was added is done.
template <class Outcome>
class WorkQueue {
public:
    using Work = std::function<Outcome()>;

    WorkQueue() = default;
    ~WorkQueue() {
        {
            const std::lock_guard lock(mutex_);
            ending_ = true;
        }
        wake_.notify_all();
        if (thread_.joinable()) thread_.join();
    }
    WorkQueue(const WorkQueue&) = delete;
    WorkQueue& operator=(const WorkQueue&) = delete;

    void add(Work work) {
        {
            const std::lock_guard lock(mutex_);
            works_.push_back(std::move(work));
            ++open_;
        }
        wake_.notify_all();
        if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
    }
    /// Not all outcomes were taken.
    [[nodiscard]] bool isBusy() const {
        const std::lock_guard lock(mutex_);
        return open_ > 0;
    }
    /// The oldest outcome, once.
    [[nodiscard]] std::optional<Outcome> take() {
        const std::lock_guard lock(mutex_);
        if (outcomes_.empty()) return std::nullopt;
        std::optional<Outcome> outcome(std::move(outcomes_.front()));
        outcomes_.pop_front();
        --open_;
        return outcome;
    }

private:
    void run() {
        lowerPriority();
        std::unique_lock lock(mutex_);
        while (true) {
            wake_.wait(lock, [this] { return ending_ || !works_.empty(); });
            if (works_.empty()) return;
            const Work work = std::move(works_.front());
            works_.pop_front();
            lock.unlock();
            Outcome outcome = work();
            lock.lock();
            outcomes_.push_back(std::move(outcome));
        }
    }

    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Work> works_;
    std::deque<Outcome> outcomes_;
    std::size_t open_ = 0;
    bool ending_ = false;
    std::thread thread_;
};

} // namespace servolane::ui
