// SPDX-License-Identifier: GPL-3.0-or-later
// What happened to control tables. Facts.
#pragma once

#include "core/kernel/ids.h"

#include <cstdint>
#include <optional>
#include <string>

namespace servolane::registers {

struct RegisterRead {
    AxisId axis;
    std::string name;
    std::int64_t raw = 0;
};
/// Confirmed by reading back. `before` is the last value known to the workstation.
struct RegisterWritten {
    AxisId axis;
    std::string name;
    std::optional<std::int64_t> before;
    std::int64_t after = 0;
};

/// The settings known at this moment are the axis' baseline from now on.
struct BaselineSet {
    AxisId axis;
};

} // namespace servolane::registers
