// SPDX-License-Identifier: GPL-3.0-or-later
// Why a command to a link may be refused: one function per reason.
#pragma once

#include "core/bus/write/bus_state.h"

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace servolane::bus {

struct Attempt {
    const BusState& state;
    BusId bus;
    const LinkSettings* link = nullptr;
    std::vector<std::uint32_t> bauds;
    double rate = 0.0;
    std::string_view fault;
    const PollPlan* plan = nullptr;
    double slowInterval = 0.0;
    const SendRawPacket* packet = nullptr;
};

using Refusal = std::optional<api::Rejection>;
using Policy = Refusal (*)(const Attempt&);

Refusal refuseLinkWithoutPath(const Attempt& attempt);
/// 0 is "find the rate"; otherwise what a line can be set to.
Refusal refuseRateOfTheLineOutOfRange(const Attempt& attempt);
Refusal refusePollRateOutOfRange(const Attempt& attempt);
Refusal refusePathThatIsOpen(const Attempt& attempt);
Refusal refuseUnknownBus(const Attempt& attempt);
Refusal refuseBusThatIsDown(const Attempt& attempt);
Refusal refuseSecondScan(const Attempt& attempt);
/// At another rate nobody speaks to the guarded axes, and their watchdogs would halt them.
Refusal refuseScanAtOtherRatesWhileWatchdogIsArmed(const Attempt& attempt);
Refusal refuseCancelWithoutScan(const Attempt& attempt);
Refusal refuseFaultsOfRealLinks(const Attempt& attempt);
Refusal refuseEmptyFault(const Attempt& attempt);
/// Travel limits, following errors and lost feedback are watched by it.
Refusal refusePlanWithoutPosition(const Attempt& attempt);
Refusal refusePlanWithoutErrors(const Attempt& attempt);
Refusal refuseSlowIntervalOutOfRange(const Attempt& attempt);

Refusal refuseRawWhileStopIsLatched(const Attempt& attempt);
Refusal refuseRawOutOfSize(const Attempt& attempt);
Refusal refuseRawWaitOutOfRange(const Attempt& attempt);

struct NamedPolicy {
    std::string_view name;
    Policy refusal = nullptr;
};
/// Every policy of this context.
[[nodiscard]] std::span<const NamedPolicy> allPolicies();
/// The first refusal of the list.
[[nodiscard]] Refusal firstRefusal(std::span<const Policy> policies, const Attempt& attempt);

} // namespace servolane::bus
