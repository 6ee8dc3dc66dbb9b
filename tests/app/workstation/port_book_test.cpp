// SPDX-License-Identifier: GPL-3.0-or-later
// What is remembered of adapters, how each is searched, and a search over simulated ports of several families
// with the real drivers.
#include "app/workstation/bus_factory.h"
#include "app/workstation/port_book.h"
#include "app/workstation/port_links.h"
#include "core/runtime/search/discovery.h"
#include "drivers/catalog/catalog.h"
#include "drivers/families/families.h"
#include "tests/support/test_registry.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>
#include <algorithm>
#include <fstream>
#include <map>

namespace servolane::app {

using drivers::catalog::Adapter;
using drivers::catalog::AdapterCatalog;
using drivers::catalog::AdapterKind;
using drivers::catalog::SearchHabit;

class PortBookTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }

    void anAdapterIsKnownAgainUnderAnotherPort() {
        PortMemory memory =
            memoryOf({{"/dev/ttyUSB0", "usb 0403:6014 FT4"}, {"/dev/ttyUSB3", "usb 0403:6014 FT4"}});
        KnownPort used;
        used.protocol = "feetech";
        used.line.baud = 500'000;
        QVERIFY(memory.remember("/dev/ttyUSB0", used));
        PortHabits habits;
        habits.alias = "Left arm";
        habits.ticked = false;
        habits.found = {{"feetech", 500'000, bus::SearchStage::known}};
        QVERIFY(memory.keepHabits("/dev/ttyUSB0", habits));
        QCOMPARE(memory.find("/dev/ttyUSB3")->protocol, std::string("feetech"));
        QCOMPARE(memory.habits("/dev/ttyUSB3").alias, std::string("Left arm"));
        QVERIFY(memory.habits("/dev/ttyUSB3") == habits);
        // What is used later does not take the name away.
        used.line.baud = 1'000'000;
        QVERIFY(memory.remember("/dev/ttyUSB3", used));
        QCOMPARE(memory.habits("/dev/ttyUSB0").alias, std::string("Left arm"));
        QCOMPARE(memory.find("/dev/ttyUSB0")->line.baud, 1'000'000U);
    }
    void whatEarlierVersionsKeptByPathIsStillKnown() {
        std::ofstream(file()) << R"({"/dev/ttyUSB0": {"protocol": "dynamixel2", "baud": 57600}})";
        const PortMemory memory = memoryOf({{"/dev/ttyUSB0", "usb 0403:6014 FT4"}});
        QCOMPARE(memory.find("/dev/ttyUSB0")->line.baud, 57'600U);
        QVERIFY(memory.habits("/dev/ttyUSB0") == PortHabits{});
    }
    void aSpoiltFileIsReadAsFarAsItGoes() {
        std::ofstream(file())
            << R"({"x": {"alias": 7, "ticked": "yes", "found": [1, {"protocol": "a"}, {"protocol": "b", "baud": 9600}]}})";
        const PortMemory memory = memoryOf({{"/dev/x", "x"}});
        QCOMPARE(memory.habits("/dev/x").found.size(), std::size_t{1});
        QVERIFY(memory.habits("/dev/x").alias.empty() && !memory.habits("/dev/x").ticked);
    }
    void whatWasFoundLastIsAskedFirst() {
        const PortMemory memory = memoryOf({});
        const PortBook book({}, memory);
        bus::DiscoveryBoard board;
        bus::PortSearchView& port = board.ports.emplace_back();
        port.path = "/dev/ttyS99";
        port.found = {{"feetech", 38'400, {}, true}};
        QVERIFY(book.noteFound(board));
        const bus::PortSearchOrder order = book.orderFor(book.describe("/dev/ttyS99"), {});
        QCOMPARE(order.families.size(), drivers::families().size());
        QCOMPARE(order.known.size(), std::size_t{1});
        QVERIFY(order.known.front() == (bus::SearchStep{"feetech", 38'400, bus::SearchStage::known}));
    }
    /// Servo 60 of a line was out of reach of every command once the port was opened again.
    void idsThatAreSeldomUsedAreAskedWhereTheyWereSeen() {
        const PortMemory memory = memoryOf({});
        const PortBook book({}, memory);
        bus::DiscoveryBoard board;
        bus::PortSearchView& port = board.ports.emplace_back();
        port.path = "/dev/ttyS99";
        port.found = {{"lx", 115'200, {{2}, 0, 0}, true}, {"lx", 115'200, {{60}, 0, 0}, true}};
        QVERIFY(book.noteFound(board));
        QVERIFY(memory.remember("/dev/ttyS99", {.protocol = "lx", .line = {.baud = 115'200}}));
        PortWish wish;
        wish.ids = {{77}};
        const auto link = linkFor(memory, {"lx"}, "/dev/ttyS99", wish);
        QVERIFY((link.ids == std::vector<ServoId>{{60}, {77}}));
        QVERIFY(!link.everyId);
    }
    /// 2.25 and 2.5 Mbit/s of the MX servos were never asked.
    void everyRateOfEveryModelIsAskedBySomeSearch() {
        for (const drivers::Family& family : drivers::families())
            for (const auto& model : shippedModels()->all()) {
                const auto* of = model->find(registers::Role::baudRate);
                if (model->family != family.name() || !of) continue;
                for (const auto& value : of->values) {
                    const auto rate = registers::baudFromRaw(*of, value.value);
                    QVERIFY2(rate && std::ranges::count(family.traits.likelyBauds, *rate) == 1,
                             (model->name + " at " + value.name).c_str());
                }
            }
    }
    void aPortOfTheBoardIsNotTickedUntilAPersonDoesIt() {
        const PortMemory memory = memoryOf({});
        const PortBook book({}, memory);
        QVERIFY(!book.describe("/dev/ttyS99").ticked);
        QVERIFY(book.tick("/dev/ttyS99", true));
        QVERIFY(book.rename("/dev/ttyS99", "Gripper"));
        QVERIFY(book.describe("/dev/ttyS99").ticked);
        QCOMPARE(book.describe("/dev/ttyS99").name, std::string("Gripper"));
    }
    void onlyProtocolsThatWereAskedForAndAreTakenAreAsked() {
        const PortMemory memory = memoryOf({});
        const PortBook book({}, memory);
        SearchChoice choice;
        choice.families = {"feetech", "klingon"};
        const auto order = book.orderFor(book.describe("/dev/ttyS99"), choice);
        QCOMPARE(order.families, std::vector<std::string>{"feetech"});
        // A simulated line speaks one.
        QVERIFY(book.orderFor(book.describe("sim:dynamixel2:1"), choice).families.empty());
    }

    /// Mixed families on several ports, each found at its own rate.
    void simulatedPortsOfSeveralFamiliesAreSearchedAtTheSameTime() {
        const PortMemory memory = memoryOf({});
        const PortBook book({}, memory);
        const auto models = shippedModels();
        SystemClock clock;
        runtime::Discovery discovery(clock, searchFactory(models),
                                     [&](std::string_view family, std::uint32_t number) {
                                         return models->find(family, number) != nullptr;
                                     });
        std::vector<bus::PortSearchOrder> orders;
        for (const char* path : {"sim:dynamixel2:3@1000000,unpaced", "sim:feetech:2@500000,unpaced"})
            orders.push_back(book.orderFor(book.describe(path), {}));
        orders[1].rates = {1'000'000, 500'000}; // the rest takes seconds each
        QVERIFY(discovery.start(orders));
        QTRY_VERIFY_WITH_TIMEOUT(!discovery.board()->running, 120'000);
        const auto board = discovery.board();
        QCOMPARE(board->ports[0].found.size(), std::size_t{3});
        QCOMPARE(board->ports[0].found.front().baud, 1'000'000U);
        QCOMPARE(board->ports[1].found.size(), std::size_t{2});
        QCOMPARE(board->ports[1].found.front().baud, 500'000U);
        QCOMPARE(board->ports[1].found.front().family, std::string("feetech"));
        QVERIFY(board->ports[1].found.front().knownModel);
    }
    void aPortThatIsNotThereFailsAloneAndSaysSo() {
        const auto models = shippedModels();
        SystemClock clock;
        runtime::Discovery discovery(clock, searchFactory(models), [](auto, auto) { return true; });
        bus::PortSearchOrder missing;
        missing.line.path = "/dev/ttyUSB99";
        missing.families = {"dynamixel2"};
        QVERIFY(discovery.start({missing}));
        QTRY_VERIFY_WITH_TIMEOUT(!discovery.board()->running, 60'000);
        const auto& port = discovery.board()->ports.front();
        QVERIFY(port.state == bus::SearchState::failed);
        QVERIFY(port.error.code == ErrorCode::notFound);
    }

private:
    [[nodiscard]] std::filesystem::path file() const {
        return std::filesystem::path(folder_->path().toStdString()) / "ports.json";
    }
    [[nodiscard]] PortMemory memoryOf(std::map<std::string, std::string> keys) const {
        return PortMemory(file(), [keys](const std::string& path) {
            const auto key = keys.find(path);
            return key == keys.end() ? path : key->second;
        });
    }
    static std::shared_ptr<const registers::ModelCatalog> shippedModels() {
        const std::vector folders{
            std::filesystem::path(qEnvironmentVariable("SERVOLANE_SOURCE_DIR").toStdString()) /
            "resources/servos"};
        static const auto models =
            std::make_shared<const registers::ModelCatalog>(drivers::catalog::loadCatalog(folders).catalog);
        return models;
    }

    std::unique_ptr<QTemporaryDir> folder_;
};

} // namespace servolane::app

using servolane::app::PortBookTest;
SERVOLANE_TEST(PortBookTest)
#include "port_book_test.moc"
