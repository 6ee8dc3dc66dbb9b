// SPDX-License-Identifier: GPL-3.0-or-later
// A day in a recording: how long it takes to open it, to go to any moment of it, and to fill the scope there,
// against a plain sqlite3 that opens the file and reads one chunk.
#include "core/runtime/replay/player.h"
#include "drivers/sqlite/session_store.h"
#include "tests/bench/bench_line.h"
#include "tests/bench/bench_session.h"

#include <algorithm>
#include <sqlite3.h>

using namespace servolane;
using bench::Better;

namespace {

constexpr std::uint16_t axes = 6;
/// 24 h at 20 Hz are 1.7 million cycles and 10.4 million samples of ten channels; at 200 Hz the file would
/// only have ten times as many chunks.
constexpr Duration period = std::chrono::milliseconds{50};

[[noreturn]] void giveUp(const std::string& why) {
    std::fprintf(stderr, "%s\n", why.c_str());
    std::exit(1);
}

void record(const std::string& path, std::size_t cycles) {
    drivers::sqlite::SqliteSessionStore store;
    auto writer = store.create(path, bench::BenchSession::start());
    if (!writer) giveUp(writer.error().detail);
    const auto keep = [&](const api::Event& event) {
        if (auto done = (*writer)->append(event); !done) giveUp(done.error().detail);
    };
    bench::BenchSession source{axes, period};
    bus::LinkSettings link;
    link.alias = "bench";
    keep({Sequence{1}, bench::BenchSession::start().time, {}, bus::BusConnected{BusId{1}, link, true}});
    for (const auto& event : source.configuration())
        keep(event);
    std::uint64_t sequence = 100;
    for (std::size_t i = 0; i < cycles; ++i) {
        const auto cycle = source.next();
        keep({{}, cycle->time, {}, cycle});
        // Every two seconds something happens, every ten seconds both clocks are read.
        const AxisId axis{static_cast<std::uint16_t>(1 + i / 40 % axes)};
        if (i % 80 == 0)
            keep({Sequence{++sequence}, cycle->time, {}, motion::MoveStarted{axis, Position{9.0}, {}}});
        if (i % 80 == 40)
            keep({Sequence{++sequence}, cycle->time, {}, motion::MoveArrived{axis, Position{9.0}, {}}});
        if (i % 200 == 0)
            keep({Sequence{++sequence},
                  cycle->time,
                  {},
                  session::TimePaired{UtcTime{cycle->time.time_since_epoch()}}});
        if (i % 1000 == 999)
            if (auto done = (*writer)->commit(); !done) giveUp(done.error().detail);
    }
    if (auto closed = (*writer)->close(); !closed) giveUp(closed.error().detail);
}

/// The fastest of a few: what the machine can do.
double plainRead(const std::string& path) {
    double best = 1e9;
    for (int round = 0; round < 20; ++round) {
        const bench::Stopwatch watch;
        sqlite3* database = nullptr;
        if (sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK)
            giveUp(path);
        sqlite3_stmt* select = nullptr;
        sqlite3_prepare_v2(database, "SELECT payload FROM chunks WHERE id = (SELECT max(id) / 2 FROM chunks)",
                           -1, &select, nullptr);
        if (sqlite3_step(select) != SQLITE_ROW || sqlite3_column_bytes(select, 0) == 0) giveUp("no chunk");
        sqlite3_finalize(select);
        sqlite3_close(database);
        best = std::min(best, watch.seconds());
    }
    return best;
}

struct Spread {
    double median = 0.0;
    double worst = 0.0;
};
Spread spreadOf(std::vector<double> times) {
    std::sort(times.begin(), times.end());
    return {times[times.size() / 2], times.back()};
}

void show(const std::string& name, double seconds, double limit) {
    bench::printLine("bench_session_open", name + ", against a plain open and read of one chunk",
                     seconds * 1e3, "ms", limit * 1e3, Better::lower);
}

} // namespace

int main(int argc, char** argv) {
    if (argc == 3 && std::string_view{argv[1]} == "--write") { // for packaging/screenshots.sh
        record(argv[2], 20 * 86'400);
        return 0;
    }
    const bool quick = bench::isQuick(argc, argv);
    const std::size_t cycles = quick ? 20 * 600 : 20 * 86'400;
    const std::string length = quick ? "10 min" : "24 h";
    const bench::ScratchFolder folder;
    const std::string path = folder.path("day.servolane");
    record(path, cycles);
    const double plain = plainRead(path);
    bench::printLine("bench_session_open", length + " of 6 axes at 20 Hz, file",
                     static_cast<double>(std::filesystem::file_size(path)) / 1e6, "MB", 0.0, Better::lower);

    SystemClock clock;
    drivers::sqlite::SqliteSessionStore store;
    std::vector<double> asked;
    std::vector<double> opened;
    for (int round = 0; round < (quick ? 2 : 10); ++round) {
        const bench::Stopwatch watch;
        runtime::Player player(clock, store, path);
        asked.push_back(watch.seconds());
        static_cast<void>(player.step(clock.now()));
        if (!player.state()->isReady()) giveUp(player.state()->error.detail);
        opened.push_back(watch.seconds());
    }
    show(length + ", open: what the window waits for", spreadOf(asked).median, plain);
    show(length + ", open: outline, facts and first picture", spreadOf(opened).median, plain);

    runtime::Player player(clock, store, path);
    static_cast<void>(player.step(clock.now()));
    const auto summary = player.state()->summary;
    const Duration span = summary->end - summary->start;
    std::minstd_rand random{11};
    const auto anywhere = [&] {
        return summary->start + span / 10'000 * static_cast<std::int64_t>(random() % 10'000);
    };
    std::vector<double> sought;
    for (int round = 0; round < (quick ? 20 : 400); ++round) {
        const bench::Stopwatch watch;
        player.seek(anywhere());
        static_cast<void>(player.step(clock.now()));
        sought.push_back(watch.seconds());
    }
    show(length + ", seek anywhere, median", spreadOf(sought).median, plain);
    show(length + ", seek anywhere, worst", spreadOf(sought).worst, plain);

    // Ten seconds of four channels, 1200 pixels wide, at a place nobody has looked at.
    std::vector<double> filled;
    const auto set = player.models().traces.read();
    for (int round = 0; round < (quick ? 10 : 200); ++round) {
        const Time at = anywhere();
        const bench::Stopwatch watch;
        for (bool waits = true; waits;) {
            for (const auto channel : {telemetry::Channel::setpoint, telemetry::Channel::position,
                                       telemetry::Channel::velocity, telemetry::Channel::current})
                static_cast<void>(
                    set->find(AxisId{1}, channel)->trace->columns(at, at + std::chrono::seconds{10}, 1200));
            waits = set->isWaiting();
            static_cast<void>(player.step(clock.now()));
        }
        filled.push_back(watch.seconds());
    }
    show(length + ", fill the scope anywhere, median", spreadOf(filled).median, plain);
    show(length + ", fill the scope anywhere, worst", spreadOf(filled).worst, plain);
    return 0;
}
