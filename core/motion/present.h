// SPDX-License-Identifier: GPL-3.0-or-later
// What a policy may know of the present of an axis: copied from the latest-value cell before each decision.
#pragma once

#include "core/kernel/ids.h"
#include "core/kernel/time.h"
#include "core/telemetry/channel.h"

#include <array>
#include <cstdint>
#include <optional>
#include <unordered_map>

namespace servolane::motion {

/// What lasts of a current: the start of a motor, of some ten milliseconds, is left out.
class LastingCurrent {
public:
    /// `raw` was read at `at`; times never go back.
    constexpr void fold(std::int32_t raw, Time at) {
        const bool missed = at - begun_ >= 2 * span;
        if (at - begun_ >= span) {
            before_ = missed ? std::optional<std::int32_t>{} : least_;
            beforeBegun_ = begun_;
            begun_ = at;
            least_ = raw;
            return;
        }
        least_ = least_ ? smaller(*least_, raw) : raw;
    }
    /// The smallest that was read for 50 to 100 ms and is newer than `since`, with its sign. Absent: not read
    /// for so long.
    [[nodiscard]] constexpr std::optional<std::int32_t> rawSince(Time since) const {
        if (!least_ || !before_ || beforeBegun_ <= since) return std::nullopt;
        return smaller(*before_, *least_);
    }

private:
    static constexpr Duration span = std::chrono::milliseconds{50};
    static constexpr std::int32_t smaller(std::int32_t a, std::int32_t b) {
        const auto size = [](std::int32_t raw) { return raw < 0 ? -std::int64_t{raw} : std::int64_t{raw}; };
        return size(b) < size(a) ? b : a;
    }
    Time begun_{};       ///< of the span under way
    Time beforeBegun_{}; ///< of the one before it
    std::optional<std::int32_t> least_;
    std::optional<std::int32_t> before_;
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
