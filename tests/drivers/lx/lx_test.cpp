// SPDX-License-Identifier: GPL-3.0-or-later
// LX frames byte by byte, what the monitor says of them, and the bus on a scripted line.
#include "drivers/line/half_duplex_line.h"
#include "drivers/lx/frame_finder.h"
#include "drivers/lx/lx.h"
#include "drivers/lx/register_map.h"
#include "drivers/lx/wire_format.h"
#include "tests/drivers/dynamixel/scripted_transport.h"
#include "tests/drivers/dynamixel/wire_bytes.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>

using namespace servolane;
using namespace servolane::drivers;
using bus::SlotState;
using bus::WireDirection;
using lx::Command;
using tests::ScriptedTransport;
using tests::wire;

namespace {

struct Line {
    TestClock clock;
    Waker waker;
    ScriptedTransport transport{clock, waker};
    std::unique_ptr<bus::ServoBus> bus = lx::makeBus(transport, clock);

    const Bytes& sent(std::size_t index) { return transport.written().at(index); }
};

class LxTest : public QObject {
    Q_OBJECT

    static Bytes answer(lx::Command command, std::string_view parameters) {
        Bytes frame;
        lx::appendFrame(frame, {1}, command, wire(parameters));
        return frame;
    }
    static Result<std::int64_t> readPosition(Line& line) {
        Bytes into(2);
        const auto* block = lx::blockReadBy(static_cast<std::uint8_t>(lx::Command::positionRead));
        const auto reply = line.bus->read({1}, block->address(), into);
        if (!reply) return tl::make_unexpected(reply.error());
        return littleEndian(into);
    }

private Q_SLOTS:
    /// Another command goes first: a servo answers in the order in which it was asked.
    void aLateAnswerIsNotTakenForTheNextOneOfTheSameServo() {
        using namespace std::chrono_literals;
        for (const Duration late : {Duration(20ms), Duration(24ms), Duration(30ms), Duration(200ms)}) {
            Line line;
            line.transport.answer(answer(lx::Command::positionRead, "6F 00"), late);
            QVERIFY(readPosition(line).error().code == ErrorCode::timeout);
            line.clock.advance(std::max(Duration{}, late - 22ms)); // it arrives behind the next request
            line.transport.answer(answer(lx::Command::idRead, "01"), 5ms);
            line.transport.answer(answer(lx::Command::positionRead, "DE 00"));
            QCOMPARE(readPosition(line).value(), std::int64_t{222});
            QCOMPARE(line.transport.written().size(), std::size_t{3});
            line.transport.answer(answer(lx::Command::positionRead, "4D 01"));
            QCOMPARE(readPosition(line).value(), std::int64_t{333});
            QCOMPARE(line.transport.written().size(), std::size_t{4}); // nothing else any more
        }
    }

    void aServoThatDoesNotAnswerTheOtherCommandIsNotRead() {
        Line line;
        for (int tries = 0; tries < 3; ++tries)
            QVERIFY(readPosition(line).error().code == ErrorCode::timeout);
        QCOMPARE(line.transport.written().size(), std::size_t{3});
        QVERIFY(line.sent(1) == answer(lx::Command::idRead, ""));
        QVERIFY(line.sent(2) == answer(lx::Command::modeRead, ""));
        line.clock.advance(HalfDuplexLine::latestAnswer);
        line.transport.answer(answer(lx::Command::positionRead, "DE 00"));
        QCOMPARE(readPosition(line).value(), std::int64_t{222});
    }

