// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/motion/excess.h"

#include <cmath>

namespace servolane::motion {

using telemetry::Channel;

namespace {

/// The least that was drawn for as long as counts, either way round; 0 if it went both ways.
double lastingCurrentOf(const Axis& axis, const AxisPresent& measured, Time since) {
    const auto& scale = axis.channels[indexOf(Channel::current)];
    const auto lasting = measured.lastingCurrent.since(since);
    if (!scale.exists() || !lasting) return 0.0;
    const double one = scale.valueOf(lasting->low);
    const double other = scale.valueOf(lasting->high);
    return one * other > 0 ? std::min(std::fabs(one), std::fabs(other)) : 0.0;
}

} // namespace

std::optional<EndReason> excessOf(const Axis& axis, const AxisPresent& measured, const LoadLimits& limits,
                                  Time since) {
    const double most = limits.current.value;
    if (most > 0 && lastingCurrentOf(axis, measured, since) > most) return EndReason::aboveCurrentLimit;
    const auto& scale = axis.channels[indexOf(Channel::temperature)];
    const double hottest = limits.temperature.value;
    if (hottest > 0 && scale.exists() && measured.knows(Channel::temperature) &&
        scale.valueOf(measured.raw[indexOf(Channel::temperature)]) > hottest)
        return EndReason::aboveTemperatureLimit;
    return std::nullopt;
}

} // namespace servolane::motion
