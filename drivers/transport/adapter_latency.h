// SPDX-License-Identifier: GPL-3.0-or-later
// How long a USB adapter holds bytes back before it hands on a packet that is not full.
#pragma once

#include "core/kernel/result.h"
#include "core/kernel/time.h"

#include <string>

namespace servolane::drivers {

/// Sets ASYNC_LOW_LATENCY where the driver has it (FTDI then uses 1 ms instead of 16); does nothing
/// elsewhere.
void askForLowLatency(int descriptor);

/// From the driver's latency_timer for a device such as "/dev/ttyUSB0"; zero where there is none.
[[nodiscard]] Duration adapterLatency(const std::string& device);

/// Sets that timer. Errors: unsupported (there is none), notAllowed (only root may; the detail holds the
/// command that does it), inputOutput.
[[nodiscard]] Result<void> setAdapterLatency(const std::string& device, int milliseconds);

} // namespace servolane::drivers
