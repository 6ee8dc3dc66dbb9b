// SPDX-License-Identifier: GPL-3.0-or-later
// The feedback cycle with plain statuses: sync read and bulk read.
#include "tests/drivers/dynamixel/groups.h"
#include "tests/support/test_registry.h"

using namespace servolane;
using namespace servolane::drivers::dynamixel;
using namespace servolane::tests;
using namespace std::chrono_literals;

namespace {

Bytes positionAnswers(bool merged, std::int64_t first, std::int64_t second) {
    if (!merged) return joined({status(1, first, 4), status(2, second, 4)});
    Bytes reply;
    beginMergedReply(reply, 2 * mergedBlockSize(4));
    appendMergedBlock(reply, ServoId{1}, {}, littleEndianBytes(first, 4));
    appendMergedBlock(reply, ServoId{2}, {}, littleEndianBytes(second, 4));
    return reply;
}

} // namespace

class GroupReadTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void equalSpansMakeASyncRead() {
        BusFixture line;
        auto group = positionsOf({1, 2});
        QVERIFY(line.bus.prepareGroup(group).has_value());
        QCOMPARE(shown(group.request), shown(wire("FF FF FD 00 FE 09 00 82 84 00 04 00 01 02 CE FA")));
        QCOMPARE(group.data.size(), std::size_t{8});
        QCOMPARE(group.entries[1].dataAt, std::uint32_t{4});
    }

    void differentSpansMakeABulkRead() {
        BusFixture line;
        auto group = groupOf({{1, {144, 2}}, {2, {146, 1}}});
        QVERIFY(line.bus.prepareGroup(group).has_value());
        QCOMPARE(shown(group.request),
                 shown(wire("FF FF FD 00 FE 0D 00 92 01 90 00 02 00 02 92 00 01 00 1A 05")));
        line.transport.answer({{200us, wire("FF FF FD 00 01 06 00 55 00 77 00 C3 69")},
                               {400us, wire("FF FF FD 00 02 05 00 55 00 24 8B A9")}});
        QVERIFY(line.bus.readGroup(group).has_value());
        QCOMPARE(valueOf(group, 0), std::int64_t{119});
        QCOMPARE(valueOf(group, 1), std::int64_t{36});
    }

    void groupsThatCannotBeAreRefused() {
        BusFixture line;
        auto empty = positionsOf({});
        auto twice = positionsOf({1, 1});
        auto broadcast = positionsOf({254});
        auto nothing = groupOf({{1, {132, 0}}});
        auto unprepared = positionsOf({1});
        QVERIFY(!line.bus.prepareGroup(empty).has_value());
        QVERIFY(!line.bus.prepareGroup(twice).has_value());
        QVERIFY(!line.bus.prepareGroup(broadcast).has_value());
        QVERIFY(!line.bus.prepareGroup(nothing).has_value());
        QVERIFY(!line.bus.readGroup(unprepared).has_value());
        QVERIFY(line.transport.written().empty());
    }

    void everyServoFillsItsSlot() {
        BusFixture line;
        auto group = positionsOf({3, 1, 2});
        QVERIFY(line.bus.prepareGroup(group).has_value());
        const Time start = line.clock.now();
        line.transport.answer(
            {{300us, status(3, -7, 4)}, {600us, status(1, 2079, 4)}, {900us, status(2, 0x00FDFFFF, 4)}});
        QVERIFY(line.bus.readGroup(group).has_value());
        QCOMPARE(statesOf(group), (std::vector{answered, answered, answered}));
        QCOMPARE(valueOf(group, 0), std::int64_t{-7});
        QCOMPARE(valueOf(group, 1), std::int64_t{2079});
        QCOMPARE(valueOf(group, 2), std::int64_t{0x00FDFFFF});
        QVERIFY(group.time == start + 300us);
        QCOMPARE(group.entries[0].offset, Duration(0));
        QCOMPARE(group.entries[2].offset, Duration(600us));
    }

    void aSilentServoCostsNoOther() {
        BusFixture line;
        auto group = positionsOf({1, 2, 3});
        QVERIFY(line.bus.prepareGroup(group).has_value());
        line.transport.answer({{300us, status(1, 10, 4)}, {1800us, status(3, 30, 4)}});
        QVERIFY(line.bus.readGroup(group).has_value());
        QCOMPARE(statesOf(group), (std::vector{answered, silent, answered}));
        QCOMPARE(valueOf(group, 2), std::int64_t{30});
        QCOMPARE(line.bus.counters().timeouts, std::uint64_t{1});
    }

    void aGroupThatIsAllSilentIsNoError() {
        BusFixture line;
        auto group = positionsOf({1, 2});
        QVERIFY(line.bus.prepareGroup(group).has_value());
        const Duration waited = line.timeOf([&] { QVERIFY(line.bus.readGroup(group).has_value()); });
        QCOMPARE(statesOf(group), (std::vector{silent, silent}));
        QVERIFY(waited <= 3ms);
    }

    void statesAreThoseOfThisCycleAlone() {
        BusFixture line;
        auto group = positionsOf({1, 2});
        QVERIFY(line.bus.prepareGroup(group).has_value());
        line.transport.answer(joined({status(1, 10, 4, {ErrorNumber::none, true}), status(2, 20, 4)}));
        QVERIFY(line.bus.readGroup(group).has_value());
        QVERIFY(group.entries[0].alert);
        QVERIFY(line.bus.readGroup(group).has_value());
        QCOMPARE(statesOf(group), (std::vector{silent, silent}));
        QVERIFY(!group.entries[0].alert);
    }

    void aCorruptAnswerCostsNoOther_data() {
        QTest::addColumn<int>("damagedServo");
        QTest::addColumn<int>("damagedByte");
        for (int servo = 0; servo < 3; ++servo)
            for (int byte = 0; byte < 15; ++byte)
                QTest::addRow("servo %d byte %d", servo, byte) << servo << byte;
    }
    void aCorruptAnswerCostsNoOther() {
        QFETCH(int, damagedServo);
        QFETCH(int, damagedByte);
        BusFixture line;
        auto group = positionsOf({1, 2, 3});
        QVERIFY(line.bus.prepareGroup(group).has_value());
        std::vector<Bytes> statuses{status(1, 10, 4), status(2, 20, 4), status(3, 30, 4)};
        statuses[static_cast<std::size_t>(damagedServo)][static_cast<std::size_t>(damagedByte)] ^= 0x10;
        line.transport.answer({{300us, statuses[0]}, {600us, statuses[1]}, {900us, statuses[2]}});
        QVERIFY(line.bus.readGroup(group).has_value());
        for (int slot = 0; slot < 3; ++slot) {
            const auto index = static_cast<std::size_t>(slot);
            QCOMPARE(statesOf(group)[index], slot == damagedServo ? corrupt : answered);
            if (slot != damagedServo) QCOMPARE(valueOf(group, index), std::int64_t{10} * (slot + 1));
        }
    }

    void aRefusalHasAnErrorAndNoData() {
        BusFixture line;
        auto group = positionsOf({1, 2});
        QVERIFY(line.bus.prepareGroup(group).has_value());
        line.transport.answer(joined({bareStatus(1, {ErrorNumber::access, true}), status(2, 20, 4)}));
        QVERIFY(line.bus.readGroup(group).has_value());
        QCOMPARE(statesOf(group), (std::vector{answered, answered}));
        QCOMPARE(int(group.entries[0].error), 7);
        QVERIFY(group.entries[0].alert);
        QCOMPARE(valueOf(group, 0), std::int64_t{0});
        QCOMPARE(line.bus.counters().refused, std::uint64_t{1});
    }

    void anotherServosStatusIsLeftOut() {
        BusFixture line;
        auto group = positionsOf({1, 2});
        QVERIFY(line.bus.prepareGroup(group).has_value());
        line.transport.answer(joined({status(1, 10, 4), status(9, 99, 4), status(2, 20, 4)}));
        QVERIFY(line.bus.readGroup(group).has_value());
        QCOMPARE(statesOf(group), (std::vector{answered, answered}));
        QCOMPARE(valueOf(group, 1), std::int64_t{20});
    }

    void aStatusOfAnotherLengthIsLeftOut() {
        BusFixture line;
        auto group = positionsOf({1, 2});
        QVERIFY(line.bus.prepareGroup(group).has_value());
        line.transport.answer(joined({status(1, 10, 2), status(2, 20, 4)}));
        QVERIFY(line.bus.readGroup(group).has_value());
        QCOMPARE(statesOf(group), (std::vector{silent, answered}));
    }

    /// Servo 3 was late in the cycle before: its old answer comes ahead of this cycle's.
    void lateAnswersOfTheCycleBeforeAreReplaced() {
        BusFixture line;
        auto group = positionsOf({1, 2, 3});
        QVERIFY(line.bus.prepareGroup(group).has_value());
        line.transport.answer(
            {{300us, joined({status(1, 10, 4), status(2, 20, 4)})}, {2400us, status(3, 30, 4)}});
        QVERIFY(line.bus.readGroup(group).has_value());
        QCOMPARE(statesOf(group), (std::vector{answered, answered, silent}));
        line.transport.answer(
            {{300us, status(1, 11, 4)}, {500us, joined({status(2, 21, 4), status(3, 31, 4)})}});
        QVERIFY(line.bus.readGroup(group).has_value());
        QCOMPARE(statesOf(group), (std::vector{answered, answered, answered}));
        QCOMPARE(valueOf(group, 2), std::int64_t{31});
        QVERIFY(group.entries[0].offset <= group.entries[2].offset);
    }

    void aLateAnswerOfAGroupOfOneIsNotTaken() {
        BusFixture line;
        auto group = positionsOf({1});
        QVERIFY(line.bus.prepareGroup(group).has_value());
        line.transport.answer(status(1, 111, 4), 3ms);
        QVERIFY(line.bus.readGroup(group).has_value());
        QCOMPARE(statesOf(group), (std::vector{silent}));
        line.transport.answer(status(1, 0, 3), 800us); // to a ping
        line.transport.answer(status(1, 222, 4));
        QVERIFY(line.bus.readGroup(group).has_value());
        QCOMPARE(valueOf(group, 0), std::int64_t{222});
    }

    /// A busy host got the answers of a whole cycle after its time. They are in the right order, so that the
    /// order gives nothing away; the cycles behind would all have shown the values of the one before.
    void aWholeCycleThatWasLateIsNotTakenForTheNext() {
        for (const bool merged : {false, true}) {
            BusFixture line;
            auto group = positionsOf({1, 2});
            line.bus.allowFastGroupRead(ServoId{1}, merged);
            line.bus.allowFastGroupRead(ServoId{2}, merged);
            QVERIFY(line.bus.prepareGroup(group).has_value());
            line.transport.answer(positionAnswers(merged, 10, 20), 60ms);
            QVERIFY(line.bus.readGroup(group).has_value());
            QCOMPARE(statesOf(group), (std::vector{silent, silent}));
            line.clock.advance(56ms);
            line.transport.answer(status(1, 0, 3), 3ms); // to a ping
            line.transport.answer(positionAnswers(merged, 11, 21));
            QVERIFY(line.bus.readGroup(group).has_value());
            QCOMPARE(valueOf(group, 0), std::int64_t{11});
            QCOMPARE(valueOf(group, 1), std::int64_t{21});
        }
    }

    void aGroupWhoseFirstServoIsGoneIsReadAllTheSame() {
        BusFixture line;
        auto group = positionsOf({1, 2});
        QVERIFY(line.bus.prepareGroup(group).has_value());
        QVERIFY(line.bus.readGroup(group).has_value());
        QCOMPARE(statesOf(group), (std::vector{silent, silent}));
        line.transport.answer(ScriptedTransport::Script{}); // no answer to the ping
        line.transport.answer(status(2, 20, 4));
        QVERIFY(line.bus.readGroup(group).has_value());
        QCOMPARE(statesOf(group), (std::vector{silent, answered}));
    }

    void aGroupArrivingInAnyPiecesIsWhole() {
        const Bytes all = joined({status(1, 10, 4), status(2, 20, 4), status(3, 30, 4)});
        for (std::size_t cut = 1; cut < all.size(); ++cut) {
            BusFixture line;
            auto group = positionsOf({1, 2, 3});
            QVERIFY(line.bus.prepareGroup(group).has_value());
            const auto middle = all.begin() + static_cast<std::ptrdiff_t>(cut);
            line.transport.answer({{300us, Bytes(all.begin(), middle)}, {1700us, Bytes(middle, all.end())}});
            QVERIFY(line.bus.readGroup(group).has_value());
            QCOMPARE(statesOf(group), (std::vector{answered, answered, answered}));
        }
    }

    /// On a paced line one sleep to the end of the burst replaces a wake-up per byte.
    void aBurstIsReadInFewGoes() {
        BusFixture line;
        line.transport.setTiming({10us, 1ms}); // 1 Mbit/s
        auto group = positionsOf({1, 2, 3, 4, 5, 6, 7, 8});
        QVERIFY(line.bus.prepareGroup(group).has_value());
        Bytes all;
        for (std::uint8_t id = 1; id <= 8; ++id)
            all = joined({all, status(id, id, 4)});
        line.transport.answer(byteByByte(all, 110us, 10us));
        const Time start = line.clock.now();
        QVERIFY(line.bus.readGroup(group).has_value());
        QCOMPARE(valueOf(group, 7), std::int64_t{8});
        QVERIFY2(line.transport.reads() <= 3, qPrintable(QString::number(line.transport.reads())));
        const Duration request = 10us * static_cast<Duration::rep>(group.request.size());
        QVERIFY(group.time <= start + request + 110us);
        for (std::size_t slot = 1; slot < 8; ++slot)
            QVERIFY(group.entries[slot - 1].offset < group.entries[slot].offset);
        QVERIFY(group.entries[7].offset <= 10us * static_cast<Duration::rep>(all.size()));
    }

    void wireTimeCountsRequestAnswersAndDelays() {
        BusFixture line;
        auto group = positionsOf({1, 2});
        QVERIFY(line.bus.prepareGroup(group).has_value());
        QCOMPARE(line.bus.wireTime(group, 500us), Duration(0));
        line.transport.setTiming({10us, 1ms});
        QCOMPARE(line.bus.wireTime(group, 500us), Duration(10us * (16 + 2 * 15) + 2 * 500us));
    }

    void aStopBreaksOffASilentCycleAtOnce() {
        BusFixture line;
        auto group = positionsOf({1, 2});
        QVERIFY(line.bus.prepareGroup(group).has_value());
        line.transport.onWait([&] { line.waker.wake(); });
        const Duration waited = line.timeOf([&] {
            const auto read = line.bus.readGroup(group);
            QVERIFY(!read.has_value());
            QCOMPARE(toString(read.error().code), toString(ErrorCode::interrupted));
        });
        QCOMPARE(waited, Duration(0));
        QCOMPARE(line.bus.counters().timeouts, std::uint64_t{0});
    }

    void aStopLetsATalkingGroupFinish() {
        BusFixture line;
        auto group = positionsOf({1, 2});
        QVERIFY(line.bus.prepareGroup(group).has_value());
        line.transport.answer({{0us, status(1, 10, 4)}, {1ms, status(2, 20, 4)}});
        line.transport.onWait([&] { line.waker.wake(); });
        QVERIFY(line.bus.readGroup(group).has_value());
        QCOMPARE(statesOf(group), (std::vector{answered, answered}));
    }

    void aStopEndsATalkingGroupWithTheGap() {
        BusFixture line;
        auto group = positionsOf({1, 2});
        QVERIFY(line.bus.prepareGroup(group).has_value());
        line.transport.answer(status(1, 10, 4), 0us);
        line.transport.onWait([&] { line.waker.wake(); });
        const Duration waited = line.timeOf([&] { QVERIFY(line.bus.readGroup(group).has_value()); });
        QCOMPARE(statesOf(group), (std::vector{answered, silent}));
        QCOMPARE(waited, Duration(2ms));
    }

    void aLostLinkIsReported() {
        BusFixture line;
        auto group = positionsOf({1, 2});
        QVERIFY(line.bus.prepareGroup(group).has_value());
        line.transport.failReadsWith(ErrorCode::linkLost);
        const auto read = line.bus.readGroup(group);
        QVERIFY(!read.has_value());
        QCOMPARE(toString(read.error().code), toString(ErrorCode::linkLost));
    }
};

SERVOLANE_TEST(GroupReadTest)
#include "group_read_test.moc"
