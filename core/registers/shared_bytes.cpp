// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/registers/shared_bytes.h"

#include <algorithm>
#include <array>

namespace servolane::registers {

bool shareBytes(const Register& one, const Register& other) {
    return one.address < other.address + other.size && other.address < one.address + one.size;
}

bool holdsGoal(const ServoModel& model, const Register& target) {
    constexpr std::array goals{Role::goalPosition, Role::goalVelocity, Role::goalCurrent, Role::goalPwm};
    return std::ranges::any_of(model.registers, [&](const Register& one) {
        return std::ranges::count(goals, one.role) > 0 && shareBytes(one, target);
    });
}

bool isMotionValue(const Register& target, std::int64_t raw) {
    return std::ranges::any_of(target.motionValues, [&](const auto& range) { return range.contains(raw); });
}

bool drivesMotion(const ServoModel& model, const Register& target) {
    if (target.isMotion) return true;
    if (!model.drive) return false;
    const DriveProfile& drive = *model.drive;
    if (drive.hasCia402 && drive.cia402.control == target.name) return true;
    const auto writes = [&](const std::vector<DriveStep>& steps) {
        return std::ranges::any_of(steps, [&](const DriveStep& step) { return step.write == target.name; });
    };
    return writes(drive.switchOn) || writes(drive.switchOff) || writes(drive.afterGoal) ||
           writes(drive.faultReset);
}

bool actsAtOnce(const ServoModel& model, const Register& target) {
    const bool makesTheDriverAct = target.place && target.place->action != DriveAction::none;
    return makesTheDriverAct || holdsGoal(model, target) || drivesMotion(model, target);
}

} // namespace servolane::registers
