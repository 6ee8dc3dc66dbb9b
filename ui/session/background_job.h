// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernel/thread_setup.h"
#include "core/session/session_library.h"

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

namespace servolane::ui {

/// One piece of work on a thread of its own, looked after by the GUI thread: nothing here waits for it but
/// the destructor, which cancels first. Only the GUI thread calls the members.
template <class Outcome>
class BackgroundJob {
public:
    using Work = std::function<Outcome(session::JobProgress&)>;

    BackgroundJob() = default;
    ~BackgroundJob() { abandon(); }
    BackgroundJob(const BackgroundJob&) = delete;
    BackgroundJob& operator=(const BackgroundJob&) = delete;

    /// A running one is cancelled and its outcome thrown away.
    void start(Work work, Time now) {
        abandon();
        state_ = std::make_shared<State>();
        began_ = now;
        thread_ = std::thread([state = state_, work = std::move(work)] {
            lowerPriority();
            state->outcome.emplace(work(state->progress));
            state->finished.store(true, std::memory_order_release);
        });
    }
    void cancel() {
        if (state_) state_->progress.cancel = true;
    }
    [[nodiscard]] bool isRunning() const { return state_ != nullptr; }
    [[nodiscard]] double done() const { return state_ ? state_->progress.done.load() : 0.0; }
    [[nodiscard]] Time began() const { return began_; }

    /// The outcome, once, after the work has ended.
    [[nodiscard]] std::optional<Outcome> take() {
        if (!state_ || !state_->finished.load(std::memory_order_acquire)) return std::nullopt;
        thread_.join();
        return std::move(std::exchange(state_, nullptr)->outcome);
    }

private:
    struct State {
        session::JobProgress progress;
        std::optional<Outcome> outcome;
        std::atomic<bool> finished = false;
    };

    void abandon() {
        cancel();
        if (thread_.joinable()) thread_.join();
        state_.reset();
    }

    std::shared_ptr<State> state_;
    std::thread thread_;
    Time began_{};
};

} // namespace servolane::ui
