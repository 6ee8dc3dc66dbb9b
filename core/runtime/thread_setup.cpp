// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/thread_setup.h"

#include <pthread.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace servolane::runtime {

void nameThread(const char* name) {
    ::pthread_setname_np(::pthread_self(), name);
}

void preferPreciseWaits() {
    ::prctl(PR_SET_TIMERSLACK, 1UL);
}

void lowerPriority() {
    // Linux keeps a nice value per thread.
    const auto thread = static_cast<id_t>(::syscall(SYS_gettid));
    ::setpriority(PRIO_PROCESS, thread, 10);
}

} // namespace servolane::runtime
