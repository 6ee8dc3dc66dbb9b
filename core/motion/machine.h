// SPDX-License-Identifier: GPL-3.0-or-later
// What the machine file holds: the axes of a machine as people named, scaled and limited them, and who may
// command what. Plain values; drivers/machine reads and writes them.
#pragma once

#include "core/access/role.h"
#include "core/motion/axis.h"

#include <string>
#include <vector>

namespace servolane::motion {

/// Where an axis is found again.
struct AxisIdentity {
    std::string bus;      ///< the link's alias; without one its path
    std::string protocol; ///< FamilyTraits::name
    ServoId servo;
    std::string model; ///< ServoModel::name
    friend bool operator==(const AxisIdentity&, const AxisIdentity&) = default;

    /// The same place on the same bus, whatever model answers there.
    [[nodiscard]] bool isAt(const AxisIdentity& other) const {
        return bus == other.bus && protocol == other.protocol && servo == other.servo;
    }
};

/// What the host keeps of an axis; nothing of it is stored in the servo.
struct AxisSettings {
    std::string name;
    AxisScale scale;
    OwnLimits limits;
    StopReaction stopReaction = StopReaction::torqueOff;
    std::vector<std::string> watched{}; ///< registers, by name; at most watchCount
    friend bool operator==(const AxisSettings&, const AxisSettings&) = default;
};

struct MachineAxis {
    AxisIdentity identity;
    AxisSettings settings;
    friend bool operator==(const MachineAxis&, const MachineAxis&) = default;
};

struct Machine {
    std::vector<MachineAxis> axes;
    access::Rights rights = access::defaultRights();
    friend bool operator==(const Machine&, const Machine&) = default;

    /// The axis kept for this place; nullptr if there is none.
    [[nodiscard]] const MachineAxis* find(const AxisIdentity& place) const {
        for (const MachineAxis& axis : axes)
            if (axis.identity.isAt(place)) return &axis;
        return nullptr;
    }
};

[[nodiscard]] inline AxisSettings settingsOf(const Axis& axis) {
    AxisSettings settings{axis.name, axis.scale, axis.own, axis.stopReaction, {}};
    for (const Watch& watch : axis.watches)
        if (watch.on) settings.watched.push_back(watch.name);
    return settings;
}

} // namespace servolane::motion
