// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/bus/read/bus_board.h"
#include "core/motion/read/axis_board.h"

#include <QtCore/QString>
#include <map>
#include <string>
#include <vector>

namespace servolane::ui {

/// By id.
using AxisNames = std::map<AxisId, QString>;

/// What an axis is told from others by.
struct AxisIdentity {
    AxisId id;
    std::string name;
    std::string bus; ///< its alias, or the port's own name
    int servo = 0;   ///< id on its bus
};

[[nodiscard]] std::vector<AxisIdentity> identitiesOf(const motion::AxisBoard& axes,
                                                     const bus::BusBoard& buses);

/// The same, but no two have name, bus and id in common: a second bus of one name is "simulated~2".
[[nodiscard]] std::vector<AxisIdentity> distinctPlaces(std::vector<AxisIdentity> axes);

/// The name alone where no other axis has it; else with what differs: "Pan (ttyUSB1)", "Pan (id 2)".
[[nodiscard]] AxisNames distinctNames(const std::vector<AxisIdentity>& axes);
[[nodiscard]] AxisNames distinctNames(const motion::AxisBoard& axes, const bus::BusBoard& buses);
/// Empty if it is not among them.
[[nodiscard]] QString nameIn(const AxisNames& names, AxisId axis);

} // namespace servolane::ui
