// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps an export from taking the place of a recording.
#pragma once

#include "core/kernel/result.h"

#include <string>

namespace servolane::drivers {

/// Refuses an `out` that is `source`, another recording, a journal or any SQLite database, one of the files
/// that lie beside such a file while it is written (-wal, -shm, -journal), or a link to one of these. Errors:
/// invalid.
[[nodiscard]] Result<void> refuseToOverwrite(const std::string& source, const std::string& out);

} // namespace servolane::drivers
