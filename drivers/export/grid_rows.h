// SPDX-License-Identifier: GPL-3.0-or-later
// Rows on an even grid of times, all buses in the same rows. The grid begins with the recording or the
// range asked for. nearest: the value of the nearest sample; linear: on the line between the samples around;
// mean: of the samples within half a step to both sides. No value is made across a gap of the bus, between
// samples too far apart (50 cycles, but at least one second and at most ten), or before the first and behind
// the last sample. Channels that are states and no quantities (moving, hardware_error) always take the
// nearest sample.
#pragma once

#include "drivers/export/bus_rows.h"

#include <deque>
#include <memory>
#include <optional>
#include <vector>

namespace servolane::drivers {

/// One column on the grid. Samples and questions come in the order of time.
class GridColumn {
public:
    /// `reach`: no value is made between samples further apart.
    GridColumn(session::Resampling method, Duration step, Duration reach)
        : method_(method)
        , half_(step / 2)
        , reach_(reach) {}

    /// The next question will be about `time`. Asked first, samples that only lead there take no memory.
    void expect(Time time);
    void take(Time time, double value);
    /// Samples are missing here.
    void breakOff() { broken_ = true; }
    /// Needs all samples up to `time` + reach, or half a step if that is longer.
    [[nodiscard]] std::optional<double> valueAt(Time time);
    /// Samples in memory.
    [[nodiscard]] std::size_t held() const { return ahead_.size(); }

private:
    struct Sample {
        Time time{};
        double value = 0.0;
        bool brokenBefore = false;
    };
    /// Where a sample that is not ahead of the time expected goes.
    void pass(const Sample& sample);
    [[nodiscard]] bool isAhead(Time time) const;
    [[nodiscard]] std::optional<double> nearestTo(Time time, const Sample* next, bool joined) const;

    session::Resampling method_;
    Duration half_;
    Duration reach_;
    bool broken_ = false;
    std::optional<Time> expected_;
    std::optional<Sample> last_; ///< not after the time asked for
    double sum_ = 0.0;           ///< of the samples around the time expected
    std::size_t count_ = 0;
    std::deque<Sample> ahead_;
};

/// The rows of a plan that asks for resampling. Memory: the samples of `reach`, a slice of each bus.
class GridRows {
public:
    /// Everything named must outlive it. Sets written.rowsPerSecond.
    [[nodiscard]] static Result<std::unique_ptr<GridRows>> open(session::SessionReader& reader,
                                                                const ExportPlan& plan, Written& written);
    ~GridRows();
    GridRows(const GridRows&) = delete;
    GridRows& operator=(const GridRows&) = delete;

    /// False behind the last row.
    [[nodiscard]] Result<bool> next();
    [[nodiscard]] Time time() const { return time_; }
    /// A gap of a bus lies between the row before and this one.
    [[nodiscard]] bool isAfterGap() const { return gap_; }
    /// One for each column of the plan.
    [[nodiscard]] const std::vector<std::optional<double>>& values() const { return values_; }

private:
    struct Column {
        ColumnSamples samples;
        GridColumn grid;
    };

    GridRows(session::SessionReader& reader, const ExportPlan& plan, Written& written);
    void enter(const BusRows& bus);
    void takeRow(const BusRows& bus);
    /// Takes what values at `time` depend on.
    [[nodiscard]] Result<void> feed(Time time);

    Time begin_;
    Time end_;
    Duration ahead_{};
    Written& written_;
    std::vector<BusRows> buses_;
    std::vector<Column> columns_;
    std::deque<Time> gaps_;
    std::uint64_t row_ = 0;
    Time time_{};
    bool gap_ = false;
    std::vector<std::optional<double>> values_;
};

/// As the first bus of the plan usually cycled; what a grid takes where no rate is asked for.
[[nodiscard]] Result<double> usualRate(session::SessionReader& reader, const ExportPlan& plan);

} // namespace servolane::drivers
