// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/access/write/policies.h"

#include <array>

namespace servolane::access {

using api::Rejection;
using api::RejectionCode;

namespace {

Rejection rejection(RejectionCode code, std::string_view subject = {}) {
    Rejection made;
    made.code = code;
    made.subject = subject;
    return made;
}

} // namespace

Refusal refuseRoleNotAllowed(const Attempt& attempt) {
    const Role role = attempt.state.roleOf(attempt.asker);
    if (attempt.state.rights.allows(role, attempt.kind)) return std::nullopt;
    const bool bounded = attempt.state.isBounded(attempt.asker);
    return rejection(bounded ? RejectionCode::roleBounded : RejectionCode::roleNotAllowed, toString(role));
}

Refusal refuseClientsToBoundThemselves(const Attempt& attempt) {
    if (!isClient(attempt.asker)) return std::nullopt;
    return rejection(RejectionCode::roleBounded, toString(attempt.state.roleOf(attempt.asker)));
}

Refusal refuseArmingOutOfRange(const Attempt& attempt) {
    if (attempt.span > Duration::zero() && attempt.span <= longestArming) return std::nullopt;
    Rejection made = rejection(RejectionCode::invalidArgument, "arming");
    made.requested = seconds(attempt.span);
    made.high = seconds(longestArming);
    made.unit = "s";
    return made;
}

Refusal refuseWithoutArming(const Attempt& attempt) {
    if (attempt.state.armedUntil.contains(attempt.asker)) return std::nullopt;
    return rejection(RejectionCode::notArmed);
}

Refusal refuseExpiredArming(const Attempt& attempt) {
    const auto until = attempt.state.armedUntil.find(attempt.asker);
    if (until == attempt.state.armedUntil.end() || attempt.now < until->second) return std::nullopt;
    Rejection made = rejection(RejectionCode::armingExpired);
    made.requested = seconds(attempt.now - until->second);
    made.unit = "s";
    return made;
}

std::span<const NamedPolicy> allPolicies() {
    static constexpr std::array policies{
        NamedPolicy{"refuseRoleNotAllowed", refuseRoleNotAllowed},
        NamedPolicy{"refuseClientsToBoundThemselves", refuseClientsToBoundThemselves},
        NamedPolicy{"refuseArmingOutOfRange", refuseArmingOutOfRange},
        NamedPolicy{"refuseWithoutArming", refuseWithoutArming},
        NamedPolicy{"refuseExpiredArming", refuseExpiredArming},
    };
    return policies;
}

} // namespace servolane::access
