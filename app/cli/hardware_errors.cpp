// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/hardware_errors.h"

#include <algorithm>

namespace servolane::cli {

namespace {
constexpr Duration errorPatience = std::chrono::seconds{3};
}

std::optional<bool> hasHardwareError(const Context& context, AxisId axis) {
    const auto board = context.client.axes();
    const motion::AxisView* view = board->find(axis);
    const auto channel = telemetry::Channel::hardwareError;
    if (!view || view->silent || !view->axis->channels[indexOf(channel)].exists()) return false;
    const auto& latest = (*view)[channel];
    if (!latest.isKnown()) return std::nullopt;
    return view->hardwareError != 0 || latest.value != 0.0;
}

app::WaitEnd waitForErrors(Context& context, const std::vector<AxisId>& axes) {
    return context.client.waitUntil(
        [&] {
            return std::all_of(axes.begin(), axes.end(),
                               [&](AxisId axis) { return hasHardwareError(context, axis).has_value(); });
        },
        errorPatience);
}

} // namespace servolane::cli
