// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/failures.h"
#include "app/cli/file_commands.h"
#include "app/cli/recording.h"
#include "app/cli/text.h"
#include "drivers/export/exporter.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <set>
#include <thread>

namespace servolane::cli {

namespace {

constexpr Duration lookInterval = std::chrono::milliseconds{50};

struct ResamplingWord {
    std::string_view word;
    session::Resampling method;
};
constexpr std::array resamplingWords{ResamplingWord{"none", session::Resampling::none},
                                     ResamplingWord{"nearest", session::Resampling::nearest},
                                     ResamplingWord{"linear", session::Resampling::linear},
                                     ResamplingWord{"mean", session::Resampling::mean}};

struct Grid {
    session::Resampling method = session::Resampling::none;
    std::optional<double> rowsPerSecond;
};

/// "linear", "linear@100"; nothing if it is neither.
std::optional<Grid> gridFrom(std::string_view text) {
    const auto at = text.find('@');
    const auto named =
        std::find_if(resamplingWords.begin(), resamplingWords.end(),
                     [&](const ResamplingWord& each) { return each.word == text.substr(0, at); });
    if (named == resamplingWords.end()) return std::nullopt;
    Grid grid{named->method, {}};
    if (at == std::string_view::npos) return grid;
    const std::string_view number = text.substr(at + 1);
    double rate = 0.0;
    const auto read = std::from_chars(number.data(), number.data() + number.size(), rate);
    const bool isWhole = read.ec == std::errc{} && read.ptr == number.data() + number.size();
    if (!isWhole || !std::isfinite(rate) || rate <= 0.0 || rate > 1e6) return std::nullopt;
    grid.rowsPerSecond = rate;
    return grid;
}

Json resampleOf(const session::ExportReport& report, const std::string& asked) {
    if (report.rowsPerSecond <= 0.0) return {{"method", "none"}, {"rows_per_second", nullptr}};
    return {{"method", asked.substr(0, asked.find('@'))}, {"rows_per_second", report.rowsPerSecond}};
}

/// Several recordings go to a folder, under their own names.
std::string outPathOf(const Arguments& arguments, const std::string& file) {
    if (arguments.files.size() == 1) return absolutePath(arguments.out);
    const std::string name = std::filesystem::path{file}.stem().string() +
                             std::string{drivers::Exporter::endingOf(arguments.format)};
    return (std::filesystem::path{absolutePath(arguments.out)} / name).string();
}

/// Split at commas; one behind a backslash belongs to the name of an axis.
std::vector<std::string> patternsOf(const std::vector<std::string>& parts) {
    std::vector<std::string> channels;
    bool goesOn = false;
    for (const std::string& part : parts) {
        if (goesOn)
            channels.back() += "," + part;
        else
            channels.push_back(part);
        goesOn = part.ends_with('\\');
        if (goesOn) channels.back().pop_back();
    }
    return channels;
}

session::ExportRequest requestOf(const Arguments& arguments, const std::string& file) {
    session::ExportRequest request;
    request.sessionPath = file;
    request.format = arguments.format;
    request.outPath = outPathOf(arguments, file);
    request.fromSeconds = arguments.from;
    request.toSeconds = arguments.to;
    request.channels = patternsOf(arguments.channels);
    request.factsBeside = arguments.facts;
    const Grid grid = gridFrom(arguments.resample).value_or(Grid{});
    request.resampling = grid.method;
    request.rowsPerSecond = grid.rowsPerSecond;
    return request;
}

Failure usage(const std::string& message, const std::string& hint) {
    return {Codes::usage, message, hint, {}};
}

/// What can be said without looking at the file.
std::optional<Failure> wrongUsage(const Arguments& arguments, const session::SessionExporter& exporter) {
    const auto formats = exporter.formats();
    const auto format = std::find_if(formats.begin(), formats.end(),
                                     [&](const auto& each) { return each.name == arguments.format; });
    if (format == formats.end()) {
        std::string known;
        for (const auto& each : formats)
            known += (known.empty() ? "" : ", ") + each.name;
        return usage("There is no format '" + arguments.format + "'", "use one of: " + known);
    }
    if (arguments.facts && format->facts)
        return usage("The format '" + arguments.format + "' holds the events by itself", "leave --facts out");
    if (!gridFrom(arguments.resample))
        return usage("There is no resampling '" + arguments.resample + "'",
                     "use none, nearest, linear or mean, with rows per second as in linear@100");
    if (arguments.files.size() > 1 && !std::filesystem::is_directory(arguments.out))
        return usage("There is no folder " + arguments.out + " for " +
                         std::to_string(arguments.files.size()) + " exports",
                     "make it first, or export one recording");
    std::set<std::string> outs;
    for (const std::string& file : arguments.files)
        if (!outs.insert(outPathOf(arguments, file)).second)
            return usage("Two recordings would become " + outPathOf(arguments, file),
                         "export them to different folders");
    for (const auto& [name, number] : {std::pair{"--from", arguments.from}, std::pair{"--to", arguments.to}})
        if (number && !(std::isfinite(*number) && *number >= 0.0))
            return usage(std::string{name} + " is no number of seconds from 0 on",
                         "give seconds since the start");
    if (arguments.from && arguments.to && *arguments.from >= *arguments.to)
        return usage("The range ends before anything is in it: --from " + shortest(*arguments.from) +
                         " --to " + shortest(*arguments.to),
                     "give --from before --to");
    return std::nullopt;
}

Failure exportFailure(const Error& error, const session::ExportRequest& request) {
    if (error.code == ErrorCode::interrupted) return interrupted();
    // The recording was opened before: what is wrong is what was asked for.
    if (error.code == ErrorCode::invalid) {
        const bool isAboutOut = error.detail.find(request.outPath) != std::string::npos;
        Failure failure = failureOf(error);
        failure.code = Codes::usage;
        if (!isAboutOut && error.detail.find(request.sessionPath) == std::string::npos)
            failure.message = request.sessionPath + ": " + error.detail;
        failure.hint = isAboutOut                              ? "choose another --out"
                       : error.detail.starts_with("the range") ? "give --from and --to inside of it"
                                                               : "servolane-cli info lists axes and channels";
        return failure;
    }
    const bool isAboutOut =
        error.code == ErrorCode::diskFull || error.detail.find(request.outPath) != std::string::npos;
    return fileFailure(error, isAboutOut ? request.outPath : request.sessionPath);
}

/// What is wrong with the recording and so with what was written of it, each in a sentence.
std::vector<std::string> problemsOf(const session::ExportReport& report) {
    std::vector<std::string> problems;
    if (report.unreadable > 0)
        problems.push_back(grouped(report.unreadable) + " damaged samples are left out, the first in " +
                           report.damage + "; servolane-cli verify lists all");
    else if (!report.damage.empty())
        problems.push_back("damaged: " + report.damage +
                           "; what it held is left out; servolane-cli verify lists all");
    if (report.missing > 0)
        problems.push_back(
            grouped(report.missing) +
            " samples that the recording counts are not in it any more, and nothing tells where they were");
    if (report.unreadableFacts > 0)
        problems.push_back(grouped(report.unreadableFacts) + " damaged events are left out");
    if (report.missingFacts > 0)
        problems.push_back(grouped(report.missingFacts) +
                           " events that the recording counts are not in it any more");
    if (report.duplicateFacts > 0)
        problems.push_back(grouped(report.duplicateFacts) +
                           " events stand in the recording again; none is lost for that");
    return problems;
}

std::string textOf(const session::ExportReport& report) {
    std::string text = countOf(report.rows, "row") + ", " + sizeText(report.bytes) + " in " +
                       fixed(report.seconds, 2) + " s: " + report.path + '\n';
    if (!report.factsPath.empty()) text += "events: " + report.factsPath + '\n';
    if (report.rowsPerSecond > 0.0) text += "resampled to " + shortest(report.rowsPerSecond) + " rows/s\n";
    for (const std::string& problem : problemsOf(report))
        text += problem + '\n';
    return text;
}

Json objectOf(const session::ExportReport& report, const Arguments& arguments) {
    return {{"path", report.path},
            {"rows", report.rows},
            {"bytes", report.bytes},
            {"seconds", report.seconds},
            {"simulated", report.simulated},
            {"facts_path", report.factsPath.empty() ? Json(nullptr) : Json(report.factsPath)},
            {"resample", resampleOf(report, arguments.resample)},
            {"unreadable_samples", report.unreadable},
            {"missing_samples", report.missing},
            {"missing_events", report.missingFacts},
            {"duplicate_events", report.duplicateFacts},
            {"lost_samples", report.unreadable + report.missing},
            {"lost_events", report.unreadableFacts + report.missingFacts},
            {"problems", problemsOf(report)},
            {"damage", report.damage.empty() ? Json(nullptr) : Json(report.damage)}};
}

} // namespace

void watchJob(const std::string& title, const std::function<void(session::JobProgress&)>& job,
              Notices& notices, Clock& clock, const std::function<bool()>& isCancelled) {
    session::JobProgress progress;
    Waker finished;
    std::thread worker([&] {
        job(progress);
        finished.wake();
    });
    while (!finished.isWoken()) {
        if (isCancelled()) progress.cancel = true;
        notices.progress(title + ": " + fixed(progress.done * 100.0, 0) + " %");
        clock.waitUntil(clock.now() + lookInterval, finished);
    }
    worker.join();
    notices.clearProgress();
}

tl::expected<session::ExportReport, Failure> exportSession(const session::ExportRequest& request,
                                                           session::SessionExporter& exporter,
                                                           Notices& notices, Clock& clock,
                                                           const std::function<bool()>& isCancelled) {
    Result<session::ExportReport> result;
    watchJob(
        "Exporting", [&](session::JobProgress& progress) { result = exporter.run(request, progress); },
        notices, clock, isCancelled);
    if (!result) return tl::make_unexpected(exportFailure(result.error(), request));
    return *result;
}

Outcome runExport(const Arguments& arguments, app::Workstation& workstation, Notices& notices,
                  const Waker& interrupt) {
    if (auto wrong = wrongUsage(arguments, workstation.exporter())) return fail(*wrong);
    const auto exportOf = [&](const std::string& file) -> tl::expected<session::ExportReport, Failure> {
        if (const auto reader = workstation.sessions().open(file); !reader)
            return tl::make_unexpected(fileFailure(reader.error(), file));
        return exportSession(requestOf(arguments, file), workstation.exporter(), notices, workstation.clock(),
                             [&] { return interrupt.isWoken(); });
    };
    Json exports = Json::array();
    Json failures = Json::array();
    std::optional<Failure> first;
    std::string text;
    for (const std::string& file : arguments.files) {
        const auto report = exportOf(file);
        if (report) {
            // With --json nothing else would say it where nobody looks at the fields.
            if (const auto problems = problemsOf(*report); !problems.empty() && arguments.json)
                notices.note("warning: " + file + " is not whole, and so is " + report->path + ": " +
                             problems.front());
            exports.push_back(objectOf(*report, arguments));
            text += textOf(*report);
            continue;
        }
        if (!first) first = report.error();
        failures.push_back({{"file", file},
                            {"code", std::string{report.error().code.word()}},
                            {"message", report.error().message}});
        if (interrupt.isWoken()) break;
    }
    if (first) {
        if (arguments.files.size() > 1) first->fields = {{"exports", exports}, {"failures", failures}};
        if (failures.size() > 1)
            first->message += "; " + std::to_string(failures.size() - 1) + " more of " +
                              std::to_string(arguments.files.size()) + " were not exported";
        return fail(*first);
    }
    if (exports.size() == 1) return Report{exports.front(), text};
    return Report{{{"exports", exports}}, text};
}

} // namespace servolane::cli
