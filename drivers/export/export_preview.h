// SPDX-License-Identifier: GPL-3.0-or-later
// What an export would look like and how large it would be, by exporting a little of it.
#pragma once

#include "drivers/export/exporter.h"

namespace servolane::drivers {

struct PreviewWish {
    FormatWriter write = nullptr; ///< of the format asked for
    FormatWriter text = nullptr;  ///< what shows the rows: the same, or wide CSV for formats that are no text
    bool lines = false;           ///< each line is one cell: JSON lines
    std::size_t rows = 0;
};

/// Writes to a temporary folder, which is removed. The size of a long export is that of a line through two
/// pieces of it: exact for the whole of a short one. Errors: those of the writers, inputOutput.
[[nodiscard]] Result<session::ExportPreview> previewOf(session::SessionReader& reader, const ExportPlan& plan,
                                                       const PreviewWish& wish,
                                                       session::JobProgress& progress);

} // namespace servolane::drivers
