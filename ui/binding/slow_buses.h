// SPDX-License-Identifier: GPL-3.0-or-later
// Buses that are read more seldom than was asked, as every place tells it: one judgement, one patience.
#pragma once

#include "core/bus/read/bus_board.h"
#include "core/kernel/time.h"

#include <QtCore/QString>
#include <map>

namespace servolane::ui {

/// A hiccup is none: two seconds below 95 % of what was asked, until it is at 98 % again. GUI thread.
class SlowBuses {
public:
    void fold(const bus::BusBoard& board, Time now);
    [[nodiscard]] bool isTold(BusId bus) const;

private:
    struct Slow {
        Time since{};
        bool told = false;
    };
    std::map<BusId, Slow> slow_;
};

/// "43 of 200"; Hz.
[[nodiscard]] QString rateOf(const bus::BusView& bus);
/// Why, and what helps.
[[nodiscard]] QString slowHintOf(const bus::BusView& bus);

} // namespace servolane::ui