    void framesAreThoseOfTheMaker_data() {
        QTest::addColumn<int>("id");
        QTest::addColumn<int>("command");
        QTest::addColumn<QString>("parameters");
        QTest::addColumn<QString>("frame");
        // 55 55, id, length, command, parameters, checksum
        QTest::newRow("move") << 1 << 1 << "F4 01 E8 03"
                              << "55 55 01 07 01 F4 01 E8 03 16";
        QTest::newRow("move later") << 1 << 7 << "FA 00 F4 01"
                                    << "55 55 01 07 07 FA 00 F4 01 01";
        QTest::newRow("start") << 254 << 11 << ""
                               << "55 55 FE 03 0B F3";
        QTest::newRow("stop") << 1 << 12 << ""
                              << "55 55 01 03 0C EF";
        QTest::newRow("id") << 1 << 13 << "02"
                            << "55 55 01 04 0D 02 EB";
        QTest::newRow("offset") << 1 << 17 << "F6"
                                << "55 55 01 04 11 F6 F3";
        QTest::newRow("save") << 1 << 18 << ""
                              << "55 55 01 03 12 E9";
        QTest::newRow("limits") << 1 << 20 << "64 00 84 03"
                                << "55 55 01 07 14 64 00 84 03 F8";
        QTest::newRow("voltages") << 1 << 22 << "94 11 E0 2E"
                                  << "55 55 01 07 16 94 11 E0 2E 2E";
        QTest::newRow("motor") << 1 << 29 << "01 00 0C FE"
                               << "55 55 01 07 1D 01 00 0C FE CF";
        QTest::newRow("load") << 1 << 31 << "01"
                              << "55 55 01 04 1F 01 DA";
        QTest::newRow("position") << 1 << 28 << ""
                                  << "55 55 01 03 1C DF";
        QTest::newRow("minus five") << 1 << 28 << "FB FF"
                                    << "55 55 01 05 1C FB FF E3";
    }
    void framesAreThoseOfTheMaker() {
        QFETCH(int, id);
        QFETCH(int, command);
        QFETCH(QString, parameters);
        QFETCH(QString, frame);
        Bytes made;
        lx::appendFrame(made, ServoId{static_cast<std::uint8_t>(id)}, static_cast<std::uint8_t>(command),
                        wire(parameters.toStdString()));
        QVERIFY2(made == wire(frame.toStdString()), tests::shown(made));
        lx::LxFinder finder;
        finder.feed(made);
        const auto found = finder.next();
        QVERIFY(found && found->command == command && int(found->id.value) == id);
    }

    void framesAreFoundInGarbage() {
        lx::LxFinder finder;
        finder.feed(wire("00 55 12 55 55 01 FF 55 55 01 05 1C F4 01 00 55 55 01 05 1C F4 01 E8"));
        const auto found = finder.find();
        QVERIFY(found && found->isAnswer);
        QVERIFY(finder.last().parameters.size() == 2);
        QCOMPARE(finder.counters().corruptFrames, std::uint64_t{1});
    }

    void theMonitorTellsPacketsInWords_data() {
        QTest::addColumn<QString>("packet");
        QTest::addColumn<QString>("words");
        QTest::newRow("move") << "55 55 01 07 01 F4 01 E8 03 16"
                              << "move: 500 in 1000 ms";
        QTest::newRow("position") << "55 55 01 05 1C FB FF E3"
                                  << "read-position: -5";
        QTest::newRow("voltage") << "55 55 01 05 1B E8 1C DA"
                                 << "read-voltage: 7400 mV";
        QTest::newRow("temperature") << "55 55 01 04 1A 1F C1"
                                     << "read-temperature: 31 °C";
        QTest::newRow("motor") << "55 55 01 07 1D 01 00 0C FE CF"
                               << "set-mode: motor, speed -500";
        QTest::newRow("load") << "55 55 01 04 1F 00 DB"
                              << "set-load: off";
    }
    void theMonitorTellsPacketsInWords() {
        QFETCH(QString, packet);
        QFETCH(QString, words);
        const Bytes bytes = wire(packet.toStdString());
        QCOMPARE(lx::wireFormat().first(bytes).size, bytes.size());
        const auto told = lx::wireFormat().describe(bytes, WireDirection::in, {});
        QCOMPARE(QString::fromStdString(std::string(told.instruction) + ": " + told.text), words);
        QVERIFY(told.trouble == bus::WireTrouble::none);
        Bytes damaged = bytes;
        damaged.back() ^= 1;
        QVERIFY(lx::wireFormat().describe(damaged, WireDirection::in, {}).trouble ==
                bus::WireTrouble::damaged);
    }

    void packetsAreComposedAndReadByHand() {
        QVERIFY(lx::packetForm().encode({1, 13, wire("02")}) == wire("55 55 01 04 0D 02 EB"));
        const auto readings = lx::packetForm().read(wire("55 55 01 03 1C DF 55 55 01 05 1C F4 01 E8"));
        QCOMPARE(readings.size(), std::size_t{2});
        QVERIFY(!readings[0].isAnswer && readings[1].isAnswer);
        QVERIFY(readings[1].parameters == wire("F4 01"));
    }

    void aServoIsFoundByItsIdAndSaysNoModel() {
        Line line;
        line.transport.answer(wire("55 55 01 04 0E 01 EB"));
        const auto found = line.bus->ping({1});
        QVERIFY(found);
        QCOMPARE(found->modelNumber, 0U);
        QVERIFY(line.sent(0) == wire("55 55 01 03 0E ED"));
    }

