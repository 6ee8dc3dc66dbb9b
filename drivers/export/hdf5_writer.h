// SPDX-License-Identifier: GPL-3.0-or-later
// HDF5: one group per axis, one dataset per channel, all of a group of equal length.
//   /                attributes format, format_version, name, software, started_utc, simulated, resampling,
//                    rows_per_second (0: as recorded)
//   /Pan             attributes axis, bus, servo, model, family, firmware, simulated
//   /Pan/time_s      seconds since the session's start, unit "s"
//   /Pan/utc_ns      nanoseconds since 1970, exact
//   /Pan/gap         1 where samples are missing before the row
//   /Pan/position …  double, NaN where there is no value, attribute unit
//   /facts           time_s, kind, fact (JSON, as in jsonl_writer.h)
// Where a unit changed while it was recorded there is a dataset for each, "position_mm", "velocity_deg_per_s"
// (the slash of a unit would be a path; the attribute has the unit as it is).
#pragma once

#include "drivers/export/exporter.h"

namespace servolane::drivers {

/// A row is a sample of an axis. Memory: one block of an axis and HDF5's own caches. One export at a time:
/// the library is not made for more. Errors: inputOutput (the library's own words), and as writeCsv().
[[nodiscard]] Result<Written> writeHdf5(session::SessionReader& reader, const ExportPlan& plan,
                                        PartFile& file, session::JobProgress& progress);

} // namespace servolane::drivers
