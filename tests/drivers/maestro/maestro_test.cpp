// SPDX-License-Identifier: GPL-3.0-or-later
// Commands of a Maestro byte by byte, what the monitor says of them, and the bus on a scripted line.
#include "drivers/maestro/answer_finder.h"
#include "drivers/maestro/maestro.h"
#include "drivers/maestro/maestro_bus.h"
#include "drivers/maestro/wire_format.h"
#include "tests/drivers/dynamixel/scripted_transport.h"
#include "tests/drivers/dynamixel/wire_bytes.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>

using namespace servolane;
using namespace servolane::drivers;
using bus::SlotState;
using bus::WireDirection;
using maestro::Command;
using tests::ScriptedTransport;
using tests::wire;
namespace place = maestro::place;

namespace {

struct Line {
    TestClock clock;
    Waker waker;
    ScriptedTransport transport{clock, waker};
    std::unique_ptr<bus::ServoBus> bus = maestro::makeBus(transport, clock);

    const Bytes& sent(std::size_t index) { return transport.written().at(index); }
    void silence() { transport.answer(ScriptedTransport::Script{}); }
    /// Channel 2 at 1500 µs, and what was sent so far does not count.
    void lookAtChannel2() {
        transport.answer(wire("70 17"));
        Bytes into(1);
        QVERIFY(bus->read({2}, place::output, into));
        QCOMPARE(int(into[0]), 1);
    }
    std::int64_t number(std::uint16_t address) {
        Bytes into(2);
        const auto read = bus->read({2}, address, into);
        return read ? static_cast<std::int64_t>(littleEndian(into)) : -1;
    }
};

class MaestroTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void commandsAreThoseOfTheGuide_data() {
        QTest::addColumn<int>("id");
        QTest::addColumn<int>("command");
        QTest::addColumn<int>("number");
        QTest::addColumn<QString>("bytes");
        QTest::newRow("channel 0 to 1500 µs") << 0 << 0x84 << 6000 << "AA 0C 04 00 70 2E";
        QTest::newRow("channel 2 to 1250 µs") << 2 << 0x84 << 5000 << "AA 0C 04 02 08 27";
        QTest::newRow("channel 5, speed 140") << 5 << 0x87 << 140 << "AA 0C 07 05 0C 01";
        QTest::newRow("channel 5, acceleration 4") << 5 << 0x89 << 4 << "AA 0C 09 05 04 00";
        QTest::newRow("off") << 1 << 0x84 << 0 << "AA 0C 04 01 00 00";
        QTest::newRow("second device, channel 1") << 25 << 0x84 << 6000 << "AA 0D 04 01 70 2E";
    }
    void commandsAreThoseOfTheGuide() {
        QFETCH(int, id);
        QFETCH(int, command);
        QFETCH(int, number);
        QFETCH(QString, bytes);
        Bytes made;
        maestro::appendChannelCommand(made, ServoId{static_cast<std::uint8_t>(id)},
                                      static_cast<Command>(command), number);
        QVERIFY2(made == wire(bytes.toStdString()), tests::shown(made));
        const auto request = maestro::firstRequest(made);
        QVERIFY(request && request->wireSize == made.size() && int(request->command) == command);
        QCOMPARE(int(maestro::numberFrom(request->data.subspan(1))), number);
    }

