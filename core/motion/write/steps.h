// SPDX-License-Identifier: GPL-3.0-or-later
// The steps and requests that motion is made of: which register of which servo gets which bytes. Pure
// functions.
#pragma once

#include "core/bus/request.h"
#include "core/motion/write/motion_state.h"

#include <span>
#include <vector>

namespace servolane::motion {

using Steps = std::vector<bus::Step>;

/// Nothing if the model has no register of this role.
[[nodiscard]] Steps writeSteps(const Axis& axis, registers::Role role, std::int64_t raw, bool readBack);
[[nodiscard]] Steps readSteps(const Axis& axis, registers::Role role);
/// Those of them that the model has, by address, with one read where they touch.
[[nodiscard]] Steps readSteps(const Axis& axis, std::span<const registers::Role> roles);
void append(Steps& all, Steps more);

/// What takes the motion out of the axis and keeps it where it is: the goal set to the actual position in the
/// position modes, speed, current or PWM set to zero in the others; both where the mode is not known.
[[nodiscard]] Steps holdSteps(const AxisRecord& record);
[[nodiscard]] Steps torqueSteps(const Axis& axis, std::int64_t raw);
/// Of the servo that answers, be it another one than the axis'.
[[nodiscard]] Steps torqueOffSteps(const AxisRecord& record);
/// The servo's bus watchdog; nothing where the model has none.
[[nodiscard]] Steps armSteps(const Axis& axis);
[[nodiscard]] Steps disarmSteps(const Axis& axis);
/// disarmSteps where it has halted the axis and refuses goals.
[[nodiscard]] Steps releaseSteps(const AxisRecord& record);
/// The goal current brought within the axis' limit, where it is above it and bounds a motion.
[[nodiscard]] Steps currentSteps(const AxisRecord& record);
/// The profile acceleration brought within the axis' own limit, for a speed that the servo holds.
[[nodiscard]] Steps accelerationSteps(const AxisRecord& record);
/// Before goals that are streamed, of an axis whose own acceleration limit the servo keeps as its profile:
/// the stream is ramped already, and goals a tenth of a second ahead that are ramped once more fall behind
/// for ever (a profile that must be able to end at its goal goes no faster than the root of 2 × acceleration
/// × distance). A later go to brings the limit back.
[[nodiscard]] Steps streamedAccelerationSteps(const AxisRecord& record, Velocity velocity);
/// What is on by this program's doing and not guarded yet.
[[nodiscard]] bool wantsGuard(const MotionState& state, const AxisRecord& record);
/// Torque and mode as they are now: one request each, so that an answer is told before anything can change
/// it.
[[nodiscard]] std::vector<bus::Request> observeRequests(const Axis& axis);
/// Profile, where given, and goal; one write where the registers stand in a row.
[[nodiscard]] Steps moveSteps(const Axis& axis, const MoveAxis& move);
/// For `moves` of axes on one bus whose goals stand at one address: one frame with all of it where every move
/// says the same things, else one for each kind of setting and, after them, one for all goals.
[[nodiscard]] Steps groupMoveSteps(const std::vector<std::pair<const Axis*, MoveAxis>>& moves);

[[nodiscard]] bus::Request request(BusId bus, bus::Priority priority, bus::Work work);
/// Polls all axes of the bus from now on, `changed` as given instead of as recorded.
[[nodiscard]] bus::Request pollRequest(const MotionState& state, const std::shared_ptr<const Axis>& changed);

} // namespace servolane::motion
