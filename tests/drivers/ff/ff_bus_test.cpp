// SPDX-License-Identifier: GPL-3.0-or-later
// The bus of DYNAMIXEL Protocol 1.0 on a scripted line.
#include "drivers/dynamixel1/dynamixel1.h"
#include "tests/drivers/dynamixel/scripted_transport.h"
#include "tests/drivers/dynamixel/wire_bytes.h"
#include "tests/support/test_registry.h"

using namespace servolane;
using namespace servolane::drivers;
using namespace std::chrono_literals;
using bus::SlotState;
using tests::joined;
using tests::ScriptedTransport;
using tests::wire;

namespace {

struct Line {
    TestClock clock;
    Waker waker;
    ScriptedTransport transport{clock, waker};
    std::unique_ptr<bus::ServoBus> bus = dynamixel1::makeBus(transport, clock);
};

Bytes answer(std::uint8_t id, std::string_view parameters, std::uint8_t error = 0) {
    return ff::encodeAnswer(ServoId{id}, error, wire(parameters));
}

bus::GroupRead groupOf(std::initializer_list<std::uint8_t> ids) {
    bus::GroupRead group;
    for (const std::uint8_t id : ids)
        group.entries.push_back({ServoId{id}, {36, 2}});
    return group;
}

class FfBusTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aPingLearnsTheModel() {
        Line line;
        line.transport.answer(answer(1, ""));
        line.transport.answer(answer(1, "0C 00 18"));
        const auto found = line.bus->ping({1});
        QVERIFY(found);
        QCOMPARE(found->modelNumber, 12U);
        QCOMPARE(found->firmware, 0x18U);
        QVERIFY(line.transport.written().at(1) == wire("FF FF 01 04 02 00 03 F5"));
    }

    /// On a busy machine a servo that had answered was found by nobody.
    void oneThatAnswersAPingIsAskedAgainWhoItIs() {
        Line line;
        line.transport.answer(answer(1, ""));
        line.transport.answer(ScriptedTransport::Script{}); // lost
        line.transport.answer(answer(1, "0C"));             // lets a late one pass
        line.transport.answer(answer(1, "0C 00 18"));
        const auto found = line.bus->ping({1});
        QVERIFY(found && found->modelNumber == 12);
    }

    /// As in the other family: a backup held false registers.
    void anAnswerThatComesTwiceIsNotTheNextOne() {
        Line line;
        Bytes bytes(2);
        line.transport.answer(answer(1, "12 34"));
        QVERIFY(line.bus->read({1}, 30, bytes));
        line.transport.answer({{20us, answer(1, "12 34")}, {300us, answer(1, "56 78")}});
        QVERIFY(line.bus->read({1}, 32, bytes));
        QVERIFY(bytes == wire("56 78"));
        line.transport.answer(answer(1, "56 78")); // another that holds the same
        QVERIFY(line.bus->read({1}, 34, bytes));
        QVERIFY(bytes == wire("56 78"));
    }

    void nobodyAnswers() {
        Line line;
        const auto found = line.bus->ping({7});
        QVERIFY(!found && found.error().code == ErrorCode::timeout);
        QCOMPARE(line.transport.written().size(), std::size_t{1});
    }

    void anEchoIsNoServo() {
        Line line;
        line.transport.answer(wire("FF FF 07 02 01 F5"));
        line.transport.answer(wire("FF FF 07 04 02 00 03 EF"));
        const auto found = line.bus->ping({7});
        QVERIFY(!found && found.error().code == ErrorCode::timeout);
    }

    void aServoWithAVoltageErrorIsFoundThoughItsAnswerLooksLikeTheEcho() {
        Line line;
        line.transport.answer(wire("FF FF 01 02 01 FB"));
        line.transport.answer(answer(1, "0C 00 18", 0x01));
        const auto found = line.bus->ping({1});
        QVERIFY(found && found->modelNumber == 12);
    }

    void anAnswerThatLooksLikeTheEchoCountsOnALineWithoutEcho() {
        Line line;
        // Position 548 with an angle limit error, read from address 36: byte for byte the request.
        line.transport.answer(wire("FF FF 01 04 02 24 02 D2"));
        Bytes bytes(2);
        QVERIFY(line.bus->read({1}, 36, bytes));
        QVERIFY(bytes == wire("24 02"));
    }

    void onALineWithEchoItDoesNot() {
        Line line;
        line.transport.answer(joined({wire("FF FF 01 04 02 2B 01 CC"), answer(1, "20")}));
        Bytes one(1);
        QVERIFY(line.bus->read({1}, 43, one));
        line.transport.answer(wire("FF FF 01 04 02 24 02 D2"));
        Bytes two(2);
        const auto read = line.bus->read({1}, 36, two);
        QVERIFY(!read && read.error().code == ErrorCode::timeout);
    }

