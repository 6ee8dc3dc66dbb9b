// SPDX-License-Identifier: GPL-3.0-or-later
// Recordings whose writer was killed.
#pragma once

#include "core/kernel/result.h"

#include <string>

namespace servolane::drivers::sqlite {

/// Moves what a killed writer left in the -wal into its file, which is a single plain file then; it still
/// says that it was not closed cleanly. False: there is no -wal. Errors: busy (someone has it open: it is
/// left alone), those of opening it for writing. Takes the time to write about 4 MB; any thread.
[[nodiscard]] Result<bool> recoverSession(const std::string& path);

} // namespace servolane::drivers::sqlite
