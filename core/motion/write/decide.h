// SPDX-License-Identifier: GPL-3.0-or-later
// The decisions of the motion context: a command against the state gives events and requests, or a Rejection.
// Pure functions; they do no I/O and read no clock.
//
// What ends a stream (JogEnded) is told by the bus thread that evaluates it, asked for or not; decisions only
// request EndStream.
#pragma once

#include "core/api/decision.h"
#include "core/motion/write/policies.h"

namespace servolane::motion {

/// What a decision may know besides the state.
struct Circumstances {
    const Present& present;
    Time now{};
    api::Asker asker = api::Asker::window;
};

/// What a policy looks at for any command to `axis`; the wishes of the command are still to be filled in.
[[nodiscard]] inline Attempt attemptOf(const MotionState& state, const Circumstances& at, AxisId axis) {
    return {state, at.present, at.now, at.asker, axis, {}, {}, {}, {}, {}, {}, {}};
}

[[nodiscard]] api::Verdict decide(const MotionState& state, const SetTorque& command,
                                  const Circumstances& at);
[[nodiscard]] api::Verdict decide(const MotionState& state, const MoveAxis& command, const Circumstances& at);
[[nodiscard]] api::Verdict decide(const MotionState& state, const MoveAxes& command, const Circumstances& at);
[[nodiscard]] api::Verdict decide(const MotionState& state, const SetVelocity& command,
                                  const Circumstances& at);
[[nodiscard]] api::Verdict decide(const MotionState& state, const StartJog& command, const Circumstances& at);
[[nodiscard]] api::Verdict decide(const MotionState& state, const EndJog& command, const Circumstances& at);
[[nodiscard]] api::Verdict decide(const MotionState& state, const Halt& command, const Circumstances& at);
/// Never refused.
[[nodiscard]] api::Verdict decide(const MotionState& state, const Stop& command, const Circumstances& at);
[[nodiscard]] api::Verdict decide(const MotionState& state, const ResetStop& command,
                                  const Circumstances& at);
[[nodiscard]] api::Verdict decide(const MotionState& state, const SetOperatingMode& command,
                                  const Circumstances& at);
/// A velocity or acceleration of 0 is the servo's "none set".
[[nodiscard]] api::Verdict decide(const MotionState& state, const SetProfile& command,
                                  const Circumstances& at);
[[nodiscard]] api::Verdict decide(const MotionState& state, const SetTravelLimits& command,
                                  const Circumstances& at);
[[nodiscard]] api::Verdict decide(const MotionState& state, const SetStopReaction& command,
                                  const Circumstances& at);
[[nodiscard]] api::Verdict decide(const MotionState& state, const RenameAxis& command,
                                  const Circumstances& at);
[[nodiscard]] api::Verdict decide(const MotionState& state, const RebootAxis& command,
                                  const Circumstances& at);

[[nodiscard]] api::Verdict decide(const MotionState& state, const SetAxisScale& command,
                                  const Circumstances& at);
[[nodiscard]] api::Verdict decide(const MotionState& state, const SetAxisLimits& command,
                                  const Circumstances& at);
[[nodiscard]] api::Verdict decide(const MotionState& state, const SetZeroHere& command,
                                  const Circumstances& at);
[[nodiscard]] api::Verdict decide(const MotionState& state, const ReferenceAxis& command,
                                  const Circumstances& at);
[[nodiscard]] api::Verdict decide(const MotionState& state, const SetGoalCurrent& command,
                                  const Circumstances& at);
[[nodiscard]] api::Verdict decide(const MotionState& state, const AdoptModel& command,
                                  const Circumstances& at);
[[nodiscard]] api::Verdict decide(const MotionState& state, const ConfirmServo& command,
                                  const Circumstances& at);
[[nodiscard]] api::Verdict decide(const MotionState& state, const LoadMachine& command,
                                  const Circumstances& at);
[[nodiscard]] api::Verdict decide(const MotionState& state, const WatchRegister& command,
                                  const Circumstances& at);

/// Gives the register a place, or its own back; false if none is free. What is taken back keeps its place
/// until another register needs it: the first of `unwatched` makes room.
bool setWatch(Axis& axis, const std::vector<std::string>& unwatched, std::string_view name, bool on);
/// The axis takes the settings of the model that was kept in its place.
[[nodiscard]] api::Decision adoptModel(const MotionState& state, const AxisRecord& record);
/// `unwatched`: as of AxisRecord.
void takeSettings(Axis& axis, const AxisSettings& settings, const std::vector<std::string>& unwatched = {});
/// The same axis with other settings: its limits and channels follow from them.
[[nodiscard]] api::Decision reconfigure(const MotionState& state, const AxisRecord& record, Axis axis);
/// The axis with another configuration: the event, and the list to poll that carries it to the bus thread.
[[nodiscard]] api::Decision configure(const MotionState& state, Axis axis);

} // namespace servolane::motion
