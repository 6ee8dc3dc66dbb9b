// SPDX-License-Identifier: GPL-3.0-or-later
// Rows and columns over slices, for every format that writes rows. One thread.
#pragma once

#include "drivers/export/exporter.h"

#include <memory>
#include <vector>

namespace servolane::drivers {

/// The cycles of one bus as rows. Damaged parts are stepped over; those that touch the plan's range are noted
/// in `written`, which must outlive it.
class BusRows {
public:
    BusRows(BusId bus, std::unique_ptr<session::CycleCursor> cursor, const ExportPlan& plan, Written& written)
        : bus_(bus)
        , cursor_(std::move(cursor))
        , from_(plan.from)
        , to_(plan.to)
        , written_(&written) {}

    /// Makes row() valid, or atEnd() true.
    [[nodiscard]] Result<void> advance();
    [[nodiscard]] bool atEnd() const { return ended_; }
    [[nodiscard]] bool beginsSlice() const { return row_ == 0; }
    [[nodiscard]] BusId bus() const { return bus_; }
    [[nodiscard]] std::size_t row() const { return row_; }
    [[nodiscard]] Time time() const { return Time{Duration{slice_.timeNs[row_]}}; }
    [[nodiscard]] bool isAfterGap() const { return slice_.gapBefore[row_] != 0; }
    [[nodiscard]] const session::CycleSlice& slice() const { return slice_; }

private:
    BusId bus_;
    std::unique_ptr<session::CycleCursor> cursor_;
    Time from_;
    Time to_;
    Written* written_;
    session::CycleSlice slice_;
    std::size_t row_ = SIZE_MAX - 1; ///< before the first
    bool ended_ = false;
};

/// Each bus of the plan's columns, at its first row in [from, to].
[[nodiscard]] Result<std::vector<BusRows>> openBuses(session::SessionReader& reader, const ExportPlan& plan,
                                                     Time from, Time to, Written& written);
/// Null when all are at their end.
[[nodiscard]] BusRows* earliestOf(std::vector<BusRows>& buses);

/// The samples of one column in the slice at hand. Rows come in order.
class ColumnSamples {
public:
    explicit ColumnSamples(const ExportColumn& column)
        : column_(&column) {}

    [[nodiscard]] const ExportColumn& column() const { return *column_; }
    void enter(const session::CycleSlice& slice);
    /// The raw value in that row; null where there is none.
    [[nodiscard]] const std::int32_t* at(std::size_t row, Time time);
    /// In force for the value given last, and its number.
    [[nodiscard]] telemetry::ChannelScale scale() const { return column_->pieces[piece_].scale; }
    [[nodiscard]] std::size_t piece() const { return piece_; }

private:
    const ExportColumn* column_;
    std::size_t piece_ = 0;
    const session::SliceAxis* axis_ = nullptr; ///< null: no value in this slice
    std::size_t next_ = 0;                     ///< the axis' first sample that is not behind the row
};

/// Tells how far an export has come.
class ExportProgress {
public:
    ExportProgress(const session::SessionSummary& summary, const ExportPlan& plan,
                   session::JobProgress& shared);
    /// False if cancelled.
    [[nodiscard]] bool reached(Time time);

private:
    Time from_;
    double span_;
    session::JobProgress& shared_;
};

} // namespace servolane::drivers
