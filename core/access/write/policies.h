// SPDX-License-Identifier: GPL-3.0-or-later
// Why a command may not be sent by whoever asks: one function per reason.
#pragma once

#include "core/access/write/access_state.h"

#include <optional>
#include <span>
#include <string_view>

namespace servolane::access {

struct Attempt {
    const AccessState& state;
    api::Asker asker = api::Asker::window;
    Time now{};
    std::string_view kind; ///< of the command
    Duration span{};       ///< of an arming
};

using Refusal = std::optional<api::Rejection>;
using Policy = Refusal (*)(const Attempt&);

/// Before all other policies, for every command.
Refusal refuseRoleNotAllowed(const Attempt& attempt);
/// What clients may do at most is for the process that owns the buses to say.
Refusal refuseClientsToBoundThemselves(const Attempt& attempt);
Refusal refuseArmingOutOfRange(const Attempt& attempt);
/// After all others, so that what is wrong with a packet is said before anyone arms for it.
Refusal refuseWithoutArming(const Attempt& attempt);
Refusal refuseExpiredArming(const Attempt& attempt);

struct NamedPolicy {
    std::string_view name;
    Policy refusal = nullptr;
};
/// Every policy of this context.
[[nodiscard]] std::span<const NamedPolicy> allPolicies();

/// An arming lasts no longer than this.
inline constexpr Duration longestArming = std::chrono::minutes{5};

} // namespace servolane::access
