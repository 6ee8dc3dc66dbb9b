// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernel/thread_setup.h"

#include <cstdint>
#include <pthread.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace servolane {
inline namespace kernel {

namespace {

/// The kernel's struct sched_attr as of its first version (sched_setattr(2)); glibc has none before 2.41.
struct SchedulingAttributes {
    std::uint32_t size = sizeof(SchedulingAttributes);
    std::uint32_t policy = SCHED_OTHER;
    std::uint64_t flags = 0;
    std::int32_t nice = 0;
    std::uint32_t priority = 0;
    std::uint64_t runtime = 0; ///< ns: of SCHED_OTHER the length of a turn
    std::uint64_t deadline = 0;
    std::uint64_t period = 0;
};
constexpr std::uint64_t shortestTurn = 100'000; // what the kernel takes at the least

id_t thisThread() {
    return static_cast<id_t>(::syscall(SYS_gettid));
}

} // namespace

void nameThread(const char* name) {
    ::pthread_setname_np(::pthread_self(), name);
}

void preferPreciseWaits() {
    ::prctl(PR_SET_TIMERSLACK, 1UL);
}

void preferShortTurns() {
    SchedulingAttributes attributes;
    attributes.nice = ::getpriority(PRIO_PROCESS, thisThread());
    attributes.runtime = shortestTurn;
    ::syscall(SYS_sched_setattr, 0, &attributes, 0U);
}

void lowerPriority() {
    // Linux keeps a nice value per thread.
    ::setpriority(PRIO_PROCESS, thisThread(), 10);
}

} // namespace kernel
} // namespace servolane