    void everyFormatIsRead_data() {
        QTest::addColumn<QString>("bytes");
        QTest::addColumn<QString>("words");
        QTest::newRow("compact") << "84 00 70 2E"
                                 << "set-target: channel 0 ← 1500 µs";
        QTest::newRow("Pololu") << "AA 0C 04 02 08 27"
                                << "set-target: channel 2 ← 1250 µs";
        QTest::newRow("several") << "9F 02 03 00 00 70 2E"
                                 << "set-targets: from channel 3 ← off 1500 µs";
        QTest::newRow("speed") << "87 05 0C 01"
                               << "set-speed: channel 5 ← 140 × 0.25 µs in 10 ms";
        QTest::newRow("no speed") << "87 05 00 00"
                                  << "set-speed: channel 5 ← no limit";
        QTest::newRow("other device") << "AA 0D 10 01"
                                      << "get-position: channel 1, device 13";
        QTest::newRow("Mini-SSC") << "FF 00 7F"
                                  << "set-target: Mini-SSC, channel 0 ← 127";
        QTest::newRow("quarters") << "84 00 71 2E"
                                  << "set-target: channel 0 ← 1500.25 µs";
        QTest::newRow("errors") << "A1"
                                << "get-errors: ";
    }
    void everyFormatIsRead() {
        QFETCH(QString, bytes);
        QFETCH(QString, words);
        const Bytes packet = wire(bytes.toStdString());
        const auto part = maestro::wireFormat().first(packet);
        QVERIFY(part.isPacket);
        QCOMPARE(part.size, packet.size());
        const auto told = maestro::wireFormat().describe(packet, WireDirection::out, {});
        QCOMPARE(QString::fromStdString(std::string(told.instruction) + ": " + told.text), words);
        // Cut anywhere, more is waited for; nothing is read into it.
        for (std::size_t size = 1; size < packet.size(); ++size)
            QCOMPARE(maestro::wireFormat().first(ByteView(packet).first(size)).size, std::size_t{0});
    }

    void answersAreToldByWhatWasAsked_data() {
        QTest::addColumn<QString>("request");
        QTest::addColumn<QString>("answer");
        QTest::addColumn<QString>("words");
        QTest::newRow("position") << "AA 0C 10 02"
                                  << "70 17"
                                  << "get-position: 1500 µs";
        QTest::newRow("low byte looks like a command") << "AA 0C 10 02"
                                                       << "AA 0C"
                                                       << "get-position: 810.5 µs";
        QTest::newRow("off") << "90 02"
                             << "00 00"
                             << "get-position: off";
        QTest::newRow("no errors") << "AA 0C 21"
                                   << "00 00"
                                   << "get-errors: none";
        QTest::newRow("errors") << "A1"
                                << "12 00"
                                << "get-errors: overrun, protocol";
        QTest::newRow("moving") << "93"
                                << "01"
                                << "get-moving: moving";
    }
    void answersAreToldByWhatWasAsked() {
        QFETCH(QString, request);
        QFETCH(QString, answer);
        QFETCH(QString, words);
        const Bytes asked = wire(request.toStdString());
        const Bytes packet = wire(answer.toStdString());
        const auto part = maestro::wireFormat().firstAnswer(packet, asked);
        QVERIFY(part.isPacket && part.size == packet.size());
        const auto told = maestro::wireFormat().describe(packet, WireDirection::in, asked);
        QCOMPARE(QString::fromStdString(std::string(told.instruction) + ": " + told.text), words);
        // Where nothing was asked, it is noise.
        QVERIFY(!maestro::wireFormat().firstAnswer(packet, wire("84 00 70 2E")).isPacket);
    }

    void packetsAreComposedByHand() {
        QVERIFY(maestro::packetForm().encode({2, 0x84, wire("08 27")}) == wire("AA 0C 04 02 08 27"));
        QVERIFY(maestro::packetForm().encode({26, 0xA1, {}}) == wire("AA 0D 21"));
        QVERIFY(maestro::packetForm().read(wire("70 17")).front().whole);
        QVERIFY(!maestro::packetForm().read(wire("70 17 00")).front().whole);
        QVERIFY(!maestro::packetForm().broadcastId);
    }

    void aCommandIsBrokenOffByTheNext() {
        const auto cut = maestro::firstRequest(wire("84 00 70 90 02"));
        QVERIFY(cut && cut->command == 0);
        QCOMPARE(cut->wireSize, std::size_t{3});
        QVERIFY(maestro::firstRequest(wire("12 34 90 02"))->wireSize == 2);
    }

    void aChannelIsFoundByItsPulse() {
        Line line;
        line.transport.answer(wire("00 00")); // errors from before
        line.transport.answer(wire("70 17"));
        const auto found = line.bus->ping({2});
        QVERIFY(found);
        QVERIFY(line.sent(0) == wire("AA 0C 21"));
        QVERIFY(line.sent(1) == wire("AA 0C 10 02"));
    }

