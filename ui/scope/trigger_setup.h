// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernel/ids.h"
#include "core/telemetry/channel.h"
#include "core/telemetry/read/trigger.h"

#include <vector>

namespace servolane::ui::scope {

/// A trigger and the trace it looks at; facts need none.
struct TriggerSetup {
    telemetry::TriggerSettings settings;
    AxisId axis{};
    telemetry::Channel channel = telemetry::Channel::position;
    friend bool operator==(const TriggerSetup&, const TriggerSetup&) = default;
};

/// One level, the two of a window, or none of a fact.
[[nodiscard]] std::vector<double> levelsOf(const telemetry::TriggerCondition& condition);
/// `place` as in levelsOf. A window's levels change places where they would cross.
void setLevel(telemetry::TriggerCondition& condition, int place, double level);

} // namespace servolane::ui::scope
