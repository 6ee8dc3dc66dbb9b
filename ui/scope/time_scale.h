// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernel/time.h"

namespace servolane::ui::scope {

/// Times and horizontal places on the screen.
struct TimeScale {
    Time from{};
    Duration span{1};
    double left = 0.0;
    double width = 1.0;

    [[nodiscard]] double xOf(Time time) const { return left + width * seconds(time - from) / seconds(span); }
    [[nodiscard]] Time timeAt(double x) const {
        return from + fromSeconds(seconds(span) * (x - left) / width);
    }
    [[nodiscard]] bool shows(Time time) const { return time >= from && time <= from + span; }
};

} // namespace servolane::ui::scope
