// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/bus/transport.h"

#include <memory>

namespace servolane::drivers {

/// The transport that can open `settings.path` (not yet open): a pseudo-terminal's for names that lead into
/// /dev/pts, else a serial port's; with `discardEcho`, one that drops its own echo. "sim:" paths are composed
/// by the program.
[[nodiscard]] std::unique_ptr<bus::Transport> makeTransport(const bus::LineSettings& settings, Clock& clock,
                                                            const Waker& waker);

} // namespace servolane::drivers
