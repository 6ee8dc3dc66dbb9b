// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sqlite/verify_session.h"

#include "drivers/json/event_json.h"
#include "drivers/sqlite/chunk_sums.h"
#include "drivers/sqlite/log_frames.h"
#include "drivers/sqlite/sample_table.h"
#include "drivers/sqlite/session_file.h"
#include "drivers/sqlite/session_schema.h"
#include "drivers/sqlite/slice_loader.h"

#include <algorithm>
#include <optional>

namespace servolane::drivers::sqlite {

namespace {

constexpr std::size_t mostReported = 100;

class Verification {
public:
    Verification(SessionFile& file, const session::SessionSummary& summary)
        : file_(file)
        , summary_(summary) {}

    std::vector<std::string> run() {
        checkStructure();
        checkTables();
        eachRow("SELECT DISTINCT bus FROM (SELECT bus FROM slices UNION SELECT bus FROM tails)",
                [&](const Statement& row) {
                    buses_.push_back(BusId{static_cast<std::uint16_t>(row.integer(0))});
                });
        for (const BusId bus : buses_)
            checkBus(bus);
        checkTicks();
        checkRows();
        checkFacts();
        if (whole_) checkCounters();
        return std::move(problems_);
    }

private:
    void report(std::string problem) {
        whole_ = false;
        if (problems_.size() < mostReported) problems_.push_back(std::move(problem));
    }

    template <class Take>
    void eachRow(std::string_view sql, Take take) {
        auto statement = file_.connection.prepare(sql);
        if (!statement) return report(statement.error().detail);
        for (;;) {
            const auto row = statement->step();
            if (!row) return report("reading stopped: " + row.error().detail);
            if (!*row) return;
            take(*statement);
        }
    }

    void checkStructure() {
        eachRow("PRAGMA integrity_check", [&](const Statement& row) {
            if (row.text(0) != "ok") report("structure: " + std::string{row.text(0)});
        });
    }

    void checkTables() {
        for (const std::string& problem : summary_.changedTables)
            report(problem);
    }

    void checkBus(BusId bus) {
        auto loader = SliceLoader::make(file_.connection, bus, {});
        if (!loader) return report(loader.error().detail);
        if (auto found = loader->seek(Time::min()); !found) return report(found.error().detail);
        session::CycleSlice slice;
        std::int64_t lastTime = INT64_MIN;
        std::uint64_t lastCycle = UINT64_MAX;
        for (;;) {
            const auto loaded = loader->next(slice);
            if (!loaded) return report(loaded.error().detail);
            if (!*loaded) return;
            for (const auto& damaged : slice.unreadable)
                report(damaged.detail);
            if (slice.timeNs.empty()) {
                lastCycle = UINT64_MAX;
                continue;
            }
            checkOrder(slice, lastTime, lastCycle);
            for (const auto& axis : slice.axes)
                samples_ += axis.row.size();
        }
    }

    void checkOrder(const session::CycleSlice& slice, std::int64_t& lastTime, std::uint64_t& lastCycle) {
        const std::string place = "bus " + std::to_string(slice.bus.value) + ", cycle ";
        for (std::size_t i = 0; i < slice.timeNs.size(); ++i) {
            if (slice.timeNs[i] < lastTime)
                report(place + std::to_string(slice.cycle[i]) + ": time goes backwards");
            const bool follows = lastCycle == UINT64_MAX || slice.cycle[i] == lastCycle + 1;
            if (!follows && slice.gapBefore[i] == 0)
                report(place + std::to_string(slice.cycle[i]) +
                       ": does not follow the one before, no gap mark");
            lastTime = slice.timeNs[i];
            lastCycle = slice.cycle[i];
            gaps_ += slice.gapBefore[i];
        }
        cycles_ += slice.timeNs.size();
    }

