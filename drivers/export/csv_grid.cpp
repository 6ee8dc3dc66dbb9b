// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/export/csv_grid.h"

#include "drivers/export/bus_rows.h"
#include "drivers/export/cell_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace servolane::drivers {

namespace {

using session::Resampling;

/// Bits and flags: a half of them means nothing.
Resampling methodFor(telemetry::Channel channel, Resampling asked) {
    const bool isState =
        channel == telemetry::Channel::moving || channel == telemetry::Channel::hardwareError;
    return isState ? Resampling::nearest : asked;
}

/// The usual time between two cycles of the first bus; a second if there are no two.
Result<Duration> usualPeriod(session::SessionReader& reader, const ExportPlan& plan) {
    Written unused;
    auto buses = openBuses(reader, plan, plan.from, plan.to, unused);
    if (!buses) return tl::make_unexpected(buses.error());
    std::vector<std::int64_t> steps;
    if (!buses->empty() && !buses->front().atEnd()) {
        const auto& times = buses->front().slice().timeNs;
        for (std::size_t i = 1; i < times.size(); ++i)
            steps.push_back(times[i] - times[i - 1]);
    }
    if (steps.empty()) return Duration{std::chrono::seconds{1}};
    const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
    std::nth_element(steps.begin(), middle, steps.end());
    return Duration{std::max<std::int64_t>(*middle, 1)};
}

/// Three digits: 199.97 is a jittery 200.
double rateOf(Duration period) {
    const double rate = 1.0 / seconds(period);
    const double unit = std::pow(10.0, std::floor(std::log10(rate)) - 2.0);
    return std::round(rate / unit) * unit;
}

/// Columns with their samples, fed by the rows of all buses.
class Grid {
public:
    Grid(const ExportPlan& plan, std::vector<BusRows>& buses, Duration step, Duration reach)
        : buses_(buses)
        , ahead_(std::max(reach, step)) {
        for (const auto& column : plan.columns)
            columns_.push_back(
                {ColumnSamples{column}, {methodFor(column.channel, plan.resampling), step, reach}});
        for (const auto& bus : buses_)
            enter(bus);
    }

    /// Takes what values at `time` depend on.
    [[nodiscard]] Result<void> feed(Time time) {
        for (BusRows* bus = earliestOf(buses_); bus && bus->time() - time <= ahead_;
             bus = earliestOf(buses_)) {
            takeRow(*bus);
            if (auto advanced = bus->advance(); !advanced) return advanced;
            enter(*bus);
        }
        return {};
    }

    /// Values, then whether a gap lies between the row before and this one.
    char* write(char* at, Time time) {
        for (auto& column : columns_) {
            *at++ = ',';
            if (const auto value = column.grid.valueAt(time))
                at = std::to_chars(at, at + longestCell, *value).ptr;
        }
        bool gap = false;
        for (; !gaps_.empty() && gaps_.front() <= time; gaps_.pop_front())
            gap = true;
        *at++ = ',';
        *at++ = gap ? '1' : '0';
        return at;
    }

private:
    struct Column {
        ColumnSamples samples;
        GridColumn grid;
    };

    void enter(const BusRows& bus) {
        if (bus.atEnd() || !bus.beginsSlice()) return;
        for (auto& column : columns_)
            if (column.samples.column().bus == bus.bus()) column.samples.enter(bus.slice());
    }

    void takeRow(const BusRows& bus) {
        if (bus.isAfterGap()) gaps_.push_back(bus.time());
        for (auto& column : columns_) {
            if (column.samples.column().bus != bus.bus()) continue;
            if (bus.isAfterGap()) column.grid.breakOff();
            if (const auto* raw = column.samples.at(bus.row(), bus.time()))
                column.grid.take(bus.time(), column.samples.scale().valueOf(*raw));
        }
    }

    std::vector<BusRows>& buses_;
    Duration ahead_;
    std::vector<Column> columns_;
    std::deque<Time> gaps_;
};

} // namespace

void GridColumn::take(Time time, double value) {
    ahead_.push_back({time, value, broken_});
    broken_ = false;
}

std::optional<double> GridColumn::valueAt(Time time) {
    if (method_ == Resampling::mean) return meanAround(time);
    for (; !ahead_.empty() && ahead_.front().time <= time; ahead_.pop_front())
        last_ = ahead_.front();
    if (last_ && last_->time == time) return last_->value;
    const Sample* next = ahead_.empty() ? nullptr : &ahead_.front();
    const bool joined = last_ && next && !next->brokenBefore && next->time - last_->time <= reach_;
    if (method_ == Resampling::nearest) return nearestTo(time, next, joined);
    if (!joined) return std::nullopt;
    const double share = seconds(time - last_->time) / seconds(next->time - last_->time);
    return last_->value + (next->value - last_->value) * share;
}

std::optional<double> GridColumn::meanAround(Time time) {
    double sum = 0.0;
    std::size_t count = 0;
    for (; !ahead_.empty() && ahead_.front().time < time + half_; ahead_.pop_front()) {
        if (ahead_.front().time < time - half_) continue;
        sum += ahead_.front().value;
        ++count;
    }
    if (count == 0) return std::nullopt;
    return sum / static_cast<double>(count);
}

std::optional<double> GridColumn::nearestTo(Time time, const Sample* next, bool joined) const {
    const Duration most = joined ? reach_ : half_;
    const Duration before = last_ ? time - last_->time : Duration::max();
    const Duration after = next ? next->time - time : Duration::max();
    if (std::min(before, after) > most) return std::nullopt;
    return before <= after ? last_->value : next->value;
}

Result<Written> writeGrid(session::SessionReader& reader, const ExportPlan& plan, PartFile& file,
                          session::JobProgress& shared) {
    const auto& summary = reader.summary();
    const auto period = usualPeriod(reader, plan);
    if (!period) return tl::make_unexpected(period.error());
    Written written;
    written.rowsPerSecond = plan.rowsPerSecond.value_or(rateOf(*period));
    const Duration step = fromSeconds(1.0 / written.rowsPerSecond);
    const Duration reach =
        std::clamp<Duration>(*period * 50, std::chrono::seconds{1}, std::chrono::seconds{10});
    const Time begin = std::max(plan.from, summary.start);
    const Time end = std::min(plan.to, summary.end);
    auto buses = openBuses(reader, plan, begin - reach, end + reach, written);
    if (!buses) return tl::make_unexpected(buses.error());
    Grid grid{plan, *buses, step, reach};
    ExportProgress progress{summary, plan, shared};
    const std::size_t longestRow = (plan.columns.size() + 3) * longestCell;
    UtcText utc;
    for (;; ++written.rows) {
        const double since = static_cast<double>(written.rows) / written.rowsPerSecond;
        const Time time = begin + Duration{std::llround(since * 1e9)}; // 2.01 s, not 2.009999999 s
        if (time > end) return written;
        if (written.rows % 1024 == 0 && !progress.reached(time))
            return failure(ErrorCode::interrupted, "the export was cancelled");
        if (auto fed = grid.feed(time); !fed) return tl::make_unexpected(fed.error());
        const auto room = file.room(longestRow);
        if (!room) return tl::make_unexpected(room.error());
        char* at = writeSeconds(*room, time - summary.start);
        *at++ = ',';
        at = grid.write(utc.write(at, reader.utcAt(time)), time);
        for (const char letter : summary.simulated ? std::string_view{",1\r\n"} : std::string_view{",0\r\n"})
            *at++ = letter;
        file.used(at);
    }
}

} // namespace servolane::drivers
