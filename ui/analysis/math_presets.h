// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/analysis/math_book.h"

namespace servolane::ui {

struct MathPreset {
    QString title; ///< "Following error": what the menu says
    MathChannel channel;
};

/// Math channels that are often wanted, for one axis; only what its channels allow. Mechanical power is not
/// among them: no servo tells its torque constant.
[[nodiscard]] std::vector<MathPreset> mathPresets(AxisId axis, const telemetry::ChannelNames& names);

} // namespace servolane::ui
