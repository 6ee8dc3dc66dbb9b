// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/failures.h"
#include "app/cli/file_commands.h"
#include "app/cli/recording.h"
#include "app/cli/text.h"

#include <thread>

namespace servolane::cli {

namespace {

constexpr Duration lookInterval = std::chrono::milliseconds{50};

session::ExportRequest requestOf(const Arguments& arguments) {
    session::ExportRequest request;
    request.sessionPath = arguments.file;
    request.format = arguments.format;
    request.outPath = absolutePath(arguments.out);
    request.fromSeconds = arguments.from;
    request.toSeconds = arguments.to;
    request.channels = arguments.channels;
    return request;
}

Failure exportFailure(const Error& error, const session::ExportRequest& request) {
    if (error.code == ErrorCode::interrupted) return interrupted();
    return fileFailure(error, error.code == ErrorCode::diskFull ? request.outPath : request.sessionPath);
}

} // namespace

tl::expected<session::ExportReport, Failure> exportSession(const session::ExportRequest& request,
                                                           session::SessionExporter& exporter,
                                                           Notices& notices, Clock& clock,
                                                           const std::function<bool()>& isCancelled) {
    session::JobProgress progress;
    Waker finished;
    Result<session::ExportReport> result;
    std::thread worker([&] {
        result = exporter.run(request, progress);
        finished.wake();
    });
    while (!finished.isWoken()) {
        if (isCancelled()) progress.cancel = true;
        notices.progress("Exporting: " + fixed(progress.done * 100.0, 0) + " %");
        clock.waitUntil(clock.now() + lookInterval, finished);
    }
    worker.join();
    notices.clearProgress();
    if (!result) return tl::make_unexpected(exportFailure(result.error(), request));
    return *result;
}

Outcome runExport(const Arguments& arguments, app::Workstation& workstation, Notices& notices,
                  const Waker& interrupt) {
    if (arguments.resample)
        return fail({Exit::failed,
                     "unsupported",
                     "Format " + arguments.format + " is not resampled",
                     "leave --resample out: every bus cycle is one row",
                     {}});
    const auto report = exportSession(requestOf(arguments), workstation.exporter(), notices,
                                      workstation.clock(), [&] { return interrupt.isWoken(); });
    if (!report) return fail(report.error());
    return Report{{{"path", report->path},
                   {"rows", report->rows},
                   {"bytes", report->bytes},
                   {"seconds", report->seconds}},
                  grouped(report->rows) + " rows, " + sizeText(report->bytes) + " in " +
                      fixed(report->seconds, 2) + " s: " + report->path + '\n'};
}

} // namespace servolane::cli
