// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/drivers/simulator/bus_bench.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>

using namespace servolane;
using namespace servolane::drivers;
using namespace servolane::drivers::simulator;
using namespace std::chrono_literals;
using tests::BusBench;

namespace {

BusSettings with(std::initializer_list<const char*> faults) {
    BusSettings settings;
    for (const char* fault : faults)
        settings.faults.push_back(*parseFaultSpec(fault));
    return settings;
}

int answersOf(BusBench& bench, int tries) {
    int count = 0;
    for (int i = 0; i < tries; ++i)
        count += static_cast<int>(bench.ask(1, dynamixel::PingRequest{}).size());
    return count;
}

} // namespace

class SimulatedFaultsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void dropsAsOftenAsAsked() {
        BusBench bench(1, with({"drop=0.25"}));
        const int answers = answersOf(bench, 400);
        QVERIFY2(answers > 260 && answers < 340, qPrintable(QString::number(answers)));
    }

    void corruptedStatusFailsItsChecksum() {
        BusBench bench(1, with({"corrupt=1"}));
        QCOMPARE(answersOf(bench, 50), 0);
        QVERIFY(bench.corruptFrames > 20); // the rest has a broken header
    }

    void strayBytesDoNotHideTheStatus() {
        BusBench bench(1, with({"noise=1"}));
        QVERIFY(answersOf(bench, 50) >= 49);
    }

    void duplicateComesTwice() {
        BusBench bench(1, with({"duplicate=1"}));
        QCOMPARE(answersOf(bench, 10), 20);
    }

    void lateStatusComesLater() {
        BusBench bench(1, with({"late=1:20ms"}));
        const auto heard = bench.ask(1, dynamixel::PingRequest{});
        QVERIFY(heard.at(0).after == 100us + 500us + 20ms + 140us);
    }

    /// A host that gives up and asks anew gets both answers, the late one at its own time.
    void lateStatusDoesNotHoldUpTheNext() {
        BusBench bench(2, with({"late=1:20ms@0ms-5ms"}));
        const Bytes first = dynamixel::encode(ServoId{1}, dynamixel::PingRequest{});
        QVERIFY(bench.exchange(first, 10ms).empty());
        const Bytes second = dynamixel::encode(ServoId{2}, dynamixel::PingRequest{});
        const auto portions = bench.exchange(second, 50ms);
        QCOMPARE(portions.size(), std::size_t{2});
        QCOMPARE(int(portions[0].second.at(4)), 2);
        QCOMPARE(int(portions[1].second.at(4)), 1);
    }

    void silentServoComesBackAfterItsWindow() {
        BusBench bench(2, with({"silent=1@1s-2s"}));
        QCOMPARE(bench.ask(everyone, dynamixel::PingRequest{}).size(), std::size_t{2});
        bench.wait(1s);
        QCOMPARE(bench.ask(everyone, dynamixel::PingRequest{}).size(), std::size_t{1});
        bench.wait(1s);
        QCOMPARE(bench.ask(everyone, dynamixel::PingRequest{}).size(), std::size_t{2});
    }

    void wrongIdAnswersAsItsNeighbour() {
        BusBench bench(2, with({"wrong-id=1"}));
        QCOMPARE(bench.ask(1, dynamixel::PingRequest{}).at(0).id, 2);
    }

    void doubledIdGarblesWhatDiffers() {
        BusBench bench(3, with({"duplicate-id=2:3"}));
        QVERIFY(bench.ask(3, dynamixel::PingRequest{}).empty());
        const Bytes one{1};
        // Equal bytes on top of each other stay good; different ones do not.
        QCOMPARE(bench.ask(2, dynamixel::WriteRequest{65, one}).size(), std::size_t{1});
        int good = 0;
        for (int i = 0; i < 20; ++i)
            good += static_cast<int>(bench.ask(2, dynamixel::ReadRequest{{132, 4}}).size());
        QVERIFY(good < 10);
    }

    void unpluggedLineLosesWhatIsOnItsWay() {
        BusBench bench(1, with({"unplug=1s-2s"}));
        QVERIFY(bench.bus.isPlugged(bench.now + 999ms));
        QVERIFY(!bench.bus.isPlugged(bench.now + 1s));
        QVERIFY(bench.bus.isPlugged(bench.now + 2s));
        bench.wait(1500ms);
        QVERIFY(bench.ask(1, dynamixel::PingRequest{}).empty());
        bench.wait(1s);
        QCOMPARE(bench.ask(1, dynamixel::PingRequest{}).size(), std::size_t{1});
    }

    void overloadRaisesTheAlertAndARebootEndsIt() {
        BusBench bench(1, with({"overload=1@1s"}));
        const Bytes on{1};
        QCOMPARE(bench.ask(1, dynamixel::WriteRequest{64, on}).at(0).error, 0);
        bench.wait(1s);
        QCOMPARE(bench.ask(1, dynamixel::PingRequest{}).at(0).error, 0x80);
        QVERIFY(bench.ask(1, dynamixel::ReadRequest{{70, 1}}).at(0).data == Bytes{0x20});
        QVERIFY(bench.ask(1, dynamixel::ReadRequest{{64, 1}}).at(0).data == Bytes{0});
        (void)bench.ask(1, dynamixel::RebootRequest{});
        bench.wait(500ms);
        QCOMPARE(bench.ask(1, dynamixel::PingRequest{}).at(0).error, 0);
    }

    void conditionWithAnEndComesBackUntilThen() {
        BusBench bench(1, with({"overload=1@0ms-2s"}));
        QCOMPARE(bench.ask(1, dynamixel::PingRequest{}).at(0).error, 0x80);
        (void)bench.ask(1, dynamixel::RebootRequest{});
        bench.wait(500ms);
        QCOMPARE(bench.ask(1, dynamixel::PingRequest{}).at(0).error, 0x80);
        bench.wait(2s);
        (void)bench.ask(1, dynamixel::RebootRequest{});
        bench.wait(500ms);
        QCOMPARE(bench.ask(1, dynamixel::PingRequest{}).at(0).error, 0);
    }

    void undervoltageShowsInTheSupply() {
        BusBench bench(1, with({"undervoltage@1s-3s"}));
        (void)bench.ask(1, dynamixel::PingRequest{});
        bench.wait(1500ms);
        (void)bench.ask(1, dynamixel::PingRequest{});
        bench.wait(100ms);
        QVERIFY(bench.ask(1, dynamixel::ReadRequest{{144, 2}}).at(0).data.at(0) < 90);
        QVERIFY(bench.ask(1, dynamixel::ReadRequest{{70, 1}}).at(0).data == Bytes{0x01});
        bench.wait(2s);
        QVERIFY(bench.ask(1, dynamixel::ReadRequest{{144, 2}}).at(0).data.at(0) > 110);
    }

    void overheatedServoSwitchesOff() {
        BusBench bench(1, with({"overheat=1@1s"}));
        (void)bench.ask(1, dynamixel::PingRequest{});
        bench.wait(1s);
        (void)bench.ask(1, dynamixel::PingRequest{});
        QVERIFY(bench.ask(1, dynamixel::ReadRequest{{70, 1}}).at(0).data == Bytes{0x04});
        QVERIFY(bench.ask(1, dynamixel::ReadRequest{{146, 1}}).at(0).data.at(0) >= 80);
    }

    void faultsComeAndGoAtRunTime() {
        BusBench bench(2);
        bench.bus.inject(*parseFaultSpec("silent=2@100ms"), bench.now);
        QCOMPARE(bench.ask(2, dynamixel::PingRequest{}).size(), std::size_t{1});
        bench.wait(100ms);
        QVERIFY(bench.ask(2, dynamixel::PingRequest{}).empty());
        bench.bus.clearFaults();
        QCOMPARE(bench.ask(2, dynamixel::PingRequest{}).size(), std::size_t{1});
    }

    void jamEndsWithItsFault() {
        BusBench bench(1);
        const Bytes on{1};
        (void)bench.ask(1, dynamixel::WriteRequest{64, on});
        bench.bus.inject(*parseFaultSpec("jam=1"), bench.now);
        (void)bench.ask(1, dynamixel::WriteRequest{116, littleEndianBytes(2500, 4)});
        bench.wait(500ms);
        const auto position = [&] {
            return signedLittleEndian(bench.ask(1, dynamixel::ReadRequest{{132, 4}}).at(0).data);
        };
        QVERIFY(position() < 2100);
        bench.bus.clearFaults();
        (void)position();
        bench.wait(500ms);
        QVERIFY(position() > 2490);
    }

    void faultForAnotherBusIsNotOurs() {
        BusSettings settings = with({"2/silent=1"});
        settings.number = 1;
        BusBench first(1, settings);
        QCOMPARE(first.ask(1, dynamixel::PingRequest{}).size(), std::size_t{1});
        settings.number = 2;
        BusBench second(1, settings);
        QVERIFY(second.ask(1, dynamixel::PingRequest{}).empty());
    }

private:
    static constexpr int everyone = 0xFE;
};

SERVOLANE_TEST(SimulatedFaultsTest)
#include "simulated_faults_test.moc"
