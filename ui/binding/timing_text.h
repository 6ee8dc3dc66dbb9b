// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/telemetry/read/timing.h"

#include <QtCore/QString>

namespace servolane::ui {

/// "200 Hz", "0.5 Hz", "every 20 s"; "–" while it is not known.
[[nodiscard]] QString rateText(const telemetry::Timing& timing);
/// "±0.12 ms": the standard deviation of the intervals.
[[nodiscard]] QString jitterText(const telemetry::Timing& timing);
/// The age of the newest sample, "4 ms"; "2.4 s old" if it is stale.
[[nodiscard]] QString freshnessText(const telemetry::Timing& timing);

} // namespace servolane::ui
