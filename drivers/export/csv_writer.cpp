// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/export/csv_writer.h"

#include "drivers/export/bus_rows.h"
#include "drivers/export/cell_text.h"
#include "drivers/export/grid_rows.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <map>

namespace servolane::drivers {

namespace {

constexpr std::string_view lineEnd = "\r\n";

char* put(char* at, std::string_view text) {
    std::memcpy(at, text.data(), text.size());
    return at + text.size();
}

class CsvColumn {
public:
    explicit CsvColumn(const ExportColumn& column)
        : samples_(column)
        , text_(column.pieces.front().scale) {}

    [[nodiscard]] BusId bus() const { return samples_.column().bus; }
    void enter(const session::CycleSlice& slice) { samples_.enter(slice); }

    char* write(char* at, std::size_t row, Time time) {
        const std::int32_t* raw = samples_.at(row, time);
        if (!raw) return at;
        if (piece_ != samples_.piece()) {
            piece_ = samples_.piece();
            text_ = ValueText{samples_.scale()};
        }
        return text_.write(at, *raw);
    }

private:
    ColumnSamples samples_;
    std::size_t piece_ = 0;
    ValueText text_;
};

void enterSlice(const BusRows& bus, std::vector<CsvColumn>& columns) {
    if (bus.atEnd() || !bus.beginsSlice()) return;
    for (auto& column : columns)
        if (column.bus() == bus.bus()) column.enter(bus.slice());
}

/// The values of one bus; columns of other buses stay empty.
char* writeValues(char* at, const BusRows& bus, std::vector<CsvColumn>& columns) {
    for (auto& column : columns) {
        *at++ = ',';
        if (column.bus() == bus.bus()) at = column.write(at, bus.row(), bus.time());
    }
    return at;
}

/// The ends of rows without and with a gap before them.
using RowEnds = std::array<std::string_view, 2>;

std::map<BusId, RowEnds> rowEndsOf(const session::SessionSummary& summary) {
    std::map<BusId, RowEnds> ends;
    for (const auto& axis : summary.axes)
        if (axis.simulated)
            ends[axis.bus] = {",0,1\r\n", ",1,1\r\n"};
        else
            ends.try_emplace(axis.bus, RowEnds{",0,0\r\n", ",1,0\r\n"});
    return ends;
}

Result<Written> writeCycles(session::SessionReader& reader, const ExportPlan& plan, PartFile& file,
                            session::JobProgress& shared) {
    Written written;
    ExportProgress progress{reader.summary(), plan, shared};
    std::vector<CsvColumn> columns;
    for (const auto& column : plan.columns)
        columns.emplace_back(column);
    auto buses = openBuses(reader, plan, plan.from, plan.to, written);
    if (!buses) return tl::make_unexpected(buses.error());
    for (const auto& bus : *buses)
        enterSlice(bus, columns);

    const std::size_t longestRow = (columns.size() + 3) * longestCell;
    const Time start = reader.summary().start;
    auto ends = rowEndsOf(reader.summary());
    UtcText utc;
    while (BusRows* bus = earliestOf(*buses)) {
        if (bus->beginsSlice() && !progress.reached(bus->time()))
            return failure(ErrorCode::interrupted, "the export was cancelled");
        const auto room = file.room(longestRow);
        if (!room) return tl::make_unexpected(room.error());
        char* at = writeSeconds(*room, bus->time() - start);
        *at++ = ',';
        at = writeValues(utc.write(at, reader.utcAt(bus->time())), *bus, columns);
        file.used(put(at, ends[bus->bus()][bus->isAfterGap() ? 1 : 0]));
        ++written.rows;
        if (auto advanced = bus->advance(); !advanced) return tl::make_unexpected(advanced.error());
        enterSlice(*bus, columns);
    }
    return written;
}

Result<Written> writeGrid(session::SessionReader& reader, const ExportPlan& plan, PartFile& file,
                          session::JobProgress& shared) {
    Written written;
    const auto rows = GridRows::open(reader, plan, written);
    if (!rows) return tl::make_unexpected(rows.error());
    ExportProgress progress{reader.summary(), plan, shared};
    const std::size_t longestRow = (plan.columns.size() + 5) * longestCell;
    const std::string end =
        (reader.summary().simulated ? ",1," : ",0,") + gridText(plan) + std::string{lineEnd};
    UtcText utc;
    for (;; ++written.rows) {
        const auto next = (*rows)->next();
        if (!next) return tl::make_unexpected(next.error());
        if (!*next) return written;
        const Time time = (*rows)->time();
        if (written.rows % 1024 == 0 && !progress.reached(time))
            return failure(ErrorCode::interrupted, "the export was cancelled");
        const auto room = file.room(longestRow);
        if (!room) return tl::make_unexpected(room.error());
        char* at = writeSeconds(*room, time - reader.summary().start);
        *at++ = ',';
        at = utc.write(at, reader.utcAt(time));
        for (const auto& value : (*rows)->values()) {
            *at++ = ',';
            if (value) at = std::to_chars(at, at + longestCell, *value).ptr;
        }
        file.used(put(put(at, (*rows)->isAfterGap() ? ",1" : ",0"), end));
    }
}

Result<void> writeHeader(const ExportPlan& plan, PartFile& file) {
    std::string header = "time_s,utc,";
    for (const auto& column : plan.columns)
        header += csvCell(column.unit.empty() ? column.name : column.name + "[" + column.unit + "]") + ",";
    header += "gap,simulated";
    if (plan.resampling != session::Resampling::none) header += ",resampling";
    header += lineEnd;
    const auto room = file.room(header.size());
    if (!room) return tl::make_unexpected(room.error());
    file.used(put(*room, header));
    return {};
}

} // namespace

Result<Written> writeCsv(session::SessionReader& reader, const ExportPlan& plan, PartFile& file,
                         session::JobProgress& progress) {
    if (auto begun = writeHeader(plan, file); !begun) return tl::make_unexpected(begun.error());
    if (plan.resampling == session::Resampling::none) return writeCycles(reader, plan, file, progress);
    return writeGrid(reader, plan, file, progress);
}

} // namespace servolane::drivers
