// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernel/clock.h"

namespace servolane::runtime {

/// What every thread of the program does: step, then wait until the loop wants to be called again or is
/// woken.
template <class IsOver, class Step>
void runLoop(Clock& clock, Waker& waker, IsOver isOver, Step step) {
    while (!isOver()) {
        const Time next = step(clock.now());
        const bool woken = next > clock.now() && clock.waitUntil(next, waker);
        // Cleared before the next step looks at what the wake-up announced, so none is lost. Without a
        // wake-up the system call is spared: bus threads come here thousands of times a second.
        if (woken || waker.isWoken()) waker.clear();
    }
}

} // namespace servolane::runtime