    void nobodyThereIsASingleQuestion() {
        Line line;
        line.silence();
        QVERIFY(line.bus->ping({2}).error().code == ErrorCode::timeout);
        QCOMPARE(line.transport.written().size(), std::size_t{1});
    }

    /// Each question for a channel that is not there makes the Maestro note an error.
    void aMissingChannelIsAskedForOnceAlone() {
        Line line;
        line.transport.answer(wire("00 00"));
        line.silence();
        line.transport.answer(wire("10 00"));
        QVERIFY(line.bus->ping({12}).error().code == ErrorCode::timeout);
        const std::size_t sent = line.transport.written().size();
        QVERIFY(line.sent(sent - 1) == wire("AA 0C 21")); // what it noted is taken back
        for (std::uint8_t channel = 12; channel < 24; ++channel)
            QVERIFY(line.bus->ping({channel}).error().code == ErrorCode::timeout);
        QCOMPARE(line.transport.written().size(), sent);
    }

    void aWriteIsConfirmedByAnErrorFreeAnswer() {
        Line line;
        line.lookAtChannel2();
        line.transport.answer(wire("00 00"));
        const auto written = line.bus->write({2}, place::target, wire("88 13"));
        QVERIFY(written && written->confirmed);
        QVERIFY(line.sent(1) == wire("AA 0C 04 02 08 27 AA 0C 21"));
    }

    void aWriteThatCausedAnErrorIsRepeatedOnce() {
        Line line;
        line.lookAtChannel2();
        line.transport.answer(wire("02 00"));
        line.transport.answer(wire("00 00"));
        QVERIFY(line.bus->write({2}, place::target, wire("88 13")));
        QVERIFY(line.sent(1) == line.sent(2));
        line.transport.answer(wire("02 00"));
        line.transport.answer(wire("02 00"));
        const auto failed = line.bus->write({2}, place::target, wire("88 13"));
        QVERIFY(!failed && failed.error().code == ErrorCode::refused);
        QVERIFY(failed.error().detail.find("overrun") != std::string::npos);
    }

    void aWriteThatNobodyAnswersIsNotRemembered() {
        Line line;
        line.lookAtChannel2();
        line.silence();
        QVERIFY(!line.bus->write({2}, place::speed, wire("0A 00")));
        QCOMPARE(line.number(place::speed), std::int64_t{-1});
    }

    void aTargetWhileOffIsKeptUntilTheOutputGoesOn() {
        Line line;
        line.transport.answer(wire("00 00")); // off
        QVERIFY(line.bus->write({2}, place::target, wire("88 13")));
        QCOMPARE(line.transport.written().size(), std::size_t{1}); // looked, and sent nothing
        line.transport.answer(wire("00 00"));
        QVERIFY(line.bus->write({2}, place::output, wire("01")));
        QVERIFY(line.sent(1) == wire("AA 0C 04 02 08 27 AA 0C 21"));
    }

    void switchingOffSendsNoPulse() {
        Line line;
        line.lookAtChannel2();
        line.transport.answer(wire("00 00"));
        QVERIFY(line.bus->write({2}, place::output, wire("00")));
        QVERIFY(line.sent(1) == wire("AA 0C 04 02 00 00 AA 0C 21"));
        line.transport.answer(wire("00 00"));
        Bytes into(1);
        QVERIFY(line.bus->read({2}, place::output, into));
        QCOMPARE(int(into[0]), 0);
    }

    void whatAMaestroDoesNotTellIsNotMadeUp() {
        Line line;
        Bytes into(2);
        const auto unread = line.bus->read({2}, place::speed, into);
        QVERIFY(!unread && unread.error().code == ErrorCode::unsupported);
        line.transport.answer(wire("00 00"));
        QVERIFY(line.bus->write({2}, place::speed, wire("8C 00")));
        QCOMPARE(line.number(place::speed), std::int64_t{140});
        QVERIFY(line.bus->reboot({2}).error().code == ErrorCode::unsupported);
        QVERIFY(line.bus->broadcastWrite(place::output, wire("00")).error().code == ErrorCode::unsupported);
    }