    void conditionsRaiseTheAlertAndRefusalsRefuse() {
        Line line;
        line.transport.answer(answer(1, "20", 0x24));
        Bytes one(1);
        const auto hot = line.bus->read({1}, 43, one);
        QVERIFY(hot && hot->alert);
        line.transport.answer(answer(1, "", 0x02));
        const auto beyond = line.bus->write({1}, 30, wire("FF 03"));
        QVERIFY(!beyond && beyond.error().code == ErrorCode::refused);
        QVERIFY(beyond.error().detail.find("angle limit") != std::string::npos);
        line.transport.answer(answer(1, "", 0x10));
        const auto damaged = line.bus->write({1}, 30, wire("FF 03"));
        QVERIFY(!damaged && damaged.error().code == ErrorCode::corrupt);
    }

    void theErrorByteIsAskedForWithTheShortestRead() {
        Line line;
        line.transport.answer(answer(3, "0C", 0x26));
        Bytes error(1);
        QVERIFY(line.bus->read({3}, ff::errorByteAddress, error));
        QCOMPARE(int(error[0]), 0x24); // the angle limit tells of a goal, not of the servo
        QVERIFY(line.transport.written().at(0) == wire("FF FF 03 04 02 00 01 F5"));
    }

    /// Its answer to a ping is the ping, byte for byte: the servo seemed silent and had no fault.
    void aVoltageAlarmIsReadThoughItsPingLooksLikeTheEcho() {
        for (const bool echoes : {false, true}) {
            Line line;
            const Bytes echo = echoes ? wire("FF FF 01 04 02 00 01 F7") : Bytes{};
            line.transport.answer(joined({echo, answer(1, "0C", 0x01)}));
            Bytes error(1);
            const auto reply = line.bus->read({1}, ff::errorByteAddress, error);
            QVERIFY(reply && reply->alert);
            QCOMPARE(int(error[0]), 0x01);
        }
    }

    void oneThatAnswersPingsOnlyTellsOfAVoltageAlarmAsWell() {
        Line line;
        line.bus->setStatusReturnLevel({1}, 0);
        Bytes error(1);
        line.transport.answer(wire("FF FF 01 02 01 FB"));
        const auto alone = line.bus->read({1}, ff::errorByteAddress, error);
        QVERIFY(alone && alone->alert);
        QCOMPARE(int(error[0]), 0x01);
        // On a line that echoes, the echo alone is silence.
        line.transport.answer(joined({wire("FF FF 01 02 01 FB"), answer(1, "", 0x01)}));
        QVERIFY(line.bus->read({1}, ff::errorByteAddress, error));
        line.transport.answer(wire("FF FF 01 02 01 FB"));
        QVERIFY(!line.bus->read({1}, ff::errorByteAddress, error));
    }

    void silentWritesAreNotConfirmed() {
        Line line;
        line.bus->setStatusReturnLevel({1}, 1);
        const auto reply = line.bus->write({1}, 24, wire("01"));
        QVERIFY(reply && !reply->confirmed);
        line.bus->setStatusReturnLevel({1}, 0);
        Bytes bytes(2);
        const auto read = line.bus->read({1}, 36, bytes);
        QVERIFY(!read && read.error().code == ErrorCode::unsupported);
    }

    void answersOfOthersAndOddLengthsAreNotTaken() {
        Line line;
        line.transport.answer(joined({answer(2, "01 02"), answer(1, "01"), answer(1, "0A 0B")}));
        Bytes bytes(2);
        QVERIFY(line.bus->read({1}, 36, bytes));
        QVERIFY(bytes == wire("0A 0B"));
        line.transport.answer(answer(1, "01"));
        const auto odd = line.bus->read({1}, 36, bytes);
        QVERIFY(!odd && odd.error().code == ErrorCode::corrupt);
    }

    /// Something of another size is read first: behind its answer the late one cannot come any more.
    void aLateAnswerIsNotTakenForTheNextOneOfTheSameServo() {
        Line line;
        Bytes bytes(2);
        line.transport.answer(answer(1, "01 00"), 60ms);
        QVERIFY(!line.bus->read({1}, 36, bytes));
        line.clock.advance(56ms);
        line.transport.answer(answer(1, "0C"), 3ms);
        line.transport.answer(answer(1, "02 00"));
        QVERIFY(line.bus->read({1}, 36, bytes));
        QVERIFY(bytes == wire("02 00"));
        QVERIFY(line.transport.written().at(1) == ff::encode(ServoId{1}, ff::ReadRequest{0, 1}));
    }

