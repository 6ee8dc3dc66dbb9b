// SPDX-License-Identifier: GPL-3.0-or-later
// Axes as formulas name them: a1 and a2 on one bus, a3 on another.
#pragma once

#include "core/telemetry/analysis/channel_names.h"

namespace servolane::tests {

[[nodiscard]] inline telemetry::NamedAxis namedAxis(std::uint16_t id, std::uint16_t bus, std::uint8_t servo) {
    telemetry::NamedAxis axis{AxisId{id}, BusId{bus}, ServoId{servo}, "Axis", {}, {}};
    axis.has.fill(true);
    axis.units = {"deg", "deg", "deg/s", "deg/s", "A", "%", "V", "degC", "", ""};
    return axis;
}

[[nodiscard]] inline telemetry::ChannelNames threeAxes() {
    return telemetry::ChannelNames({namedAxis(1, 1, 1), namedAxis(2, 1, 2), namedAxis(3, 2, 3)});
}

} // namespace servolane::tests
