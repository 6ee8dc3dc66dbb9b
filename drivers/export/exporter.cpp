// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/export/exporter.h"

#include "drivers/export/csv_writer.h"
#include "drivers/export/export_preview.h"
#include "drivers/export/grid_rows.h"
#include "drivers/export/hdf5_writer.h"
#include "drivers/export/jsonl_writer.h"
#include "drivers/export/long_csv_writer.h"
#include "drivers/export/mat_writer.h"
#include "drivers/export/mcap_writer.h"
#include "drivers/export/overwrite_guard.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <exception>

namespace servolane::drivers {

namespace {

struct Format {
    std::string_view name;
    std::string_view title;
    std::string_view ending;
    FormatWriter write;
    bool samples;
    bool facts;
};

constexpr std::array<Format, 6> formatTable{
    {{"csv", "CSV, one row a cycle", ".csv", &writeCsv, true, false},
     {"csv-long", "CSV, one row a value", ".csv", &writeLongCsv, true, false},
     {"hdf5", "HDF5", ".h5", &writeHdf5, true, true},
     {"mat", "MAT (MATLAB, Octave)", ".mat", &writeMat, true, true},
     {"mcap", "MCAP", ".mcap", &writeMcap, true, true},
     {"jsonl", "Events as JSON lines", ".jsonl", &writeJsonLines, false, true}}};

Result<const Format*> formatOf(const std::string& name) {
    std::string known;
    for (const auto& format : formatTable) {
        if (format.name == name) return &format;
        known += " " + std::string{format.name};
    }
    return failure(ErrorCode::invalid, "no format '" + name + "'; there are:" + known);
}

/// Seconds since the start, kept inside of what a time can hold.
Time timeAt(const session::SessionSummary& summary, double sinceStart) {
    constexpr double decade = 3e8;
    return summary.start + fromSeconds(std::clamp(sinceStart, -decade, decade));
}

Result<ExportPlan> planFor(const session::ExportRequest& request, const session::SessionSummary& summary) {
    const double from = request.fromSeconds.value_or(-1e300);
    const double to = request.toSeconds.value_or(1e300);
    if (!(from < to)) return failure(ErrorCode::invalid, "the range ends before anything is in it");
    const double length = seconds(summary.end - summary.start);
    if (from > length || to < 0.0)
        return failure(ErrorCode::invalid,
                       "the range holds nothing: the recording is " + std::to_string(length) + " s long");
    constexpr double most = 1e6;
    const double rate = request.rowsPerSecond.value_or(1.0);
    if (!(rate > 0.0 && rate <= most))
        return failure(ErrorCode::invalid, "rows per second must be above 0 and at most 1000000");
    auto columns = chooseColumns(summary, request.channels);
    if (!columns) return tl::make_unexpected(columns.error());
    return ExportPlan{std::move(*columns), timeAt(summary, from), timeAt(summary, to), request.resampling,
                      request.rowsPerSecond};
}

} // namespace

std::string toString(session::Resampling method) {
    static constexpr std::array words{"none", "nearest", "linear", "mean"};
    return words.at(static_cast<std::size_t>(method));
}

std::string gridText(const ExportPlan& plan) {
    if (plan.resampling == session::Resampling::none) return {};
    std::array<char, 32> rate;
    const double value = plan.rowsPerSecond.value_or(0.0);
    const auto end = std::to_chars(rate.data(), rate.data() + rate.size(), value).ptr;
    return toString(plan.resampling) + "@" + std::string{rate.data(), end};
}

Result<void> readFacts(session::SessionReader& reader, Time from, Time to, Written& written,
                       const std::function<bool(const api::Event&)>& take) {
    std::vector<std::string> damaged;
    auto read = reader.readIntactFacts(from, to, take, damaged);
    noteDamaged(damaged, written);
    return read;
}

void noteDamaged(const std::vector<std::string>& facts, Written& written) {
    written.unreadableFacts += facts.size();
    if (!facts.empty() && written.damage.empty())
        written.damage = facts.front() +
                         (facts.size() > 1 ? " and " + std::to_string(facts.size() - 1) + " more facts" : "");
}

std::vector<session::ExportFormat> Exporter::formats() const {
    std::vector<session::ExportFormat> formats;
    for (const auto& format : formatTable)
        formats.push_back({std::string{format.name}, std::string{format.title}, std::string{format.ending},
                           format.samples, format.facts});
    return formats;
}

std::string_view Exporter::endingOf(std::string_view name) {
    for (const auto& format : formatTable)
        if (format.name == name) return format.ending;
    return {};
}

namespace {

/// What a library throws, and an allocation that fails, ends the export and not the program: servos may move
/// under it.
template <class Work>
auto withoutThrowing(const session::ExportRequest& request, const Work& work) -> decltype(work()) {
    try {
        return work();
    } catch (const std::exception& thrown) {
        return failure(ErrorCode::inputOutput, request.sessionPath + " cannot be exported as " +
                                                   request.format + ": " + thrown.what());
    }
}

/// Only the recording's own count tells of a chunk whose row is gone.
std::uint64_t missingOf(session::SessionReader& reader) {
    const std::uint64_t counted = reader.summary().counters.samples;
    std::uint64_t stored = 0;
    const auto read = reader.readRuns([&](const session::StoredRun& run) {
        stored += run.samples;
        return true;
    });
    return read && counted > stored ? counted - stored : 0;
}

} // namespace

/// One export of one recording, ready to be written.
struct Exporter::Prepared {
    FormatWriter write = nullptr;
    std::unique_ptr<session::SessionReader> reader;
    ExportPlan plan;
};

Result<Exporter::Prepared> Exporter::prepare(const session::ExportRequest& request) {
    const auto format = formatOf(request.format);
    if (!format) return tl::make_unexpected(format.error());
    auto reader = store_.open(request.sessionPath);
    if (!reader) return tl::make_unexpected(reader.error());
    auto plan = planFor(request, (*reader)->summary());
    if (!plan) return tl::make_unexpected(plan.error());
    // One rate for the whole file, whatever part of it a writer reads at a time.
    if (plan->resampling != session::Resampling::none && !plan->rowsPerSecond) {
        const auto rate = usualRate(**reader, *plan);
        if (!rate) return tl::make_unexpected(rate.error());
        plan->rowsPerSecond = *rate;
    }
    return Prepared{(*format)->write, std::move(*reader), std::move(*plan)};
}

Result<session::ExportReport> Exporter::run(const session::ExportRequest& request,
                                            session::JobProgress& progress) {
    return withoutThrowing(request, [&] { return write(request, progress); });
}

Result<session::ExportPreview> Exporter::preview(const session::ExportRequest& request, std::size_t rows,
                                                 session::JobProgress& progress) {
    return withoutThrowing(request, [&] { return show(request, rows, progress); });
}

std::string Exporter::factsPathOf(const std::string& outPath) {
    return outPath + ".facts.jsonl";
}

/// Both files get their names only when both are whole.
Result<session::ExportReport> Exporter::write(const session::ExportRequest& request,
                                              session::JobProgress& progress) {
    const auto started = std::chrono::steady_clock::now();
    auto prepared = prepare(request);
    if (!prepared) return tl::make_unexpected(prepared.error());
    if (auto allowed = refuseToOverwrite(request.sessionPath, request.outPath); !allowed)
        return tl::make_unexpected(allowed.error());
    removeLeftParts(std::filesystem::path{request.outPath}.parent_path());
    auto file = PartFile::create(request.outPath);
    if (!file) return tl::make_unexpected(file.error());
    auto written = prepared->write(*prepared->reader, prepared->plan, *file, progress);
    if (!written) return tl::make_unexpected(written.error());
    std::string factsPath;
    std::optional<PartFile> facts;
    if (request.factsBeside) {
        factsPath = factsPathOf(request.outPath);
        auto beside = writeFactsBeside(*prepared, request.sessionPath, factsPath, *written, progress);
        if (!beside) return tl::make_unexpected(beside.error());
        if (auto settled = beside->settle(); !settled) return tl::make_unexpected(settled.error());
        facts.emplace(std::move(*beside));
    }
    if (auto finished = file->finish(); !finished) return tl::make_unexpected(finished.error());
    if (facts)
        if (auto finished = facts->finish(); !finished) return tl::make_unexpected(finished.error());
    progress.done = 1.0;
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
    session::ExportReport report{request.outPath, written->rows, file->bytes(), took.count()};
    report.simulated = prepared->reader->summary().simulated;
    report.unreadable = written->unreadable;
    report.damage = written->damage;
    report.unreadableFacts = written->unreadableFacts;
    const auto& changed = prepared->reader->summary().changedTables;
    if (report.damage.empty() && !changed.empty()) report.damage = changed.front();
    if (report.damage.empty()) report.damage = prepared->reader->summary().walDamage;
    report.missing = missingOf(*prepared->reader);
    const std::uint64_t counted = prepared->reader->summary().counters.facts;
    if (const auto stored = prepared->reader->storedFacts()) {
        report.duplicateFacts = stored->again;
        if (counted > stored->facts) report.missingFacts = counted - stored->facts;
    }
    report.rowsPerSecond = written->rowsPerSecond;
    report.factsPath = factsPath;
    return report;
}

Result<PartFile> Exporter::writeFactsBeside(Prepared& prepared, const std::string& source,
                                            const std::string& path, Written& written,
                                            session::JobProgress& progress) {
    if (auto allowed = refuseToOverwrite(source, path); !allowed) return tl::make_unexpected(allowed.error());
    auto file = PartFile::create(path);
    if (!file) return tl::make_unexpected(file.error());
    ExportPlan plan = prepared.plan;
    plan.resampling = session::Resampling::none; // facts are no samples
    const auto facts = writeJsonLines(*prepared.reader, plan, *file, progress);
    if (!facts) return tl::make_unexpected(facts.error());
    if (written.damage.empty()) written.damage = facts->damage;
    written.unreadableFacts += facts->unreadableFacts;
    return file;
}

Result<session::ExportPreview> Exporter::show(const session::ExportRequest& request, std::size_t rows,
                                              session::JobProgress& progress) {
    auto prepared = prepare(request);
    if (!prepared) return tl::make_unexpected(prepared.error());
    const bool isLines = prepared->write == &writeJsonLines;
    const bool isText = isLines || prepared->write == &writeCsv || prepared->write == &writeLongCsv;
    return previewOf(*prepared->reader, prepared->plan,
                     {prepared->write, isText ? prepared->write : &writeCsv, isLines, rows}, progress);
}

} // namespace servolane::drivers
