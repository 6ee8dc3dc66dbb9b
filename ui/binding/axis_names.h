// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/bus/read/bus_board.h"
#include "core/motion/read/axis_board.h"

#include <QtCore/QString>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
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
    BusId link = {}; ///< the bus itself: several may have one name
};

[[nodiscard]] std::vector<AxisIdentity> identitiesOf(const motion::AxisBoard& axes,
                                                     const bus::BusBoard& buses);

/// Tells buses of one name apart, each the same as long as it has axes: the second one is "simulated~2", also
/// when the first is gone; the next gets the smallest number that is free.
class BusPlaces {
public:
    /// The same with such names, so that no two have name, bus and id in common. All axes that there are.
    [[nodiscard]] std::vector<AxisIdentity> distinct(std::vector<AxisIdentity> axes);

private:
    using Bus = std::pair<std::string, std::uint16_t>; ///< its name, and its id
    [[nodiscard]] int numberOf(const Bus& bus);

    std::map<Bus, int> numbers_; ///< among those of one name, from 1
};

/// The name alone where no other axis has it; else with what differs: "Pan (ttyUSB1)", "Pan (id 2)".
[[nodiscard]] AxisNames distinctNames(const std::vector<AxisIdentity>& axes);
[[nodiscard]] AxisNames distinctNames(const motion::AxisBoard& axes, const bus::BusBoard& buses);
/// Empty if it is not among them.
[[nodiscard]] QString nameIn(const AxisNames& names, AxisId axis);

} // namespace servolane::ui
