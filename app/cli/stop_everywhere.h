// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/context.h"
#include "app/workstation/workstation.h"

#include <functional>

namespace servolane::cli {

/// Stops every running program of this user first, all at once and without waiting for one before the next;
/// then, by `stopUnowned`, what is reachable on ports that nobody has opened. The report is the sum, its time
/// the longest.
[[nodiscard]] Outcome runStopEverywhere(const Arguments& arguments, app::Workstation& workstation,
                                        Notices& notices, const Waker& interrupt,
                                        const std::function<Outcome()>& stopUnowned);

} // namespace servolane::cli
