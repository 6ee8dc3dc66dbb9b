// SPDX-License-Identifier: GPL-3.0-or-later
// What several axes that are to move at once must have in common: one group write goes to one register on one
// bus, and what cannot be told to all of them at once is told to none.
#include "core/motion/write/rejections.h"

#include <algorithm>

namespace servolane::motion {

using api::Rejection;
using api::RejectionCode;
using registers::Role;

namespace {

/// The axis that the others are measured against; nullptr while it is not known, which is refused before.
const Axis* firstOf(const Attempt& attempt) {
    if (!attempt.group || attempt.group->moves.empty()) return nullptr;
    const AxisRecord* record = attempt.state.find(attempt.group->moves.front().axis);
    return record ? record->axis.get() : nullptr;
}

} // namespace

Refusal refuseGroupWithoutMoves(const Attempt& attempt) {
    if (!attempt.group->moves.empty()) return std::nullopt;
    Rejection made = rejection(RejectionCode::invalidArgument, attempt, "moves");
    made.low = 1.0;
    made.high = std::max(1.0, static_cast<double>(attempt.state.axes.size()));
    return made;
}

Refusal refuseAxisTwiceInAGroup(const Attempt& attempt) {
    const auto& moves = attempt.group->moves;
    const auto times = std::count_if(moves.begin(), moves.end(),
                                     [&](const MoveAxis& move) { return move.axis == attempt.axis; });
    if (times <= 1) return std::nullopt;
    return outside(RejectionCode::invalidArgument, attempt, static_cast<double>(times), 0.0, 1.0, {},
                   "moves");
}

Refusal refuseGroupOverSeveralBuses(const Attempt& attempt) {
    const Axis* first = firstOf(attempt);
    if (!first || first->bus == axisOf(attempt).bus) return std::nullopt;
    return rejection(RejectionCode::notOneGroup, attempt, "buses");
}

Refusal refuseGroupOfDifferentGoals(const Attempt& attempt) {
    const Axis* first = firstOf(attempt);
    if (!first) return std::nullopt;
    const auto* one = first->model->find(Role::goalPosition);
    const auto* other = axisOf(attempt).model->find(Role::goalPosition);
    if (one && other && one->span() == other->span()) return std::nullopt;
    return rejection(RejectionCode::notOneGroup, attempt, "registers");
}

} // namespace servolane::motion
