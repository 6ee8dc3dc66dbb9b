// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/arguments.h"
#include "app/cli/context.h"
#include "core/kernel/clock.h"

namespace servolane::cli {

/// Runs a command that speaks with servos on whatever lane the context has.
[[nodiscard]] Outcome runOnLane(Context& context);

/// The whole program for these words: returns its exit code. `interrupt` is woken by a signal.
[[nodiscard]] int runProgram(int argc, const char* const* argv, const Waker& interrupt);

} // namespace servolane::cli
