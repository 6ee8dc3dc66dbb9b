// SPDX-License-Identifier: GPL-3.0-or-later
// A stretch of one recording into another: the pre-roll of a named recording, a stretch of the flight
// recorder kept for good.
#pragma once

#include "core/session/session_store.h"

#include <cstdint>
#include <functional>
#include <string>

namespace servolane::drivers::sqlite {

/// The part of a job that a copy is; its cancel ends the copy: interrupted.
struct CopyProgress {
    session::JobProgress* job = nullptr; ///< null: nobody watches
    double from = 0.0;                   ///< of the job
    double to = 1.0;
};

/// For whoever wants what is intact of a damaged recording.
struct CopyDamage {
    std::function<void(const session::Unreadable&)> samples; ///< are left out, with a gap behind them
    std::function<void(const std::string&)> fact;            ///< is left out
    CopyProgress progress{};
};

enum class CopyOpening : std::uint8_t {
    stateBefore, ///< the copy begins here
    none         ///< it goes on: what was copied before tells how things stand
};

/// Appends what happened in [begin, end) and commits. The newest facts from before that tell how things stand
/// (links, axes, torque, mode, registers) come first, as they are, so that the copy can be read alone. Cycles
/// come in the order of time across buses, then the facts. Notes that were added later are no facts and stay
/// behind, see copy_words.h. Memory: a slice of each bus. Errors: those of both sides; without `damage`
/// also that of the first damaged part.
[[nodiscard]] Result<void> copyRange(session::SessionReader& from, session::SessionWriter& to, Time begin,
                                     Time end, const CopyDamage* damage = nullptr,
                                     CopyOpening opening = CopyOpening::stateBefore);

} // namespace servolane::drivers::sqlite
