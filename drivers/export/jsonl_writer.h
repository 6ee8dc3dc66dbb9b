// SPDX-License-Identifier: GPL-3.0-or-later
// The facts of a recording as JSON lines, in their order:
//   {"time_s":12.345678901,"utc":"2026-11-23T14:58:15.123456Z","sequence":812,"cause":41,"kind":"MoveStarted",
//    "fact":{"axis":1,"target":90}}
// time_s counts from the session's start; cause is the command that led to it, left out where there is none.
// `fact` has the members that recordings and journal have. Samples are no facts and are not in it.
#pragma once

#include "drivers/export/exporter.h"

namespace servolane::drivers {

/// A row is a fact. Errors: invalid (channels or resampling were asked for), interrupted, diskFull, those of
/// the reader.
[[nodiscard]] Result<Written> writeJsonLines(session::SessionReader& reader, const ExportPlan& plan,
                                             PartFile& file, session::JobProgress& progress);

/// One such line without its end.
[[nodiscard]] std::string factLine(const session::SessionReader& reader, const api::Event& fact);

} // namespace servolane::drivers
