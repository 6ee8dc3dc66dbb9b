// SPDX-License-Identifier: GPL-3.0-or-later
// Which trace is drawn where, and in which colour.
#pragma once

#include "ui/scope/auto_range.h"
#include "ui/scope/axis_colours.h"
#include "ui/scope/line_pattern.h"
#include "ui/scope/scope_palette.h"
#include "ui/scope/trace_choice.h"

#include <QRect>
#include <optional>
#include <vector>

namespace servolane::ui::scope {

/// Lines of one unit and group over each other, with a value axis of their own.
struct Pane {
    QString unit;
    QString title;                  ///< "Position"
    std::vector<std::size_t> lines; ///< places in the choices
    AutoRange range;
    QRect area; ///< in the surface
    int group = 0;
    QRect titleArea; ///< above it; empty of low panes, whose height is worth more than their names
    /// The same pane, when its lines are chosen anew.
    [[nodiscard]] QString key() const { return QStringLiteral("%1|%2|%3").arg(title, unit).arg(group); }
    [[nodiscard]] double rowOf(double value) const {
        return area.bottom() - (value - range.low()) / (range.high() - range.low()) * (area.height() - 1);
    }
    [[nodiscard]] double valueAt(double row) const {
        return range.low() + (area.bottom() - row) / (area.height() - 1) * (range.high() - range.low());
    }
};

/// One pane for each unit and group, in the order in which they come, and one for each choice that stands
/// apart.
[[nodiscard]] std::vector<Pane> panesOf(const std::vector<TraceChoice>& choices);
enum class PaneStyle : std::uint8_t { stacked, overlaid };
/// Stacks the panes in `plot`, each beneath its title, or gives all of it to each, beneath rows of titles.
void layOut(std::vector<Pane>& panes, const QRect& plot, PaneStyle style = PaneStyle::stacked);
/// What a trace is told by, wherever it stands: in the picture, at its name, in a strip.
struct TraceLook {
    QColor colour;
    LinePattern pattern = LinePattern::solid;
    friend bool operator==(const TraceLook&, const TraceLook&) = default;
};
/// The axis that is shown (whose name no label carries; without one the lead) has one colour per kind of
/// channel, whoever stands beside it; a setpoint has its actual value's, dashed. Every other axis has a
/// colour of its own and keeps it, whoever comes, goes or changes places (see AxisColours). Calculated traces
/// take theirs from the end of the palette. No two lines of a pane look alike: an axis whose colour is taken
/// there is dotted; for further kinds of channel of one axis it is the next free one. By the choices' places.
[[nodiscard]] std::vector<TraceLook> looksOf(const std::vector<TraceChoice>& choices,
                                             const std::vector<Pane>& panes, const ScopePalette& palette,
                                             TraceColours& colours);
/// The same as the pen of a painter.
[[nodiscard]] Qt::PenStyle penStyleOf(LinePattern pattern);
/// As if all choices stood in one pane.
[[nodiscard]] std::vector<TraceLook> looksOverEachOther(const std::vector<TraceChoice>& choices,
                                                        const ScopePalette& palette, TraceColours& colours);
[[nodiscard]] bool isSetpoint(telemetry::Channel channel);
/// Nothing finer is drawn large: it is noise or rounding. In the channel's unit.
[[nodiscard]] double smallestRangeOf(telemetry::Channel channel);
/// Decimals worth showing of a single sample; of a calculated one those of what is measured in its unit.
[[nodiscard]] int decimalsOf(const TraceChoice& choice);
/// Nothing for units that no channel is measured in.
[[nodiscard]] std::optional<int> decimalsOfUnit(const QString& unit);

} // namespace servolane::ui::scope
