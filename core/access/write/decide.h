// SPDX-License-Identifier: GPL-3.0-or-later
// The decisions of the access context. Pure functions.
#pragma once

#include "core/access/write/policies.h"
#include "core/api/decision.h"

namespace servolane::access {

/// Who asks, and when.
struct Circumstances {
    api::Asker asker = api::Asker::window;
    Time now{};
};

/// Whether the asker's role may send commands of this kind at all.
[[nodiscard]] Refusal refusalOfRole(const AccessState& state, std::string_view kind, const Circumstances& at);
/// Whether the asker has armed what needs it.
[[nodiscard]] Refusal refusalOfArming(const AccessState& state, const Circumstances& at);

[[nodiscard]] api::Verdict decide(const AccessState& state, const SetRole& command, const Circumstances& at);
[[nodiscard]] api::Verdict decide(const AccessState& state, const Arm& command, const Circumstances& at);
[[nodiscard]] api::Verdict decide(const AccessState& state, const Disarm& command, const Circumstances& at);
[[nodiscard]] api::Verdict decide(const AccessState& state, const BoundClients& command,
                                  const Circumstances& at);

/// Armings whose time is over.
[[nodiscard]] api::Decision watch(const AccessState& state, Time now);

} // namespace servolane::access
