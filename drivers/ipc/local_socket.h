// SPDX-License-Identifier: GPL-3.0-or-later
// Stream sockets in the file system (AF_UNIX): who may reach them is decided by the folder they are in, and
// once more by the kernel's word about who is at the other end.
#pragma once

#include "core/kernel/result.h"
#include "drivers/ipc/descriptor.h"

#include <filesystem>
#include <optional>
#include <sys/types.h>

namespace servolane::drivers::ipc {

/// Not blocking, mode 0600, listening from the moment at which `path` exists: a socket under that name that
/// refuses a connection is therefore a dead program's. Errors: invalid (path too long), notAllowed,
/// inputOutput.
[[nodiscard]] Result<Descriptor> listenAt(const std::filesystem::path& path);

/// Not blocking. Errors: notFound (nothing there), linkLost (a dead program's socket), busy (its queue is
/// full: the program does not run), notAllowed, invalid, inputOutput.
[[nodiscard]] Result<Descriptor> connectTo(const std::filesystem::path& path);

/// The user at the other end (SO_PEERCRED); absent if the kernel does not say.
[[nodiscard]] std::optional<uid_t> peerUser(int descriptor);

} // namespace servolane::drivers::ipc
