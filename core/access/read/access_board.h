// SPDX-License-Identifier: GPL-3.0-or-later
// Read model: who has which role, what each may command, and who has armed raw packets. Immutable once
// published.
#pragma once

#include "core/access/role.h"
#include "core/api/command.h"

#include <map>

namespace servolane::access {

struct AccessBoard {
    Sequence upTo;
    std::map<api::Asker, Role> roles;
    Rights rights = defaultRights();
    Role clientsMost = Role::engineer;     ///< of clients of the local socket
    std::map<api::Asker, Time> armedUntil; ///< those who are armed

    [[nodiscard]] Role roleOf(api::Asker asker) const { return effectiveRole(roles, clientsMost, asker); }
    [[nodiscard]] bool allows(api::Asker asker, std::string_view kind) const {
        return rights.allows(roleOf(asker), kind);
    }
};

} // namespace servolane::access
