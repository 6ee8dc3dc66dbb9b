// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernel/thread_setup.h"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace servolane::ui {

/// Work that is asked for again and again, and of which only the newest request counts. One thread of low
/// priority, begun with the first request, asleep while there is none. Only the GUI thread calls the members;
/// it waits for the work in the destructor alone, which cancels first.
template <class Request, class Answer>
class LatestJob {
public:
    /// Runs on the thread. Should return soon, with whatever, once `superseded` is set.
    using Work = std::function<Answer(const Request&, const std::atomic<bool>& superseded)>;

    explicit LatestJob(const char* threadName, Work work)
        : threadName_(threadName)
        , work_(std::move(work)) {}
    ~LatestJob() {
        {
            const std::lock_guard lock(mutex_);
            ending_ = true;
            superseded_ = true;
        }
        wake_.notify_all();
        if (thread_.joinable()) thread_.join();
    }
    LatestJob(const LatestJob&) = delete;
    LatestJob& operator=(const LatestJob&) = delete;

    /// Takes the place of one that waits; one that runs is cancelled and its answer thrown away.
    void ask(Request request) {
        {
            const std::lock_guard lock(mutex_);
            waiting_ = std::move(request);
            answer_.reset();
            superseded_ = true;
        }
        wake_.notify_all();
        if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
    }
    [[nodiscard]] bool isBusy() const {
        const std::lock_guard lock(mutex_);
        return waiting_ || running_;
    }
    /// The answer to the newest request, once.
    [[nodiscard]] std::optional<Answer> take() {
        const std::lock_guard lock(mutex_);
        return std::exchange(answer_, std::nullopt);
    }

private:
    void run() {
        nameThread(threadName_);
        lowerPriority();
        std::unique_lock lock(mutex_);
        while (true) {
            wake_.wait(lock, [this] { return ending_ || waiting_; });
            if (ending_) return;
            const Request request = std::move(*waiting_);
            waiting_.reset();
            superseded_ = false;
            running_ = true;
            lock.unlock();
            Answer answer = work_(request, superseded_);
            lock.lock();
            running_ = false;
            if (!superseded_) answer_ = std::move(answer);
        }
    }

    const char* threadName_;
    Work work_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::optional<Request> waiting_;
    std::optional<Answer> answer_;
    std::atomic<bool> superseded_ = false;
    bool running_ = false;
    bool ending_ = false;
    std::thread thread_;
};

} // namespace servolane::ui
