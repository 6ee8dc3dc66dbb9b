// SPDX-License-Identifier: GPL-3.0-or-later
// The journal: opening a million facts with the history of settings, a page of its commands, and what a
// commit costs against the bare disk.
#include "drivers/sqlite/command_archive.h"
#include "drivers/sqlite/journal_reader.h"
#include "drivers/sqlite/journal_writer.h"
#include "drivers/sqlite/settings_past.h"
#include "tests/bench/bench_line.h"
#include "tests/support/sample_model.h"

#include <algorithm>
#include <fcntl.h>
#include <sqlite3.h>
#include <vector>

using namespace servolane;
using namespace servolane::drivers::sqlite;
using bench::Better;

namespace {

constexpr double promisedSeconds = 2.0;
constexpr std::uint16_t axes = 24;
constexpr std::uint64_t factsOfRun = 50'000;

[[noreturn]] void giveUp(const std::string& why) {
    std::fprintf(stderr, "%s\n", why.c_str());
    std::exit(1);
}

template <class T>
T must(Result<T> result) {
    if (!result) giveUp(result.error().detail);
    return std::move(*result);
}

/// One start of the program as a working day leaves it: servos are connected and read, moved and tuned.
class Day {
public:
    Day(const std::string& path, std::int64_t number)
        : writer_(must(SqliteJournalWriter::open(
              path, {"bench", UtcTime{std::chrono::hours{24 * number}}, Time{std::chrono::seconds{1}}}))) {
        bus::BusConnected connected;
        connected.bus = BusId{1};
        connected.link.line.path = "/dev/ttyUSB0";
        tell(connected);
        for (std::uint16_t id = 1; id <= axes; ++id)
            tell(motion::AxisConfigured{tests::sampleAxis(id, 1, static_cast<std::uint8_t>(id))});
        for (std::uint16_t id = 1; id <= axes; ++id)
            for (const auto& of : tests::sampleModel()->registers)
                tell(registers::RegisterRead{AxisId{id}, of.name, of.defaultValue.value_or(0)});
    }

    void work(std::uint64_t facts) {
        while (told_ < facts) {
            const AxisId axis{static_cast<std::uint16_t>(told_ % axes + 1)};
            if (told_ % 3 == 0)
                command(
                    {"WriteRegister", axis, {}, "position_p_gain raw=900"},
                    {registers::RegisterRead{axis, "position_p_gain", static_cast<std::int64_t>(told_ % 900)},
                     registers::RegisterWritten{
                         axis, "position_p_gain", {}, static_cast<std::int64_t>(told_ % 900)}});
            else
                command({"MoveAxis", axis, {}, "target=90 velocity=45"},
                        {motion::MoveStarted{axis, Position{90.0}, {}},
                         motion::MoveArrived{axis, Position{90.0}, {}}});
        }
        store();
    }

private:
    void command(const api::CommandDescription& description, std::vector<api::EventBody> facts) {
        const CommandId id{writer_->commandsFrom().value + ++commands_};
        tell(api::CommandAccepted{id, api::Asker::window, description}, id);
        tell(api::CommandSent{id}, id);
        for (auto& fact : facts)
            tell(std::move(fact), id);
        tell(api::CommandConfirmed{id, true, std::chrono::milliseconds{2}, 0}, id);
    }
    void tell(api::EventBody body, CommandId cause = {}) {
        ++told_;
        facts_.push_back(
            {Sequence{told_}, Time{std::chrono::milliseconds{1000 + told_ * 400}}, cause, std::move(body)});
        if (facts_.size() >= 5000) store();
    }
    void store() {
        if (auto stored = writer_->append(facts_, 0); !stored) giveUp(stored.error().detail);
        facts_.clear();
    }

