// SPDX-License-Identifier: GPL-3.0-or-later
// CSV after RFC 4180: a header with units, one row per bus cycle, an empty cell where there is no value.
//   time_s   seconds since the session's start, nine digits, exact
//   utc      ISO 8601 with microseconds
//   Pan.position[deg] …   raw × scale + offset, the shortest text that reads back as the same double
//   gap      1 on the first row after a gap of its bus, else 0
// Rows of several buses are merged by time. Lines end with CR LF.
#pragma once

#include "drivers/export/exporter.h"

#include <string>
#include <string_view>

namespace servolane::drivers {

/// Memory: one slice (4,096 cycles) of each bus, 56 bytes an axis and cycle, and 32 KB a column; the length
/// of the recording does not matter. Errors: interrupted (cancelled), diskFull, corrupt and others of the
/// reader.
[[nodiscard]] Result<std::uint64_t> writeCsv(session::SessionReader& reader, const ExportPlan& plan,
                                             PartFile& file, session::JobProgress& progress);

/// Quoted where the text needs it; led by an apostrophe where a spreadsheet would take it for a formula.
[[nodiscard]] std::string csvCell(std::string_view text);

} // namespace servolane::drivers
