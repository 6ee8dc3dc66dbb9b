// SPDX-License-Identifier: GPL-3.0-or-later
// Recordings into the desktop's trash and back. Worker threads.
#pragma once

#include "core/kernel/result.h"
#include "core/session/session_library.h"

#include <string>

namespace servolane::ui {

struct Trashed {
    std::string from;
    std::string path; ///< where it lies now
};

/// A killed recording is made a single file first, so that nothing of it stays behind. Errors: busy (it is
/// being written), notFound, inputOutput (this folder has no trash).
[[nodiscard]] Result<Trashed> moveToTrash(session::SessionLibrary& library, const std::string& path);
/// Errors: invalid (a new file has taken its place), inputOutput.
[[nodiscard]] Result<void> takeBack(const Trashed& trashed);

} // namespace servolane::ui
