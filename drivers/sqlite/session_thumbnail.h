// SPDX-License-Identifier: GPL-3.0-or-later
// The picture of a recording in a list.
#pragma once

#include "core/session/session_library.h"

namespace servolane::drivers::sqlite {

/// Of the position that moved most, else of the first channel there is. Reads stored ranges alone where there
/// are at least as many as half the columns, else that axis' samples: some ten milliseconds at most. Empty if
/// nothing can be read.
[[nodiscard]] session::Thumbnail thumbnailOf(session::SessionReader& reader);

} // namespace servolane::drivers::sqlite
