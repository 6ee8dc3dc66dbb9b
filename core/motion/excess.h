// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/motion/axis.h"
#include "core/motion/events.h"
#include "core/motion/present.h"

namespace servolane::motion {

/// What an axis in motion may draw and how hot it may be; 0: no limit.
struct LoadLimits {
    Current current{};
    Temperature temperature{};
};

/// The limit that what was measured of an axis is above. Of its current what lasts counts, and was read after
/// `since`, when its motion began; of its temperature the newest value, which is read seldom. Pure.
[[nodiscard]] std::optional<EndReason> excessOf(const Axis& axis, const AxisPresent& measured,
                                                const LoadLimits& limits, Time since);

} // namespace servolane::motion
