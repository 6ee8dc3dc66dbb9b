// SPDX-License-Identifier: GPL-3.0-or-later
// Read model: the machine as it is to be kept. Immutable once published.
#pragma once

#include "core/kernel/ids.h"
#include "core/motion/machine.h"

namespace servolane::motion {

struct MachineBoard {
    Sequence upTo;
    /// What was loaded, with all that was changed since; axes that nobody has touched are not in it.
    Machine machine;
    /// Counts loads and changes; 0: nothing was loaded or set yet.
    std::uint64_t revision = 0;
};

} // namespace servolane::motion
