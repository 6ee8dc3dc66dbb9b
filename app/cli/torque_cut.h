// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/context.h"

namespace servolane::cli {

/// Tells every servo on the link's port to switch torque off, at each rate that is likely, its own first and
/// more than once, and asks nobody who is there: what nobody has looked for yet is stopped as well. Takes
/// some seventy milliseconds; what came of it is for others to read back. Does nothing on simulated lines,
/// and where the family knows no broadcast. Errors: those of opening the port.
[[nodiscard]] Result<void> cutTorque(Context& context, const bus::LinkSettings& link);

} // namespace servolane::cli
