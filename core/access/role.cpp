// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/access/role.h"

#include <algorithm>
#include <array>
#include <utility>

namespace servolane::access {

namespace {

constexpr std::array<std::pair<Role, std::string_view>, 3> roleNames{{
    {Role::viewer, "viewer"},
    {Role::lineOperator, "operator"},
    {Role::engineer, "engineer"},
}};

constexpr std::array<std::string_view, 9> ofEngineers{"SendRawPacket", "Arm",          "LoadMachine",
                                                      "AdoptModel",    "SetServoId",   "SetServoBaud",
                                                      "SetLinkBaud",   "BoundClients", "ConfirmServo"};
constexpr std::array<std::string_view, 4> ofAnyone{"Stop", "EndJog", "Disarm", "SetRole"};

template <class Names>
bool holds(const Names& names, std::string_view kind) {
    return std::find(names.begin(), names.end(), kind) != names.end();
}

} // namespace

std::string_view toString(Role role) {
    return roleNames[static_cast<std::size_t>(role)].second;
}

std::optional<Role> roleFrom(std::string_view word) {
    for (const auto& [role, name] : roleNames)
        if (name == word) return role;
    return std::nullopt;
}

bool isClient(api::Asker asker) {
    return asker.connection != 0;
}

Role effectiveRole(const std::map<api::Asker, Role>& chosen, Role clientsMost, api::Asker asker) {
    const auto found = chosen.find(asker);
    const Role wanted = found == chosen.end() ? Role::engineer : found->second;
    return isClient(asker) ? std::min(wanted, clientsMost) : wanted;
}

bool isOfEngineers(std::string_view kind) {
    return holds(ofEngineers, kind);
}

bool Rights::allows(Role role, std::string_view kind) const {
    if (role == Role::engineer || holds(ofAnyone, kind)) return true;
    if (isOfEngineers(kind)) return false;
    if (role == Role::viewer) return viewer.contains(kind);
    return kind == "ResetStop" || lineOperator.contains(kind);
}

const Rights& defaultRights() {
    static const Rights rights{
        {"ReadRegister", "ReadAllRegisters"},
        {"ReadRegister", "ReadAllRegisters", "ResetStop", "Halt", "StartRecording", "StopRecording",
         "AddNote"},
    };
    return rights;
}

} // namespace servolane::access
