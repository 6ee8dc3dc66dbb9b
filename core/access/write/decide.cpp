// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/access/write/decide.h"

namespace servolane::access {

using api::Decision;
using api::Verdict;

Refusal refusalOfRole(const AccessState& state, std::string_view kind, const Circumstances& at) {
    return refuseRoleNotAllowed({state, at.asker, at.now, kind, {}});
}

Refusal refusalOfArming(const AccessState& state, const Circumstances& at) {
    const Attempt attempt{state, at.asker, at.now, {}, {}};
    if (auto refusal = refuseWithoutArming(attempt)) return refusal;
    return refuseExpiredArming(attempt);
}

Verdict decide(const AccessState& state, const SetRole& command, const Circumstances& at) {
    Decision decision;
    if (state.armedUntil.contains(at.asker)) decision.events.emplace_back(Disarmed{at.asker});
    decision.events.emplace_back(RoleChanged{at.asker, command.role});
    return decision;
}

Verdict decide(const AccessState& state, const Arm& command, const Circumstances& at) {
    if (auto refusal = refuseArmingOutOfRange({state, at.asker, at.now, {}, command.span}))
        return api::refuse(*refusal);
    Decision decision;
    decision.events.emplace_back(Armed{at.asker, at.now + command.span});
    return decision;
}

Verdict decide(const AccessState& state, const Disarm&, const Circumstances& at) {
    Decision decision;
    if (state.armedUntil.contains(at.asker)) decision.events.emplace_back(Disarmed{at.asker});
    return decision;
}

/// Who was armed as an engineer must not stay so as less.
Verdict decide(const AccessState& state, const BoundClients& command, const Circumstances& at) {
    if (auto refusal = refuseClientsToBoundThemselves({state, at.asker, at.now, {}, {}}))
        return api::refuse(*refusal);
    Decision decision;
    if (command.most != Role::engineer)
        for (const auto& [asker, until] : state.armedUntil)
            if (isClient(asker)) decision.events.emplace_back(Disarmed{asker});
    decision.events.emplace_back(ClientsBounded{command.most});
    return decision;
}

Decision watch(const AccessState& state, Time now) {
    Decision decision;
    for (const auto& [asker, until] : state.armedUntil)
        if (now >= until && !state.expired.contains(asker))
            decision.events.emplace_back(ArmingExpired{asker});
    return decision;
}

} // namespace servolane::access
