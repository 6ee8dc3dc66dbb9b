// SPDX-License-Identifier: GPL-3.0-or-later
// The feedback cycle with merged replies: fast sync read and fast bulk read, and the way back to plain
// statuses.
#include "tests/drivers/dynamixel/groups.h"
#include "tests/support/test_registry.h"

#include <algorithm>

using namespace servolane;
using namespace servolane::drivers::dynamixel;
using namespace servolane::tests;
using namespace std::chrono_literals;

namespace {

/// Present positions 166, 2079, 1023 of the servos 3, 7, 4.
const char* const mergedReply =
    "FF FF FD 00 | FE | 19 00 | 55 | 00 03 A6 00 00 00 84 08 | 00 07 1F 08 00 00 16 CA |"
    "00 04 FF 03 00 00 D1 9E";

void allowAll(BusFixture& line, const bus::GroupRead& group) {
    for (const auto& slot : group.entries)
        line.bus.allowFastGroupRead(slot.id, true);
}

bus::GroupRead preparedPositions(BusFixture& line) {
    auto group = positionsOf({3, 7, 4});
    allowAll(line, group);
    const auto prepared = line.bus.prepareGroup(group);
    Q_ASSERT(prepared.has_value());
    return group;
}

bool isPlain(const bus::GroupRead& group) {
    return group.request.at(prefixSize) == static_cast<std::uint8_t>(Instruction::syncRead);
}

} // namespace

class MergedReadTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void servosThatAllCanAreReadInOneFrame() {
        BusFixture line;
        auto group = preparedPositions(line);
        QCOMPARE(shown(group.request), shown(wire("FF FF FD 00 FE 0A 00 8A 84 00 04 00 03 07 04 20 F2")));
        line.transport.answer(wire(mergedReply), 300us);
        QVERIFY(line.bus.readGroup(group).has_value());
        QCOMPARE(statesOf(group), (std::vector{answered, answered, answered}));
        QCOMPARE(valueOf(group, 0), std::int64_t{166});
        QCOMPARE(valueOf(group, 1), std::int64_t{2079});
        QCOMPARE(valueOf(group, 2), std::int64_t{1023});
    }

    void differentSpansMakeAFastBulkRead() {
        BusFixture line;
        auto group = groupOf({{3, {132, 4}}, {7, {124, 2}}, {4, {146, 1}}});
        allowAll(line, group);
        QVERIFY(line.bus.prepareGroup(group).has_value());
        QCOMPARE(shown(group.request),
                 shown(wire("FF FF FD 00 FE 12 00 9A 03 84 00 04 00 07 7C 00 02 00 04 92 00 01 00 DA 2D")));
        line.transport.answer(
            wire("FF FF FD 00 FE 14 00 55 00 03 A6 00 00 00 67 A4 00 07 A5 01 24 74 00 04 1F D9 C1"));
        QVERIFY(line.bus.readGroup(group).has_value());
        QCOMPARE(valueOf(group, 1), std::int64_t{421});
        QCOMPARE(valueOf(group, 2), std::int64_t{31});
    }

    void oneServoThatCannotMakesItPlain() {
        BusFixture line;
        auto group = positionsOf({3, 7, 4});
        allowAll(line, group);
        line.bus.allowFastGroupRead(ServoId{7}, false);
        QVERIFY(line.bus.prepareGroup(group).has_value());
        QVERIFY(isPlain(group));
        auto alone = positionsOf({3});
        QVERIFY(line.bus.prepareGroup(alone).has_value());
        QVERIFY(isPlain(alone));
    }

    void aMergedReplyInAnyPiecesIsWhole() {
        const Bytes all = wire(mergedReply);
        for (std::size_t cut = 1; cut < all.size(); ++cut) {
            BusFixture line;
            auto group = preparedPositions(line);
            const auto middle = all.begin() + static_cast<std::ptrdiff_t>(cut);
            line.transport.answer({{300us, Bytes(all.begin(), middle)}, {1700us, Bytes(middle, all.end())}});
            QVERIFY(line.bus.readGroup(group).has_value());
            QCOMPARE(statesOf(group), (std::vector{answered, answered, answered}));
        }
    }

    void aDamagedBlockCostsNoOther() {
        BusFixture line;
        auto group = preparedPositions(line);
        Bytes damaged = wire(mergedReply);
        damaged[mergedPrefixSize + mergedBlockSize(4) + 3] ^= 0x01;
        line.transport.answer(damaged);
        QVERIFY(line.bus.readGroup(group).has_value());
        QCOMPARE(statesOf(group), (std::vector{answered, corrupt, answered}));
        QCOMPARE(valueOf(group, 1), std::int64_t{0});
        QCOMPARE(valueOf(group, 2), std::int64_t{1023});
    }

    /// A servo that does not speak up ends the chain: the frame stays unfinished.
    void aCutReplyGivesItsWholeBlocks() {
        BusFixture line;
        auto group = preparedPositions(line);
        Bytes cut = wire(mergedReply);
        cut.resize(mergedPrefixSize + mergedBlockSize(4));
        line.transport.answer(cut);
        QVERIFY(line.bus.readGroup(group).has_value());
        QCOMPARE(statesOf(group), (std::vector{answered, silent, silent}));
        QCOMPARE(valueOf(group, 0), std::int64_t{166});
    }

    void alertAndErrorStandInTheirBlock() {
        BusFixture line;
        auto group = preparedPositions(line);
        Bytes reply;
        beginMergedReply(reply, 3 * mergedBlockSize(4));
        appendMergedBlock(reply, ServoId{3}, {ErrorNumber::none, true}, littleEndianBytes(1, 4));
        appendMergedBlock(reply, ServoId{7}, {ErrorNumber::access, false}, littleEndianBytes(2, 4));
        appendMergedBlock(reply, ServoId{4}, {}, littleEndianBytes(3, 4));
        line.transport.answer(reply);
        QVERIFY(line.bus.readGroup(group).has_value());
        QVERIFY(group.entries[0].alert && group.entries[0].error == 0);
        QCOMPARE(int(group.entries[1].error), 7);
        QCOMPARE(valueOf(group, 1), std::int64_t{0});
        QCOMPARE(valueOf(group, 2), std::int64_t{3});
    }

    void threeFailuresInARowFallBackToPlainStatuses() {
        BusFixture line;
        auto group = preparedPositions(line);
        for (int cycle = 0; cycle < 3; ++cycle) {
            QVERIFY(!isPlain(group));
            QVERIFY(line.bus.readGroup(group).has_value());
        }
        auto plain = positionsOf({3, 7, 4});
        BusFixture other;
        QVERIFY(other.bus.prepareGroup(plain).has_value());
        QCOMPARE(shown(group.request), shown(plain.request));
        line.transport.answer(status(3, 0, 3)); // to the ping that goes ahead of it
        line.transport.answer(joined({status(3, 1, 4), status(7, 2, 4), status(4, 3, 4)}));
        QVERIFY(line.bus.readGroup(group).has_value());
        QCOMPARE(statesOf(group), (std::vector{answered, answered, answered}));
        QCOMPARE(valueOf(group, 2), std::int64_t{3});
        QVERIFY(line.bus.prepareGroup(group).has_value());
        QVERIFY(!isPlain(group));
    }

    void aSuccessInBetweenKeepsTheFastRead() {
        BusFixture line;
        auto group = preparedPositions(line);
        for (int round = 0; round < 3; ++round) {
            QVERIFY(line.bus.readGroup(group).has_value());
            QVERIFY(line.bus.readGroup(group).has_value());
            line.transport.answer(status(3, 0, 3)); // to a ping
            line.transport.answer(wire(mergedReply));
            QVERIFY(line.bus.readGroup(group).has_value());
        }
        QVERIFY(!isPlain(group));
    }

    void aStopIsNoFailureOfTheFastRead() {
        BusFixture line;
        auto group = preparedPositions(line);
        line.waker.wake();
        for (int cycle = 0; cycle < 5; ++cycle)
            QVERIFY(!line.bus.readGroup(group).has_value());
        QVERIFY(!isPlain(group));
    }

    void wireTimeHasOneReturnDelay() {
        BusFixture line;
        auto group = preparedPositions(line);
        line.transport.setTiming({10us, 1ms});
        QCOMPARE(line.bus.wireTime(group, 500us), Duration(10us * (17 + 32) + 500us));
    }
};

SERVOLANE_TEST(MergedReadTest)
#include "merged_read_test.moc"
