// SPDX-License-Identifier: GPL-3.0-or-later
// A stretch of one recording into another: the pre-roll of a named recording, a stretch of the flight
// recorder kept for good.
#pragma once

#include "core/session/session_store.h"

namespace servolane::drivers::sqlite {

/// Appends what happened in [begin, end) and commits. Axes and buses configured before it come first, with
/// sequence 0 and the time `begin`, so that the copy can be read alone. Cycles come in the order of time
/// across buses, then the facts. Memory: a slice of each bus. Errors: those of both sides.
[[nodiscard]] Result<void> copyRange(session::SessionReader& from, session::SessionWriter& to, Time begin,
                                     Time end);

} // namespace servolane::drivers::sqlite
