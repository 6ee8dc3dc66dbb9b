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

/// The servo has answered under its new id. The axis stays what it was.
struct ServoIdChanged {
    AxisId axis;
    ServoId before;
    ServoId after;
};
/// The servo has answered at its new rate, bit/s. `before` is the rate at which it was spoken with.
struct ServoBaudChanged {
    AxisId axis;
    std::uint32_t before = 0;
    std::uint32_t after = 0;
};

/// The settings known at this moment are the axis' baseline from now on.
struct BaselineSet {
    AxisId axis;
};

} // namespace servolane::registers
