// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/export/mat_writer.h"

#include "drivers/export/jsonl_writer.h"
#include "drivers/export/mat_element.h"
#include "drivers/export/value_blocks.h"

#include <algorithm>
#include <set>

namespace servolane::drivers {

namespace {

/// The struct of one axis: fields before the columns, columns that are filled as the samples come.
class AxisStruct {
public:
    AxisStruct(const ColumnGroup& group, std::string name, std::uint64_t rows) {
        std::set<std::string> taken{"time_s", "utc_ns", "gap", "units", "model", "bus", "simulated"};
        MatStruct units;
        struct_.name = std::move(name);
        columns_ = {struct_.addColumn("time_s", MatType::real, rows),
                    struct_.addColumn("utc_ns", MatType::int64, rows),
                    struct_.addColumn("gap", MatType::uint8, rows)};
        for (std::size_t i = 0; i < group.columns.size(); ++i) {
            const std::string field = matName(group.names[i], taken);
            columns_.push_back(struct_.addColumn(field, MatType::real, rows));
            units.addText(field, group.columns[i].unit);
        }
        struct_.addStruct("units", std::move(units));
        struct_.addText("model", group.axis.model);
        struct_.addText("bus", group.axis.busName);
        struct_.addNumber("simulated", group.axis.simulated ? 1.0 : 0.0);
    }

    [[nodiscard]] std::uint64_t size() const { return struct_.size(); }
    /// All but the values of the columns.
    Result<void> begin(PartFile& file, std::uint64_t offset) { return struct_.write(file, offset); }

    Result<void> append(PartFile& file, const ValueBlock& block, Time start) {
        times_.clear();
        for (const std::int64_t at : block.timeNs)
            times_.push_back(seconds(Time{Duration{at}} - start));
        if (auto done = put(file, 0, times_.data(), 8, block.rows()); !done) return done;
        if (auto done = put(file, 1, block.utcNs.data(), 8, block.rows()); !done) return done;
        if (auto done = put(file, 2, block.gap.data(), 1, block.rows()); !done) return done;
        for (std::size_t i = 0; i < block.values.size(); ++i)
            if (auto done = put(file, 3 + i, block.values[i].data(), 8, block.rows()); !done) return done;
        row_ += block.rows();
        return {};
    }

private:
    Result<void> put(PartFile& file, std::size_t column, const void* values, std::size_t size,
                     std::size_t count) {
        return file.writeAt(struct_.placeOf(columns_[column]) + row_ * size, values, count * size);
    }

    MatStruct struct_;
    std::vector<std::size_t> columns_;
    std::uint64_t row_ = 0;
    std::vector<double> times_;
};

Result<std::uint64_t> countRows(session::SessionReader& reader, const ExportPlan& plan,
                                const ColumnGroup& group, PassProgress progress) {
    Written counted;
    const auto read =
        readBlocks(reader, plan, group, progress, counted, [](const ValueBlock&) { return Result<void>{}; });
    if (!read) return tl::make_unexpected(read.error());
    return counted.rows;
}

Result<std::string> factLines(session::SessionReader& reader, const ExportPlan& plan, Written& written) {
    std::string lines;
    const auto read = readFacts(reader, plan.from, plan.to, written, [&](const api::Event& fact) {
        lines += factLine(reader, fact) + "\n";
        return true;
    });
    if (!read) return tl::make_unexpected(read.error());
    return lines;
}

Result<MatStruct> sessionStruct(session::SessionReader& reader, const ExportPlan& plan, Written& written) {
    const auto& summary = reader.summary();
    auto facts = factLines(reader, plan, written);
    if (!facts) return tl::make_unexpected(facts.error());
    MatStruct made;
    made.name = "session";
    made.addText("name", summary.name);
    made.addText("software", summary.software);
    made.addText("resampling", toString(plan.resampling));
    made.addNumber("rows_per_second",
                   plan.resampling == session::Resampling::none ? 0.0 : plan.rowsPerSecond.value_or(0.0));
    made.addNumber("simulated", summary.simulated ? 1.0 : 0.0);
    made.addText("facts", *facts);
    return made;
}

} // namespace

Result<Written> writeMat(session::SessionReader& reader, const ExportPlan& plan, PartFile& file,
                         session::JobProgress& progress) {
    if (auto begun = writeMatHeader(file); !begun) return tl::make_unexpected(begun.error());
    Written written;
    auto about = sessionStruct(reader, plan, written);
    if (!about) return tl::make_unexpected(about.error());
    std::uint64_t offset = matHeaderSize;
    if (auto done = about->write(file, offset); !done) return tl::make_unexpected(done.error());
    offset += about->size();
    std::set<std::string> taken{"session"};
    const auto groups = groupsOf(reader.summary(), plan);
    for (std::size_t i = 0; i < groups.size(); ++i) {
        const std::size_t passes = 2 * groups.size();
        const auto rows = countRows(reader, plan, groups[i], {progress, 2 * i, passes});
        if (!rows) return tl::make_unexpected(rows.error());
        AxisStruct axis{groups[i], matName(groups[i].name, taken), *rows};
        if (axis.size() > longestMatVariable)
            return failure(ErrorCode::invalid, groups[i].name + " needs " +
                                                   std::to_string(axis.size() >> 20) +
                                                   " MB; a MAT file holds 2047 MB per axis: choose fewer "
                                                   "channels, a shorter range, or hdf5");
        if (auto begun = axis.begin(file, offset); !begun) return tl::make_unexpected(begun.error());
        const auto read = readBlocks(
            reader, plan, groups[i], {progress, 2 * i + 1, passes}, written,
            [&](const ValueBlock& block) { return axis.append(file, block, reader.summary().start); });
        if (!read) return tl::make_unexpected(read.error());
        offset += axis.size();
    }
    return written;
}

} // namespace servolane::drivers