    void aGoalIsSentWithItsTimeAndConfirmedByNobody() {
        Line line;
        const auto time = line.bus->write({1}, 18, wire("E8 03"));
        QVERIFY(time);
        QVERIFY(line.transport.written().empty());
        const auto goal = line.bus->write({1}, 16, wire("F4 01"));
        QVERIFY(goal && !goal->confirmed);
        QVERIFY(line.sent(0) == wire("55 55 01 07 01 F4 01 E8 03 16"));
    }

    void aGoalOutsideOfTheTravelIsNotSent() {
        Line line;
        QVERIFY(line.bus->write({1}, 16, wire("FB FF")).error().code == ErrorCode::refused);
        QVERIFY(line.bus->write({1}, 16, wire("E9 03")).error().code == ErrorCode::refused);
        QVERIFY(line.transport.written().empty());
    }

    void oneLimitIsWrittenTogetherWithTheOther() {
        Line line;
        line.transport.answer(wire("55 55 01 07 15 00 00 84 03 5B"));
        QVERIFY(line.bus->write({1}, 168, wire("64 00")));
        QVERIFY(line.sent(0) == wire("55 55 01 03 15 E6"));
        QVERIFY(line.sent(1) == wire("55 55 01 07 14 64 00 84 03 F8"));
    }

    /// The servo passes over it: the write was told to have been sent.
    void oneLimitThatWouldTurnTheRangeOverIsRefusedWithTheNumbers() {
        for (const std::uint16_t address : {std::uint16_t{168}, std::uint16_t{184}}) {
            Line line;
            line.transport.answer(
                answer(address == 168 ? Command::angleLimitRead : Command::voltageLimitRead, "64 00 C8 00"));
            const auto reply = line.bus->write({1}, address, wire("20 03"));
            QVERIFY(!reply && reply.error().code == ErrorCode::refused);
            QVERIFY(reply.error().detail.find("800") != std::string::npos);
            QVERIFY(reply.error().detail.find("200") != std::string::npos);
            QCOMPARE(line.transport.written().size(), std::size_t{1});
        }
        Line line;
        QVERIFY(line.bus->write({1}, 168, wire("C8 00 C8 00")).error().code == ErrorCode::refused);
    }

    void anOffsetIsSaved() {
        Line line;
        QVERIFY(line.bus->write({1}, 152, wire("F6")));
        QVERIFY(line.sent(0) == wire("55 55 01 04 11 F6 F3"));
        QVERIFY(line.sent(1) == wire("55 55 01 03 12 E9"));
    }

    void torqueIsTakenFromAllAtOnce() {
        Line line;
        QVERIFY(line.bus->broadcastWrite(256, wire("00")));
        QVERIFY(line.sent(0) == wire("55 55 FE 04 1F 00 DE"));
    }

    void aReadAcrossSeveralValuesAsksForEach() {
        Line line;
        line.transport.answer(wire("55 55 01 04 1A 1F C1"));
        line.transport.answer(wire("55 55 01 05 1B E8 1C DA"));
        Bytes into(10);
        QVERIFY(line.bus->read({1}, 208, into));
        QCOMPARE(int(into[0]), 31);
        QCOMPARE(int(littleEndian(ByteView(into).subspan(8, 2))), 7400);
    }

    void anEchoIsNoAnswer() {
        Line line;
        line.transport.answer(wire("55 55 01 03 1C DF 55 55 01 05 1C F4 01 E8"));
        Bytes into(2);
        QVERIFY(line.bus->read({1}, 224, into));
        QVERIFY(into == wire("F4 01"));
    }

    void aSilentServoOfAGroupLeavesTheOthersAlone() {
        Line line;
        bus::GroupRead group;
        group.entries.push_back({ServoId{1}, {224, 2}});
        group.entries.push_back({ServoId{2}, {224, 2}});
        QVERIFY(line.bus->prepareGroup(group));
        line.transport.answer(ScriptedTransport::Script{});
        line.transport.answer(wire("55 55 02 05 1C F4 01 E7"));
        QVERIFY(line.bus->readGroup(group));
        QVERIFY(group.entries[0].state == SlotState::silent);
        QVERIFY(group.entries[1].state == SlotState::answered);
    }
};

SERVOLANE_TEST(LxTest)

} // namespace

#include "lx_test.moc"
