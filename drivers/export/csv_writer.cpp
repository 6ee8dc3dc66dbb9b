// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/export/csv_writer.h"

#include "drivers/export/cell_text.h"

#include <algorithm>
#include <cstring>
#include <set>

namespace servolane::drivers {

namespace {

constexpr std::string_view lineEnd = "\r\n";

char* put(char* at, std::string_view text) {
    std::memcpy(at, text.data(), text.size());
    return at + text.size();
}

/// One column with its place in the slice at hand.
struct CsvColumn {
    explicit CsvColumn(const ExportColumn& of)
        : column(of)
        , text(of.scale) {}

    const ExportColumn& column;
    ValueText text;
    const session::SliceAxis* axis = nullptr; ///< null: no value in this slice
    std::size_t next = 0;                     ///< the axis' first sample that is not behind the row

    void enter(const session::CycleSlice& slice) {
        const auto found =
            std::find_if(slice.axes.begin(), slice.axes.end(),
                         [&](const session::SliceAxis& each) { return each.axis == column.axis; });
        const bool has = found != slice.axes.end() && !found->raw[indexOf(column.channel)].empty();
        axis = has ? &*found : nullptr;
        next = 0;
    }

    char* write(char* at, std::size_t row) {
        if (!axis || next == axis->row.size() || axis->row[next] != row) return at;
        const std::size_t sample = next++;
        if (!(axis->valid[sample] >> indexOf(column.channel) & 1U)) return at;
        return text.write(at, axis->raw[indexOf(column.channel)][sample]);
    }
};

/// The rows of one bus, a slice at a time.
class BusRows {
public:
    BusRows(std::unique_ptr<session::CycleCursor> cursor, BusId bus, std::vector<CsvColumn>& columns)
        : cursor_(std::move(cursor))
        , bus_(bus)
        , columns_(&columns) {}

    /// Makes row() valid, or atEnd() true.
    [[nodiscard]] Result<void> advance() {
        if (++row_ < slice_.timeNs.size()) return {};
        row_ = 0;
        const auto loaded = cursor_->next(slice_);
        if (!loaded) return tl::make_unexpected(loaded.error());
        ended_ = !*loaded;
        if (ended_) return {};
        for (auto& column : *columns_)
            if (column.column.bus == bus_) column.enter(slice_);
        return {};
    }
    [[nodiscard]] bool atEnd() const { return ended_; }
    [[nodiscard]] bool beginsSlice() const { return row_ == 0; }
    [[nodiscard]] Time time() const { return Time{Duration{slice_.timeNs[row_]}}; }

    /// The values and the gap; columns of other buses stay empty.
    char* write(char* at) {
        for (auto& column : *columns_) {
            *at++ = ',';
            if (column.column.bus == bus_) at = column.write(at, row_);
        }
        return put(at, slice_.gapBefore[row_] ? ",1\r\n" : ",0\r\n");
    }

private:
    std::unique_ptr<session::CycleCursor> cursor_;
    BusId bus_;
    std::vector<CsvColumn>* columns_;
    session::CycleSlice slice_;
    std::size_t row_ = SIZE_MAX - 1; ///< before the first
    bool ended_ = false;
};

Result<void> writeHeader(const ExportPlan& plan, PartFile& file) {
    std::string header = "time_s,utc,";
    for (const auto& column : plan.columns)
        header += csvCell(column.unit.empty() ? column.name : column.name + "[" + column.unit + "]") + ",";
    header += "gap";
    header += lineEnd;
    const auto room = file.room(header.size());
    if (!room) return tl::make_unexpected(room.error());
    file.used(put(*room, header));
    return {};
}

Result<std::vector<BusRows>> openBuses(session::SessionReader& reader, const ExportPlan& plan,
                                       std::vector<CsvColumn>& columns) {
    std::set<BusId> buses;
    for (const auto& column : plan.columns)
        buses.insert(column.bus);
    std::vector<BusRows> rows;
    for (const BusId bus : buses) {
        std::set<AxisId> axes;
        for (const auto& column : plan.columns)
            if (column.bus == bus) axes.insert(column.axis);
        const std::vector<AxisId> wanted{axes.begin(), axes.end()};
        auto cursor = reader.cycles(bus, plan.from, plan.to, wanted);
        if (!cursor) return tl::make_unexpected(cursor.error());
        rows.emplace_back(std::move(*cursor), bus, columns);
    }
    for (auto& each : rows)
        if (auto advanced = each.advance(); !advanced) return tl::make_unexpected(advanced.error());
    return rows;
}

/// Null when all are at their end.
BusRows* earliestOf(std::vector<BusRows>& buses) {
    BusRows* earliest = nullptr;
    for (auto& bus : buses)
        if (!bus.atEnd() && (!earliest || bus.time() < earliest->time())) earliest = &bus;
    return earliest;
}

class Progress {
public:
    Progress(const session::SessionSummary& summary, const ExportPlan& plan, session::JobProgress& shared)
        : from_(std::max(summary.start, plan.from))
        , span_(seconds(std::min(summary.end, plan.to) - from_))
        , shared_(shared) {}

    /// False if cancelled.
    bool reached(Time time) {
        if (span_ > 0.0) shared_.done = std::clamp(seconds(time - from_) / span_, 0.0, 1.0);
        return !shared_.cancel;
    }

private:
    Time from_;
    double span_;
    session::JobProgress& shared_;
};

} // namespace

std::string csvCell(std::string_view text) {
    std::string cell{text};
    constexpr std::string_view formulaStarts = "=+-@\t\r";
    if (!cell.empty() && formulaStarts.find(cell.front()) != std::string_view::npos) cell.insert(0, 1, '\'');
    if (cell.find_first_of(",\"\r\n") == std::string::npos) return cell;
    std::string quoted = "\"";
    for (const char letter : cell)
        quoted.append(letter == '"' ? 2 : 1, letter);
    return quoted + "\"";
}

Result<std::uint64_t> writeCsv(session::SessionReader& reader, const ExportPlan& plan, PartFile& file,
                               session::JobProgress& shared) {
    Progress progress{reader.summary(), plan, shared};
    if (auto written = writeHeader(plan, file); !written) return tl::make_unexpected(written.error());
    std::vector<CsvColumn> columns;
    for (const auto& column : plan.columns)
        columns.emplace_back(column);
    auto buses = openBuses(reader, plan, columns);
    if (!buses) return tl::make_unexpected(buses.error());

    const std::size_t longestRow = (columns.size() + 3) * longestCell;
    const Time start = reader.summary().start;
    UtcText utc;
    std::uint64_t rows = 0;
    while (BusRows* bus = earliestOf(*buses)) {
        if (bus->beginsSlice() && !progress.reached(bus->time()))
            return failure(ErrorCode::interrupted, "the export was cancelled");
        const auto room = file.room(longestRow);
        if (!room) return tl::make_unexpected(room.error());
        char* at = writeSeconds(*room, bus->time() - start);
        *at++ = ',';
        at = utc.write(at, reader.utcAt(bus->time()));
        file.used(bus->write(at));
        ++rows;
        if (auto advanced = bus->advance(); !advanced) return tl::make_unexpected(advanced.error());
    }
    return rows;
}

} // namespace servolane::drivers
