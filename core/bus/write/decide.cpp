// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bus/write/decide.h"

#include "core/bus/write/policies.h"

#include <array>

namespace servolane::bus {

using api::Decision;
using api::Verdict;

namespace {

constexpr std::array<Policy, 4> connectPolicies{refuseLinkWithoutPath, refuseRateOfTheLineOutOfRange,
                                                refusePollRateOutOfRange, refusePathThatIsOpen};
constexpr std::array<Policy, 1> disconnectPolicies{refuseUnknownBus};
constexpr std::array<Policy, 5> scanPolicies{refuseUnknownBus, refuseBusThatIsDown, refuseSecondScan,
                                             refuseRateOfTheLineOutOfRange,
                                             refuseScanAtOtherRatesWhileWatchdogIsArmed};
constexpr std::array<Policy, 2> cancelPolicies{refuseUnknownBus, refuseCancelWithoutScan};
constexpr std::array<Policy, 3> ratePolicies{refuseUnknownBus, refuseBusThatIsDown, refusePollRateOutOfRange};
constexpr std::array<Policy, 5> planPolicies{refuseUnknownBus, refuseBusThatIsDown, refusePlanWithoutPosition,
                                             refusePlanWithoutErrors, refuseSlowIntervalOutOfRange};
constexpr std::array<Policy, 3> faultPolicies{refuseUnknownBus, refuseFaultsOfRealLinks, refuseEmptyFault};
constexpr std::array<Policy, 2> clearPolicies{refuseUnknownBus, refuseFaultsOfRealLinks};
constexpr std::array<Policy, 5> rawPolicies{refuseRawWhileStopIsLatched, refuseUnknownBus,
                                            refuseBusThatIsDown, refuseRawOutOfSize, refuseRawWaitOutOfRange};

Attempt attemptOf(const BusState& state, BusId bus) {
    return {state, bus, nullptr, {}, 0.0, {}, nullptr, 0.0};
}

Decision requesting(BusId bus, Work work) {
    Request request;
    request.bus = bus;
    request.priority = Priority::registers;
    request.work = std::move(work);
    Decision decision;
    decision.requests.push_back(std::move(request));
    return decision;
}

} // namespace

Verdict decide(const BusState& state, const ConnectBus& command) {
    const BusId next{static_cast<std::uint16_t>(state.last.value + 1)};
    Attempt attempt = attemptOf(state, {});
    attempt.link = &command.link;
    if (auto refusal = firstRefusal(connectPolicies, attempt)) return api::refuse(*refusal);
    Decision decision = requesting(next, OpenWork{command.link});
    decision.events.emplace_back(BusOpening{next, command.link});
    return decision;
}

Verdict decide(const BusState& state, const DisconnectBus& command) {
    const Attempt attempt = attemptOf(state, command.bus);
    if (auto refusal = firstRefusal(disconnectPolicies, attempt)) return api::refuse(*refusal);
    return requesting(command.bus, CloseWork{});
}

Verdict decide(const BusState& state, const ScanBus& command) {
    Attempt attempt = attemptOf(state, command.bus);
    attempt.bauds = command.bauds;
    if (auto refusal = firstRefusal(scanPolicies, attempt)) return api::refuse(*refusal);
    return requesting(command.bus, ScanWork{command.bauds});
}

Verdict decide(const BusState& state, const CancelScan& command) {
    const Attempt attempt = attemptOf(state, command.bus);
    if (auto refusal = firstRefusal(cancelPolicies, attempt)) return api::refuse(*refusal);
    return requesting(command.bus, CancelScanWork{});
}

std::optional<api::Rejection> refusalOfOtherRate(const BusState& state, BusId bus, std::uint32_t baud) {
    Attempt attempt = attemptOf(state, bus);
    attempt.bauds = {baud};
    return firstRefusal(scanPolicies, attempt);
}

Verdict decide(const BusState& state, const SetLinkBaud& command) {
    if (auto refusal = refusalOfOtherRate(state, command.bus, command.baud)) return api::refuse(*refusal);
    return requesting(command.bus, LinkBaudWork{command.baud});
}

Verdict decide(const BusState& state, const SetPollRate& command) {
    Attempt attempt = attemptOf(state, command.bus);
    attempt.rate = command.rate;
    if (auto refusal = firstRefusal(ratePolicies, attempt)) return api::refuse(*refusal);
    return requesting(command.bus, PollRateWork{command.rate});
}

Verdict decide(const BusState& state, const SetPollPlan& command) {
    Attempt attempt = attemptOf(state, command.bus);
    attempt.plan = &command.plan;
    attempt.slowInterval = command.slowInterval;
    if (auto refusal = firstRefusal(planPolicies, attempt)) return api::refuse(*refusal);
    return requesting(command.bus, PollPlanWork{command.plan, command.slowInterval});
}

Verdict decide(const BusState& state, const InjectFault& command) {
    Attempt attempt = attemptOf(state, command.bus);
    attempt.fault = command.fault;
    if (auto refusal = firstRefusal(faultPolicies, attempt)) return api::refuse(*refusal);
    return requesting(command.bus, FaultWork{command.fault});
}

Verdict decide(const BusState& state, const ClearFaults& command) {
    const Attempt attempt = attemptOf(state, command.bus);
    if (auto refusal = firstRefusal(clearPolicies, attempt)) return api::refuse(*refusal);
    return requesting(command.bus, FaultWork{});
}

Verdict decide(const BusState& state, const SendRawPacket& command) {
    Attempt attempt = attemptOf(state, command.bus);
    attempt.packet = &command;
    if (auto refusal = firstRefusal(rawPolicies, attempt)) return api::refuse(*refusal);
    Decision decision = requesting(command.bus, StepsWork{{RawStep{command.bytes, command.wait}}});
    decision.requests.front().priority = Priority::motion;
    return decision;
}

Decision react(const BusState& state, const api::EventBody& fact) {
    Decision decision;
    const auto* failed = std::get_if<api::CommandFailed>(&fact);
    if (!failed) return decision;
    for (const auto& [id, link] : state.links)
        if (link.phase == LinkPhase::opening && link.opener == failed->command)
            decision.events.emplace_back(BusDisconnected{id});
    return decision;
}

} // namespace servolane::bus
