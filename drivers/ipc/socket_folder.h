// SPDX-License-Identifier: GPL-3.0-or-later
// The folder in which every running program of one user has its socket.
#pragma once

#include "core/kernel/result.h"

#include <filesystem>
#include <vector>

namespace servolane::drivers::ipc {

/// $XDG_RUNTIME_DIR/servolane; without that variable /run/user/UID/servolane if there is such a folder of
/// this user, else servolane-UID among the temporary files. Creates nothing.
[[nodiscard]] std::filesystem::path usualSocketFolder();

/// Makes it with mode 0700, or makes sure that an existing one is this user's alone. Errors: notAllowed (it
/// is another user's, or open to others and cannot be closed to them), inputOutput.
[[nodiscard]] Result<void> prepareSocketFolder(const std::filesystem::path& folder);

/// A name for a new socket that no other has had: process ids are given again.
[[nodiscard]] std::filesystem::path newSocketPath(const std::filesystem::path& folder);

/// Sockets of programs that run or have died; empty if the folder is missing or not this user's.
[[nodiscard]] std::vector<std::filesystem::path> socketsIn(const std::filesystem::path& folder);

/// Removes the sockets of programs that have died without doing so.
void removeDeadSockets(const std::filesystem::path& folder);

} // namespace servolane::drivers::ipc
