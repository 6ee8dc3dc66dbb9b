// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernel/ids.h"

#include <cstdint>
#include <set>

namespace servolane::journal {
enum class LaneKind : std::uint8_t;
} // namespace servolane::journal

namespace servolane::ui::scope {

/// What the lane of events leaves out. Triggers look at all of it.
struct LaneFilter {
    std::set<journal::LaneKind> hidden;
    /// Marks of axes without a trace in the scope are left out; those of no axis stay.
    bool shownAxesOnly = false;
    /// Marks of other axes than this one are left out; those of no axis stay. 0: of none.
    AxisId axis = {};
    [[nodiscard]] bool isNone() const { return hidden.empty() && !shownAxesOnly && axis == AxisId{}; }
    friend bool operator==(const LaneFilter&, const LaneFilter&) = default;
};

} // namespace servolane::ui::scope
