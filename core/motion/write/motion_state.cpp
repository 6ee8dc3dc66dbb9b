// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/motion/write/motion_state.h"

#include <algorithm>

namespace servolane::motion {

using registers::OperatingMode;
using registers::Role;

const AxisRecord* MotionState::find(AxisId id) const {
    const auto found = axes.find(id);
    return found == axes.end() ? nullptr : &found->second;
}

bool MotionState::hasLeft(api::Asker asker) const {
    return std::ranges::find(left, asker) != left.end();
}

bool MotionState::isUp(BusId bus) const {
    const auto link = links.find(bus);
    return link != links.end() && link->second.up;
}

const MachineAxis* keptFor(const MotionState& state, const bus::LinkSettings& link, ServoId servo) {
    if (!state.machine) return nullptr;
    for (const std::string& name : {link.alias, link.line.path})
        if (const auto* kept = name.empty() ? nullptr : state.machine->find({name, link.family, servo, {}}))
            return kept;
    return nullptr;
}

std::optional<OperatingMode> modeOf(const AxisRecord& record) {
    return record.axis->model->find(Role::operatingMode) ? record.mode : OperatingMode::position;
}

bool countsProfileInTime(const AxisRecord& record) {
    const registers::Register* drive = record.axis->model->find(registers::Role::driveMode);
    const auto known = record.settings.find(registers::Role::driveMode);
    return drive && known != record.settings.end() && registers::countsProfileInTime(*drive, known->second);
}

bool isPositionMode(OperatingMode mode) {
    return mode == OperatingMode::position || mode == OperatingMode::extendedPosition ||
           mode == OperatingMode::currentBasedPosition;
}

} // namespace servolane::motion
