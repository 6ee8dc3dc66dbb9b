// SPDX-License-Identifier: GPL-3.0-or-later
// Exports: rows a second and peak memory of each format, against `sqlite3 -csv` writing the same rows.
#include "drivers/export/exporter.h"
#include "drivers/sqlite/session_store.h"
#include "tests/bench/bench_line.h"
#include "tests/bench/bench_session.h"

#include <algorithm>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>

using namespace servolane;
using bench::Better;

namespace {

/// Eight columns of values: two axes with four channels each.
constexpr std::uint16_t axes = 2;
const std::vector<std::string> channels{"*.setpoint", "*.position", "*.velocity", "*.current"};

[[noreturn]] void giveUp(const std::string& why) {
    std::fprintf(stderr, "%s\n", why.c_str());
    std::exit(1);
}

void record(const std::string& path, std::size_t cycles) {
    drivers::sqlite::SqliteSessionStore store;
    auto writer = store.create(path, bench::BenchSession::start());
    if (!writer) giveUp(writer.error().detail);
    bench::BenchSession source{axes};
    for (const auto& event : source.configuration())
        static_cast<void>((*writer)->append(event));
    for (std::size_t i = 0; i < cycles; ++i) {
        const auto cycle = source.next();
        auto done = (*writer)->append({{}, cycle->time, {}, cycle});
        if (done && i % 1000 == 999) done = (*writer)->commit();
        if (!done) giveUp(done.error().detail);
    }
    if (auto closed = (*writer)->close(); !closed) giveUp(closed.error().detail);
}

/// The same rows and columns as a table of numbers.
void fillTable(const std::string& path, std::size_t cycles) {
    sqlite3* database = nullptr;
    sqlite3_open(path.c_str(), &database);
    sqlite3_exec(
        database,
        "PRAGMA synchronous=OFF; CREATE TABLE rows(time_s REAL, utc TEXT, c0 REAL, c1 REAL, c2 REAL, "
        "c3 REAL, c4 REAL, c5 REAL, c6 REAL, c7 REAL, gap INTEGER, simulated INTEGER); BEGIN",
        nullptr, nullptr, nullptr);
    sqlite3_stmt* insert = nullptr;
    sqlite3_prepare_v2(database, "INSERT INTO rows VALUES(?,?,?,?,?,?,?,?,?,?,?,?)", -1, &insert, nullptr);
    bench::BenchSession source{axes};
    constexpr telemetry::Channel picked[] = {telemetry::Channel::setpoint, telemetry::Channel::position,
                                             telemetry::Channel::velocity, telemetry::Channel::current};
    constexpr double scales[] = {360.0 / 4096.0, 360.0 / 4096.0, 0.229 * 6.0, 0.00269};
    for (std::size_t i = 0; i < cycles; ++i) {
        const auto cycle = source.next();
        sqlite3_bind_double(insert, 1, seconds(cycle->time - bench::BenchSession::start().time));
        sqlite3_bind_text(insert, 2, "2026-11-23T14:58:15.123456Z", -1, SQLITE_STATIC);
        int column = 3;
        for (const auto& sample : cycle->samples)
            for (std::size_t c = 0; c < 4; ++c)
                sqlite3_bind_double(insert, column++,
                                    sample.raw[indexOf(picked[c])] * scales[c] - (c < 2 ? 180.0 : 0.0));
        sqlite3_bind_int(insert, column++, 0);
        sqlite3_bind_int(insert, column, 0);
        sqlite3_step(insert);
        sqlite3_reset(insert);
    }
    sqlite3_finalize(insert);
    sqlite3_exec(database, "COMMIT", nullptr, nullptr, nullptr);
    sqlite3_close(database);
}

struct Run {
    double seconds = 0.0;
    double peakMegabytes = 0.0;
};

/// In a process of its own, so that the peak is this run's alone.
template <class Work>
Run measured(Work work) {
    const bench::Stopwatch watch;
    const pid_t child = ::fork();
    if (child == 0) {
        work();
        ::_exit(0);
    }
    int status = 0;
    rusage usage{};
    ::wait4(child, &status, 0, &usage);
    if (status != 0) giveUp("a run failed");
    return {watch.seconds(), static_cast<double>(usage.ru_maxrss) / 1024.0};
}

void exportTo(const std::string& session, const std::string& out, const std::string& format) {
    drivers::sqlite::SqliteSessionStore store;
    drivers::Exporter exporter{store};
    session::JobProgress progress;
    session::ExportRequest request;
    request.sessionPath = session;
    request.format = format;
    request.outPath = out;
    request.channels = channels;
    const auto report = exporter.run(request, progress);
    if (!report) {
        std::fprintf(stderr, "%s\n", report.error().detail.c_str());
        ::_exit(1);
    }
}

void sqliteShell(const std::string& table, const std::string& out) {
    const int file = ::open(out.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0644);
    ::dup2(file, STDOUT_FILENO);
    ::execlp("sqlite3", "sqlite3", "-csv", "-header", table.c_str(), "SELECT * FROM rows",
             static_cast<char*>(nullptr));
    ::_exit(127);
}

} // namespace

int main(int argc, char** argv) {
    const bool quick = bench::isQuick(argc, argv);
    const std::size_t rows = quick ? 20'000 : 2'000'000;
    const bench::ScratchFolder folder;
    const std::string session = folder.path("a.servolane");
    const std::string table = folder.path("rows.db");
    // Made in children too: what they need is no part of this program's peak.
    measured([&] { record(session, rows); });
    measured([&] { fillTable(table, rows); });
    const auto count = static_cast<double>(rows);
    Run shell = measured([&] { sqliteShell(table, folder.path("shell.csv")); });
    if (!quick)
        shell.seconds =
            std::min(shell.seconds, measured([&] { sqliteShell(table, folder.path("shell.csv")); }).seconds);
    drivers::sqlite::SqliteSessionStore store;
    for (const auto& format : drivers::Exporter{store}.formats()) {
        const std::string& name = format.name;
        if (!format.samples) continue; // facts alone: there are none to speak of here
        const std::string out = folder.path("out." + name);
        Run run = measured([&] { exportTo(session, out, name); });
        if (!quick)
            run.seconds = std::min(run.seconds, measured([&] { exportTo(session, out, name); }).seconds);
        bench::printLine("bench_export", name + ", 8 columns, against sqlite3 -csv", count / run.seconds,
                         "rows/s", count / shell.seconds, Better::higher);
        bench::printLine("bench_export", name + ", peak memory, against sqlite3 -csv", run.peakMegabytes,
                         "MB", shell.peakMegabytes, Better::lower);
        bench::printLine("bench_export", name + ", size of a row",
                         static_cast<double>(std::filesystem::file_size(out)) / count, "bytes", 0.0,
                         Better::lower);
    }
    return 0;
}
