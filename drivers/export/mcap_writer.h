// SPDX-License-Identifier: GPL-3.0-or-later
// MCAP, as viewers of robotics logs open it: one channel of JSON messages per axis, one message per bus
// cycle, zstd chunks with indexes, everything in the order of time over all buses.
//   topic /Pan        {"position":90.1,"velocity":0,"gap":false}
//                     schema servolane.axis.Pan: JSON Schema, each member with its unit in the description
//   topic /facts      {"kind":"MoveStarted","cause":41,"fact":{…}}; what was so before the recording began is
//                     logged at its beginning, with its own time as the time of publication
//   metadata          "servolane": name, software, simulated, resampling, rows_per_second; channels carry
//                     bus, model, simulated and the units
// Where a unit changed while it was recorded there is a member for each, "position_mm", "velocity_deg_per_s".
// Log times are UTC nanoseconds. A value that is not there is left out of its message.
// Source of the layout: the MCAP specification, version 0 (mcap.dev/spec).
#pragma once

#include "drivers/export/exporter.h"

namespace servolane::drivers {

/// A row is a message of an axis. Memory: a chunk of 1 MB, a slice of each bus, and 40 bytes for each chunk.
/// Errors as writeCsv().
[[nodiscard]] Result<Written> writeMcap(session::SessionReader& reader, const ExportPlan& plan,
                                        PartFile& file, session::JobProgress& progress);

} // namespace servolane::drivers
