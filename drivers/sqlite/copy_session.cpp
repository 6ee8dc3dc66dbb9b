// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sqlite/copy_session.h"

#include "drivers/sqlite/copy_range.h"
#include "drivers/sqlite/copy_words.h"
#include "drivers/sqlite/log_frames.h"
#include "drivers/sqlite/session_file.h"
#include "drivers/sqlite/session_schema.h"
#include "drivers/sqlite/session_store.h"

#include <algorithm>
#include <filesystem>
#include <utility>

namespace servolane::drivers::sqlite {

namespace {

void removeAll(const std::string& path) {
    for (const char* end : {"", "-wal", "-shm", "-journal"}) {
        std::error_code ignored;
        std::filesystem::remove(path + end, ignored);
    }
}

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

/// What is gone without a trace, with the page or the row that led to it, is known from the recording's own
/// counters alone.
void tellUncounted(const session::SessionSummary& summary, Salvage& salvage) {
    if (summary.walMissing)
        salvage.losses.push_back(summary.path + ": its -wal is missing, and what stood only there is lost");
    if (summary.walUnread)
        salvage.losses.push_back(summary.path +
                                 ": its -wal cannot be read here, and what stands only there is left out");
    if (auto damage = damageOfLog(summary.path)) salvage.losses.push_back(std::move(*damage));
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
                            &progress};
    const auto copied = copyRange(reader, writer, range.begin, range.end, &damage);
    const bool isPart = !copied && copied.error().code == ErrorCode::corrupt && writer.counters().samples > 0;
    if (!copied && !isPart) return tl::make_unexpected(copied.error());
    // Pages that lead to all that follows: what was reached before is kept.
    if (!copied) salvage.losses.push_back("what follows cannot be reached: " + copied.error().detail);
    if (auto closed = writer.close(); !closed) return tl::make_unexpected(closed.error());
    salvage.kept = writer.counters();
    return salvage;
}

} // namespace

Result<Salvage> copySession(const std::string& from, const std::string& to, const CopyChoice& choice,
                            session::JobProgress& progress) {
    SqliteSessionStore store;
    const auto reader = store.open(from);
    if (!reader) return tl::make_unexpected(reader.error());
    const auto& summary = (*reader)->summary();
    const auto range = rangeOf(summary, choice);
    if (!range) return tl::make_unexpected(range.error());
    const Time start = std::max(range->begin, summary.start);
    auto writer = store.create(to, {choice.name.empty() ? summary.name : choice.name, summary.software,
                                    (*reader)->utcAt(start), start, false, start});
    if (!writer) return tl::make_unexpected(writer.error());
    auto salvage = copyIntact(**reader, **writer, *range, progress);
    if (!salvage) {
        writer->reset();
        removeAll(to);
        return salvage;
    }
    tellChangedTables(summary, salvage->losses);
    if (!choice.fromSeconds && !choice.toSeconds) tellUncounted(summary, *salvage);
    LaterWords words;
    collectWords(summary, range->begin, range->end, words);
    // A damaged file may hold such as nobody may write.
    if (const auto kept = writeWords(to, std::move(words)); !kept)
        salvage->losses.push_back("tags and later notes: " + kept.error().detail);
    progress.done = 1.0;
    return salvage;
}

} // namespace servolane::drivers::sqlite
