// SPDX-License-Identifier: GPL-3.0-or-later
// scan over several ports and families, on ports that nobody has open.
#pragma once

#include "app/cli/arguments.h"
#include "app/cli/notices.h"
#include "app/workstation/workstation.h"

#include <functional>

namespace servolane::cli {

/// `scanOne` scans the one port that was named as every command of an open port does, wherever it is open.
[[nodiscard]] Outcome runScanOver(const Arguments& arguments, app::Workstation& workstation, Notices& notices,
                                  const Waker& interrupt, const std::function<Outcome()>& scanOne);

} // namespace servolane::cli
