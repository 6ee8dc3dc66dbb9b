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

} // namespace servolane::registers
