// SPDX-License-Identifier: GPL-3.0-or-later
// What a policy may know of the present of an axis: copied from the latest-value cell before each decision.
#pragma once

#include "core/kernel/ids.h"
#include "core/kernel/time.h"
#include "core/telemetry/channel.h"

#include <array>
#include <cstdint>
#include <unordered_map>

namespace servolane::motion {

struct AxisPresent {
    std::array<std::int32_t, telemetry::channelCount> raw{};
    std::array<Time, telemetry::channelCount> at{}; ///< Time{}: never read
    Time lastAnswer{};
    Duration period{};   ///< expected between two answers
    bool silent = false; ///< left the group read

    [[nodiscard]] bool knows(telemetry::Channel channel) const { return at[indexOf(channel)] != Time{}; }
};

using Present = std::unordered_map<AxisId, AxisPresent>;

} // namespace servolane::motion
