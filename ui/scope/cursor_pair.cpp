// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/scope/cursor_pair.h"

#include "ui/scope/axis_ticks.h"
#include "ui/scope/pane.h"

#include <QStringList>
#include <algorithm>
#include <cmath>

namespace servolane::ui::scope {

namespace {

const QString nothing = noFigure();
constexpr int significant = 5;

/// Digits before the point once it is rounded to so many figures: 9.99999 is written as 10.00, not 10.000.
int wholeDigits(double size, int figures) {
    if (size < 1.0) return 1;
    const int whole = static_cast<int>(std::log10(size)) + 1;
    const bool roundsUp = std::round(size * std::pow(10.0, figures - whole)) >= std::pow(10.0, figures);
    return roundsUp ? whole + 1 : whole;
}

/// Decimals for all cells of a row, so that they can be compared.
int digitsBehindPoint(double largest, const TraceChoice& choice) {
    return std::clamp(significant - wholeDigits(largest, significant), 0, decimalsOf(choice) + 1);
}

/// "°/s", "°/s²", "A/s"
QString perSecond(const QString& unit) {
    if (unit.endsWith(QStringLiteral("/s"))) return unit + QChar(0x00B2);
    return unit + QStringLiteral("/s");
}

QString slopeCell(double slope, const QString& unit) {
    const int figures = significant - 1;
    return number(slope, std::clamp(figures - wholeDigits(std::abs(slope), figures), 0, 4)) + ' ' +
           perSecond(unit);
}

QString frequencyText(Duration period) {
    const double hertz = 1.0 / seconds(period);
    if (hertz >= 1e3) return number(hertz / 1e3, 3) + QStringLiteral(" kHz");
    return number(hertz, 3) + QStringLiteral(" Hz");
}

std::optional<double> valueAt(const telemetry::Trace* trace, const std::optional<Time>& time) {
    if (!trace || !time) return std::nullopt;
    const auto sample = trace->valueAt(*time);
    return sample ? std::optional<double>(sample->value) : std::nullopt;
}

/// A gap is a row at its beginning: between two times in it there is none.
bool standsInGap(const telemetry::Trace& trace, Time time) {
    return !trace.valueAt(time) && trace.lastBefore(time) && trace.firstFrom(time);
}

QString timesText(const CursorPair& cursors, Time origin) {
    QStringList parts;
    if (cursors.a) parts << QStringLiteral("A ") + durationText(*cursors.a - origin);
    if (cursors.b) parts << QStringLiteral("B ") + durationText(*cursors.b - origin);
    if (cursors.a && cursors.b) {
        const Duration between = *cursors.b - *cursors.a;
        parts << QStringLiteral("Δt ") + durationText(between);
        if (between != Duration{})
            parts << QStringLiteral("1/Δt ") + frequencyText(std::chrono::abs(between));
    }
    return parts.join(QStringLiteral("    "));
}

QString missingText(const telemetry::TraceStatistics& statistics) {
    if (statistics.isWaiting)
        return QStringLiteral("Some samples between the cursors are still being read from the recording");
    if (statistics.isIncomplete)
        return QStringLiteral("Some samples between the cursors are no longer in memory, nor in a recording");
    return {};
}

bool goesOn(const telemetry::Trace& trace, Time until, Time to) {
    const auto next = until < to ? trace.firstFrom(until + Duration{1}) : std::nullopt;
    return next && next->time <= to;
}

CursorReading::Row rowOf(const CursorPair& cursors, const TraceChoice& choice, const telemetry::Trace* trace,
                         Time until) {
    std::vector<std::optional<double>> values(readingColumns().size() - 1);
    std::optional<double> slope;
    QString missing;
    bool hasGap = false;
    std::optional<Time> dataFrom;
    const bool isAhead = trace && cursors.a && cursors.b &&
                         goesOn(*trace, until, std::max(*cursors.a, *cursors.b)); // statistics end before it
    if (isAhead) missing = QStringLiteral("The replay has not come to the second cursor: up to its moment");
    if (cursors.a <= until) values[0] = valueAt(trace, cursors.a);
    if (cursors.b <= until) values[1] = valueAt(trace, cursors.b);
    if (values[0] && values[1]) values[2] = *values[1] - *values[0];
    if (trace && cursors.a && cursors.b) {
        const auto [from, to] = std::minmax(*cursors.a, *cursors.b);
        const auto between = from > until ? telemetry::TraceStatistics{}
                                          : statisticsBetween(*trace, from, isAhead ? until : to);
        const double all[] = {between.min,  between.max, between.peakToPeak(),
                              between.mean, between.rms, between.deviation};
        if (between.count > 0) std::copy(std::begin(all), std::end(all), values.begin() + 3);
        if (between.count > 1) slope = between.slope;
        if (const QString reason = missingText(between); !reason.isEmpty()) missing = reason;
        hasGap = between.hasGap;
        if (between.count > 0 && missing.isEmpty() && !trace->lastBefore(from + Duration{1}))
            if (const auto first = trace->firstFrom(from)) dataFrom = first->time;
    }
    double largest = 0.0;
    for (const auto& value : values)
        largest = std::max(largest, std::abs(value.value_or(0.0)));
    const QString label =
        choice.unit.isEmpty() ? choice.label : choice.label + QStringLiteral("  ") + choice.unit;
    CursorReading::Row row{missing.isEmpty() ? label : label + QStringLiteral(" · incomplete"),
                           choice.axisName,
                           {},
                           missing,
                           hasGap,
                           dataFrom};
    for (const auto& value : values)
        row.cells.push_back(value ? number(*value, digitsBehindPoint(largest, choice)) : nothing);
    row.cells.push_back(slope ? slopeCell(*slope, choice.unit) : nothing);
    return row;
}

/// Traces of one cycle begin together: by the time as it is written.
QString dataFromText(const CursorReading& reading, Time origin, const std::vector<TraceChoice>& choices) {
    std::vector<std::pair<QString, QStringList>> starts;
    for (std::size_t i = 0; i < reading.rows.size(); ++i) {
        if (!reading.rows[i].dataFrom) continue;
        const QString from = durationText(*reading.rows[i].dataFrom - origin);
        const auto known = std::find_if(starts.begin(), starts.end(),
                                        [&](const auto& start) { return start.first == from; });
        (known == starts.end() ? starts.emplace_back(from, QStringList()) : *known).second
            << choices[i].label;
    }
    QStringList parts;
    for (const auto& [from, names] : starts) {
        const bool isAll = names.size() == static_cast<qsizetype>(choices.size());
        const QString text = QStringLiteral("Data from %1 on only").arg(from);
        parts << (isAll ? text : text + QStringLiteral(": ") + names.join(QStringLiteral(", ")));
    }
    return parts.join(QStringLiteral("  ·  "));
}

/// A line of its own, which wraps: beside ten figures a name has no room for more words.
QString gapsText(const CursorReading& reading, const std::vector<TraceChoice>& choices) {
    QStringList names;
    for (std::size_t i = 0; i < reading.rows.size(); ++i)
        if (reading.rows[i].hasGap) names << choices[i].label;
    if (names.isEmpty()) return {};
    if (names.size() > 1 && names.size() == static_cast<qsizetype>(choices.size()))
        return QStringLiteral("All have gaps between the cursors");
    return (names.size() == 1 ? QStringLiteral("Has gaps between the cursors: %1")
                              : QStringLiteral("Have gaps between the cursors: %1"))
        .arg(names.join(QStringLiteral(", ")));
}

} // namespace

const std::vector<QString>& readingColumns() {
    static const std::vector<QString> columns{
        QStringLiteral("A"),   QStringLiteral("B"),    QStringLiteral("Δ"),    QStringLiteral("min"),
        QStringLiteral("max"), QStringLiteral("p-p"),  QStringLiteral("mean"), QStringLiteral("rms"),
        QStringLiteral("σ"),   QStringLiteral("slope")};
    return columns;
}

QString durationText(Duration span) {
    const double size = std::abs(seconds(span));
    if (isLong(size)) return hoursText(seconds(span), 3);
    if (size < 1e-3) return number(seconds(span) * 1e6, 0) + QStringLiteral(" µs");
    if (size < 1.0) return number(seconds(span) * 1e3, size < 0.1 ? 2 : 1) + QStringLiteral(" ms");
    return number(seconds(span), 3) + QStringLiteral(" s");
}

telemetry::TraceStatistics statisticsBetween(const telemetry::Trace& trace, Time from, Time to) {
    const auto held = trace.valueAt(from);
    auto all =
        trace.statistics(held ? held->time : from, to + Duration{1}); // spans of traces exclude their end
    all.hasGap = all.hasGap || standsInGap(trace, from) || standsInGap(trace, to);
    return all;
}

Time movedBySamples(Time time, int samples, const std::vector<TraceChoice>& choices,
                    const telemetry::TraceSet& traces, Time until) {
    for (const TraceChoice& choice : choices) {
        const auto* view = traces.find(choice.axis, choice.channel);
        if (!view || view->trace->isEmpty()) continue;
        for (int i = 0; i < std::abs(samples); ++i) {
            const auto next =
                samples > 0 ? view->trace->firstFrom(time + Duration{1}) : view->trace->lastBefore(time);
            if (!next || next->time > until) break;
            time = next->time;
        }
        return time;
    }
    return time;
}

CursorReading readCursors(const CursorPair& cursors, Time origin, const std::vector<TraceChoice>& choices,
                          const telemetry::TraceSet& traces, Time until) {
    CursorReading reading;
    if (cursors.isEmpty()) return reading;
    reading.times = timesText(cursors, origin);
    reading.hasA = cursors.a.has_value();
    reading.hasB = cursors.b.has_value();
    for (const TraceChoice& choice : choices) {
        const auto* view = traces.find(choice.axis, choice.channel);
        reading.rows.push_back(rowOf(cursors, choice, view ? view->trace.get() : nullptr, until));
    }
    QStringList flaws{dataFromText(reading, origin, choices), gapsText(reading, choices)};
    flaws.removeAll(QString());
    reading.gaps = flaws.join(QStringLiteral("  ·  "));
    return reading;
}

} // namespace servolane::ui::scope