    void aPulseOutsideOfWhatCanBeIsRefused() {
        Line line;
        line.lookAtChannel2();
        for (const char* target : {"00 00", "FF 00", "41 33"})
            QVERIFY(line.bus->write({2}, place::target, wire(target)).error().code == ErrorCode::refused);
        QCOMPARE(line.transport.written().size(), std::size_t{1});
    }

    void aGroupIsWrittenInOneStretch() {
        Line line;
        line.lookAtChannel2();
        line.transport.answer(wire("00 00"));
        Bytes into(1);
        QVERIFY(line.bus->read({3}, place::output, into)); // off
        const std::vector<bus::GroupWriteItem> items{{{2}, wire("88 13")}, {{3}, wire("88 13")}};
        QVERIFY(line.bus->writeGroup({place::target, 2}, items));
        QVERIFY(line.sent(2) == wire("AA 0C 04 02 08 27")); // a target does not switch channel 3 on
        // One that nobody looked at yet is looked at first.
        line.silence();
        QVERIFY(!line.bus->writeGroup({place::target, 2},
                                      std::vector<bus::GroupWriteItem>{{{4}, wire("88 13")}}));
    }

    void speedAndAccelerationGoOutTogether() {
        Line line;
        line.lookAtChannel2();
        line.transport.answer(wire("00 00"));
        QVERIFY(line.bus->write({2}, place::acceleration, wire("04 00 8C 00")));
        QVERIFY(line.sent(1) == wire("AA 0C 09 02 04 00 AA 0C 07 02 0C 01 AA 0C 21"));
        QVERIFY(line.bus->write({2}, place::speed, wire("8C 00 00 00 88 13")).error().code ==
                ErrorCode::invalid); // not in a row
    }

    void itMovesUntilThePulseStandsStill() {
        Line line;
        line.lookAtChannel2();
        line.transport.answer(wire("00 00"));
        QVERIFY(line.bus->write({2}, place::target, wire("88 13")));
        const auto moves = [&](const char* pulse) {
            line.transport.answer(wire(pulse));
            Bytes into(3);
            return line.bus->read({2}, place::moving, into) && into[0] == 1;
        };
        QVERIFY(moves("60 17"));
        line.clock.advance(std::chrono::milliseconds{20});
        QVERIFY(moves("00 14"));
        // Held up by a limit of the channel: not for ever on its way.
        line.clock.advance(std::chrono::milliseconds{60});
        QVERIFY(moves("00 14"));
        line.clock.advance(std::chrono::milliseconds{60});
        QVERIFY(!moves("00 14"));
    }

    /// Nothing tells bytes of one answer from those of another.
    void moreBytesThanAskedForAreNoAnswer() {
        Line line;
        line.transport.answer(wire("AA 0C 10 02 70 17")); // the own echo in front
        Bytes into(2);
        QVERIFY(line.bus->read({2}, place::pulse, into).error().code == ErrorCode::corrupt);
        line.transport.answer(wire("70 C7"));
        QVERIFY(line.bus->read({2}, place::pulse, into).error().code == ErrorCode::corrupt);
        line.transport.answer(wire("70"));
        QVERIFY(line.bus->read({2}, place::pulse, into).error().code == ErrorCode::timeout);
        line.clock.advance(std::chrono::seconds{1});
        line.transport.answer(wire("70 17"));
        QVERIFY(line.bus->read({2}, place::pulse, into));
    }

    void aSilentChannelOfAGroupLeavesTheOthersAlone() {
        Line line;
        bus::GroupRead group;
        for (std::uint8_t channel = 1; channel <= 2; ++channel)
            group.entries.push_back({ServoId{channel}, {place::output, 4}});
        QVERIFY(line.bus->prepareGroup(group));
        line.silence();
        line.transport.answer(wire("70 17"));
        QVERIFY(line.bus->readGroup(group));
        QVERIFY(group.entries[0].state == SlotState::silent);
        QVERIFY(group.entries[1].state == SlotState::answered);
        const auto at = group.entries[1].dataAt;
        QCOMPARE(int(group.data[at]), 1);
        QCOMPARE(int(littleEndian(ByteView(group.data).subspan(at + 2, 2))), 6000);
    }
};

SERVOLANE_TEST(MaestroTest)

} // namespace

#include "maestro_test.moc"
