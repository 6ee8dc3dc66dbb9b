// SPDX-License-Identifier: GPL-3.0-or-later
// CSV with one row for each value ("long", as databases and plotting libraries like it), axis by axis:
//   time_s,utc,axis,channel,unit,value,gap,simulated (on a grid also: resampling)
// Rules as in csv_writer.h; gap is 1 in the rows of the first sample after a gap.
#pragma once

#include "drivers/export/exporter.h"

namespace servolane::drivers {

/// A row is a value. Errors as writeCsv().
[[nodiscard]] Result<Written> writeLongCsv(session::SessionReader& reader, const ExportPlan& plan,
                                           PartFile& file, session::JobProgress& progress);

} // namespace servolane::drivers
