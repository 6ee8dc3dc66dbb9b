// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workstation/flight_keeper.h"

#include "drivers/sqlite/session_store.h"
#include "tests/support/test_registry.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>
#include <chrono>

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
};

SERVOLANE_TEST(FlightKeeperTest)

} // namespace

#include "flight_keeper_test.moc"
