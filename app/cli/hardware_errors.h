// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/context.h"

#include <optional>
#include <vector>

namespace servolane::cli {

/// Absent: not read yet. False also for an axis that is silent or has no such register.
[[nodiscard]] std::optional<bool> hasHardwareError(const Context& context, AxisId axis);
/// Error registers are read seldom: the first time may be yet to come. Until then a command would be judged
/// without them.
app::WaitEnd waitForErrors(Context& context, const std::vector<AxisId>& axes);

} // namespace servolane::cli
