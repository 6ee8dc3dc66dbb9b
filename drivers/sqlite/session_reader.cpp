// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sqlite/session_reader.h"

#include "drivers/sqlite/chunk_sums.h"
#include "drivers/sqlite/fact_cursor.h"
#include "drivers/sqlite/session_schema.h"
#include "drivers/sqlite/slice_loader.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

namespace servolane::drivers::sqlite {

namespace {

class SqliteCycleCursor final : public session::CycleCursor {
public:
    SqliteCycleCursor(SliceLoader loader, Time from, Time to)
        : loader_(std::move(loader))
        , from_(from)
        , to_(to) {}

    Result<bool> next(session::CycleSlice& into) override {
        for (;;) {
            auto loaded = loader_.next(into);
            if (!loaded || !*loaded) return loaded;
            const auto& times = into.timeNs;
            std::erase_if(into.unreadable, [&](const session::Unreadable& each) {
                return each.last < from_ || each.first > to_;
            });
            const auto first = std::lower_bound(times.begin(), times.end(), nanosecondsSinceEpoch(from_));
            const auto end = std::upper_bound(first, times.end(), nanosecondsSinceEpoch(to_));
            if (end == times.begin() && !times.empty()) return false; // all of it is later
            trimSlice(into, static_cast<std::size_t>(first - times.begin()),
                      static_cast<std::size_t>(end - times.begin()));
            if (!into.timeNs.empty() || !into.unreadable.empty()) return true;
        }
    }

private:
    SliceLoader loader_;
    Time from_;
    Time to_;
};

template <class T>
void pick(const std::vector<T>& column, const std::vector<std::uint32_t>& rows, std::vector<T>& into) {
    if (rows.size() == column.size()) {
        into = column; // every cycle has a sample
        return;
    }
    into.resize(rows.size());
    std::transform(rows.begin(), rows.end(), into.begin(), [&](std::uint32_t row) { return column[row]; });
}

/// A gap of the bus counts for the next sample of the axis.
void pickGaps(const session::CycleSlice& slice, const std::vector<std::uint32_t>& rows,
              std::vector<std::uint8_t>& into) {
    pick(slice.gapBefore, rows, into);
    if (rows.size() == slice.gapBefore.size()) return;
    std::size_t next = 0;
    for (std::size_t i = 0; i < rows.size(); ++i)
        for (; next <= rows[i]; ++next)
            if (slice.gapBefore[next]) into[i] = 1;
}

/// Keeps the memory.
session::AxisBlock emptied(session::AxisBlock block, AxisId axis) {
    block.axis = axis;
    block.unreadableBefore = 0;
    block.timeNs.clear();
    block.cycle.clear();
    block.gapBefore.clear();
    block.valid.clear();
    block.offsetNs.clear();
    for (auto& column : block.raw)
        column.clear();
    return block;
}

/// The axis' columns change owners, so that nothing is copied.
void moveBlock(session::CycleSlice& slice, session::SliceAxis& samples, session::AxisBlock& into) {
    into.axis = samples.axis;
    pick(slice.timeNs, samples.row, into.timeNs);
    pick(slice.cycle, samples.row, into.cycle);
    pickGaps(slice, samples.row, into.gapBefore);
    into.valid.swap(samples.valid);
    into.offsetNs.swap(samples.offsetNs);
    into.raw.swap(samples.raw);
}

/// What writeRanges() wrote; a channel that cannot be read counts as absent.
void takeRanges(std::string_view text, session::StoredRun& into) {
    const char* at = text.data();
    const char* const end = at + text.size();
    const auto number = [&](std::int32_t& value) {
        const auto read = std::from_chars(at, end, value);
        at = read.ptr;
        return read.ec == std::errc{};
    };
    if (at != end) ++at; // [
    for (auto& range : into.ranges) {
        if (at == end) return;
        if (*at == '[') {
            ++at;
            std::int32_t low = 0;
            std::int32_t high = 0;
            const bool isLow = number(low);
            if (at != end) ++at; // ,
            if (!isLow || !number(high)) return;
            range = {low, high};
            if (at != end) ++at; // ]
        } else {
            at = std::find(at, end, ',');
        }
        if (at != end) ++at; // ,
    }
}

session::StoredRun runFrom(const Statement& row) {
    session::StoredRun run;
    run.axis = AxisId{static_cast<std::uint16_t>(row.integer(0))};
    run.samples = static_cast<std::uint64_t>(row.integer(1));
    run.first = Time{Duration{row.integer(2)}};
    run.last = Time{Duration{row.integer(3)}};
    run.firstCycle = static_cast<std::uint64_t>(row.integer(4));
    run.lastCycle = static_cast<std::uint64_t>(row.integer(5));
    takeRanges(row.text(6), run);
    return run;
}

session::StoredRun runOf(const session::AxisBlock& block, std::size_t first) {
    session::StoredRun run;
    run.axis = block.axis;
    run.samples = block.timeNs.size() - first;
    run.first = Time{Duration{block.timeNs[first]}};
    run.last = Time{Duration{block.timeNs.back()}};
    run.firstCycle = block.cycle[first];
    run.lastCycle = block.cycle.back();
    for (std::size_t row = first; row < block.timeNs.size(); ++row)
        for (std::size_t channel = 0; channel < telemetry::channelCount; ++channel)
            if ((block.valid[row] >> channel & 1U) != 0) {
                const std::int32_t raw = block.raw[channel][row];
                auto& range = run.ranges[channel];
                if (!range) range = {raw, raw};
                range = {std::min(range->first, raw), std::max(range->second, raw)};
            }
    return run;
}

} // namespace

Result<std::unique_ptr<SqliteSessionReader>> SqliteSessionReader::open(const std::string& path,
                                                                       const std::string& vfs) {
    auto file = openSessionFile(path, vfs);
    if (!file) return tl::make_unexpected(file.error());
    std::unique_ptr<SqliteSessionReader> reader{new SqliteSessionReader(std::move(*file))};
    auto timeLine = readTimeLine(reader->file_);
    if (!timeLine) return tl::make_unexpected(timeLine.error());
    reader->timeLine_ = std::move(*timeLine);
    auto summary = readSummary(reader->file_, reader->timeLine_);
    if (!summary) return tl::make_unexpected(summary.error());
    reader->summary_ = std::move(*summary);
    return reader;
}

Result<std::unique_ptr<session::CycleCursor>> SqliteSessionReader::cycles(BusId bus, Time from, Time to,
                                                                          std::span<const AxisId> axes) {
    auto loader = SliceLoader::make(file_.connection, bus, axes);
    if (!loader) return tl::make_unexpected(loader.error());
    if (auto found = loader->seek(from); !found) return tl::make_unexpected(found.error());
    return std::make_unique<SqliteCycleCursor>(std::move(*loader), from, to);
}

Result<void> SqliteSessionReader::readAxis(AxisId axis, Time from, Time to,
                                           const std::function<bool(const session::AxisBlock&)>& take) {
    const auto known = std::find_if(summary_.axes.begin(), summary_.axes.end(),
                                    [&](const session::SessionAxis& each) { return each.id == axis; });
    if (known == summary_.axes.end())
        return failure(ErrorCode::notFound, "no axis " + std::to_string(axis.value) + " in " + file_.path);
    auto loader = SliceLoader::make(file_.connection, known->bus, {&axis, 1});
    if (!loader) return tl::make_unexpected(loader.error());
    if (auto found = loader->seek(from); !found) return found;
    session::CycleSlice slice;
    session::AxisBlock block;
    for (;;) {
        const auto loaded = loader->next(slice);
        if (!loaded) return tl::make_unexpected(loaded.error());
        if (!*loaded || (!slice.timeNs.empty() && slice.timeNs.front() > nanosecondsSinceEpoch(to)))
            return {};
        if (slice.axes.empty() && slice.unreadable.empty()) continue;
        block = emptied(std::move(block), axis);
        for (const auto& damaged : slice.unreadable)
            if (damaged.last >= from && damaged.first <= to) block.unreadableBefore += damaged.samples;
        if (!slice.axes.empty()) moveBlock(slice, slice.axes.front(), block);
        if (!take(block)) return {};
    }
}

Result<void> SqliteSessionReader::readRuns(const std::function<bool(const session::StoredRun&)>& take) {
    // Slices of a bus are stored in order of time; payloads lie on pages of their own that this never
    // touches.
    auto select = file_.connection.prepare("SELECT axis, samples, first_time, last_time, first_cycle, "
                                           "last_cycle, ranges, id FROM chunks ORDER BY id");
    if (!select) return tl::make_unexpected(select.error());
    auto sums = SumCursor::over(file_.connection);
    if (!sums) return tl::make_unexpected(sums.error());
    std::map<AxisId, Time> ends;
    for (;;) {
        const auto row = select->step();
        if (!row) return tl::make_unexpected(row.error());
        if (!*row) break;
        auto run = runFrom(*select);
        auto known = sums->of(select->integer(7));
        if (!known) return tl::make_unexpected(known.error());
        run.sums = std::move(*known);
        ends[run.axis] = run.last;
        if (!take(run)) return {};
    }
    const auto tails = file_.connection.integer("SELECT count(*) FROM tails");
    if (!tails) return tl::make_unexpected(tails.error());
    if (*tails == 0) return {};
    for (const auto& axis : summary_.axes) {
        const auto end = ends.find(axis.id);
        const auto more = readTailRun(axis.id, end == ends.end() ? Time::min() : end->second, take);
        if (!more) return tl::make_unexpected(more.error());
        if (!*more) return {};
    }
    return {};
}

Result<bool> SqliteSessionReader::readTailRun(AxisId axis, Time behind,
                                              const std::function<bool(const session::StoredRun&)>& take) {
    bool more = true;
    const Time from = behind == Time::min() ? behind : behind + Duration{1};
    const auto read = readAxis(axis, from, Time::max(), [&](const session::AxisBlock& block) {
        const auto first =
            std::lower_bound(block.timeNs.begin(), block.timeNs.end(), nanosecondsSinceEpoch(from)) -
            block.timeNs.begin();
        if (first < static_cast<std::ptrdiff_t>(block.timeNs.size()))
            more = take(runOf(block, static_cast<std::size_t>(first)));
        return more;
    });
    if (!read) return tl::make_unexpected(read.error());
    return more;
}

Result<void> SqliteSessionReader::readFacts(Time from, Time to,
                                            const std::function<bool(const api::Event&)>& take) {
    return eachFact(from, to, take, nullptr);
}

Result<void> SqliteSessionReader::readIntactFacts(Time from, Time to,
                                                  const std::function<bool(const api::Event&)>& take,
                                                  std::vector<std::string>& damaged) {
    return eachFact(from, to, take, &damaged);
}

Result<void> SqliteSessionReader::eachFact(Time from, Time to,
                                           const std::function<bool(const api::Event&)>& take,
                                           std::vector<std::string>* damaged) {
    const auto cursor = factsIn(from, to, damaged);
    if (!cursor) return tl::make_unexpected(cursor.error());
    for (api::Event event;;) {
        const auto more = (*cursor)->next(event);
        if (!more) return tl::make_unexpected(more.error());
        if (!*more || !take(event)) return {};
    }
}

std::optional<session::StoredFacts> SqliteSessionReader::storedFacts() {
    auto rows = file_.connection.prepare("SELECT sequence FROM facts NOT INDEXED");
    if (!rows) return std::nullopt;
    session::StoredFacts stored;
    std::vector<std::int64_t> sequences; // those of an older copy have none
    auto row = rows->step();
    for (; row && *row; row = rows->step())
        if (const std::int64_t sequence = rows->integer(0); sequence != 0)
            sequences.push_back(sequence);
        else
            ++stored.facts;
    if (!row) return std::nullopt;
    if (!std::is_sorted(sequences.begin(), sequences.end())) std::sort(sequences.begin(), sequences.end());
    const auto each = std::unique(sequences.begin(), sequences.end());
    stored.facts += static_cast<std::uint64_t>(each - sequences.begin());
    stored.again = static_cast<std::uint64_t>(sequences.end() - each);
    return stored;
}

Result<std::unique_ptr<session::FactCursor>>
SqliteSessionReader::intactFacts(Time from, Time to, std::vector<std::string>& damaged) {
    return factsIn(from, to, &damaged);
}

Result<std::unique_ptr<session::FactCursor>> SqliteSessionReader::factsIn(Time from, Time to,
                                                                          std::vector<std::string>* damaged) {
    if (!models_) {
        auto models = readModels(file_, damagedModels_);
        if (!models) return tl::make_unexpected(models.error());
        models_ = std::move(*models);
    }
    if (!damagedModels_.empty() && !damaged) return failure(ErrorCode::corrupt, damagedModels_.front());
    if (damaged && !std::exchange(toldModels_, true))
        damaged->insert(damaged->end(), damagedModels_.begin(), damagedModels_.end());
    auto cursor =
        SqliteFactCursor::open(file_.connection, {file_.path, *models_, summary_.notes}, from, to, damaged);
    if (!cursor) return tl::make_unexpected(cursor.error());
    return std::move(*cursor);
}

} // namespace servolane::drivers::sqlite
