// SPDX-License-Identifier: GPL-3.0-or-later
// What a thread of the program sets for itself when it begins.
#pragma once

namespace servolane::runtime {

/// Shown by debuggers and `top -H`; at most 15 characters.
void nameThread(const char* name);
/// The kernel may delay wake-ups by 50 µs to save power; a bus thread does not want that.
void preferPreciseWaits();
/// Recorder, export and analysis give way to core and bus threads.
void lowerPriority();

} // namespace servolane::runtime
