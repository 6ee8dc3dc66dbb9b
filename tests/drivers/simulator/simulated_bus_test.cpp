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

constexpr int everyone = 0xFE;
// Read Present Position of servo 1: header, id, length, instruction, address 132, size 4, CRC.
const Bytes readPosition{0xFF, 0xFF, 0xFD, 0x00, 0x01, 0x07, 0x00, 0x02, 0x84, 0x00, 0x04, 0x00, 0x1D, 0x15};

dynamixel::SyncReadRequest syncRead(const Bytes& ids,
                                    dynamixel::ReplyForm form = dynamixel::ReplyForm::separate) {
    return {form, {132, 4}, ids};
}

} // namespace

class SimulatedBusTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void replyComesAfterWireTimeAndReturnDelay() {
        for (const std::uint32_t baud : {57'600U, 1'000'000U, 4'000'000U}) {
            BusBench bench(1, {}, baud);
            const auto portions = bench.exchange(readPosition);
            QCOMPARE(portions.size(), std::size_t{1});
            const Duration byte{10'000'000'000LL / baud};
            // 14 bytes out, 250 × 2 µs, 15 bytes back.
            QVERIFY(portions[0].first == 14 * byte + 500us + 15 * byte);
            QCOMPARE(portions[0].second.size(), std::size_t{15});
        }
    }

    void unpacedReplyIsThereAtOnce() {
        BusSettings settings;
        settings.paced = false;
        BusBench bench(8, settings);
        const Bytes ids{1, 2, 3, 4, 5, 6, 7, 8};
        const auto portions = bench.exchange(dynamixel::encode(ServoId{everyone}, syncRead(ids)));
        QCOMPARE(portions.size(), std::size_t{1});
        QVERIFY(portions[0].first == 0ns);
        QCOMPARE(portions[0].second.size(), std::size_t{8 * 15});
        QVERIFY(bench.bus.byteTime() == 0ns);
    }

    void pingNamesModelAndFirmware() {
        BusBench bench(1);
        const auto heard = bench.ask(1, dynamixel::PingRequest{});
        QCOMPARE(heard.size(), std::size_t{1});
        QVERIFY(heard[0].data == (Bytes{0xFC, 0x03, 46})); // 1020
    }

    void broadcastPingIsAnsweredByAllBackToBack() {
        BusBench bench(5);
        const auto heard = bench.ask(everyone, dynamixel::PingRequest{});
        QCOMPARE(heard.size(), std::size_t{5});
        for (int i = 0; i < 5; ++i) {
            QCOMPARE(heard[i].id, i + 1);
            QVERIFY(heard[i].after == 100us + 500us + (i + 1) * 140us);
        }
    }

    void syncReadAnswersInTheOrderAsked() {
        BusBench bench(4);
        const Bytes ids{3, 1, 4};
        const auto heard = bench.ask(everyone, syncRead(ids));
        QCOMPARE(heard.size(), std::size_t{3});
        QCOMPARE(heard[0].id, 3);
        QCOMPARE(heard[1].id, 1);
        QCOMPARE(heard[2].id, 4);
        QVERIFY(heard[1].after - heard[0].after == 500us + 150us); // each waits its return delay
    }

    void othersAnswerWhenOneIsMissing() {
        BusBench bench(4);
        const Bytes ids{1, 9, 3};
        const auto heard = bench.ask(everyone, syncRead(ids));
        QCOMPARE(heard.size(), std::size_t{2});
        QCOMPARE(heard[1].id, 3);
        QVERIFY(heard[1].after - heard[0].after == 500us + 300us); // the missing one's time passes in silence
    }

    void chainStopsAtTheMissingOneWhereSetSo() {
        BusSettings settings;
        settings.missing = MissingServoRule::chainStops;
        BusBench bench(4, settings);
        const Bytes ids{1, 9, 3};
        const auto heard = bench.ask(everyone, syncRead(ids));
        QCOMPARE(heard.size(), std::size_t{1});
    }

    void fastSyncReadComesAsOneFrame() {
        BusBench bench(3);
        const Bytes ids{3, 1, 2};
        const auto portions =
            bench.exchange(dynamixel::encode(ServoId{everyone}, syncRead(ids, dynamixel::ReplyForm::merged)));
        QCOMPARE(portions.size(), std::size_t{1});
        const Bytes& reply = portions[0].second;
        QCOMPARE(reply.size(), dynamixel::mergedPrefixSize + 3 * dynamixel::mergedBlockSize(4));
        dynamixel::MergedReplyReader reader(reply);
        for (const std::uint8_t id : ids) {
            const auto block = reader.next(ServoId{id}, 4);
            QVERIFY(block.intact);
            QVERIFY(std::abs(signedLittleEndian(block.bytes) - 2048) < 40);
        }
    }

    void fastSyncReadEndsAtTheMissingOne() {
        BusBench bench(3);
        const Bytes ids{1, 9, 2};
        const auto portions =
            bench.exchange(dynamixel::encode(ServoId{everyone}, syncRead(ids, dynamixel::ReplyForm::merged)));
        QCOMPARE(portions[0].second.size(), dynamixel::mergedPrefixSize + dynamixel::mergedBlockSize(4));
    }

    void bulkReadGivesEachItsOwnSpan() {
        BusBench bench(2);
        Bytes entries;
        dynamixel::appendBulkReadEntry(entries, ServoId{1}, {144, 2});
        dynamixel::appendBulkReadEntry(entries, ServoId{2}, {146, 1});
        const auto heard =
            bench.ask(everyone, dynamixel::BulkReadRequest{dynamixel::ReplyForm::separate, entries});
        QCOMPARE(heard.size(), std::size_t{2});
        QVERIFY(std::abs(int(heard[0].data[0]) - 120) <= 2); // 12.0 V
        QCOMPARE(heard[1].data.size(), std::size_t{1});
    }

    void syncWriteIsCarriedOutSilently() {
        BusBench bench(2);
        const Bytes items{1, 1, 2, 1};
        QVERIFY(bench.ask(everyone, dynamixel::SyncWriteRequest{{65, 1}, items}).empty());
        const auto heard = bench.ask(2, dynamixel::ReadRequest{{65, 1}});
        QVERIFY(heard.at(0).data == Bytes{1});
    }

    void errorNumbersAreThoseOfTheProtocol() {
        BusBench bench(1);
        const Bytes one{1};
        const Bytes big{200};
        QCOMPARE(bench.ask(1, dynamixel::WriteRequest{132, one}).at(0).error, 7);
        QCOMPARE(bench.ask(1, dynamixel::WriteRequest{116, one}).at(0).error, 5);
        QCOMPARE(bench.ask(1, dynamixel::WriteRequest{11, big}).at(0).error, 4);
        QCOMPARE(bench.ask(1, dynamixel::WriteRequest{116, littleEndianBytes(5000, 4)}).at(0).error, 6);
        QCOMPARE(bench.ask(1, dynamixel::ReadRequest{{600, 4}}).at(0).error, 7);
        QCOMPARE(bench.ask(1, dynamixel::ActionRequest{}).at(0).error, 2);
        // Unknown instruction 0x7A.
        Bytes odd;
        dynamixel::appendFrame(odd, ServoId{1}, static_cast<dynamixel::Instruction>(0x7A), {});
        const auto portions = bench.exchange(odd);
        QCOMPARE(int(portions.at(0).second.at(8)), 2);
    }

    void returnLevelDecidesWhoAnswers() {
        BusBench bench(1);
        const Bytes zero{0};
        const Bytes one{1};
        QCOMPARE(bench.ask(1, dynamixel::WriteRequest{68, one}).size(), std::size_t{1});
        QVERIFY(bench.ask(1, dynamixel::WriteRequest{65, one}).empty());
        QCOMPARE(bench.ask(1, dynamixel::ReadRequest{{65, 1}}).size(), std::size_t{1});
        QVERIFY(bench.ask(1, dynamixel::WriteRequest{68, zero}).empty());
        QVERIFY(bench.ask(1, dynamixel::ReadRequest{{65, 1}}).empty());
        QCOMPARE(bench.ask(1, dynamixel::PingRequest{}).size(), std::size_t{1});
    }

    void newIdCountsFromTheNextFrameOn() {
        BusBench bench(1);
        const Bytes seven{7};
        QCOMPARE(bench.ask(1, dynamixel::WriteRequest{7, seven}).at(0).id, 1);
        QVERIFY(bench.ask(1, dynamixel::PingRequest{}).empty());
        QCOMPARE(bench.ask(7, dynamixel::PingRequest{}).at(0).id, 7);
    }

    void servoAtAnotherRateHearsNothing() {
        BusBench bench(1);
        bench.bus.hostBaud(57'600);
        QVERIFY(bench.exchange(readPosition).empty());
        bench.bus.hostBaud(1'000'000);
        const Bytes fast{4}; // 2 Mbit/s
        QCOMPARE(bench.ask(1, dynamixel::WriteRequest{8, fast}).size(), std::size_t{1});
        QVERIFY(bench.exchange(readPosition).empty());
        bench.bus.hostBaud(2'000'000);
        QCOMPARE(bench.exchange(readPosition).size(), std::size_t{1});
    }

    void ratesDoNotMatterWhereSetSo() {
        BusSettings settings;
        settings.rates = RateRule::ignored;
        BusBench bench(1, settings);
        bench.bus.hostBaud(9600);
        QCOMPARE(bench.exchange(readPosition).size(), std::size_t{1});
        QVERIFY(bench.bus.byteTime() == 10us);
    }

    void ignoresWrongCrcForeignIdAndGarbage() {
        BusBench bench(1);
        Bytes wrong = readPosition;
        wrong.back() ^= 1;
        QVERIFY(bench.exchange(wrong).empty());
        QVERIFY(bench.ask(2, dynamixel::PingRequest{}).empty());
        Bytes dirty{0x00, 0xFF, 0xFF, 0x12, 0xFF};
        dirty.insert(dirty.end(), readPosition.begin(), readPosition.end());
        QCOMPARE(bench.exchange(dirty).size(), std::size_t{1});
    }

    void acceptsAFrameInOddPieces() {
        for (std::size_t cut = 1; cut < readPosition.size(); ++cut) {
            BusBench bench(1);
            bench.bus.receive(ByteView(readPosition).first(cut), bench.now);
            bench.wait(5ms);
            QCOMPARE(bench.exchange(ByteView(readPosition).subspan(cut)).size(), std::size_t{1});
        }
    }

    void dropsAFrameThatWasBrokenOff() {
        BusBench bench(1);
        bench.bus.receive(ByteView(readPosition).first(10), bench.now);
        bench.wait(25ms);
        QVERIFY(bench.exchange(ByteView(readPosition).subspan(10)).empty());
        QCOMPARE(bench.exchange(readPosition).size(), std::size_t{1});
    }

    void understandsAnUnstuffedWrite() {
        BusBench bench(1);
        // Homing offset 0x00FDFFFF is out of range; what counts is that the frame is understood and refused.
        // Header, id 1, length 9, write, address 20, FF FF FD 00 without a stuffed FD, CRC.
        Bytes frame{0xFF, 0xFF, 0xFD, 0x00, 0x07, 0x09, 0x00, 0x03,
                    0x74, 0x00, 0xFF, 0xFF, 0xFD, 0x00, 0xB4, 0xC7};
        const Bytes seven{7};
        (void)bench.ask(1, dynamixel::WriteRequest{7, seven});
        const auto portions = bench.exchange(frame);
        QCOMPARE(portions.size(), std::size_t{1});
        QCOMPARE(int(portions[0].second.at(8)), 4);
    }

    void twoFramesInOnePieceAreBothCarriedOut() {
        BusBench bench(1);
        const Bytes items{1, 1};
        Bytes both = dynamixel::encode(ServoId{everyone}, dynamixel::SyncWriteRequest{{65, 1}, items});
        dynamixel::append(both, ServoId{1}, dynamixel::ReadRequest{{65, 1}});
        const auto portions = bench.exchange(both);
        QCOMPARE(portions.size(), std::size_t{1});
        QCOMPARE(int(portions[0].second.at(9)), 1);
    }

    void aBacklogEndsWithItsHost() {
        BusBench bench(1, {}, 9600);
        for (int i = 0; i < 200; ++i)
            bench.bus.receive(readPosition, bench.now);
        bench.wait(100ms);
        bench.bus.hangUp(bench.now);
        QVERIFY(!bench.bus.nextOutput());
        const Duration byte{10'000'000'000LL / 9600};
        const auto heard = bench.ask(1, dynamixel::PingRequest{});
        QCOMPARE(heard.size(), std::size_t{1});
        QVERIFY(heard[0].after == 10 * byte + 500us + 14 * byte);
    }

    void anUnfinishedRequestEndsWithItsHost() {
        BusBench bench(1);
        bench.bus.receive(ByteView(readPosition).first(9), bench.now);
        bench.bus.hangUp(bench.now);
        QCOMPARE(bench.exchange(readPosition).size(), std::size_t{1});
    }

    void aFullLineDropsWhatComesBehind() {
        constexpr Duration longest = (4096 + 4096 + 29) * Duration{10'000'000'000LL / 9600};
        BusBench apart(1, {}, 9600);
        for (int i = 0; i < 5000; ++i)
            apart.bus.receive(readPosition, apart.now);
        QVERIFY(apart.bus.lastAnswerEnd() - apart.now < longest);
        BusBench together(1, {}, 9600);
        Bytes many;
        for (int i = 0; i < 290; ++i)
            dynamixel::append(many, ServoId{1}, dynamixel::ReadRequest{{0, 147}});
        together.bus.receive(many, together.now);
        QVERIFY(together.bus.lastAnswerEnd() - together.now < longest + 500ms);
        together.wait(20s);
        std::array<std::uint8_t, 32768> dropped;
        QVERIFY(together.bus.take(dropped, together.now) > 0);
        QCOMPARE(together.ask(1, dynamixel::PingRequest{}).size(), std::size_t{1});
    }

    void rebootingServoIsSilent() {
        BusBench bench(1);
        QCOMPARE(bench.ask(1, dynamixel::RebootRequest{}).size(), std::size_t{1});
        QVERIFY(bench.ask(1, dynamixel::PingRequest{}).empty());
        bench.wait(400ms);
        QCOMPARE(bench.ask(1, dynamixel::PingRequest{}).size(), std::size_t{1});
    }

    void shadowIdObeysWithoutAnswering() {
        BusBench bench(1);
        const Bytes forty{40};
        const Bytes one{1};
        (void)bench.ask(1, dynamixel::WriteRequest{12, forty});
        QVERIFY(bench.ask(40, dynamixel::WriteRequest{65, one}).empty());
        QVERIFY(bench.ask(1, dynamixel::ReadRequest{{65, 1}}).at(0).data == one);
        (void)bench.ask(40, dynamixel::WriteRequest{31, one});
        QVERIFY(bench.ask(1, dynamixel::ReadRequest{{31, 1}}).at(0).data == Bytes{80});
    }

    void sameSeedSameBytesSameTimes() {
        const auto story = [](std::uint64_t seed) {
            BusSettings settings;
            settings.seed = seed;
            for (const char* fault :
                 {"drop=0.1", "corrupt=0.1", "late=0.1:3ms", "noise=0.1", "duplicate=0.1"})
                settings.faults.push_back(*parseFaultSpec(fault));
            BusBench bench(4, settings);
            const Bytes ids{1, 2, 3, 4};
            const Bytes on{1, 1, 2, 1, 3, 1, 4, 1};
            (void)bench.exchange(
                dynamixel::encode(ServoId{everyone}, dynamixel::SyncWriteRequest{{64, 1}, on}));
            (void)bench.ask(2, dynamixel::WriteRequest{116, littleEndianBytes(3000, 4)});
            std::vector<std::pair<Duration, Bytes>> all;
            for (int i = 0; i < 100; ++i)
                for (auto& portion :
                     bench.exchange(dynamixel::encode(ServoId{everyone}, syncRead(ids)), 10ms))
                    all.push_back(std::move(portion));
            return all;
        };
        QVERIFY(story(1) == story(1));
        QVERIFY(story(1) != story(2));
    }

    /// How often the host looks for output must not change what the servos do.
    void lookingMoreOftenChangesNothing() {
        const auto positionAfter = [](bool impatient) {
            BusBench bench(1);
            const Bytes on{1};
            (void)bench.ask(1, dynamixel::WriteRequest{64, on});
            (void)bench.ask(1, dynamixel::WriteRequest{116, littleEndianBytes(3000, 4)});
            std::array<std::uint8_t, 16> buffer;
            for (int i = 0; impatient && i < 300; ++i) {
                (void)bench.bus.nextOutput();
                (void)bench.bus.take(buffer, bench.now + i * 1ms);
            }
            bench.wait(300ms);
            return bench.ask(1, dynamixel::ReadRequest{{132, 4}}).at(0).data;
        };
        QVERIFY(positionAfter(true) == positionAfter(false));
    }

    void unknownModelIsNamedWithThoseThatExist() {
        const registers::ModelCatalog catalog({tests::handmadeXm430()});
        const std::array families{drivers::dynamixel::simulated()};
        BusSpec spec;
        spec.model = "XM999";
        const auto made = makeSimulatedBus(families, spec, catalog, {}, BusBench::start());
        QVERIFY(!made);
        QVERIFY(made.error().detail.find("no model 'XM999' for dynamixel2; known: XM430-W350") !=
                std::string::npos);
        spec.model = "XM430-W350";
        spec.count = 3;
        spec.firstId = 10;
        const auto good = makeSimulatedBus(families, spec, catalog, {}, BusBench::start());
        QVERIFY(good);
        QCOMPARE((*good)->servos().size(), std::size_t{3});
        QCOMPARE(int((*good)->servos()[2]->id().value), 12);
    }
};

SERVOLANE_TEST(SimulatedBusTest)
#include "simulated_bus_test.moc"
