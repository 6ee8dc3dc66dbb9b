// SPDX-License-Identifier: GPL-3.0-or-later
// Recording: the session store against one SQLite row a sample and against a raw append of the same bytes.
#include "drivers/sqlite/session_store.h"
#include "tests/bench/bench_line.h"
#include "tests/bench/bench_session.h"

#include <algorithm>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/resource.h>

using namespace servolane;
using bench::Better;

namespace {

constexpr std::uint16_t axes = 24;
constexpr std::size_t cyclesInTransaction = 250;

using Cycles = std::vector<std::shared_ptr<const telemetry::FeedbackCycle>>;

struct Outcome {
    double samplesPerSecond = 0.0;
    double bytesPerSample = 0.0;
    double readPerSecond = 0.0;
};

[[noreturn]] void giveUp(const std::string& why) {
    std::fprintf(stderr, "%s\n", why.c_str());
    std::exit(1);
}

std::int64_t processorMicroseconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto micros = [](const timeval& time) { return time.tv_sec * 1'000'000 + time.tv_usec; };
    return micros(usage.ru_utime) + micros(usage.ru_stime);
}

double sizeOf(const std::string& path) {
    return static_cast<double>(std::filesystem::file_size(path));
}

Outcome recordInStore(const std::string& path, const Cycles& cycles, double& processorPerSample) {
    drivers::sqlite::SqliteSessionStore store;
    auto writer = store.create(path, bench::BenchSession::start());
    if (!writer) giveUp(writer.error().detail);
    for (const auto& event : bench::BenchSession{axes}.configuration())
        if (auto done = (*writer)->append(event); !done) giveUp(done.error().detail);
    const double samples = static_cast<double>(cycles.size()) * axes;
    const auto processor = processorMicroseconds();
    const bench::Stopwatch writing;
    std::size_t count = 0;
    for (const auto& cycle : cycles) {
        auto done = (*writer)->append({{}, cycle->time, {}, cycle});
        if (done && ++count % cyclesInTransaction == 0) done = (*writer)->commit();
        if (!done) giveUp(done.error().detail);
    }
    if (auto closed = (*writer)->close(); !closed) giveUp(closed.error().detail);
    Outcome outcome;
    outcome.samplesPerSecond = samples / writing.seconds();
    processorPerSample = static_cast<double>(processorMicroseconds() - processor) / samples;
    outcome.bytesPerSample = sizeOf(path) / samples;

    auto reader = store.open(path);
    if (!reader) giveUp(reader.error().detail);
    std::int64_t sum = 0;
    double read = 0.0;
    const bench::Stopwatch reading;
    for (std::uint16_t id = 1; id <= axes; ++id) {
        auto done =
            (*reader)->readAxis(AxisId{id}, Time::min(), Time::max(), [&](const session::AxisBlock& block) {
                read += static_cast<double>(block.timeNs.size());
                for (const auto& raw : block.raw)
                    if (!raw.empty()) sum += raw.back();
                return true;
            });
        if (!done) giveUp(done.error().detail);
    }
    outcome.readPerSecond = read / reading.seconds();
    if (sum == 0 || read != samples) giveUp("the store did not return what was written");
    return outcome;
}

enum class Row { integers, reals };

