// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/journal/read/command_log.h"

#include <vector>

namespace servolane::journal {

/// Whom a command on the lane concerns beyond LaneMark::axis, which a command for several axes leaves empty.
struct MarkAxes {
    bool every = false;        ///< a stop of all axes, or its reset
    std::vector<AxisId> named; ///< by a command for several, in its order
    friend bool operator==(const MarkAxes&, const MarkAxes&) = default;
};
/// From the words that recordings keep (api::describe). Any thread.
[[nodiscard]] MarkAxes axesOf(const LaneMark& command);

} // namespace servolane::journal
