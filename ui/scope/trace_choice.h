// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernel/ids.h"
#include "core/telemetry/channel.h"

#include <QString>

namespace servolane::ui::scope {

/// One line to draw. Lines of the same unit and group share a pane.
struct TraceChoice {
    AxisId axis;
    telemetry::Channel channel = telemetry::Channel::position;
    QString label;         ///< stands at the line's end: "Pan position"
    QString unit;          ///< as shown: "°", "°/s", "A"
    int group = 0;         ///< lines of one unit but of different groups stand in panes of their own
    bool apart = false;    ///< in a pane of its own, whatever its unit
    QString axisName = {}; ///< the label begins with it, if there is one: it stays where there is little room
    /// What it is kept by, of a certain axis: stays the same when an axis of the same name comes or goes.
    QString lastingWord = {};
    friend bool operator==(const TraceChoice&, const TraceChoice&) = default;
};

constexpr std::size_t maximumTraces = 16;

} // namespace servolane::ui::scope
