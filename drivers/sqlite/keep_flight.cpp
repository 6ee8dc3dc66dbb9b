// SPDX-License-Identifier: GPL-3.0-or-later
// A stretch of the flight recorder, from as many of its segments as have part of it, as one recording.
#include "drivers/sqlite/copy_range.h"
#include "drivers/sqlite/copy_words.h"
#include "drivers/sqlite/session_file.h"
#include "drivers/sqlite/session_library.h"
#include "drivers/sqlite/session_reader.h"
#include "drivers/sqlite/session_schema.h"
#include "drivers/sqlite/session_store.h"

#include <algorithm>
#include <filesystem>

namespace servolane::drivers::sqlite {

using session::KeepReport;
using session::KeepRequest;

namespace {

/// Segments follow each other at once; more than this between two is a pause.
constexpr Duration seam = std::chrono::seconds{2};

struct Segment {
    std::string path;
    session::SessionSummary summary;
    Time begin{}; ///< of the wanted range in it
    Time end{};   ///< excluded
};

UtcTime utcOf(const session::SessionSummary& summary, Time time) {
    return summary.startedUtc + (time - summary.start);
}

std::optional<Segment> segmentAt(const std::string& path, const KeepRequest& request) {
    auto file = openSessionFile(path);
    if (!file) return std::nullopt;
    const auto timeLine = readTimeLine(*file);
    if (!timeLine) return std::nullopt;
    auto summary = readSummary(*file, *timeLine);
    if (!summary || utcOf(*summary, summary->end) < request.from || summary->startedUtc > request.until)
        return std::nullopt;
    const Time begin = std::max(summary->start, summary->start + (request.from - summary->startedUtc));
    const Time end = std::min(summary->end, summary->start + (request.until - summary->startedUtc));
    return Segment{path, std::move(*summary), begin, end + Duration{1}};
}

std::vector<Segment> segmentsOf(const KeepRequest& request) {
    std::vector<Segment> segments;
    std::error_code failed;
    if (!std::filesystem::is_directory(request.source, failed)) {
        if (auto only = segmentAt(request.source, request)) segments.push_back(std::move(*only));
        return segments;
    }
    for (std::filesystem::directory_iterator entry{request.source, failed}, end; !failed && entry != end;
         entry.increment(failed))
        if (entry->path().extension() == ".servolane")
            if (auto segment = segmentAt(entry->path().string(), request))
                segments.push_back(std::move(*segment));
    std::sort(segments.begin(), segments.end(),
              [](const Segment& a, const Segment& b) { return a.summary.startedUtc < b.summary.startedUtc; });
    return segments;
}

/// Of facts that were told once; {0, 0}: there are none. Those from before the start are told again by every
/// segment.
std::pair<std::int64_t, std::int64_t> sequencesIn(const Segment& segment) {
    auto file = openSessionFile(segment.path);
    if (!file) return {};
    const auto bound = [&](const char* which) {
        return file->connection.integer("SELECT ifnull(" + std::string{which} +
                                        "(sequence), 0) FROM facts WHERE sequence > 0 AND time >= " +
                                        std::to_string(nanosecondsSinceEpoch(segment.summary.start)));
    };
    return {bound("min").value_or(0), bound("max").value_or(0)};
}

/// Numbers of axes, buses and facts belong to one run of the program.
Result<void> refuseSeams(const std::vector<Segment>& segments) {
    for (std::size_t at = 1; at < segments.size(); ++at) {
        const Segment& before = segments[at - 1];
        const Segment& after = segments[at];
        const Duration between = after.summary.start - before.summary.end;
        const auto first = sequencesIn(after).first;
        const bool sameRun = first == 0 || first > sequencesIn(before).second;
        if (between > -seam && between < seam && sameRun) continue;
        const double place =
            std::chrono::duration<double>(after.summary.startedUtc - segments.front().summary.startedUtc -
                                          (segments.front().begin - segments.front().summary.start))
                .count();
        return failure(ErrorCode::invalid,
                       "the flight recorder began anew " + std::to_string(place) +
                           " s behind the beginning of the range; keep both parts one by one");
    }
    return {};
}

Result<void> copySegments(const std::vector<Segment>& segments, session::SessionWriter& writer,
                          KeepReport& report, session::JobProgress& progress) {
    Time reached = Time::min();
    for (std::size_t at = 0; at < segments.size(); ++at) {
        const Segment& segment = segments[at];
        const auto reader = SqliteSessionReader::open(segment.path);
        if (!reader) return tl::make_unexpected(reader.error());
        const CopyDamage damage{[&](const session::Unreadable& lost) {
                                    report.unreadable += lost.samples;
                                    if (report.damage.empty()) report.damage = lost.detail;
                                },
                                [&](const std::string& lost) {
                                    ++report.damagedFacts;
                                    if (report.damage.empty()) report.damage = lost;
                                },
                                {&progress, static_cast<double>(at) / static_cast<double>(segments.size()),
                                 static_cast<double>(at + 1) / static_cast<double>(segments.size())}};
        const Time begin = std::max(segment.begin, reached);
        const auto opening = at == 0 ? CopyOpening::stateBefore : CopyOpening::none;
        if (auto copied = copyRange(**reader, writer, begin, segment.end, &damage, opening); !copied)
            return copied;
        report.seconds += std::max(0.0, seconds(segment.end - begin));
        reached = segment.end;
        progress.done = static_cast<double>(at + 1) / static_cast<double>(segments.size());
    }
    return writer.close();
}

} // namespace

Result<KeepReport> SqliteSessionLibrary::keep(const KeepRequest& request, session::JobProgress& progress) {
    if (request.until <= request.from) return failure(ErrorCode::invalid, "the range ends before it begins");
    const auto segments = segmentsOf(request);
    if (segments.empty())
        return failure(ErrorCode::notFound, "nothing of this range is recorded in " + request.source);
    if (auto whole = refuseSeams(segments); !whole) return tl::make_unexpected(whole.error());
    SqliteSessionStore store;
    const Segment& first = segments.front();
    auto writer =
        store.create(request.outPath, {request.name, first.summary.software,
                                       utcOf(first.summary, first.begin), first.begin, false, first.begin});
    if (!writer) return tl::make_unexpected(writer.error());
    KeepReport report;
    report.path = request.outPath;
    if (auto copied = copySegments(segments, **writer, report, progress); !copied) {
        writer->reset();
        removeRecording(request.outPath);
        return tl::make_unexpected(copied.error());
    }
    LaterWords words;
    for (const Segment& segment : segments) {
        if (report.damage.empty()) report.damage = segment.summary.walDamage;
        collectWords(segment.summary, segment.begin, segment.end, words);
    }
    // What was kept stays, whatever becomes of the words about it.
    static_cast<void>(writeWords(request.outPath, std::move(words)));
    report.counters = (*writer)->counters();
    progress.done = 1.0;
    return report;
}

} // namespace servolane::drivers::sqlite