    /// Slices and tails of a bus follow each other without a hole.
    void checkTicks() {
        std::int64_t bus = -1;
        std::int64_t expected = 0;
        eachRow("SELECT bus, first_tick, cycles FROM slices UNION ALL "
                "SELECT bus, first_tick, cycles FROM tails ORDER BY 1, 2",
                [&](const Statement& row) {
                    if (row.integer(0) != bus) expected = 0;
                    bus = row.integer(0);
                    if (row.integer(1) != expected)
                        report("bus " + std::to_string(bus) + ": cycles " + std::to_string(expected) +
                               " to " + std::to_string(row.integer(1) - 1) + " of the file are missing");
                    expected = row.integer(1) + row.integer(2);
                });
        eachRow("SELECT id, axis FROM chunks WHERE slice NOT IN (SELECT id FROM slices)",
                [&](const Statement& row) {
                    report("chunk " + std::to_string(row.integer(0)) + " (axis " +
                           std::to_string(row.integer(1)) + "): its slice is missing");
                });
    }

    /// What stands beside the payloads and is trusted without unpacking them: times, cycles, gaps, ranges,
    /// sums.
    void checkRows() {
        Decompressor decompressor;
        SliceDecoder decoder;
        session::CycleSlice cycles;
        session::SliceAxis samples;
        const auto slice = [&](const Statement& row) {
            const auto bytes = decompressor.unpack(row.blob(6));
            if (!bytes || !decoder.cycles(*bytes, cycles) || cycles.timeNs.empty())
                return; // reported already
            const auto gaps = std::count(cycles.gapBefore.begin(), cycles.gapBefore.end(), 1);
            checkSpan(row, "slice " + std::to_string(row.integer(0)), cycles, 0, cycles.timeNs.size() - 1);
            if (row.integer(5) != gaps)
                report("slice " + std::to_string(row.integer(0)) + ": says " +
                       std::to_string(row.integer(5)) + " gaps, holds " + std::to_string(gaps));
            eachRow(chunksOf + std::to_string(row.integer(0)), [&](const Statement& chunk) {
                const auto unpacked = decompressor.unpack(chunk.blob(6));
                if (!unpacked || !decoder.samples(*unpacked, cycles.timeNs.size(), samples)) return;
                if (!samples.row.empty()) checkChunk(chunk, cycles, samples);
            });
        };
        eachRow("SELECT id, first_time, last_time, first_cycle, last_cycle, gaps, payload FROM slices",
                slice);
    }

    void checkChunk(const Statement& row, const session::CycleSlice& cycles,
                    const session::SliceAxis& samples) {
        const std::string place =
            "chunk " + std::to_string(row.integer(0)) + " (axis " + std::to_string(row.integer(7)) + ")";
        checkSpan(row, place, cycles, samples.row.front(), samples.row.back());
        writeRanges(rangesOf(samples), expected_);
        if (expected_ != row.text(5))
            report(place + ": its ranges are " + std::string{row.text(5)} + ", its samples' " + expected_);
        checkSums(row.integer(0), place, cycles, samples);
    }

    /// Chunks that an older program wrote have none: then no chunk of the file has.
    void checkSums(std::int64_t chunk, const std::string& place, const session::CycleSlice& cycles,
                   const session::SliceAxis& samples) {
        const auto stored = storedSums(file_.connection, chunk);
        if (!stored) return report(place + ": " + stored.error().detail);
        if (stored->empty() && hasSums()) report(place + ": its sums are gone");
        if (!stored->empty() && *stored != sumsOf(samples, cycles.timeNs))
            report(place + ": its sums are not those of its samples");
    }

    [[nodiscard]] bool hasSums() {
        if (!hasSums_)
            hasSums_ = file_.connection.integer("SELECT EXISTS(SELECT 1 FROM sums)").value_or(0) != 0;
        return *hasSums_;
    }

    void checkSpan(const Statement& row, const std::string& place, const session::CycleSlice& cycles,
                   std::size_t first, std::size_t last) {
        if (row.integer(1) != cycles.timeNs[first] || row.integer(2) != cycles.timeNs[last] ||
            row.integer(3) != static_cast<std::int64_t>(cycles.cycle[first]) ||
            row.integer(4) != static_cast<std::int64_t>(cycles.cycle[last]))
            report(place + ": its times or cycles are not those of its samples");
    }

    static RawRanges rangesOf(const session::SliceAxis& samples) {
        RawRanges ranges;
        for (std::size_t channel = 0; channel < telemetry::channelCount; ++channel)
            for (std::size_t i = 0; i < samples.raw[channel].size(); ++i) {
                if (!(samples.valid[i] >> channel & 1U)) continue;
                const std::int32_t raw = samples.raw[channel][i];
                auto& range = ranges[channel];
                range = {std::min(range ? range->first : raw, raw),
                         std::max(range ? range->second : raw, raw)};
            }
        return ranges;
    }

