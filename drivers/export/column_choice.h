// SPDX-License-Identifier: GPL-3.0-or-later
// Which channels of a session are exported, and what their columns are called.
#pragma once

#include "core/session/session_store.h"

#include <string>
#include <vector>

namespace servolane::drivers {

struct ExportColumn {
    AxisId axis;
    BusId bus;
    telemetry::Channel channel{};
    telemetry::ChannelScale scale;
    std::string
        name; ///< "Pan.position"; an axis name that is not unique is led by its bus: "left/Pan.position"
    std::string unit; ///< "deg"; may be empty
};

/// All channels that the axes have, axis by axis, in the order of telemetry::Channel.
[[nodiscard]] std::vector<ExportColumn> columnsOf(const session::SessionSummary& summary);

/// Those that a pattern names; * stands for any text, ? for one letter; no patterns: all. Errors: invalid
/// (a pattern that fits nothing; the detail lists what there is).
[[nodiscard]] Result<std::vector<ExportColumn>> chooseColumns(const session::SessionSummary& summary,
                                                              const std::vector<std::string>& patterns);

} // namespace servolane::drivers