    void servosWithoutBulkReadAreReadOneByOne() {
        Line line;
        auto group = groupOf({1, 2});
        QVERIFY(line.bus->prepareGroup(group));
        line.transport.answer(answer(1, "01 00"));
        line.transport.answer(answer(2, "02 00", 0x20));
        QVERIFY(line.bus->readGroup(group));
        QVERIFY(group.data == wire("01 00 02 00"));
        QVERIFY(!group.entries[0].alert && group.entries[1].alert);
        QVERIFY(line.transport.written().at(1) == wire("FF FF 02 04 02 24 02 D1"));
        QVERIFY(group.entries[1].offset > group.entries[0].offset);
    }

    void aSilentOneOfThemCostsItsOwnValueOnly() {
        Line line;
        auto group = groupOf({1, 2, 3});
        QVERIFY(line.bus->prepareGroup(group));
        line.transport.answer(answer(1, "01 00"));
        line.transport.answer(ScriptedTransport::Script{});
        line.transport.answer(answer(3, "03 00"));
        QVERIFY(line.bus->readGroup(group));
        QVERIFY(group.entries[0].state == SlotState::answered);
        QVERIFY(group.entries[1].state == SlotState::silent);
        QVERIFY(group.entries[2].state == SlotState::answered);
    }

    void aStopBreaksTheCycleOffBetweenTwo() {
        Line line;
        auto group = groupOf({1, 2});
        QVERIFY(line.bus->prepareGroup(group));
        line.transport.answer(answer(1, "01 00"));
        int waits = 0;
        line.transport.onWait([&] {
            if (++waits == 2) line.waker.wake();
        });
        const auto read = line.bus->readGroup(group);
        QVERIFY(!read && read.error().code == ErrorCode::interrupted);
    }

    void servosWithBulkReadAreReadInOneGo() {
        Line line;
        line.bus->allowFastGroupRead({1}, true);
        line.bus->allowFastGroupRead({2}, true);
        bus::GroupRead group;
        group.entries.push_back({ServoId{1}, {30, 2}});
        group.entries.push_back({ServoId{2}, {36, 2}});
        QVERIFY(line.bus->prepareGroup(group));
        line.transport.answer(wire("FF FF 01 04 00 00 80 7A  FF FF 02 04 00 00 80 79"));
        QVERIFY(line.bus->readGroup(group));
        QVERIFY(line.transport.written().at(0) == wire("FF FF FE 09 92 00 02 01 1E 02 02 24 1D"));
        QVERIFY(group.data == wire("00 80 00 80"));
    }

    void aGroupWriteTooLongForAFrameGoesOutInSeveral() {
        Line line;
        std::vector<bus::GroupWriteItem> items;
        for (std::uint8_t id = 0; id < 100; ++id)
            items.push_back({ServoId{id}, wire("00 02 64 00")});
        QVERIFY(line.bus->writeGroup({30, 4}, items));
        QCOMPARE(line.transport.written().size(), std::size_t{2});
        for (const Bytes& frame : line.transport.written())
            QVERIFY(frame.size() <= ff::longestFrame);
    }

    void whatTheFamilyLacksIsSaid() {
        Line line;
        QVERIFY(line.bus->reboot({1}).error().code == ErrorCode::unsupported);
        QVERIFY(line.bus->clearTurns({1}).error().code == ErrorCode::unsupported);
        QVERIFY(line.bus->broadcastPing({}, false).error().code == ErrorCode::unsupported);
        QVERIFY(line.bus->factoryReset({1}, bus::ResetScope::keepId).error().code == ErrorCode::unsupported);
        const auto& traits = line.bus->traits();
        QVERIFY(!traits.groupRead && !traits.broadcastPing && !traits.busWatchdog && !traits.restart);
        QVERIFY(line.transport.written().empty());
    }

    void addressesThatNoFrameCanCarryAreRefused() {
        Line line;
        Bytes bytes(2);
        QVERIFY(line.bus->read({1}, 255, bytes).error().code == ErrorCode::invalid);
        QVERIFY(line.bus->write({1}, 300, bytes).error().code == ErrorCode::invalid);
        QVERIFY(line.bus->broadcastWrite(30, {}).error().code == ErrorCode::invalid);
        QVERIFY(line.bus->read({254}, 36, bytes).error().code == ErrorCode::invalid);
    }
};

SERVOLANE_TEST(FfBusTest)

} // namespace

#include "ff_bus_test.moc"
