// SPDX-License-Identifier: GPL-3.0-or-later
// One bus cycle's feedback: a single event for the whole group, immutable once published.
#pragma once

#include "core/kernel/ids.h"
#include "core/kernel/time.h"
#include "core/telemetry/channel.h"

#include <array>
#include <cstdint>
#include <vector>

namespace servolane::telemetry {

/// Raw numbers as the servo sent them; ChannelScales of the axis turn them into units. Raw is what recordings
/// keep, so that nothing is rounded on the way.
struct AxisSample {
    AxisId axis;
    std::uint16_t valid = 0;   ///< bit per Channel: set if `raw` holds a value read in this very cycle
    std::int32_t offsetNs = 0; ///< when this servo's answer ended, counted from FeedbackCycle::time
    std::array<std::int32_t, channelCount> raw{};

    [[nodiscard]] bool has(Channel channel) const { return valid >> indexOf(channel) & 1U; }
    void set(Channel channel, std::int32_t value) {
        raw[indexOf(channel)] = value;
        valid = static_cast<std::uint16_t>(valid | 1U << indexOf(channel));
    }
};

struct FeedbackCycle {
    BusId bus;
    std::uint64_t cycle = 0;         ///< counted from 0 since the bus was connected
    Time time{};                     ///< when the first answer arrived
    bool gapBefore = false;          ///< samples are missing: of all axes (`cycle` jumps) or of one
    std::vector<AxisSample> samples; ///< only axes that answered
};

} // namespace servolane::telemetry
