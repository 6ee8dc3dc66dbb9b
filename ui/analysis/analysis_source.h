// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/telemetry/read/trace_set.h"
#include "ui/scope/axis_colours.h"
#include "ui/scope/trace_choice.h"

#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace servolane::ui {

/// What spectrum and XY view look at. GUI thread.
struct AnalysisSource {
    /// Measured and calculated traces, the newest.
    std::function<std::shared_ptr<const telemetry::TraceSet>()> traces;
    /// What may be chosen, another object when it changes: the channels of the selected axis, whichever it is
    /// (without its name); those of every axis by its name, where there are several; math channels.
    std::function<std::shared_ptr<const std::vector<scope::TraceChoice>>()> choices;
    /// Keeps the trace calculated, if it is a formula's; to be called in every frame.
    std::function<void(AxisId)> want;
    /// The stretch of time that the scope shows.
    std::function<std::pair<Time, Time>()> visibleRange;
    /// Cursors A and B of the scope.
    std::function<std::pair<std::optional<Time>, std::optional<Time>>()> cursors;
    /// How the scope tells its axes apart: who stands there and here has the same colour.
    std::function<scope::TraceColours()> colours = {};
};

} // namespace servolane::ui
