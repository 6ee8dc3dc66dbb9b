// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sqlite/copy_session.h"

#include "drivers/sqlite/copy_range.h"
#include "drivers/sqlite/copy_words.h"
#include "drivers/sqlite/log_frames.h"
#include "drivers/sqlite/rebuild_session.h"
#include "drivers/sqlite/row_order.h"
#include "drivers/sqlite/session_file.h"
#include "drivers/sqlite/session_reader.h"
#include "drivers/sqlite/session_schema.h"
#include "drivers/sqlite/session_writer.h"

#include <algorithm>
#include <filesystem>
#include <utility>

namespace servolane::drivers::sqlite {

namespace {

/// Of the old recording, end excluded.
struct Range {
    Time begin = Time::min() + Duration{1};
    Time end = Time::max();
};

Result<Range> rangeOf(const session::SessionSummary& summary, const CopyChoice& choice) {
    constexpr double decade = 3e8;
    Range range;
    if (choice.fromSeconds)
        range.begin = summary.start + fromSeconds(std::clamp(*choice.fromSeconds, -decade, decade));
    if (choice.toSeconds)
        range.end = summary.start + fromSeconds(std::clamp(*choice.toSeconds, -decade, decade));
    if (range.begin >= range.end || range.begin > summary.end || range.end <= summary.start)
        return failure(ErrorCode::invalid, "the range holds nothing: the recording is " +
                                               std::to_string(seconds(summary.end - summary.start)) +
                                               " s long");
    return range;
}

/// Small tables that were changed are copied as they are, and get good sums: it is to be known that they were
/// not.
void tellChangedTables(const session::SessionSummary& summary, std::vector<std::string>& losses) {
    for (const std::string& problem : summary.changedTables)
        losses.push_back(summary.path + ": " + problem + "; copied as it is");
}

/// What stood in its -wal and is not here, of which time is not known.
void tellLog(const session::SessionSummary& summary, const LogState& log, Salvage& salvage) {
    if (summary.walMissing)
        salvage.losses.push_back(summary.path + ": its -wal is missing, and what stood only there is lost");
    if (summary.walUnread)
        salvage.losses.push_back(summary.path +
                                 ": its -wal cannot be read here, and what stands only there is left out");
    if (log.damage) salvage.losses.push_back(*log.damage);
}

/// What is gone without a trace, with the page or the row that led to it, is known from the recording's own
/// counters alone.
void tellUncounted(const session::SessionSummary& summary, const LogState& log, Salvage& salvage) {
    if (log.remark) salvage.losses.push_back(*log.remark);
    const auto tell = [&](std::uint64_t counted, std::uint64_t kept, std::uint64_t& lost, const char* what) {
        if (counted <= kept + lost) return;
        const std::uint64_t missing = counted - kept - lost;
        salvage.losses.push_back(std::to_string(missing) + " " + what + " of " + std::to_string(counted) +
                                 " that the recording counts are not in it any more");
        lost += missing;
    };
    tell(summary.counters.samples, salvage.kept.samples, salvage.lostSamples, "samples");
    tell(summary.counters.facts, salvage.kept.facts, salvage.lostFacts, "events");
}

/// They were read in the order of damaged pages, which may lead to the same one again: each is kept once.
Result<void> putFactsInOrder(const std::string& path, Salvage& salvage) {
    auto connection = Connection::open(path, OpenMode::readWrite);
    if (!connection) return tl::make_unexpected(connection.error());
    Transaction transaction(*connection);
    if (auto begun = transaction.begin(); !begun) return begun;
    const std::string once = "DELETE FROM facts WHERE sequence<>0 AND id NOT IN "
                             "(SELECT min(id) FROM facts GROUP BY sequence);";
    const std::string counted = "UPDATE counters SET value=(SELECT count(*) FROM facts) WHERE name='facts'";
    if (auto ordered = connection->execute(once + numberFactsBySequence + ";" + counted); !ordered)
        return ordered;
    if (auto summed = storeTableSums(*connection, summedTables); !summed) return summed;
    const auto facts = connection->integer("SELECT count(*) FROM facts");
    if (!facts) return tl::make_unexpected(facts.error());
    salvage.kept.facts = static_cast<std::uint64_t>(*facts);
    return transaction.commit();
}

/// Of the progress of a copy: the rest is the look at the order of the rows.
constexpr double copyingShare = 0.8;

/// In the copy, before its end: what stands again is not what else was lost.
void countDuplicates(const std::string& copy, Salvage& salvage) {
    const auto reader = SqliteSessionReader::open(copy);
    const auto stored = reader ? (*reader)->storedFacts() : std::nullopt;
    if (!stored || stored->again == 0) return;
    salvage.duplicateFacts = stored->again;
    salvage.kept.facts -= std::min(salvage.kept.facts, stored->again);
    salvage.losses.push_back("facts: " + std::to_string(stored->again) +
                             " rows stand there again; each event is kept once");
}

Result<Salvage> copyIntact(session::SessionReader& reader, session::SessionWriter& writer, Range range,
                           session::JobProgress& progress) {
    Salvage salvage;
    const CopyDamage damage{[&](const session::Unreadable& lost) {
                                salvage.lostSamples += lost.samples;
                                salvage.losses.push_back(lost.detail);
                            },
                            [&](const std::string& lost) {
                                ++salvage.lostFacts;
                                salvage.losses.push_back(lost);
                            },
                            {&progress, 0.0, copyingShare}};
    const auto copied = copyRange(reader, writer, range.begin, range.end, &damage);
    const bool isPart = !copied && copied.error().code == ErrorCode::corrupt && writer.counters().samples > 0;
    if (!copied && !isPart) return tl::make_unexpected(copied.error());
    // Pages that lead to all that follows: what was reached before is kept.
    if (!copied) salvage.losses.push_back("what follows cannot be reached: " + copied.error().detail);
    salvage.kept = writer.counters();
    return salvage;
}

/// In the copy: what is known to be wrong with it, and what was with the one that it was made of.
Result<void> closeTelling(SqliteSessionWriter& writer, const session::SessionSummary& summary,
                          const Salvage& salvage) {
    std::vector<std::string> repairs = summary.repairs;
    repairs.insert(repairs.end(), salvage.losses.begin(), salvage.losses.end());
    if (!repairs.empty())
        if (auto told = writer.tellRepairs(repairs); !told) return told;
    return writer.close();
}

/// `known`: losses that are told before those that the copy meets. What it says of `from` it says of
/// `called`.
struct Source {
    const std::string& from;
    const std::string& called;
    LogState log;
    std::vector<std::string> known;
};

Result<Salvage> copyFrom(const Source& source, const std::string& to, const CopyChoice& choice,
                         session::JobProgress& progress) {
    const auto reader = SqliteSessionReader::open(source.from);
    if (!reader) return tl::make_unexpected(reader.error());
    const auto& summary = (*reader)->summary();
    const auto range = rangeOf(summary, choice);
    if (!range) return tl::make_unexpected(range.error());
    const Time start = std::max(range->begin, summary.start);
    auto writer =
        SqliteSessionWriter::create(to, {choice.name.empty() ? summary.name : choice.name, summary.software,
                                         (*reader)->utcAt(start), start, false, start});
    if (!writer) return tl::make_unexpected(writer.error());
    auto salvage = copyIntact(**reader, **writer, *range, progress);
    if (salvage) {
        tellChangedTables(summary, salvage->losses);
        if (const auto told = rowsOutOfOrder(source.from, copyingShare, progress); told) {
            salvage->isOutOfOrder = !told->empty();
            salvage->losses.insert(salvage->losses.end(), told->begin(), told->end());
        } else
            salvage = tl::make_unexpected(told.error());
    }
    Result<void> closed;
    if (salvage) {
        countDuplicates(to, *salvage);
        tellLog(summary, source.log, *salvage);
        if (!choice.fromSeconds && !choice.toSeconds) tellUncounted(summary, source.log, *salvage);
        auto& losses = salvage->losses;
        losses.insert(losses.begin(), source.known.begin(), source.known.end());
        for (std::string& loss : losses)
            if (const auto at = loss.find(source.from); at != std::string::npos)
                loss.replace(at, source.from.size(), source.called);
        closed = closeTelling(**writer, summary, *salvage);
        if (closed && (salvage->isOutOfOrder || salvage->duplicateFacts > 0))
            closed = putFactsInOrder(to, *salvage);
    }
    if (!salvage || !closed) {
        writer->reset();
        removeRecording(to);
        if (!closed) return tl::make_unexpected(closed.error());
        return salvage;
    }
    LaterWords words;
    collectWords(summary, range->begin, range->end, words);
    // A damaged file may hold such as nobody may write.
    if (const auto kept = writeWords(to, std::move(words)); !kept)
        salvage->losses.push_back("tags and later notes: " + kept.error().detail);
    progress.done = 1.0;
    return salvage;
}

bool holdsMore(const Salvage& one, const Salvage& other) {
    return std::pair{one.kept.samples, one.kept.facts} > std::pair{other.kept.samples, other.kept.facts};
}

/// Not because of what is in the file.
bool isAboutCopying(const Error& error, const std::string& to) {
    return error.code == ErrorCode::interrupted || error.code == ErrorCode::diskFull ||
           error.detail.find(to) != std::string::npos;
}

} // namespace

Result<Salvage> copySession(const std::string& from, const std::string& to, const CopyChoice& choice,
                            session::JobProgress& progress) {
    return copyFrom({from, from, stateOfLog(from), {}}, to, choice, progress);
}

Result<Salvage> repairSession(const std::string& from, const std::string& to,
                              session::JobProgress& progress) {
    const LogState log = stateOfLog(from); // before anybody opens it
    auto usual = copyFrom({from, from, log, {}}, to, {}, progress);
    if (usual ? usual->losses.empty() : isAboutCopying(usual.error(), to)) return usual;
    const std::string pages = to + ".pages";
    const std::string copy = to + ".part";
    removeRecording(pages);
    removeRecording(copy);
    const auto again = [&]() -> Result<Salvage> {
        auto rebuilt = rebuildSession(from, pages, progress);
        if (!rebuilt) return tl::make_unexpected(rebuilt.error());
        for (std::string& problem : rebuilt->problems)
            problem = from + ": " + problem;
        if (!usual)
            rebuilt->problems.insert(rebuilt->problems.begin(), "it does not open: " + usual.error().detail);
        return copyFrom({pages, from, log, std::move(rebuilt->problems)}, copy, {}, progress);
    }();
    removeRecording(pages);
    // As much, put in order by what checksums cover, is better than in the order of damaged pages.
    const bool isBetter =
        again && (!usual || holdsMore(*again, *usual) || (usual->isOutOfOrder && !holdsMore(*usual, *again)));
    if (!isBetter) {
        removeRecording(copy);
        if (!usual && again.error().code != ErrorCode::corrupt) return again;
        return usual;
    }
    if (usual) removeRecording(to);
    std::error_code failed;
    std::filesystem::rename(copy, to, failed);
    if (failed) return failure(ErrorCode::inputOutput, to + ": " + failed.message());
    return again;
}

} // namespace servolane::drivers::sqlite
