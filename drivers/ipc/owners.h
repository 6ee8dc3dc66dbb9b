// SPDX-License-Identifier: GPL-3.0-or-later
// Which running program owns a port: each is asked, all at once.
#pragma once

#include "core/kernel/result.h"
#include "drivers/ipc/messages.h"

#include <filesystem>
#include <string_view>
#include <vector>

namespace servolane::drivers::ipc {

/// A running program of this user that answered.
struct Owner {
    std::filesystem::path socket;
    Greeting greeting;

    /// nullptr if it does not own this port. Links to one device are the same port.
    [[nodiscard]] const OwnedPort* find(std::string_view port) const;
};

/// "servolane (process 4711)"
[[nodiscard]] std::string nameOf(const Greeting& greeting);

/// The same device under two names, or the same simulated line.
[[nodiscard]] bool isSamePort(std::string_view one, std::string_view other);

/// Those that answer within `patience`, whatever the others do. A program of another version answers with an
/// error and is left out.
[[nodiscard]] std::vector<Owner> findOwners(const std::filesystem::path& folder,
                                            Duration patience = std::chrono::seconds{1});

} // namespace servolane::drivers::ipc
