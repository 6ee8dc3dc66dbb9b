// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/export/mat_writer.h"

#include "drivers/export/jsonl_writer.h"
#include "drivers/export/mat_element.h"
#include "drivers/export/value_blocks.h"

#include <algorithm>
#include <functional>
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

using TakeLetters = std::function<Result<void>(const std::u16string&)>;

Result<void> eachFactLine(session::SessionReader& reader, const ExportPlan& plan, Written& written,
                          session::JobProgress& progress, const TakeLetters& take) {
    Result<void> outcome;
    const auto read = readFacts(reader, plan.from, plan.to, written, [&](const api::Event& fact) {
        outcome = progress.cancel ? failure(ErrorCode::interrupted, "the export was cancelled")
                                  : take(utf16Of(factLine(reader, fact) + "\n"));
        return outcome.has_value();
    });
    return outcome ? read : outcome;
}

/// What is known of the session. The lines of its facts are counted first and written as they are read again,
/// so that a day of them takes no memory.
class SessionStruct {
public:
    static Result<SessionStruct> prepare(session::SessionReader& reader, const ExportPlan& plan,
                                         session::JobProgress& progress) {
        std::uint64_t letters = 0;
        Written counted;
        const auto read =
            eachFactLine(reader, plan, counted, progress, [&](const std::u16string& line) -> Result<void> {
                letters += line.size();
                return {};
            });
        if (!read) return tl::make_unexpected(read.error());
        const auto& summary = reader.summary();
        SessionStruct made;
        made.struct_.name = "session";
        made.struct_.addText("name", summary.name);
        made.struct_.addText("software", summary.software);
        made.struct_.addText("resampling", toString(plan.resampling));
        made.struct_.addNumber("rows_per_second", plan.resampling == session::Resampling::none
                                                      ? 0.0
                                                      : plan.rowsPerSecond.value_or(0.0));
        made.struct_.addNumber("simulated", summary.simulated ? 1.0 : 0.0);
        made.facts_ = made.struct_.addColumn("facts", MatType::text, letters);
        if (made.struct_.size() > longestMatVariable)
            return failure(ErrorCode::invalid, "the facts need " + std::to_string(made.struct_.size() >> 20) +
                                                   " MB; a MAT file holds 2047 MB of them: choose a shorter "
                                                   "range, or hdf5");
        return made;
    }

    [[nodiscard]] std::uint64_t size() const { return struct_.size(); }
    Result<void> write(PartFile& file, std::uint64_t offset, session::SessionReader& reader,
                       const ExportPlan& plan, Written& written, session::JobProgress& progress) {
        if (auto begun = struct_.write(file, offset); !begun) return begun;
        std::uint64_t place = struct_.placeOf(facts_);
        std::u16string block;
        const auto flush = [&]() -> Result<void> {
            auto done = file.writeAt(place, block.data(), block.size() * sizeof(char16_t));
            place += block.size() * sizeof(char16_t);
            block.clear();
            return done;
        };
        auto read = eachFactLine(reader, plan, written, progress, [&](const std::u16string& line) {
            block += line;
            return block.size() < lettersAtOnce ? Result<void>{} : flush();
        });
        return read ? flush() : read;
    }

private:
    static constexpr std::size_t lettersAtOnce = 65'536;
    MatStruct struct_;
    std::size_t facts_ = 0;
};

} // namespace

Result<Written> writeMat(session::SessionReader& reader, const ExportPlan& plan, PartFile& file,
                         session::JobProgress& progress) {
    if (auto begun = writeMatHeader(file); !begun) return tl::make_unexpected(begun.error());
    Written written;
    auto about = SessionStruct::prepare(reader, plan, progress);
    if (!about) return tl::make_unexpected(about.error());
    std::uint64_t offset = matHeaderSize;
    if (auto done = about->write(file, offset, reader, plan, written, progress); !done)
        return tl::make_unexpected(done.error());
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
