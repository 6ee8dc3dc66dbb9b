// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/binding/timing_text.h"

#include "ui/binding/value_text.h"

namespace servolane::ui {

namespace {
constexpr double slowestInHertz = 0.5; ///< below it one decimal says little
} // namespace

QString rateText(const telemetry::Timing& timing) {
    if (timing.intervals == 0) return QStringLiteral("–");
    if (timing.rate > 0.0 && timing.rate < slowestInHertz)
        return QStringLiteral("every %1 s").arg(1.0 / timing.rate, 0, 'f', timing.rate > 0.1 ? 1 : 0);
    return QStringLiteral("%1 Hz").arg(timing.rate, 0, 'f', timing.rate < 10.0 ? 1 : 0);
}

QString jitterText(const telemetry::Timing& timing) {
    if (timing.intervals < 2) return QStringLiteral("–");
    return QStringLiteral("±%1 ms").arg(milliseconds(timing.jitter), 0, 'f', 2);
}

QString freshnessText(const telemetry::Timing& timing) {
    if (timing.stale)
        return timing.age > Duration{} ? ageText(timing.age) + QStringLiteral(" old")
                                       : QStringLiteral("none yet");
    return QStringLiteral("%1 ms").arg(milliseconds(timing.age), 0, 'f', 0);
}

} // namespace servolane::ui
