// SPDX-License-Identifier: GPL-3.0-or-later
// The only two ways to learn the time or to wait for it. Loops take a Clock& so that tests can step them
// without sleeping.
#pragma once

#include "core/kernel/time.h"

#include <atomic>

namespace servolane {
inline namespace kernel {

/// A descriptor that another thread makes readable in order to end a wait (an eventfd).
/// wake() may be called from any thread and from a signal handler; the rest belongs to the waiting thread.
class Waker {
public:
    Waker();
    ~Waker();
    Waker(const Waker&) = delete;
    Waker& operator=(const Waker&) = delete;

    void wake() noexcept;
    /// Call it before looking at what the wake-up announced: one that comes later is then never lost.
    void clear() noexcept;
    [[nodiscard]] bool isWoken() const noexcept { return woken_.load(std::memory_order_acquire); }
    [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

private:
    int descriptor_ = -1;
    std::atomic<bool> woken_ = false;
};

class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Time now() const = 0;
    [[nodiscard]] virtual UtcTime utcNow() const = 0;
    /// For how long the machine has been asleep in all; now() stands still meanwhile.
    [[nodiscard]] virtual Duration slept() const { return {}; }
    /// Waits until `until` or until `waker` is woken, whichever comes first; true if woken.
    /// Does not clear the waker.
    virtual bool waitUntil(Time until, const Waker& waker) = 0;
};

/// CLOCK_MONOTONIC; any thread.
class SystemClock final : public Clock {
public:
    [[nodiscard]] Time now() const override;
    [[nodiscard]] UtcTime utcNow() const override;
    [[nodiscard]] Duration slept() const override;
    bool waitUntil(Time until, const Waker& waker) override;
};

/// Time for tests: it moves only when told to, and waiting moves it to the end of the wait at once.
/// One thread only, save now().
class TestClock final : public Clock {
public:
    explicit TestClock(Time start = Time{std::chrono::seconds{1000}})
        : now_(start.time_since_epoch().count()) {}
    [[nodiscard]] Time now() const override { return Time{Duration{now_.load(std::memory_order_acquire)}}; }
    [[nodiscard]] UtcTime utcNow() const override;
    bool waitUntil(Time until, const Waker& waker) override;
    [[nodiscard]] Duration slept() const override { return slept_; }
    void advance(Duration span) { advanceTo(now() + span); }
    /// The machine sleeps: real time passes, now() does not.
    void sleep(Duration span) { slept_ += span; }
    /// Never moves backwards.
    void advanceTo(Time time);

private:
    std::atomic<std::int64_t> now_;
    Duration slept_{};
};

} // namespace kernel
} // namespace servolane
