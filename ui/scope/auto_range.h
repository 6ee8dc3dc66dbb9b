// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernel/time.h"

namespace servolane::ui::scope {

/// The value range of a pane, on multiples of its tick step. It grows at once when data leave it and shrinks
/// only after they have filled less than half of it for a while, so that the numbers at the axis stand still.
class AutoRange {
public:
    /// `smallest`: never show less than this, or noise looks like a signal.
    explicit AutoRange(double smallest = 1e-3)
        : smallest_(smallest) {}

    /// True if the range changed. `low` and `high` are of the data on the screen.
    bool follow(double low, double high, Time now);
    void forget() { known_ = false; }
    /// Stays as it is, whatever the data do. `low` < `high`.
    void fix(double low, double high);
    void release() { fixed_ = known_ = false; }
    [[nodiscard]] bool isFixed() const { return fixed_; }
    [[nodiscard]] double low() const { return low_; }
    [[nodiscard]] double high() const { return high_; }
    [[nodiscard]] double step() const { return step_; }

private:
    bool fit(double low, double high);

    double smallest_;
    double low_ = 0.0;
    double high_ = 1.0;
    double step_ = 0.5;
    bool known_ = false;
    bool fixed_ = false;
    bool wide_ = false;
    Time wideSince_{};
};

} // namespace servolane::ui::scope
