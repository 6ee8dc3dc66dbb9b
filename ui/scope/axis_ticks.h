// SPDX-License-Identifier: GPL-3.0-or-later
// Where an axis carries numbers, and how they are written.
#pragma once

#include <QString>
#include <vector>

namespace servolane::ui::scope {

struct Tick {
    double at = 0.0;
    QString label;
    friend bool operator==(const Tick&, const Tick&) = default;
};

/// 1, 2 or 5 times a power of ten: the smallest such step of which at most `count` fit into `range`.
[[nodiscard]] double niceStep(double range, int count);
/// Multiples of `step` in [low, high], written with as many decimals as the step needs.
[[nodiscard]] std::vector<Tick> valueTicks(double low, double high, double step);
/// For seconds: steps that people count in, written "−10 s", "−2 min", "−50 ms"; `zero` stands at 0 where it
/// is not empty.
[[nodiscard]] std::vector<Tick> timeTicks(double low, double high, int count, const QString& zero);
/// Far from where time is counted from, seconds alone are hard to read: hoursText() is used then.
[[nodiscard]] bool isLong(double seconds);
/// "5:00:12.50"
[[nodiscard]] QString hoursText(double seconds, int decimals);
/// A number with a true minus sign.
[[nodiscard]] QString number(double value, int decimals);
/// Decimals that show a thousandth of `range`.
[[nodiscard]] int decimalsFor(double range);

} // namespace servolane::ui::scope
