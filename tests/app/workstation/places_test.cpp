// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workstation/places.h"
#include "app/workstation/port_memory.h"
#include "tests/support/test_registry.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>
#include <chrono>
#include <fstream>

namespace servolane::app {

namespace fs = std::filesystem;

namespace {
KnownPort usedAt(std::uint32_t baud) {
    KnownPort known;
    known.protocol = "dynamixel2";
    known.line.baud = baud;
    return known;
}
} // namespace

class PlacesTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    [[nodiscard]] fs::path at(const char* name) const {
        return fs::path(folder_.path().toStdString()) / name;
    }

    /// A file of this size that was changed so many hours ago.
    void makeSegment(const fs::path& path, std::size_t bytes, int hoursAgo) {
        std::ofstream(path) << std::string(bytes, 'x');
        fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::hours(hoursAgo));
    }

private Q_SLOTS:
    void chosenFoldersReplaceTheUsualOnes() {
        const Places places = placesFor({"/tmp/store", "/tmp/config"});
        QCOMPARE(places.store, fs::path("/tmp/store"));
        QCOMPARE(places.flight, fs::path("/tmp/store/flight"));
        QCOMPARE(places.config, fs::path("/tmp/config"));
    }

    void usualFoldersFollowTheDesktopsVariables() {
        qputenv("XDG_DATA_HOME", "/tmp/xdg-data");
        qputenv("XDG_CONFIG_HOME", "relative/is/ignored");
        qputenv("HOME", "/tmp/home");
        const Places places = placesFor({});
        QCOMPARE(places.store, fs::path("/tmp/xdg-data/servolane"));
        QCOMPARE(places.config, fs::path("/tmp/home/.config/servolane"));
    }

    void theUsersModelsComeAfterTheShippedOnes() {
        qputenv("SERVOLANE_SERVOS", "/tmp/shipped");
        fs::create_directories(at("config/servos"));
        const Places places = placesFor({"", at("config").string()});
        QCOMPARE(places.servos, (std::vector<fs::path>{"/tmp/shipped", at("config/servos")}));
    }

    void theOldestSegmentsGoUntilTheRestFits() {
        fs::create_directories(at("flight"));
        makeSegment(at("flight/a.servolane"), 100, 30);
        makeSegment(at("flight/b.servolane"), 100, 20);
        makeSegment(at("flight/c.servolane"), 100, 10);
        makeSegment(at("flight/notes.txt"), 100, 40);
        QCOMPARE(keepNewest(at("flight"), {.bytes = 250}, {}), std::uint64_t{100});
        QVERIFY(!fs::exists(at("flight/a.servolane")));
        QVERIFY(fs::exists(at("flight/b.servolane")));
        QVERIFY(fs::exists(at("flight/c.servolane")));
        QVERIFY(fs::exists(at("flight/notes.txt")));
    }

    /// The flight recorder filled a disk smaller than its budget, and nothing ever made room again.
    void segmentsGoWhereTheDiskIsSmallerThanTheirBudget() {
        fs::create_directories(at("small"));
        makeSegment(at("small/a.servolane"), 100, 30);
        makeSegment(at("small/b.servolane"), 100, 20);
        makeSegment(at("small/c.servolane"), 100, 10);
        const FlightLimits limits{.leastFree = 1000};
        QCOMPARE(keepNewest(at("small"), limits, 1000), std::uint64_t{0});
        QCOMPARE(keepNewest(at("small"), limits, 850), std::uint64_t{200}); // as many as it takes
        QVERIFY(fs::exists(at("small/c.servolane")));
        QCOMPARE(keepNewest(at("small"), limits, {}), std::uint64_t{0}); // nobody knows
    }

    void aClosedSegmentMakesRoomSoonerThanOneInUse() {
        fs::create_directories(at("young"));
        const auto make = [&](const char* path) {
            makeSegment(at(path), 100, 0);
            fs::last_write_time(at(path), fs::file_time_type::clock::now() - std::chrono::seconds(60));
        };
        make("young/open.servolane");
        make("young/open.servolane-wal");
        make("young/closed.servolane");
        QCOMPARE(keepNewest(at("young"), {.leastFree = 1000}, 0), std::uint64_t{100});
        QVERIFY(fs::exists(at("young/open.servolane")));
        QVERIFY(!fs::exists(at("young/closed.servolane")));
    }

    void aSegmentThatMayBeInUseStays() {
        fs::create_directories(at("busy"));
        makeSegment(at("busy/now.servolane"), 100, 0);
        QCOMPARE(keepNewest(at("busy"), {.bytes = 10}, {}), std::uint64_t{0});
        QVERIFY(fs::exists(at("busy/now.servolane")));
    }

    void aMissingFolderHasNothingToDelete() {
        QCOMPARE(keepNewest(at("nowhere"), {.bytes = 0}, 0), std::uint64_t{0});
    }

    void aPortIsRememberedAcrossObjects() {
        const fs::path file = at("remembered/ports.json");
        QVERIFY(PortMemory(file).remember("/dev/ttyUSB0", usedAt(57600)));
        QVERIFY(PortMemory(file).remember("/dev/ttyUSB1", usedAt(1'000'000)));
        QVERIFY(PortMemory(file).remember("/dev/ttyUSB0", usedAt(4'000'000)));
        QCOMPARE(PortMemory(file).find("/dev/ttyUSB0")->line.baud, 4'000'000U);
        QCOMPARE(PortMemory(file).find("/dev/ttyUSB1")->line.baud, 1'000'000U);
        QVERIFY(!PortMemory(file).find("/dev/ttyUSB2"));
    }

    void everySettingOfAPortComesBack() {
        bus::LinkSettings link;
        link.line = {
            "/dev/ttyUSB0", 2'000'000, bus::Parity::even, 2, bus::LineLevel::high, bus::LineLevel::low,
            false,          true};
        link.pollRate = 500.0;
        link.slowInterval = 0.75;
        link.plan[telemetry::Channel::velocity] = bus::Pace::never;
        link.plan[telemetry::Channel::voltage] = bus::Pace::everyCycle;
        const fs::path file = at("whole/ports.json");
        QVERIFY(PortMemory(file).remember(link.line.path, knownFrom(link)));
        const auto known = PortMemory(file).find(link.line.path);
        QVERIFY(known && linkFrom(link.line.path, *known) == link);
    }

    void aMemoryOfAnOlderProgramKeepsItsRate() {
        const fs::path file = at("older.json");
        std::ofstream(file) << R"({"/dev/ttyUSB0": {"protocol": "dynamixel2", "baud": 115200}})";
        const auto known = PortMemory(file).find("/dev/ttyUSB0");
        QVERIFY(known && *known == usedAt(115'200));
    }

    void portsWhoseNamesAreGivenAnewAreNotRemembered() {
        const fs::path file = at("fleeting/ports.json");
        QVERIFY(PortMemory(file).remember("/dev/pts/3", usedAt(57600)));
        QVERIFY(PortMemory(file).remember("sim:dynamixel2:1", usedAt(57600)));
        QVERIFY(!fs::exists(file));
    }

    void aBrokenMemoryIsNoMemory() {
        const fs::path file = at("broken.json");
        std::ofstream(file) << "{\"/dev/ttyUSB0\": {\"protocol\": 5, \"baud\": -1}, ";
        QVERIFY(!PortMemory(file).find("/dev/ttyUSB0"));
        QVERIFY(PortMemory(file).remember("/dev/ttyUSB0", usedAt(57600)));
        QCOMPARE(PortMemory(file).find("/dev/ttyUSB0")->line.baud, 57600U);
    }
};

SERVOLANE_TEST(PlacesTest)

} // namespace servolane::app

#include "places_test.moc"
