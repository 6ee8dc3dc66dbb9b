// SPDX-License-Identifier: GPL-3.0-or-later
// What happened to access. All are facts.
#pragma once

#include "core/access/role.h"
#include "core/api/asker.h"
#include "core/kernel/time.h"

namespace servolane::access {

struct RoleChanged {
    api::Asker asker = api::Asker::window;
    Role role = Role::engineer;
};
struct Armed {
    api::Asker asker = api::Asker::window;
    Time until{};
};
/// By wish, by a stop, or by another role.
struct Disarmed {
    api::Asker asker = api::Asker::window;
};
struct ArmingExpired {
    api::Asker asker = api::Asker::window;
};
/// Its connection is closed. Its arming and its role are gone.
struct AskerLeft {
    api::Asker asker = api::Asker::window;
};
/// No client of the local socket may do more from now on, whatever role it chose.
struct ClientsBounded {
    Role most = Role::engineer;
};

} // namespace servolane::access
