// SPDX-License-Identifier: GPL-3.0-or-later
// What can be asked of access.
#pragma once

#include "core/access/role.h"
#include "core/kernel/time.h"

namespace servolane::access {

/// Of whoever sends it: the window changes its own role, not that of the command line.
struct SetRole {
    Role role = Role::engineer;
};
/// For a while, whoever sends it may send what needs arming (raw packets). A stop disarms.
struct Arm {
    Duration span = std::chrono::seconds{60};
};
struct Disarm {};
/// The most that clients of the local socket may do, whatever role they choose. The window's alone.
struct BoundClients {
    Role most = Role::engineer;
};

} // namespace servolane::access
