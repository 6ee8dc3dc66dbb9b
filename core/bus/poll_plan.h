// SPDX-License-Identifier: GPL-3.0-or-later
// Which channels a bus reads, and how often. Plain values, any thread.
#pragma once

#include "core/telemetry/channel.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace servolane::bus {

/// How often a channel is read: not at all; now and then, every LinkSettings::slowInterval; with the group,
/// in every cycle.
enum class Pace : std::uint8_t { never, slow, everyCycle };
[[nodiscard]] std::string_view toString(Pace pace);
[[nodiscard]] std::optional<Pace> paceFrom(std::string_view word);

using Paces = std::array<Pace, telemetry::channelCount>;

/// What moves is read in every cycle, what changes slowly between the cycles. Of watched registers a plan
/// says nothing: where they lie decides how often they are read.
[[nodiscard]] constexpr Paces usualPaces() {
    Paces paces{};
    paces.fill(Pace::everyCycle);
    for (const auto channel :
         {telemetry::Channel::voltage, telemetry::Channel::temperature, telemetry::Channel::hardwareError})
        paces[telemetry::indexOf(channel)] = Pace::slow;
    return paces;
}

struct PollPlan {
    Paces paces = usualPaces();

    [[nodiscard]] Pace operator[](telemetry::Channel channel) const {
        return paces[telemetry::indexOf(channel)];
    }
    [[nodiscard]] Pace& operator[](telemetry::Channel channel) { return paces[telemetry::indexOf(channel)]; }
    friend bool operator==(const PollPlan&, const PollPlan&) = default;
};

} // namespace servolane::bus
