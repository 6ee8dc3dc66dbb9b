// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/export/long_csv_writer.h"

#include "drivers/export/cell_text.h"
#include "drivers/export/csv_writer.h"
#include "drivers/export/value_blocks.h"

#include <charconv>
#include <cmath>

namespace servolane::drivers {

namespace {

Result<void> put(PartFile& file, std::string_view text) {
    const auto room = file.room(text.size());
    if (!room) return tl::make_unexpected(room.error());
    file.used(std::copy(text.begin(), text.end(), *room));
    return {};
}

/// What stands before and behind the values of one axis.
struct Frame {
    std::vector<std::string> names;  ///< ",Pan,position,deg," for each column
    std::array<std::string, 2> ends; ///< without and with a gap before

    Frame(const ColumnGroup& group, const std::string& grid) {
        const std::string end =
            (group.axis.simulated ? ",1" : ",0") + (grid.empty() ? grid : "," + grid) + "\r\n";
        ends = {",0" + end, ",1" + end};
        for (const auto& column : group.columns)
            names.push_back("," + csvCell(group.name) + "," + csvCell(column.channelName) + "," +
                            csvCell(column.unit) + ",");
    }
};

class LongRows {
public:
    LongRows(PartFile& file, Time start)
        : file_(file)
        , start_(start) {}

    Result<void> write(const Frame& frame, const ValueBlock& block) {
        std::string text;
        for (std::size_t row = 0; row < block.rows(); ++row) {
            char* at = writeSeconds(cells_.data(), Time{Duration{block.timeNs[row]}} - start_);
            *at++ = ',';
            at = utc_.write(at, UtcTime{Duration{block.utcNs[row]}});
            const std::string_view when{cells_.data(), at};
            for (std::size_t column = 0; column < frame.names.size(); ++column) {
                const double value = block.values[column][row];
                if (std::isnan(value)) continue;
                std::array<char, longestCell> cell;
                text.append(when).append(frame.names[column]);
                text.append(cell.data(), std::to_chars(cell.data(), cell.data() + cell.size(), value).ptr);
                text.append(frame.ends[block.gap[row]]);
                ++rows;
            }
        }
        return put(file_, text);
    }

    std::uint64_t rows = 0;

private:
    PartFile& file_;
    Time start_;
    UtcText utc_;
    std::array<char, 2 * longestCell> cells_{};
};

} // namespace

Result<Written> writeLongCsv(session::SessionReader& reader, const ExportPlan& plan, PartFile& file,
                             session::JobProgress& progress) {
    const std::string grid = gridText(plan);
    const std::string header = "time_s,utc,axis,channel,unit,value,gap,simulated";
    if (auto begun = put(file, header + (grid.empty() ? "\r\n" : ",resampling\r\n")); !begun)
        return tl::make_unexpected(begun.error());
    Written written;
    LongRows rows{file, reader.summary().start};
    const auto groups = groupsOf(reader.summary(), plan);
    for (std::size_t i = 0; i < groups.size(); ++i) {
        const Frame frame{groups[i], grid};
        const auto read = readBlocks(reader, plan, groups[i], {progress, i, groups.size()}, written,
                                     [&](const ValueBlock& block) { return rows.write(frame, block); });
        if (!read) return tl::make_unexpected(read.error());
    }
    written.rows = rows.rows;
    return written;
}

} // namespace servolane::drivers
