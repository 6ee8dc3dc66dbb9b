// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/read/trace_table.h"

#include "core/kernel/csv_text.h"
#include "core/telemetry/read/trace_rows.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

namespace servolane::telemetry {

namespace {

constexpr std::int64_t rowsPerSlice = 4096;
constexpr std::int64_t mostSlices = 1'000'000;

struct Cell {
    std::int64_t time = 0;
    float value = 0.0F; ///< NaN: a gap
    [[nodiscard]] bool isGap() const { return value != value; }
};

/// The rows of one column in one slice of time, read in order.
struct SliceColumn {
    std::vector<Cell> cells;
    std::size_t next = 0;
    bool isAfterGap = false; ///< the next value is the first one after a gap

    /// False if samples of it are still being read.
    [[nodiscard]] bool fill(const Trace& trace, Time from, Time to) {
        passGaps(Time::max().time_since_epoch().count());
        cells.clear();
        next = 0;
        return visitRows(trace, from, to, [this](const RowRun& run) {
            for (std::size_t i = 0; i < run.times.size(); ++i)
                cells.push_back({run.times[i], run.values[i]});
            return true;
        });
    }
    /// The next value.
    [[nodiscard]] const Cell* head() const {
        const auto at = std::find_if(cells.begin() + static_cast<std::ptrdiff_t>(next), cells.end(),
                                     [](const Cell& cell) { return !cell.isGap(); });
        return at == cells.end() ? nullptr : &*at;
    }
    /// A gap has the time of the sample before it.
    void passGaps(std::int64_t before) {
        for (; next < cells.size() && cells[next].isGap() && cells[next].time < before; ++next)
            isAfterGap = true;
    }
};

class TableWriter {
public:
    TableWriter(const TableRequest& request, const TableSink& sink)
        : request_(request)
        , sink_(sink)
        , columns_(request.columns.size()) {}

    Result<void> writeHeader() {
        text_ = "time_s,utc";
        for (const TableColumn& column : request_.columns)
            text_ += ',' + csvCell(column.unit.empty() ? column.name : column.name + "[" + column.unit + "]");
        text_ += ",gap,simulated";
        for (std::size_t i = 0; i < columns_.size(); ++i)
            columns_[i].isAfterGap = beginsAfterGap(*request_.columns[i].trace, request_.from);
        return endPart();
    }

    Result<void> writeSlice(Time from, Time to) {
        for (std::size_t i = 0; i < columns_.size(); ++i)
            while (!columns_[i].fill(*request_.columns[i].trace, from, to))
                if (!request_.awaitSamples || !request_.awaitSamples(*request_.columns[i].trace))
                    return failure(ErrorCode::busy,
                                   "samples of " + request_.columns[i].name +
                                       " are still being read from the recording: try again");
        text_.clear();
        while (const auto row = nextRow())
            writeRow(*row);
        return text_.empty() ? Result<void>{} : sink_(text_);
    }

    [[nodiscard]] std::uint64_t rows() const { return rows_; }

private:
    [[nodiscard]] static bool beginsAfterGap(const Trace& trace, Time from) {
        const auto first = trace.firstFrom(from);
        const auto before = first ? trace.lastBefore(first->time) : std::nullopt;
        return before && before->acrossGap;
    }

    [[nodiscard]] std::optional<std::int64_t> nextRow() const {
        std::optional<std::int64_t> first;
        for (const SliceColumn& column : columns_)
            if (const Cell* head = column.head(); head && (!first || head->time < *first)) first = head->time;
        return first;
    }

    void writeRow(std::int64_t at) {
        const Time time{Duration{at}};
        char cell[longestCell];
        text_.append(cell, writeSeconds(cell, time - request_.from));
        text_ += ',';
        text_.append(cell, utc_.write(cell, request_.utcAt(time)));
        bool isAfterGap = false;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            SliceColumn& column = columns_[i];
            text_ += ',';
            column.passGaps(at);
            const Cell* head = column.head();
            if (!head || head->time != at) continue;
            ++column.next;
            text_.append(cell, std::to_chars(cell, cell + sizeof cell, head->value).ptr);
            if (!column.isAfterGap) continue;
            isAfterGap = true;
            toldAxes_.push_back(request_.columns[i].axis);
        }
        text_ += isAfterGap ? ",1" : ",0";
        text_ += request_.simulated ? ",1" : ",0";
        text_ += lineEnd;
        ++rows_;
        if (isAfterGap) forgetToldGaps();
    }

    /// A slow channel comes a little later out of the same gap.
    void forgetToldGaps() {
        for (std::size_t i = 0; i < columns_.size(); ++i)
            if (std::ranges::find(toldAxes_, request_.columns[i].axis) != toldAxes_.end())
                columns_[i].isAfterGap = false;
        toldAxes_.clear();
    }

    Result<void> endPart() {
        text_ += lineEnd;
        return sink_(text_);
    }

    static constexpr std::string_view lineEnd = "\r\n";
    const TableRequest& request_;
    const TableSink& sink_;
    std::vector<SliceColumn> columns_;
    std::vector<AxisId> toldAxes_; ///< of the row at hand
    UtcText utc_;
    std::string text_;
    std::uint64_t rows_ = 0;
};

/// So long that a slice holds some thousand rows of the densest trace.
Duration sliceOf(const TableRequest& request) {
    std::uint64_t densest = 1;
    for (const TableColumn& column : request.columns) {
        std::uint64_t count = 0; // also of what lies in a recording
        for (const Extent& extent : column.trace->columns(request.from, request.to, 1).columns)
            count += extent.count;
        densest = std::max(densest, count);
    }
    const auto slices =
        std::clamp<std::int64_t>(static_cast<std::int64_t>(densest) / rowsPerSlice + 1, 1, mostSlices);
    return std::max((request.to - request.from) / slices, Duration{1});
}

} // namespace

Result<std::uint64_t> writeTable(const TableRequest& request, const TableSink& sink,
                                 const TableProgress& progress) {
    TableWriter writer(request, sink);
    if (auto begun = writer.writeHeader(); !begun) return tl::make_unexpected(begun.error());
    if (request.to <= request.from) return writer.rows();
    const Duration slice = sliceOf(request);
    for (Time at = request.from; at < request.to; at += slice) {
        if (!progress(seconds(at - request.from) / seconds(request.to - request.from)))
            return failure(ErrorCode::interrupted, "the table was given up");
        if (auto written = writer.writeSlice(at, std::min(at + slice, request.to)); !written)
            return tl::make_unexpected(written.error());
    }
    return writer.rows();
}

} // namespace servolane::telemetry
