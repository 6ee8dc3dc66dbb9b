// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/scope/axis_ticks.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace servolane::ui::scope {

namespace {

constexpr int mostTicks = 50;

int decimalsOfTick(double step) {
    return std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 9);
}

double timeStep(double span, int count) {
    constexpr std::array people{2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0};
    const double wanted = span / count;
    if (wanted <= 2.0) return niceStep(span, count);
    for (const double step : people)
        if (step >= wanted) return step;
    return 3600.0 * niceStep(span / 3600.0, count);
}

constexpr double longMilliseconds = 10.0; ///< seconds; from here on milliseconds are long

QString timeLabel(double seconds, double step) {
    if (step < 60.0 && isLong(seconds)) return hoursText(seconds, decimalsOfTick(step));
    if (step < 0.1 && std::abs(seconds) >= longMilliseconds)
        return number(seconds, decimalsOfTick(step)) + QStringLiteral(" s");
    if (step < 0.1) return number(seconds * 1e3, decimalsOfTick(step * 1e3)) + QStringLiteral(" ms");
    if (step < 60.0) return number(seconds, decimalsOfTick(step)) + QStringLiteral(" s");
    if (step < 3600.0) return number(seconds / 60.0, 0) + QStringLiteral(" min");
    return number(seconds / 3600.0, 0) + QStringLiteral(" h");
}

} // namespace

bool isLong(double seconds) {
    return std::abs(seconds) >= 1000.0;
}

QString hoursText(double seconds, int decimals) {
    const double scale = std::pow(10.0, decimals);
    const auto parts = std::llround(std::abs(seconds) * scale);
    const auto whole = static_cast<qlonglong>(parts / std::llround(scale));
    QString text = QStringLiteral("%1:%2:%3")
                       .arg(whole / 3600)
                       .arg(whole / 60 % 60, 2, 10, QLatin1Char('0'))
                       .arg(whole % 60, 2, 10, QLatin1Char('0'));
    if (decimals > 0)
        text += QStringLiteral(".%1").arg(parts % std::llround(scale), decimals, 10, QLatin1Char('0'));
    return seconds < 0.0 ? QChar(0x2212) + text : text;
}

double niceStep(double range, int count) {
    const double rough = range / std::max(count, 1);
    const double power = std::pow(10.0, std::floor(std::log10(rough)));
    for (const double factor : {1.0, 2.0, 5.0})
        if (factor * power >= rough * (1.0 - 1e-9)) return factor * power;
    return 10.0 * power;
}

std::vector<Tick> valueTicks(double low, double high, double step) {
    std::vector<Tick> ticks;
    const double first = std::ceil(low / step - 1e-6);
    for (int i = 0; i < mostTicks; ++i) {
        const double at = (first + i) * step;
        if (at > high + step * 1e-6) break;
        ticks.push_back({at, number(at, decimalsOfTick(step))});
    }
    return ticks;
}

std::vector<Tick> timeTicks(double low, double high, int count, const QString& zero) {
    const double step = timeStep(high - low, count);
    std::vector<Tick> ticks = valueTicks(low, high, step);
    for (Tick& tick : ticks) {
        const bool isZero = std::abs(tick.at) < step * 1e-6;
        tick.label = isZero && !zero.isEmpty() ? zero : timeLabel(tick.at, step);
    }
    return ticks;
}

QString number(double value, int decimals) {
    QString text = QString::number(value, 'f', decimals);
    if (text.startsWith('-')) {
        const bool isZero =
            std::none_of(text.begin(), text.end(), [](QChar c) { return c >= '1' && c <= '9'; });
        text = isZero ? text.mid(1) : QChar(0x2212) + text.mid(1);
    }
    return text;
}

int decimalsFor(double range) {
    if (!(range > 0.0)) return 3;
    return std::clamp(static_cast<int>(std::ceil(3.0 - std::log10(range))), 0, 6);
}

} // namespace servolane::ui::scope
