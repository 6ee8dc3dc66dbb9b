// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bus/write/policies.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace servolane::bus {

using api::Rejection;
using api::RejectionCode;

namespace {

/// What LineSettings::baud and LinkSettings::pollRate promise.
constexpr std::uint32_t slowestLine = 1200;
constexpr std::uint32_t fastestLine = 4'500'000;
constexpr double fastestPoll = 100'000.0;
/// Seconds between two reads of a slow channel.
constexpr double shortestSlow = 0.02;
constexpr double longestSlow = 60.0;
/// Longer than any frame a servo takes (Protocol 2.0 servos hold less), short enough to be typed.
constexpr std::size_t longestRawPacket = 256;
/// The wire is held for so long at most.
constexpr Duration longestRawWait = std::chrono::milliseconds{100};

Rejection rejection(RejectionCode code, BusId bus, std::string_view subject = {}) {
    Rejection made;
    made.code = code;
    made.bus = bus;
    made.subject = subject;
    return made;
}

Rejection outside(BusId bus, std::string_view subject, double requested, double low, double high,
                  std::string_view unit) {
    Rejection made = rejection(RejectionCode::invalidArgument, bus, subject);
    made.requested = requested;
    made.low = low;
    made.high = high;
    made.unit = unit;
    return made;
}

} // namespace

Refusal firstRefusal(std::span<const Policy> policies, const Attempt& attempt) {
    for (const Policy policy : policies)
        if (auto refusal = policy(attempt)) return refusal;
    return std::nullopt;
}

Refusal refuseLinkWithoutPath(const Attempt& attempt) {
    if (!attempt.link->line.path.empty()) return std::nullopt;
    return rejection(RejectionCode::invalidArgument, attempt.bus, "path");
}

Refusal refuseRateOfTheLineOutOfRange(const Attempt& attempt) {
    std::vector<std::uint32_t> wanted = attempt.bauds;
    if (attempt.link && attempt.link->line.baud != 0) wanted.push_back(attempt.link->line.baud);
    const auto bad = std::find_if(wanted.begin(), wanted.end(), [](std::uint32_t baud) {
        return baud < slowestLine || baud > fastestLine;
    });
    if (bad == wanted.end()) return std::nullopt;
    return outside(attempt.bus, "baud", *bad, slowestLine, fastestLine, "bit/s");
}

Refusal refusePollRateOutOfRange(const Attempt& attempt) {
    const double rate = attempt.link ? attempt.link->pollRate : attempt.rate;
    if (std::isfinite(rate) && rate >= 0.0 && rate <= fastestPoll) return std::nullopt;
    return outside(attempt.bus, "poll rate", rate, 0.0, fastestPoll, "Hz");
}

Refusal refusePathThatIsOpen(const Attempt& attempt) {
    const std::string& path = attempt.link->line.path;
    const BusId holder = attempt.state.findPath(path);
    if (holder == BusId{}) return std::nullopt;
    return rejection(RejectionCode::busAlreadyOpen, holder, path);
}

Refusal refuseUnknownBus(const Attempt& attempt) {
    if (attempt.state.find(attempt.bus)) return std::nullopt;
    return rejection(RejectionCode::busUnknown, attempt.bus);
}

Refusal refuseBusThatIsDown(const Attempt& attempt) {
    const LinkEntry& link = *attempt.state.find(attempt.bus);
    if (link.phase == LinkPhase::open) return std::nullopt;
    return rejection(RejectionCode::busDown, attempt.bus, link.settings.line.path);
}

Refusal refuseSecondScan(const Attempt& attempt) {
    if (!attempt.state.find(attempt.bus)->scanning) return std::nullopt;
    return rejection(RejectionCode::scanRunning, attempt.bus);
}

Refusal refuseScanAtOtherRatesWhileWatchdogIsArmed(const Attempt& attempt) {
    const LinkEntry& link = *attempt.state.find(attempt.bus);
    const bool leaves = std::any_of(attempt.bauds.begin(), attempt.bauds.end(),
                                    [&](std::uint32_t baud) { return baud != link.settings.line.baud; });
    if (!leaves || link.guarded.empty()) return std::nullopt;
    Rejection made = rejection(RejectionCode::torqueOn, attempt.bus, "scan");
    made.axis = *link.guarded.begin();
    return made;
}

