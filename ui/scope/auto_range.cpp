// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/scope/auto_range.h"

#include "ui/scope/axis_ticks.h"

#include <algorithm>
#include <cmath>

namespace servolane::ui::scope {

namespace {
constexpr double margin = 0.06;      ///< of the data's range, above and below
constexpr double clearBorder = 0.02; ///< of the range; less than what fit() leaves
constexpr int wantedTicks = 4;
constexpr double shrinkBelow = 0.5;
constexpr Duration shrinkAfter = std::chrono::seconds{2};
} // namespace

void AutoRange::fix(double low, double high) {
    fixed_ = known_ = true;
    low_ = low;
    high_ = high;
    step_ = niceStep(high - low, wantedTicks);
}

bool AutoRange::follow(double low, double high, Time now) {
    if (fixed_) return false;
    if (!known_ || low < low_ || high > high_) {
        wide_ = false;
        return fit(low, high);
    }
    // A line along the border would lie under it. That alone is no reason to shrink.
    const double border = (high_ - low_) * clearBorder;
    if (low < low_ + border || high > high_ - border)
        return fit(std::min(low, low_ + border), std::max(high, high_ - border));
    const double shown = std::max(high - low, smallest_) * (1.0 + 2.0 * margin);
    const bool wide = shown < shrinkBelow * (high_ - low_);
    if (wide && !wide_) wideSince_ = now;
    wide_ = wide;
    if (!wide || now - wideSince_ < shrinkAfter) return false;
    wide_ = false;
    return fit(low, high);
}

bool AutoRange::fit(double low, double high) {
    known_ = true;
    const double missing = std::max(0.0, smallest_ - (high - low));
    const double reach = std::max(high - low, smallest_) * margin;
    const double from = low - missing / 2.0 - reach;
    const double to = high + missing / 2.0 + reach;
    const double step = niceStep(to - from, wantedTicks);
    // Half steps keep the curve large without putting the border at an odd number.
    const double newLow = std::floor(from / step * 2.0) * step / 2.0;
    const double newHigh = std::ceil(to / step * 2.0) * step / 2.0;
    if (newLow == low_ && newHigh == high_ && step == step_) return false;
    low_ = newLow;
    high_ = newHigh;
    step_ = step;
    return true;
}

} // namespace servolane::ui::scope
