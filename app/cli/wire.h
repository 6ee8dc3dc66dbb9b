// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/attach.h"

namespace servolane::cli {

/// monitor --wire: tells every packet of the port for the time that was asked for; people see them as they
/// come.
[[nodiscard]] Outcome tellWire(Context& context, const Attached& attached);

} // namespace servolane::cli
