// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/context.h"
#include "app/workstation/workstation.h"

#include <functional>
#include <optional>

namespace servolane::cli {

/// Stops every running program of this user first, all at once and without waiting for one before the next;
/// then, by `stopUnowned`, what is reachable on ports that nobody has opened. The report is the sum, its time
/// the longest.
[[nodiscard]] Outcome runStopEverywhere(const Arguments& arguments, app::Workstation& workstation,
                                        Notices& notices, const Waker& interrupt,
                                        const std::function<Outcome()>& stopUnowned);

/// A program of ours that has the port but does not say so, frozen perhaps: it is told to stop all the same,
/// and what it answers is the outcome. Nothing if the port is nobody's of ours.
[[nodiscard]] std::optional<Outcome> stopHolderOf(const std::string& port, const Arguments& arguments,
                                                  app::Workstation& workstation, Notices& notices,
                                                  const Waker& interrupt);

} // namespace servolane::cli
