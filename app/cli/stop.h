// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of a stop that are the same whoever owns the servos.
#pragma once

#include "app/cli/context.h"

#include <string>
#include <vector>

namespace servolane::cli {

/// Not broken off by an interrupt.
[[nodiscard]] app::Fate awaitStop(Context& context, CommandId stop);
/// The report of a stop that is at its end, with its failure if an axis was not confirmed.
[[nodiscard]] Outcome stopOutcome(const Context& context, const app::Fate& fate);
/// Ports that are there and that nobody holds.
[[nodiscard]] std::vector<std::string> reachablePorts();

} // namespace servolane::cli