Refusal refuseCancelWithoutScan(const Attempt& attempt) {
    if (attempt.state.find(attempt.bus)->scanning) return std::nullopt;
    return rejection(RejectionCode::noScanRunning, attempt.bus);
}

Refusal refuseFaultsOfRealLinks(const Attempt& attempt) {
    const LinkEntry& link = *attempt.state.find(attempt.bus);
    if (link.simulated) return std::nullopt;
    return rejection(RejectionCode::notSimulated, attempt.bus, link.settings.line.path);
}

Refusal refuseEmptyFault(const Attempt& attempt) {
    if (!attempt.fault.empty()) return std::nullopt;
    return rejection(RejectionCode::invalidArgument, attempt.bus, "fault");
}

Refusal refusePlanWithoutPosition(const Attempt& attempt) {
    if ((*attempt.plan)[telemetry::Channel::position] == Pace::everyCycle) return std::nullopt;
    return rejection(RejectionCode::channelNeeded, attempt.bus, toString(telemetry::Channel::position));
}

Refusal refusePlanWithoutErrors(const Attempt& attempt) {
    if ((*attempt.plan)[telemetry::Channel::hardwareError] != Pace::never) return std::nullopt;
    return rejection(RejectionCode::channelNeeded, attempt.bus, toString(telemetry::Channel::hardwareError));
}

Refusal refuseSlowIntervalOutOfRange(const Attempt& attempt) {
    const double interval = attempt.slowInterval;
    if (std::isfinite(interval) && interval >= shortestSlow && interval <= longestSlow) return std::nullopt;
    return outside(attempt.bus, "slow interval", interval, shortestSlow, longestSlow, "s");
}

Refusal refuseRawWhileStopIsLatched(const Attempt& attempt) {
    if (!attempt.state.latched) return std::nullopt;
    Rejection made = rejection(RejectionCode::stopLatched, attempt.bus);
    made.requested = static_cast<double>(attempt.state.stop.value);
    return made;
}

Refusal refuseRawOutOfSize(const Attempt& attempt) {
    const std::size_t size = attempt.packet->bytes.size();
    if (size >= 1 && size <= longestRawPacket) return std::nullopt;
    return outside(attempt.bus, "packet", static_cast<double>(size), 1.0,
                   static_cast<double>(longestRawPacket), "bytes");
}

Refusal refuseRawWaitOutOfRange(const Attempt& attempt) {
    const Duration wait = attempt.packet->wait;
    if (wait >= Duration::zero() && wait <= longestRawWait) return std::nullopt;
    return outside(attempt.bus, "wait", seconds(wait), 0.0, seconds(longestRawWait), "s");
}

std::span<const NamedPolicy> allPolicies() {
    static constexpr std::array policies{
        NamedPolicy{"refuseLinkWithoutPath", refuseLinkWithoutPath},
        NamedPolicy{"refuseRateOfTheLineOutOfRange", refuseRateOfTheLineOutOfRange},
        NamedPolicy{"refusePollRateOutOfRange", refusePollRateOutOfRange},
        NamedPolicy{"refusePathThatIsOpen", refusePathThatIsOpen},
        NamedPolicy{"refuseUnknownBus", refuseUnknownBus},
        NamedPolicy{"refuseBusThatIsDown", refuseBusThatIsDown},
        NamedPolicy{"refuseSecondScan", refuseSecondScan},
        NamedPolicy{"refuseScanAtOtherRatesWhileWatchdogIsArmed", refuseScanAtOtherRatesWhileWatchdogIsArmed},
        NamedPolicy{"refuseCancelWithoutScan", refuseCancelWithoutScan},
        NamedPolicy{"refuseFaultsOfRealLinks", refuseFaultsOfRealLinks},
        NamedPolicy{"refuseEmptyFault", refuseEmptyFault},
        NamedPolicy{"refusePlanWithoutPosition", refusePlanWithoutPosition},
        NamedPolicy{"refusePlanWithoutErrors", refusePlanWithoutErrors},
        NamedPolicy{"refuseSlowIntervalOutOfRange", refuseSlowIntervalOutOfRange},
        NamedPolicy{"refuseRawWhileStopIsLatched", refuseRawWhileStopIsLatched},
        NamedPolicy{"refuseRawOutOfSize", refuseRawOutOfSize},
        NamedPolicy{"refuseRawWaitOutOfRange", refuseRawWaitOutOfRange},
    };
    return policies;
}

} // namespace servolane::bus