    void checkFacts() {
        std::int64_t last = 0;
        eachRow("SELECT id, sequence, time, cause, kind, json, crc, axis FROM facts ORDER BY id",
                [&](const Statement& row) {
                    const std::string place = "fact " + std::to_string(row.integer(0));
                    ++facts_;
                    if (factChecksum(row.integer(1), row.integer(2), row.integer(3), row.text(4),
                                     row.text(5)) != row.integer(6))
                        return report(place + ": checksum differs");
                    const auto fact = factFromJson(row.text(4), row.text(5));
                    if (!fact) return report(place + ": " + fact.error().detail);
                    if (api::axisOf(*fact).value != row.integer(7)) report(place + ": of another axis");
                    const std::int64_t sequence = row.integer(1);
                    if (sequence != 0 && sequence <= last) reportOrder(row.integer(0), sequence, last);
                    last = std::max(last, sequence);
                });
    }

    void reportOrder(std::int64_t id, std::int64_t sequence, std::int64_t last) {
        whole_ = false;
        if (problems_.size() >= mostReported) return;
        const std::string place = "fact " + std::to_string(id);
        const auto same =
            file_.connection.integer("SELECT min(id) FROM facts WHERE sequence=" + std::to_string(sequence));
        if (same && *same < id)
            return report(place + ": a duplicate of fact " + std::to_string(*same) + " (sequence " +
                          std::to_string(sequence) + ")");
        report(place + ": sequence " + std::to_string(sequence) + " after " + std::to_string(last));
    }

    void checkCounters() {
        const auto& stored = summary_.counters;
        const auto compare = [&](const char* what, std::uint64_t says, std::uint64_t found) {
            if (says != found)
                report(std::string{what} + ": the file says " + std::to_string(says) + ", it holds " +
                       std::to_string(found));
        };
        compare("samples", stored.samples, samples_);
        compare("cycles", stored.cycles, cycles_);
        compare("gaps", stored.gaps, gaps_);
        compare("facts", stored.facts, facts_);
    }

    static constexpr const char* chunksOf =
        "SELECT id, first_time, last_time, first_cycle, last_cycle, ranges, "
        "payload, axis FROM chunks WHERE slice=";
    SessionFile& file_;
    const session::SessionSummary& summary_;
    std::string expected_;
    std::vector<BusId> buses_;
    std::vector<std::string> problems_;
    bool whole_ = true;
    std::optional<bool> hasSums_;
    std::uint64_t samples_ = 0;
    std::uint64_t cycles_ = 0;
    std::uint64_t gaps_ = 0;
    std::uint64_t facts_ = 0;
};

} // namespace

Result<std::vector<std::string>> verifySession(const std::string& path, std::vector<std::string>* remarks) {
    auto file = openSessionFile(path);
    if (!file) return tl::make_unexpected(file.error());
    const auto timeLine = readTimeLine(*file);
    if (!timeLine) return std::vector{timeLine.error().detail};
    const auto summary = readSummary(*file, *timeLine);
    if (!summary) return std::vector{summary.error().detail};
    auto problems = Verification{*file, *summary}.run();
    if (summary->walMissing)
        problems.insert(problems.begin(),
                        path + " was not closed cleanly and its -wal is missing: copy both from "
                               "where it was recorded");
    const LogState& log = file->log;
    if (log.damage) problems.insert(problems.begin(), *log.damage);
    if (file->walUnread)
        problems.insert(problems.begin(), path + "-wal cannot be read in a folder that may not be written");
    if (!remarks) return problems;
    if (log.remark) remarks->push_back(*log.remark);
    if (file->walTaken && !summary->closedCleanly)
        remarks->push_back(path +
                           " was not closed cleanly, and its -wal is not beside it any more: another program "
                           "has moved it into the file, or it was deleted");
    for (const std::string& repair : summary->repairs)
        remarks->push_back("before this copy was made: " + repair);
    return problems;
}

} // namespace servolane::drivers::sqlite
