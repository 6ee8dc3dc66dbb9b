// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/analysis/math_book.h"

namespace servolane::motion {
struct Axis;
}

namespace servolane::ui {

struct MathPreset {
    QString title; ///< "Following error": what the menu says
    MathChannel channel;
    QString missing = {}; ///< not empty: it is not to be had, why, and what to do; there is no channel
};

/// Math channels that are often wanted, for one axis; only what its channels allow. Mechanical power is not
/// among them: no servo tells its torque constant. Where the servo measures no setpoint, the following error
/// is offered against the goal that it was sent, and called so, as soon as that register is watched.
[[nodiscard]] std::vector<MathPreset> mathPresets(const motion::Axis& axis,
                                                  const telemetry::ChannelNames& names);

} // namespace servolane::ui
