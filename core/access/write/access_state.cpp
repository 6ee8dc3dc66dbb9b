// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/access/write/access_state.h"

namespace servolane::access {

namespace {

template <class Other>
void apply(AccessState&, const Other&) {} // facts of other contexts

void disarm(AccessState& state, api::Asker asker) {
    state.armedUntil.erase(asker);
    state.expired.erase(asker);
}

void apply(AccessState& state, const RoleChanged& event) {
    state.roles[event.asker] = event.role;
}
void apply(AccessState& state, const Armed& event) {
    state.armedUntil[event.asker] = event.until;
    state.expired.erase(event.asker);
}
void apply(AccessState& state, const Disarmed& event) {
    disarm(state, event.asker);
}
void apply(AccessState& state, const ArmingExpired& event) {
    state.expired[event.asker] = true;
}
void apply(AccessState& state, const AskerLeft& event) {
    state.roles.erase(event.asker);
    disarm(state, event.asker);
}
void apply(AccessState& state, const ClientsBounded& event) {
    state.clientsMost = event.most;
}
void apply(AccessState& state, const motion::MachineLoaded& event) {
    state.rights = event.machine->rights;
}
void apply(AccessState& state, const motion::StopLatched&) {
    state.armedUntil.clear();
    state.expired.clear();
}

} // namespace

Role AccessState::roleOf(api::Asker asker) const {
    return effectiveRole(roles, clientsMost, asker);
}

bool AccessState::isBounded(api::Asker asker) const {
    return roleOf(asker) != effectiveRole(roles, Role::engineer, asker);
}

void evolve(AccessState& state, const api::EventBody& event, Time) {
    std::visit([&](const auto& fact) { apply(state, fact); }, event);
}

} // namespace servolane::access
