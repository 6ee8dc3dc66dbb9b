// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/simulator/fault_check.h"
#include "tests/drivers/simulator/bus_bench.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>
#include <algorithm>

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

    void requestsAreLostAsOftenAsAsked() {
        BusBench bench(1, with({"lose=0.25"}));
        const int answers = answersOf(bench, 400);
        QVERIFY2(answers > 260 && answers < 340, qPrintable(QString::number(answers)));
    }

    void aGarbledRequestIsNotCarriedOut() {
        BusBench bench(1, with({"garble=1"}));
        QCOMPARE(answersOf(bench, 50), 0);
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

    void doubledIdGarblesEveryTransaction() {
        BusBench bench(3, with({"duplicate-id=2:3"}));
        QVERIFY(bench.ask(3, dynamixel::PingRequest{}).empty());
        const Bytes one{1};
        // However alike the two answers are: they never come in step.
        QVERIFY(bench.ask(2, dynamixel::PingRequest{}).empty());
        QVERIFY(bench.ask(2, dynamixel::WriteRequest{65, one}).empty());
        QVERIFY(bench.ask(2, dynamixel::ReadRequest{{132, 4}}).empty());
        const Bytes odd{0x7A};
        QVERIFY(bench.ask(2, dynamixel::WriteRequest{600, odd}).empty());
        QVERIFY(!bench.exchange(dynamixel::encode(ServoId{2}, dynamixel::PingRequest{})).empty());
        QCOMPARE(bench.ask(1, dynamixel::PingRequest{}).size(), std::size_t{1});
    }

    void doubledIdGarblesItsPartOfAGroup() {
        BusBench bench(4, with({"duplicate-id=2:3"}));
        const auto isHeard = [](const std::vector<tests::HeardStatus>& heard, int id) {
            return std::any_of(heard.begin(), heard.end(), [&](const auto& one) { return one.id == id; });
        };
        const Bytes ids{1, 2, 4};
        const dynamixel::SyncReadRequest group{dynamixel::ReplyForm::separate, {132, 4}, ids};
        for (const auto& heard :
             {bench.ask(everyone, group), bench.ask(everyone, dynamixel::PingRequest{})}) {
            QVERIFY(isHeard(heard, 1));
            QVERIFY(!isHeard(heard, 2));
            QVERIFY(isHeard(heard, 4));
        }
    }

    void doubledIdGarblesAMergedReplyFromThereOn() {
        BusBench bench(4, with({"duplicate-id=2:3"}));
        const Bytes ids{1, 2, 4};
        const auto portions = bench.exchange(dynamixel::encode(
            ServoId{everyone}, dynamixel::SyncReadRequest{dynamixel::ReplyForm::merged, {132, 4}, ids}));
        dynamixel::MergedReplyReader reader(portions.at(0).second);
        QVERIFY(reader.next(ServoId{1}, 4).intact);
        QVERIFY(!reader.next(ServoId{2}, 4).intact);
    }

    void faultsNameServosThatAreThere() {
        BusSpec first;
        first.count = 3;
        BusSpec second;
        second.firstId = 11;
        second.count = 2;
        const std::vector buses{first, second};
        for (const char* good : {"silent=3", "jam=12", "2/jam=12", "duplicate-id=1:3", "drop=0.5", "unplug"})
            QVERIFY2(checkFaultIds(*parseFaultSpec(good), buses), good);
        for (const char* bad : {"silent=4", "1/jam=12", "duplicate-id=1:9", "duplicate-id=1:11", "3/drop=1"})
            QVERIFY2(!checkFaultIds(*parseFaultSpec(bad), buses), bad);
        const auto told = checkFaultIds(*parseFaultSpec("silent=9"), {&first, 1});
        QCOMPARE(told.error().detail, std::string("fault 'silent=9': no such servo; the ids are 1 … 3"));
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
