// SPDX-License-Identifier: GPL-3.0-or-later
// Which channels of a session are exported, and what their columns are called.
#pragma once

#include "core/session/session_store.h"

#include <string>
#include <vector>

namespace servolane::drivers {

/// A stretch of time in which one scale is in force.
struct ScalePiece {
    Time until{};                  ///< of samples before
    telemetry::ChannelScale scale; ///< one that does not exist: no values of this column
};

struct ExportColumn {
    AxisId axis;
    BusId bus;
    telemetry::Channel channel{};
    std::vector<ScalePiece> pieces; ///< in order; the last has no end
    /// "Pan.position"; an axis name that is not unique is led by its bus: "left/Pan.position"
    std::string name;
    std::string unit;          ///< "deg"; may be empty
    std::string channelName{}; ///< "position", or the register that was watched
};

/// All channels that the axes have, axis by axis, in the order of telemetry::Channel. A channel whose unit
/// changed while it was recorded has a column for each unit, in the order of time.
[[nodiscard]] std::vector<ExportColumn> columnsOf(const session::SessionSummary& summary);

/// Those that a pattern names; * stands for any text, ? for one letter; no patterns: all. Errors: invalid
/// (a pattern that fits nothing; the detail lists what there is).
[[nodiscard]] Result<std::vector<ExportColumn>> chooseColumns(const session::SessionSummary& summary,
                                                              const std::vector<std::string>& patterns);

} // namespace servolane::drivers
