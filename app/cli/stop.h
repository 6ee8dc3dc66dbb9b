// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of a stop that are the same whoever owns the servos.
#pragma once

#include "app/cli/context.h"

#include <optional>
#include <string>
#include <vector>

namespace servolane::cli {

/// Not broken off by an interrupt.
[[nodiscard]] app::Fate awaitStop(Context& context, CommandId stop);
/// The report of a stop that is at its end, with its failure if an axis was not confirmed.
/// `finished`: what became of the axes; absent if that is not known.
[[nodiscard]] Outcome stopOutcome(const Context& context, const app::Fate& fate,
                                  const std::optional<motion::StopFinished>& finished);
/// Ports that are there and that nobody holds.
struct StoppablePorts {
    std::vector<std::string> asked;      ///< servo adapters, and where servos were seen
    std::vector<std::string> passedOver; ///< where they may be if somebody says so; none that is another kind
};
[[nodiscard]] StoppablePorts stoppablePorts(const app::PortBook& book);

} // namespace servolane::cli
