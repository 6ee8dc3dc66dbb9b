// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernel/time.h"
#include "core/telemetry/read/trace_set.h"
#include "ui/scope/trace_choice.h"

#include <QString>
#include <optional>
#include <vector>

namespace servolane::ui::scope {

/// Two places in time, over all panes.
struct CursorPair {
    std::optional<Time> a;
    std::optional<Time> b;
    bool activeIsB = false; ///< the one that was moved last: keys move it on
    [[nodiscard]] bool isEmpty() const { return !a && !b; }
    friend bool operator==(const CursorPair&, const CursorPair&) = default;
};

/// What the cursors read, as text: the times, and one row of cells for each trace.
struct CursorReading {
    QString times; ///< "A −6.204 s   B −4.386 s   Δt 1.818 s   1/Δt 0.550 Hz"
    struct Row {
        QString label;              ///< "Pan position  °"
        QString axis;               ///< "Pan", if the label begins with it
        std::vector<QString> cells; ///< in the order of readingColumns()
        /// Not empty: why the statistics are not of all samples between the cursors. The label says so too.
        QString missing;
        bool hasGap = false; ///< between the cursors
        /// The first sample, where the earlier cursor lies before it: the figures are of less than Δt.
        std::optional<Time> dataFrom;
        friend bool operator==(const Row&, const Row&) = default;
    };
    std::vector<Row> rows;
    bool hasA = false;
    bool hasB = false; ///< without both, all cells but the other's are empty
    /// "Data from −8.050 s on only: Pan position  ·  Has gaps between the cursors: Pan position"; empty if
    /// there is no such trace.
    QString gaps;
    friend bool operator==(const CursorReading&, const CursorReading&) = default;
};

/// Headers of the cells: A, B, Δ, min, max, p-p (peak to peak), mean, rms, σ, slope (of the straight line by
/// least squares). The unit of all but the last stands at the label; what the figures are exactly says
/// TraceStatistics.
[[nodiscard]] const std::vector<QString>& readingColumns();
/// Times are counted from `origin`. A cursor in a gap, or before the first sample, reads "–". Nothing behind
/// `until` is read: a recording that is played holds what lies ahead of its moment.
[[nodiscard]] CursorReading readCursors(const CursorPair& cursors, Time origin,
                                        const std::vector<TraceChoice>& choices,
                                        const telemetry::TraceSet& traces, Time until = Time::max());
/// `time` moved on (or back) by so many samples of the first trace that has some; over gaps too, and no
/// further than the trace goes, nor onto a sample behind `until`.
[[nodiscard]] Time movedBySamples(Time time, int samples, const std::vector<TraceChoice>& choices,
                                  const telemetry::TraceSet& traces, Time until = Time::max());
/// Of the samples from `from` to `to`, both included, and of the one whose value was still good at `from`:
/// the line is drawn with it.
[[nodiscard]] telemetry::TraceStatistics statisticsBetween(const telemetry::Trace& trace, Time from, Time to);
/// Stands where there is no value.
[[nodiscard]] inline QString noFigure() {
    return QStringLiteral("–");
}
/// "1.818 s", "182.0 ms", "35 µs", "0:20:00.000".
[[nodiscard]] QString durationText(Duration span);

} // namespace servolane::ui::scope
