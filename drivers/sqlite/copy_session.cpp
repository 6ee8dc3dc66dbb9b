// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sqlite/copy_session.h"

#include "drivers/sqlite/copy_range.h"
#include "drivers/sqlite/copy_words.h"
#include "drivers/sqlite/session_file.h"
#include "drivers/sqlite/session_schema.h"
#include "drivers/sqlite/session_store.h"

#include <algorithm>
#include <filesystem>

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
void tellChangedTables(const std::string& path, std::vector<std::string>& losses) {
    auto file = openSessionFile(path);
    if (!file) return;
    for (std::string& problem : changedTables(file->connection, file->schema))
        losses.push_back(path + ": " + std::move(problem) + "; copied as it is");
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
    tellChangedTables(from, salvage->losses);
    LaterWords words;
    collectWords(summary, range->begin, range->end, words);
    // A damaged file may hold such as nobody may write.
    if (const auto kept = writeWords(to, std::move(words)); !kept)
        salvage->losses.push_back("tags and later notes: " + kept.error().detail);
    progress.done = 1.0;
    return salvage;
}

} // namespace servolane::drivers::sqlite
