// SPDX-License-Identifier: GPL-3.0-or-later
// The latched stop as the write model sees it. Its way over the wire belongs to the bus threads' stop latch;
// what is decided here is what it means, and that nothing lunges after it.
#include "core/motion/write/decide.h"
#include "core/motion/write/steps.h"

#include <array>

namespace servolane::motion {

using api::Decision;
using api::Verdict;
using bus::Priority;

namespace {

constexpr std::array<Policy, 3> resetPolicies{refuseResetWithoutStop, refuseResetOfOtherStop,
                                              refuseResetBeforeStopIsReported};

struct Hold {
    Steps steps;                ///< for axes that hold
    std::vector<AxisId> unread; ///< may hold: their torque is read first, since a goal could switch it on
};

/// Sets the goals of every axis of a bus that holds, or may hold, to where it is.
Hold holdAll(const MotionState& state, BusId bus) {
    Hold hold;
    for (const auto& [id, record] : state.axes) {
        const bool answers = !record.silent && !record.displaced;
        if (record.axis->bus != bus || !answers || record.torque == false) continue;
        if (record.guard != Guard::none) append(hold.steps, disarmSteps(*record.axis));
        if (record.torque)
            append(hold.steps, holdSteps(record));
        else
            hold.unread.push_back(id);
    }
    return hold;
}

} // namespace

Verdict decide(const MotionState& state, const Stop&, const Circumstances&) {
    Decision decision;
    decision.events.emplace_back(StopLatched{{state.stop.value + 1}});
    return decision;
}

Verdict decide(const MotionState& state, const ResetStop& command, const Circumstances& at) {
    Attempt attempt{state, at.present, at.now, at.asker, {}, {}, {}, {}, {}, {}, {}, {}};
    attempt.generation = command.generation;
    if (auto refusal = firstRefusal(resetPolicies, attempt)) return api::refuse(*refusal);
    Decision decision;
    for (const auto& [bus, link] : state.links) {
        Hold hold = link.up ? holdAll(state, bus) : Hold{};
        if (!hold.steps.empty())
            decision.requests.push_back(request(bus, Priority::stop, bus::StepsWork{std::move(hold.steps)}));
        if (!hold.unread.empty())
            decision.requests.push_back(
                request(bus, Priority::stop, bus::RestWork{std::move(hold.unread), EndReason::stopped}));
    }
    for (const auto& [bus, link] : state.links)
        decision.requests.push_back(request(bus, Priority::stop, bus::ResumeWork{command.generation}));
    decision.whenConfirmed.emplace_back(StopReset{command.generation});
    return decision;
}

} // namespace servolane::motion
