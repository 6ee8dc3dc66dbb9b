// SPDX-License-Identifier: GPL-3.0-or-later
// What the bus doctor found, in words: the same in the window and on the command line. Pure functions, any
// thread.
#pragma once

#include "core/bus/read/bus_doctor.h"

#include <string>
#include <string_view>

namespace servolane::app {

/// "Return delay"
[[nodiscard]] std::string_view titleOf(bus::Check check);
/// One sentence or two, with the numbers.
[[nodiscard]] std::string sentenceOf(const bus::Finding& finding);
/// What a button for it says: "Set to 0 µs"; empty if there is no remedy.
[[nodiscard]] std::string remedyText(const bus::Finding& finding);

/// Sets the latency timer of an FTDI adapter to so many milliseconds, and says what came of it: where the
/// system does not allow it, with the command that does. May wait for the system.
[[nodiscard]] std::string setAdapterLatency(const std::string& path, int milliseconds);

} // namespace servolane::app
