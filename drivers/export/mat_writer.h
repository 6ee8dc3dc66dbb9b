// SPDX-License-Identifier: GPL-3.0-or-later
// MATLAB's Level 5 MAT-file, which MATLAB, Octave and SciPy read without further libraries: one struct per
// axis, and one called session.
//   Pan.time_s, Pan.utc_ns (int64), Pan.gap (uint8), Pan.position … (double, NaN: no value), column vectors
//   Pan.units.position …, Pan.model, Pan.bus, Pan.simulated
//   session.name, session.software, session.resampling, session.facts (JSON lines as in jsonl_writer.h)
// Names become MATLAB's: letters, digits and underlines, a letter first, no two alike. Where a
// unit changed while it was recorded there is a field for each, "position_mm", "velocity_deg_per_s".
// Written by our own code: the libraries for it want each variable whole in memory. Source of the layout:
// "MAT-File Format", The MathWorks, sections "Level 5 MAT-File Format" (header, elements, array types).
#pragma once

#include "drivers/export/exporter.h"

namespace servolane::drivers {

/// A row is a sample of an axis. Memory: one block of an axis. The recording and its facts are read twice,
/// since the format tells lengths first. Errors: invalid (an axis would need more than the 2 GB that the
/// format can hold, with the figure), and as writeCsv().
[[nodiscard]] Result<Written> writeMat(session::SessionReader& reader, const ExportPlan& plan, PartFile& file,
                                       session::JobProgress& progress);

} // namespace servolane::drivers
