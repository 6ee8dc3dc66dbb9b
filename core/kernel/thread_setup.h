// SPDX-License-Identifier: GPL-3.0-or-later
// What a thread of the program sets for itself when it begins. What the system refuses is left as it was.
#pragma once

namespace servolane {
inline namespace kernel {

/// Shown by debuggers and `top -H`; at most 15 characters.
void nameThread(const char* name);
/// The kernel may delay wake-ups by 50 µs to save power; a bus thread does not want that.
void preferPreciseWaits();
/// Core and bus threads: they work for a short time, and want to begin at once when they are woken, even if
/// others are busy. Asks the scheduler for short turns (Linux 6.12 and later), which costs nobody a share.
void preferShortTurns();
/// Projector, recorder, export and analysis give way to core and bus threads.
void lowerPriority();

} // namespace kernel
} // namespace servolane