Outcome recordAsRows(const std::string& path, const Cycles& cycles, Row kind) {
    sqlite3* database = nullptr;
    sqlite3_open(path.c_str(), &database);
    const char* type = kind == Row::reals ? " REAL" : " INTEGER";
    std::string columns;
    for (std::size_t i = 0; i < telemetry::usualChannelCount; ++i)
        columns += ", c" + std::to_string(i) + type;
    sqlite3_exec(database, "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL", nullptr, nullptr, nullptr);
    sqlite3_exec(database, ("CREATE TABLE samples(axis INTEGER, time INTEGER" + columns + ")").c_str(),
                 nullptr, nullptr, nullptr);
    sqlite3_stmt* insert = nullptr;
    sqlite3_prepare_v2(database, "INSERT INTO samples VALUES(?,?,?,?,?,?,?,?,?,?,?,?)", -1, &insert, nullptr);
    const bench::Stopwatch writing;
    std::size_t count = 0;
    for (const auto& cycle : cycles) {
        if (count % cyclesInTransaction == 0) sqlite3_exec(database, "BEGIN", nullptr, nullptr, nullptr);
        for (const auto& sample : cycle->samples) {
            sqlite3_bind_int(insert, 1, sample.axis.value);
            sqlite3_bind_int64(insert, 2, nanosecondsSinceEpoch(cycle->time));
            for (int i = 0; i < static_cast<int>(telemetry::usualChannelCount); ++i) {
                const std::int32_t raw = sample.raw[static_cast<std::size_t>(i)];
                if (kind == Row::reals)
                    sqlite3_bind_double(insert, 3 + i, raw * 0.087890625 + 0.1);
                else
                    sqlite3_bind_int(insert, 3 + i, raw);
            }
            sqlite3_step(insert);
            sqlite3_reset(insert);
        }
        if (++count % cyclesInTransaction == 0) sqlite3_exec(database, "COMMIT", nullptr, nullptr, nullptr);
    }
    if (sqlite3_get_autocommit(database) == 0) sqlite3_exec(database, "COMMIT", nullptr, nullptr, nullptr);
    sqlite3_finalize(insert);
    sqlite3_exec(database, "PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode=DELETE", nullptr, nullptr,
                 nullptr);
    const double samples = static_cast<double>(cycles.size()) * axes;
    Outcome outcome;
    outcome.samplesPerSecond = samples / writing.seconds();
    outcome.bytesPerSample = sizeOf(path) / samples;

    // All rows in the order of the table, which favours rows: axis by axis would need an index or 24 scans.
    sqlite3_stmt* select = nullptr;
    sqlite3_prepare_v2(database, "SELECT * FROM samples", -1, &select, nullptr);
    double read = 0.0;
    double sum = 0.0;
    const bench::Stopwatch reading;
    while (sqlite3_step(select) == SQLITE_ROW) {
        ++read;
        sum += static_cast<double>(sqlite3_column_int64(select, 0) + sqlite3_column_int64(select, 1));
        for (int i = 0; i < static_cast<int>(telemetry::usualChannelCount); ++i)
            sum +=
                kind == Row::reals ? sqlite3_column_double(select, 2 + i) : sqlite3_column_int(select, 2 + i);
    }
    outcome.readPerSecond = read / reading.seconds();
    sqlite3_finalize(select);
    sqlite3_close(database);
    if (sum == 0.0 || read != samples) giveUp("the table did not return what was written");
    return outcome;
}

Outcome best(const Outcome& a, const Outcome& b) {
    return {std::max(a.samplesPerSecond, b.samplesPerSecond), b.bytesPerSample,
            std::max(a.readPerSecond, b.readPerSecond)};
}

/// The same samples as they lie in memory, without a form, an index or a promise.
double appendRaw(const std::string& path, const Cycles& cycles) {
    const int file = ::open(path.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0644);
    const bench::Stopwatch writing;
    for (const auto& cycle : cycles) {
        const std::size_t size = cycle->samples.size() * sizeof(telemetry::AxisSample);
        if (::write(file, cycle->samples.data(), size) != static_cast<ssize_t>(size))
            giveUp("raw append failed");
    }
    ::close(file);
    return static_cast<double>(cycles.size()) * axes / writing.seconds();
}

} // namespace

int main(int argc, char** argv) {
    const std::size_t count = bench::isQuick(argc, argv) ? 5'000 : 100'000;
    const bench::ScratchFolder folder;
    Cycles cycles;
    bench::BenchSession source{axes};
    for (std::size_t i = 0; i < count; ++i)
        cycles.push_back(source.next());

    double processor = 0.0;
    double raw = 0.0;
    Outcome store;
    Outcome integers;
    Outcome reals;
    // In turns, and the best of each, so that a busy neighbour does not decide.
    for (int round = 0; round < (bench::isQuick(argc, argv) ? 1 : 3); ++round) {
        const std::string number = std::to_string(round);
        raw = std::max(raw, appendRaw(folder.path("raw"), cycles));
        store = best(store, recordInStore(folder.path(number + ".servolane"), cycles, processor));
        integers = best(integers, recordAsRows(folder.path(number + "integers.db"), cycles, Row::integers));
        reals = best(reals, recordAsRows(folder.path(number + "reals.db"), cycles, Row::reals));
    }

    const auto line = [](const std::string& name, double value, const char* unit, double limit,
                         Better better) {
        bench::printLine("bench_record", name, value, unit, limit, better);
    };
    const std::string rows = " against one row a sample, ";
    line("record, 24 axes," + rows + "raw integers", store.samplesPerSecond, "samples/s",
         integers.samplesPerSecond, Better::higher);
    line("record, 24 axes," + rows + "values", store.samplesPerSecond, "samples/s", reals.samplesPerSecond,
         Better::higher);
    line("record, 24 axes, against a raw append", store.samplesPerSecond, "samples/s", raw, Better::higher);
    line("size," + rows + "raw integers", store.bytesPerSample, "bytes/sample", integers.bytesPerSample,
         Better::lower);
    line("size," + rows + "values", store.bytesPerSample, "bytes/sample", reals.bytesPerSample,
         Better::lower);
    line("size, against samples in memory", store.bytesPerSample, "bytes/sample",
         sizeof(telemetry::AxisSample), Better::lower);
    line("read back," + rows + "raw integers", store.readPerSecond, "samples/s", integers.readPerSecond,
         Better::higher);
    line("read back," + rows + "values", store.readPerSecond, "samples/s", reals.readPerSecond,
         Better::higher);
    line("processor time of recording", processor, "us/sample", 0.0, Better::lower);
    return 0;
}
