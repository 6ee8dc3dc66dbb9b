// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/export/exporter.h"

#include "drivers/export/csv_writer.h"
#include "drivers/export/grid_rows.h"
#include "drivers/export/hdf5_writer.h"
#include "drivers/export/jsonl_writer.h"
#include "drivers/export/long_csv_writer.h"
#include "drivers/export/mat_writer.h"
#include "drivers/export/mcap_writer.h"
#include "drivers/export/overwrite_guard.h"

#include <algorithm>
#include <array>
#include <chrono>

namespace servolane::drivers {

namespace {

struct Format {
    std::string_view name;
    std::string_view ending;
    FormatWriter write;
};

constexpr std::array<Format, 6> formatTable{{{"csv", ".csv", &writeCsv},
                                             {"csv-long", ".csv", &writeLongCsv},
                                             {"hdf5", ".h5", &writeHdf5},
                                             {"mat", ".mat", &writeMat},
                                             {"mcap", ".mcap", &writeMcap},
                                             {"jsonl", ".jsonl", &writeJsonLines}}};

Result<FormatWriter> writerFor(const std::string& name) {
    std::string known;
    for (const auto& format : formatTable) {
        if (format.name == name) return format.write;
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
    if (!(from <= to)) return failure(ErrorCode::invalid, "the range ends before it begins");
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

Result<void> readFacts(session::SessionReader& reader, Time from, Time to, Written& written,
                       const std::function<bool(const api::Event&)>& take) {
    std::vector<std::string> damaged;
    auto read = reader.readIntactFacts(from, to, take, damaged);
    if (!damaged.empty() && written.damage.empty())
        written.damage =
            damaged.front() +
            (damaged.size() > 1 ? " and " + std::to_string(damaged.size() - 1) + " more facts" : "");
    return read;
}

std::vector<std::string_view> Exporter::formats() {
    std::vector<std::string_view> names;
    for (const auto& format : formatTable)
        names.push_back(format.name);
    return names;
}

std::string_view Exporter::endingOf(std::string_view name) {
    for (const auto& format : formatTable)
        if (format.name == name) return format.ending;
    return {};
}

Result<session::ExportReport> Exporter::run(const session::ExportRequest& request,
                                            session::JobProgress& progress) {
    const auto started = std::chrono::steady_clock::now();
    const auto write = writerFor(request.format);
    if (!write) return tl::make_unexpected(write.error());
    const auto reader = store_.open(request.sessionPath);
    if (!reader) return tl::make_unexpected(reader.error());
    auto plan = planFor(request, (*reader)->summary());
    if (!plan) return tl::make_unexpected(plan.error());
    // One rate for the whole file, whatever part of it a writer reads at a time.
    if (plan->resampling != session::Resampling::none && !plan->rowsPerSecond) {
        const auto rate = usualRate(**reader, *plan);
        if (!rate) return tl::make_unexpected(rate.error());
        plan->rowsPerSecond = *rate;
    }
    if (auto allowed = refuseToOverwrite(request.sessionPath, request.outPath); !allowed)
        return tl::make_unexpected(allowed.error());
    auto file = PartFile::create(request.outPath);
    if (!file) return tl::make_unexpected(file.error());
    const auto written = (*write)(**reader, *plan, *file, progress);
    if (!written) return tl::make_unexpected(written.error());
    if (auto finished = file->finish(); !finished) return tl::make_unexpected(finished.error());
    progress.done = 1.0;
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
    session::ExportReport report{request.outPath, written->rows, file->bytes(), took.count()};
    report.simulated = (*reader)->summary().simulated;
    report.unreadable = written->unreadable;
    report.damage = written->damage;
    report.rowsPerSecond = written->rowsPerSecond;
    return report;
}

} // namespace servolane::drivers
