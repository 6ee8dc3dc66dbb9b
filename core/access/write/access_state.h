// SPDX-License-Identifier: GPL-3.0-or-later
// What the write side must remember to decide who may command what: folded from events alone. Core thread
// only.
#pragma once

#include "core/api/event.h"

#include <map>

namespace servolane::access {

struct AccessState {
    std::map<api::Asker, Role> roles; ///< who never chose one is an engineer
    Rights rights = defaultRights();
    Role clientsMost = Role::engineer;     ///< of clients of the local socket, whatever they chose
    std::map<api::Asker, Time> armedUntil; ///< kept after its end, to tell an expired arming from none
    std::map<api::Asker, bool> expired;    ///< ArmingExpired was said

    /// The lesser of what was chosen and what the window lets clients do.
    [[nodiscard]] Role roleOf(api::Asker asker) const;
    [[nodiscard]] bool isBounded(api::Asker asker) const; ///< by the window, not by its own choice
    friend bool operator==(const AccessState&, const AccessState&) = default;
};

/// Folds one event; those of other contexts leave the state as it is.
void evolve(AccessState& state, const api::EventBody& event, Time at);

} // namespace servolane::access
