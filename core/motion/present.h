// SPDX-License-Identifier: GPL-3.0-or-later
// What a policy may know of the present of an axis: copied from the latest-value cell before each decision.
#pragma once

#include "core/kernel/ids.h"
#include "core/kernel/time.h"
#include "core/telemetry/channel.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <unordered_map>

namespace servolane::motion {

/// What lasts of a current: the start of a motor, of some ten milliseconds, is left out.
class LastingCurrent {
public:
    /// Of raw values, whose 0 need not be 0 A.
    struct Extent {
        std::int32_t low = 0;
        std::int32_t high = 0;
        constexpr void add(const Extent& other) {
            low = std::min(low, other.low);
            high = std::max(high, other.high);
        }
    };
    /// `raw` was read at `at`; times never go back.
    constexpr void fold(std::int32_t raw, Time at) {
        if (at - begun_ < span && now_) return now_->add({raw, raw});
        // Where it is read seldom, two readings in turn are all that there is.
        before_ = at - begun_ < forgotten ? now_ : std::nullopt;
        beforeBegun_ = begun_;
        begun_ = at;
        now_ = Extent{raw, raw};
    }
    /// Between which values all lay that were read for 50 to 100 ms, the last two where it is read more
    /// seldom, and that are newer than `since`. Absent: not read for so long.
    [[nodiscard]] constexpr std::optional<Extent> since(Time since) const {
        if (!now_ || !before_ || beforeBegun_ <= since) return std::nullopt;
        Extent both = *before_;
        both.add(*now_);
        return both;
    }

private:
    static constexpr Duration span = std::chrono::milliseconds{50};
    static constexpr Duration forgotten = std::chrono::seconds{10};
    Time begun_{};       ///< of the span under way
    Time beforeBegun_{}; ///< of the one before it
    std::optional<Extent> now_;
    std::optional<Extent> before_;
};

struct AxisPresent {
    std::array<std::int32_t, telemetry::channelCount> raw{};
    std::array<Time, telemetry::channelCount> at{}; ///< Time{}: never read
    LastingCurrent lastingCurrent;
    Time lastAnswer{};
    Duration period{};   ///< expected between two answers
    bool silent = false; ///< left the group read

    [[nodiscard]] bool knows(telemetry::Channel channel) const { return at[indexOf(channel)] != Time{}; }
};

using Present = std::unordered_map<AxisId, AxisPresent>;

} // namespace servolane::motion