    std::unique_ptr<SqliteJournalWriter> writer_;
    std::vector<api::Event> facts_;
    std::uint64_t told_ = 0;
    std::uint64_t commands_ = 0;
};

/// Every row looked at by SQLite alone.
double bareScan(const std::string& path) {
    sqlite3* database = nullptr;
    sqlite3_open(path.c_str(), &database);
    const bench::Stopwatch watch;
    sqlite3_exec(database, "SELECT sum(length(json)) FROM facts NOT INDEXED", nullptr, nullptr, nullptr);
    const double seconds = watch.seconds();
    sqlite3_close(database);
    return seconds;
}

struct Opened {
    double seconds = 0.0;
    std::size_t folded = 0;
};

/// What the program does at its start until the history stands.
Opened open(const std::string& path, const std::shared_ptr<const registers::ModelCatalog>& catalog) {
    const bench::Stopwatch watch;
    const auto writer = must(SqliteJournalWriter::open(path, {"bench", {}, {}}));
    const auto past = must(readSettingsPast(path, writer->factsBefore(), catalog));
    if (past.state.records.size() != axes) giveUp("the history is not what was written");
    return {watch.seconds(), past.folded};
}

double pageSeconds(const std::string& path, const std::shared_ptr<const registers::ModelCatalog>& catalog) {
    const bench::Stopwatch watch;
    auto archive = must(SqliteCommandArchive::open(path, 0, catalog));
    if (must(archive->before(INT64_MAX, 200)).size() != 200) giveUp("a page is not full");
    return watch.seconds();
}

double median(std::vector<double> values) {
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2),
                     values.end());
    return values[values.size() / 2];
}

/// One fact, stored: what a CLI command waits for after its confirmation.
double commitSeconds(const std::string& path, int commits) {
    auto writer = must(SqliteJournalWriter::open(path, {"bench", {}, {}}));
    std::vector<double> seconds;
    for (int i = 1; i <= commits; ++i) {
        const api::Event fact{{static_cast<std::uint64_t>(i)}, Time{}, {}, motion::AxisHalted{AxisId{1}}};
        const bench::Stopwatch watch;
        if (auto stored = writer->append({&fact, 1}, 0); !stored) giveUp(stored.error().detail);
        seconds.push_back(watch.seconds());
    }
    return median(std::move(seconds));
}

/// The same bytes of one page appended and synchronised, without a database.
double bareSyncSeconds(const std::string& path, int times) {
    const int file = ::open(path.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0644);
    const std::vector<char> page(4096, 'x');
    std::vector<double> seconds;
    for (int i = 0; i < times; ++i) {
        const bench::Stopwatch watch;
        if (::write(file, page.data(), page.size()) != 4096 || ::fdatasync(file) != 0)
            giveUp("bare append failed");
        seconds.push_back(watch.seconds());
    }
    ::close(file);
    return median(std::move(seconds));
}

} // namespace

int main(int argc, char** argv) {
    const bool quick = bench::isQuick(argc, argv);
    const std::int64_t days = quick ? 2 : 20;
    const bench::ScratchFolder folder;
    const auto path = folder.path("workstation.db");
    const auto catalog = std::make_shared<const registers::ModelCatalog>(std::vector{tests::sampleModel()});
    for (std::int64_t day = 1; day <= days; ++day)
        Day(path, day).work(factsOfRun);
    const std::string facts = quick ? "100,000 facts" : "a million facts";
    const auto line = [](const std::string& name, double value, const char* unit, double limit) {
        bench::printLine("bench_journal", name, value, unit, limit, Better::lower);
    };

    const double scan = bareScan(path);
    const Opened cold = open(path, catalog);
    Day(path, days + 1).work(2000);
    const Opened warm = open(path, catalog);
    line("open " + facts + ", against the promise", warm.seconds, "s", promisedSeconds);
    line("open " + facts + " without a snapshot, against the promise", cold.seconds, "s", promisedSeconds);
    line("open " + facts + " without a snapshot, against a bare scan", cold.seconds, "s", scan);
    line("facts read with a snapshot, against without", static_cast<double>(warm.folded), "facts",
         static_cast<double>(cold.folded));
    line("a page of 200 commands, against a bare scan", pageSeconds(path, catalog), "s", scan);
    const bench::Stopwatch verifying;
    if (!must(JournalReader::open(path)).verify().empty()) giveUp("the journal is not whole");
    line("verify " + facts + ", against a bare scan", verifying.seconds(), "s", scan);
    const int commits = quick ? 20 : 200;
    const double bare = bareSyncSeconds(folder.path("bare"), commits);
    line("commit of one fact, median, against a bare append and sync", commitSeconds(path, commits) * 1e3,
         "ms", bare * 1e3);
    return 0;
}
