// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/export/grid_rows.h"

#include "core/kernel/median.h"

#include <algorithm>
#include <cmath>
#include <utility>

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
    const auto usual = medianOf(std::move(steps));
    if (!usual) return Duration{std::chrono::seconds{1}};
    return Duration{std::max<std::int64_t>(*usual, 1)};
}

/// Three digits: 199.97 is a jittery 200.
double rateOf(Duration period) {
    const double rate = 1.0 / seconds(period);
    const double unit = std::pow(10.0, std::floor(std::log10(rate)) - 2.0);
    return std::round(rate / unit) * unit;
}

} // namespace

void GridColumn::take(Time time, double value) {
    const Sample sample{time, value, std::exchange(broken_, false)};
    if (ahead_.empty() && expected_ && !isAhead(time))
        pass(sample);
    else
        ahead_.push_back(sample);
}

bool GridColumn::isAhead(Time time) const {
    return method_ == Resampling::mean ? time >= *expected_ + half_ : time > *expected_;
}

void GridColumn::pass(const Sample& sample) {
    if (method_ != Resampling::mean) {
        last_ = sample;
    } else if (sample.time >= *expected_ - half_) {
        sum_ += sample.value;
        ++count_;
    }
}

void GridColumn::expect(Time time) {
    expected_ = time;
    sum_ = 0.0;
    count_ = 0;
    for (; !ahead_.empty() && !isAhead(ahead_.front().time); ahead_.pop_front())
        pass(ahead_.front());
}

std::optional<double> GridColumn::valueAt(Time time) {
    if (expected_ != time) expect(time);
    if (method_ == Resampling::mean)
        return count_ == 0 ? std::nullopt : std::optional{sum_ / static_cast<double>(count_)};
    if (last_ && last_->time == time) return last_->value;
    const Sample* next = ahead_.empty() ? nullptr : &ahead_.front();
    const bool joined = last_ && next && !next->brokenBefore && next->time - last_->time <= reach_;
    if (method_ == Resampling::nearest) return nearestTo(time, next, joined);
    if (!joined) return std::nullopt;
    const double share = seconds(time - last_->time) / seconds(next->time - last_->time);
    return last_->value + (next->value - last_->value) * share;
}

std::optional<double> GridColumn::nearestTo(Time time, const Sample* next, bool joined) const {
    const Duration most = joined ? reach_ : half_;
    const Duration before = last_ ? time - last_->time : Duration::max();
    const Duration after = next ? next->time - time : Duration::max();
    if (std::min(before, after) > most) return std::nullopt;
    return before <= after ? last_->value : next->value;
}

Result<double> usualRate(session::SessionReader& reader, const ExportPlan& plan) {
    return usualPeriod(reader, plan).map(rateOf);
}

Result<std::unique_ptr<GridRows>> GridRows::open(session::SessionReader& reader, const ExportPlan& plan,
                                                 Written& written) {
    const auto period = usualPeriod(reader, plan);
    if (!period) return tl::make_unexpected(period.error());
    written.rowsPerSecond = plan.rowsPerSecond.value_or(rateOf(*period));
    const Duration step = fromSeconds(1.0 / written.rowsPerSecond);
    const Duration reach =
        std::clamp<Duration>(*period * 50, std::chrono::seconds{1}, std::chrono::seconds{10});
    std::unique_ptr<GridRows> rows{new GridRows{reader, plan, written}};
    rows->ahead_ = std::max(reach, step / 2);
    auto buses = openBuses(reader, plan, rows->begin_ - rows->ahead_, rows->end_ + rows->ahead_, written);
    if (!buses) return tl::make_unexpected(buses.error());
    rows->buses_ = std::move(*buses);
    for (const auto& column : plan.columns)
        rows->columns_.push_back(
            {ColumnSamples{column}, {methodFor(column.channel, plan.resampling), step, reach}});
    rows->values_.resize(plan.columns.size());
    for (const auto& bus : rows->buses_)
        rows->enter(bus);
    return rows;
}

GridRows::GridRows(session::SessionReader& reader, const ExportPlan& plan, Written& written)
    : begin_(std::max(plan.from, reader.summary().start))
    , end_(std::min(plan.to, reader.summary().end))
    , written_(written) {}

GridRows::~GridRows() = default;

Result<bool> GridRows::next() {
    const double since = static_cast<double>(row_) / written_.rowsPerSecond;
    time_ = begin_ + Duration{std::llround(since * 1e9)}; // 2.01 s, not 2.009999999 s
    if (time_ > end_) return false;
    for (auto& column : columns_)
        column.grid.expect(time_);
    if (auto fed = feed(time_); !fed) return tl::make_unexpected(fed.error());
    for (std::size_t i = 0; i < columns_.size(); ++i)
        values_[i] = columns_[i].grid.valueAt(time_);
    gap_ = false;
    for (; !gaps_.empty() && gaps_.front() <= time_; gaps_.pop_front())
        gap_ = true;
    ++row_;
    return true;
}

Result<void> GridRows::feed(Time time) {
    for (BusRows* bus = earliestOf(buses_); bus && bus->time() - time <= ahead_; bus = earliestOf(buses_)) {
        takeRow(*bus);
        if (auto advanced = bus->advance(); !advanced) return advanced;
        enter(*bus);
    }
    return {};
}

void GridRows::enter(const BusRows& bus) {
    if (bus.atEnd() || !bus.beginsSlice()) return;
    for (auto& column : columns_)
        if (column.samples.column().bus == bus.bus()) column.samples.enter(bus.slice());
}

void GridRows::takeRow(const BusRows& bus) {
    if (bus.isAfterGap() && bus.time() >= begin_) gaps_.push_back(bus.time());
    for (auto& column : columns_) {
        if (column.samples.column().bus != bus.bus()) continue;
        if (bus.isAfterGap()) column.grid.breakOff();
        if (const auto* raw = column.samples.at(bus.row(), bus.time()))
            column.grid.take(bus.time(), column.samples.scale().valueOf(*raw));
    }
}

} // namespace servolane::drivers
