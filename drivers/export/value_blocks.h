// SPDX-License-Identifier: GPL-3.0-or-later
// Values axis by axis in blocks of columns, resampled or as they were recorded: for every format that stores
// columns. One thread.
#pragma once

#include "drivers/export/exporter.h"

#include <functional>
#include <string>
#include <vector>

namespace servolane::drivers {

/// The chosen columns of one axis.
struct ColumnGroup {
    std::string name; ///< unique: "Pan", "left/Pan"
    session::SessionAxis axis;
    std::vector<ExportColumn> columns;
    std::vector<std::string> names; ///< of the columns, unique, without a slash: "position"; where the unit
                                    ///< changed, "position_mm", "velocity_deg_per_s"
};

/// In the order of the columns.
[[nodiscard]] std::vector<ColumnGroup> groupsOf(const session::SessionSummary& summary,
                                                const ExportPlan& plan);

struct ValueBlock {
    std::vector<std::int64_t> timeNs;        ///< monotonic, as in the recording
    std::vector<std::int64_t> utcNs;         ///< since 1970
    std::vector<std::uint8_t> gap;           ///< samples are missing before this one
    std::vector<std::vector<double>> values; ///< one for each column; NaN: no value
    [[nodiscard]] std::size_t rows() const { return timeNs.size(); }
    void clear(std::size_t columns);
};

using TakeBlock = std::function<Result<void>(const ValueBlock&)>;

/// Tells of one of several passes over the same stretch of time.
struct PassProgress {
    session::JobProgress& shared;
    std::size_t pass = 0;
    std::size_t passes = 1;
};

/// Blocks of at most a few thousand rows, in order of time; rows that have no value at all are left out
/// where the plan does not resample. Adds rows and damage to `written`. Errors: interrupted (cancelled),
/// those of the reader and of `take`.
[[nodiscard]] Result<void> readBlocks(session::SessionReader& reader, const ExportPlan& plan,
                                      const ColumnGroup& group, PassProgress progress, Written& written,
                                      const TakeBlock& take);

} // namespace servolane::drivers
