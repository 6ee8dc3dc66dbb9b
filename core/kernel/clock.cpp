// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernel/clock.h"

#include <algorithm>
#include <cerrno>
#include <poll.h>
#include <sys/eventfd.h>
#include <system_error>
#include <time.h>
#include <unistd.h>

namespace servolane {
inline namespace kernel {

Waker::Waker()
    : descriptor_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

Waker::~Waker() {
    ::close(descriptor_);
}

void Waker::wake() noexcept {
    woken_.store(true, std::memory_order_release);
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(descriptor_, &one, sizeof one);
}

void Waker::clear() noexcept {
    woken_.store(false, std::memory_order_release);
    std::uint64_t count = 0;
    [[maybe_unused]] const auto got = ::read(descriptor_, &count, sizeof count);
}

namespace {
Duration readClock(clockid_t clock) {
    timespec value{};
    ::clock_gettime(clock, &value);
    return std::chrono::seconds{value.tv_sec} + Duration{value.tv_nsec};
}
} // namespace

Time SystemClock::now() const {
    return Time{readClock(CLOCK_MONOTONIC)};
}

Duration SystemClock::slept() const {
    // The boot clock runs on in suspend (clock_gettime(2)); the first is read first, so that a pause between
    // the two looks like sleep rather than like its opposite.
    const Duration awake = readClock(CLOCK_MONOTONIC);
    return readClock(CLOCK_BOOTTIME) - awake;
}

UtcTime SystemClock::utcNow() const {
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

bool SystemClock::waitUntil(Time until, const Waker& waker) {
    for (;;) {
        const Duration left = std::max(until - now(), Duration::zero());
        const auto whole = std::chrono::duration_cast<std::chrono::seconds>(left);
        const timespec timeout{static_cast<time_t>(whole.count()), static_cast<long>((left - whole).count())};
        pollfd entry{waker.descriptor(), POLLIN, 0};
        const int ready = ::ppoll(&entry, 1, &timeout, nullptr);
        if (ready > 0) return true;
        if (ready == 0 || errno != EINTR) return false;
    }
}

UtcTime TestClock::utcNow() const {
    // A fixed, recognisable date (2026-01-01) plus the test's own time.
    return UtcTime{std::chrono::seconds{1767225600}} + now().time_since_epoch();
}

bool TestClock::waitUntil(Time until, const Waker& waker) {
    if (waker.isWoken()) return true;
    advanceTo(until);
    return false;
}

void TestClock::advanceTo(Time time) {
    now_.store(std::max(time, now()).time_since_epoch().count(), std::memory_order_release);
}

} // namespace kernel
} // namespace servolane
