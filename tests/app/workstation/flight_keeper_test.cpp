// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workstation/flight_keeper.h"
#include "app/workstation/flight_settings.h"

#include "drivers/export/part_file.h"
#include "drivers/sqlite/session_store.h"
#include "tests/support/test_registry.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>
#include <chrono>
#include <fstream>

using namespace servolane;
using namespace servolane::app;
namespace fs = std::filesystem;

namespace {

class FlightKeeperTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aSegmentThatAKilledProgramLeftOpenBecomesAPlainFile() {
        const QTemporaryDir folder;
        const std::string path = folder.filePath("flight.servolane").toStdString();
        drivers::sqlite::SqliteSessionStore store;
        {
            auto writer = store.create(path, {});
            QVERIFY(writer && (*writer)->append({Sequence{1}, Time{}, {}, session::NoteAdded{"a bang"}}));
            QVERIFY((*writer)->commit());
        } // without close()
        QVERIFY(fs::exists(path + "-wal"));
        { const FlightKeeper keeper(folder.path().toStdString(), {}); }
        QVERIFY(fs::exists(path) && !fs::exists(path + "-wal"));
        auto reader = store.open(path);
        QVERIFY(reader);
        QCOMPARE((*reader)->summary().counters.facts, std::uint64_t{1});
    }

    /// Bug: a recording with a name was settled by nobody, and parts of exports lay there for ever.
    void aNamedRecordingThatAKilledProgramLeftOpenBecomesAPlainFileToo() {
        const QTemporaryDir flight;
        const QTemporaryDir folder;
        const std::string path = folder.filePath("run.servolane").toStdString();
        const std::string left = folder.filePath("run.csv.servolane-part").toStdString();
        const std::string foreign = folder.filePath("other.csv.part").toStdString();
        drivers::sqlite::SqliteSessionStore store;
        {
            auto writer = store.create(path, {});
            const Time last{std::chrono::seconds{7}};
            QVERIFY(writer && (*writer)->append({Sequence{1}, last, {}, session::NoteAdded{"a bang"}}));
            QVERIFY((*writer)->commit());
        } // without close()
        std::ofstream{left} << "half a row";
        std::ofstream{foreign} << "somebody else's";
        auto writing = drivers::PartFile::create(folder.filePath("live.csv").toStdString());
        QVERIFY(writing);
        { const FlightKeeper keeper(flight.path().toStdString(), {}, roomOn, folder.path().toStdString()); }
        QVERIFY(fs::exists(path) && !fs::exists(path + "-wal") && !fs::exists(path + "-room"));
        QVERIFY(!fs::exists(left) && fs::exists(foreign) && fs::exists(writing->partPath()));
        auto reader = store.open(path);
        QVERIFY(reader);
        QVERIFY(!(*reader)->summary().closedCleanly);
        QCOMPARE((*reader)->summary().end, Time{std::chrono::seconds{7}});
    }

    void theOldestSegmentsGo() {
        const QTemporaryDir folder;
        const auto make = [&](const char* name, int hours) {
            const fs::path path = folder.filePath(name).toStdString();
            std::FILE* file = std::fopen(path.c_str(), "w");
            std::fputs("a hundred bytes or so", file);
            std::fclose(file);
            fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::hours{hours});
            return path;
        };
        const auto oldest = make("a.servolane", 30);
        const auto beside = make("a.servolane-wal", 30);
        const auto newest = make("b.servolane", 20);
        { const FlightKeeper keeper(folder.path().toStdString(), {.bytes = 30}); }
        QVERIFY(!fs::exists(oldest) && !fs::exists(beside));
        QVERIFY(fs::exists(newest));
    }

    /// Below the budget of bytes nothing was ever deleted, however full the disk was.
    void aFullDiskIsGivenTheOldestSegments() {
        const QTemporaryDir folder;
        const std::string path = folder.filePath("flight.servolane").toStdString();
        drivers::sqlite::SqliteSessionStore store;
        {
            auto writer = store.create(path, {});
            QVERIFY(writer && (*writer)->append({Sequence{1}, Time{}, {}, session::NoteAdded{"a bang"}}));
            QVERIFY((*writer)->close());
        }
        fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::minutes{1});
        const auto keep = [&](std::uint64_t room) {
            const FlightKeeper keeper(folder.path().toStdString(), {},
                                      [room](const fs::path&) { return room; });
        };
        keep(1ULL << 30);
        QVERIFY(fs::exists(path));
        keep(100ULL << 20);
        QVERIFY(!fs::exists(path));
    }

    /// 'By size and age' was by size alone, and by one that nobody could choose.
    void aSegmentGoesWhenItIsOlderThanIsWanted() {
        const QTemporaryDir folder;
        const auto make = [&](const char* name, int days) {
            const fs::path path = folder.filePath(name).toStdString();
            std::ofstream(path) << "a hundred bytes or so";
            fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::hours{24 * days});
            return path;
        };
        const auto old = make("old.servolane", 8);
        const auto young = make("young.servolane", 6);
        { const FlightKeeper keeper(folder.path().toStdString(), flightLimits({}, {})); }
        QVERIFY(fs::exists(old)); // unless asked for
        { const FlightKeeper keeper(folder.path().toStdString(), flightLimits({}, {.days = 7})); }
        QVERIFY(!fs::exists(old) && fs::exists(young));
    }

    void sizeAndAgeAreReadFromTheSettings() {
        const QTemporaryDir folder;
        const fs::path file = folder.filePath("flight.json").toStdString();
        const auto told = [&](const char* text) {
            std::ofstream(file) << text;
            const auto read = readFlightChoice(file);
            return read ? std::string() : read.error().detail;
        };
        QVERIFY(readFlightChoice(file) && !readFlightChoice(file)->days); // there need not be one
        QCOMPARE(told(R"({"gigabytes": 20, "days": 30.5})"), std::string());
        const auto limits = flightLimits({.gigabytes = 1.0}, *readFlightChoice(file));
        QCOMPARE(limits.bytes, std::uint64_t{1'000'000'000}); // the command line goes before
        QVERIFY(limits.age == std::chrono::hours{732});
        const std::string at = file.string() + ": ";
        QCOMPARE(told(R"({"gigabytes": 0.1})"),
                 at + R"("gigabytes" is a number from 0.5 to 100000, not 0.1)");
        QCOMPARE(told(R"({"days": "7"})"), at + R"("days" is a number from 0 to 36500, not "7")");
        QCOMPARE(told(R"({"hours": 7})"), at + R"(knows "gigabytes" and "days", not "hours")");
        QCOMPARE(told("{"), at + "is no JSON object");
    }
};

SERVOLANE_TEST(FlightKeeperTest)

} // namespace

#include "flight_keeper_test.moc"
