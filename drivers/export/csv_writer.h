// SPDX-License-Identifier: GPL-3.0-or-later
// CSV after RFC 4180: a header with units, one row per bus cycle, an empty cell where there is no value.
//   time_s   seconds since the session's start, nine digits, exact
//   utc      ISO 8601 with microseconds
//   Pan.position[deg] …   raw × scale + offset, the shortest text that reads back as the same double
//            by the scale in force at that time; a column for each unit where the unit changed
//   gap      1 on the first row after a gap of its bus, else 0
//   simulated  1 where the servos of the row's bus were simulated, else 0
//   resampling  only on a grid, the same in every row: "linear@100", the method and rows per second
// Damaged samples are left out: empty cells, or no row where the times themselves are damaged, and then a
// gap. Rows of several buses are merged by time. Lines end with CR LF.
#pragma once

#include "core/kernel/csv_text.h"
#include "drivers/export/exporter.h"
#include <string_view>

namespace servolane::drivers {

/// Memory: one slice (4,096 cycles) of each bus, 56 bytes an axis and cycle, and 32 KB a column; the length
/// of the recording does not matter. Errors: interrupted (cancelled), diskFull, corrupt and others of the
/// reader.
[[nodiscard]] Result<Written> writeCsv(session::SessionReader& reader, const ExportPlan& plan, PartFile& file,
                                       session::JobProgress& progress);

} // namespace servolane::drivers
