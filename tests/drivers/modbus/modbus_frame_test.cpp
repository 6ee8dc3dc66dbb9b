// SPDX-License-Identifier: GPL-3.0-or-later
// Frames byte by byte, how they are found in a stream, what the monitor says of them, and the state machine.
// The bytes are those of the standard's functions with recomputed CRCs.
#include "drivers/modbus/answer_finder.h"
#include "drivers/modbus/cia402.h"
#include "drivers/modbus/packet_form.h"
#include "drivers/modbus/wire_format.h"
#include "tests/drivers/dynamixel/wire_bytes.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>

using namespace servolane;
using namespace servolane::drivers;
using bus::WireDirection;
using modbus::AnswerFinder;
using modbus::Function;
using modbus::cia402::State;
using tests::wire;

namespace {

class ModbusFrameTest : public QObject {
    Q_OBJECT

    template <class Append>
    static Bytes made(Append append) {
        Bytes frame;
        append(frame);
        return frame;
    }
    static QString described(std::string_view packet, WireDirection direction,
                             std::string_view request = "") {
        const auto words = modbus::wireFormat().describe(wire(packet), direction, wire(request));
        return QStringLiteral("%1 %2: %3")
            .arg(words.id)
            .arg(QString::fromStdString(std::string(words.instruction)), QString::fromStdString(words.text));
    }
    static void await(AnswerFinder& finder, std::string_view request, std::size_t size) {
        Expectation expectation;
        expectation.longestFrame = size;
        finder.expect(expectation, wire(request));
    }

private Q_SLOTS:
    void theCrcIsThatOfTheStandard() {
        QCOMPARE(modbus::crc16(wire("31 32 33 34 35 36 37 38 39")), std::uint16_t{0x4B37});
        QVERIFY(modbus::crcHolds(wire("01 03 04 02 31 00 00 AA 44")));
        QVERIFY(!modbus::crcHolds(wire("01 03 04 02 31 00 01 AA 44")));
    }

    void requestsAreByteForByteThoseOfTheStandard() {
        const ServoId unit{1};
        const auto plain = [&](Function function, std::uint16_t address, std::uint16_t word) {
            return made([&](Bytes& into) { modbus::appendRequest(into, unit, function, address, word); });
        };
        // unit, function, address, quantity or value, CRC
        QVERIFY(plain(Function::readCoils, 0, 8) == wire("01 01 00 00 00 08 3D CC"));
        QVERIFY(plain(Function::readDiscreteInputs, 0, 8) == wire("01 02 00 00 00 08 79 CC"));
        QVERIFY(plain(Function::readHolding, 0x3200, 2) == wire("01 03 32 00 00 02 CA B3"));
        QVERIFY(plain(Function::readInput, 0, 1) == wire("01 04 00 00 00 01 31 CA"));
        QVERIFY(plain(Function::writeRegister, 0x3100, 0x0F) == wire("01 06 31 00 00 0F C7 32"));
        QVERIFY(plain(Function::readHolding, 64, 10) == wire("01 03 00 40 00 0A C4 19"));
        QVERIFY(made([&](Bytes& into) { modbus::appendCoilWrite(into, unit, 2, true); }) ==
                wire("01 05 00 02 FF 00 2D FA"));
        // unit, function, address, registers, bytes, values, CRC
        QVERIFY(made([&](Bytes& into) {
                    modbus::appendRegistersWrite(into, unit, 0x6F00, wire("55 55 00 08"));
                }) == wire("01 10 6F 00 00 02 04 55 55 00 08 1A 47"));
        QVERIFY(made([&](Bytes& into) {
                    modbus::appendRegistersWrite(into, unit, 2, wire("00 01 86 A0"));
                }) == wire("01 10 00 02 00 02 04 00 01 86 A0 41 AE"));
    }

    void theLengthsOfFramesFollowFromTheirFunctions_data() {
        QTest::addColumn<QString>("request");
        QTest::addColumn<QString>("answer");
        QTest::newRow("coils") << "01 01 00 00 00 08 3D CC"
                               << "01 01 01 55 91 B7";
        QTest::newRow("holding") << "01 03 32 00 00 02 CA B3"
                                 << "01 03 04 02 31 00 00 AA 44";
        QTest::newRow("input") << "01 04 00 00 00 01 31 CA"
                               << "01 04 02 12 34 B4 47";
        QTest::newRow("coil") << "01 05 00 02 FF 00 2D FA"
                              << "01 05 00 02 FF 00 2D FA";
        QTest::newRow("write coils") << "01 0F 00 00 00 03 01 05 4F 54"
                                     << "01 0F 00 00 00 03 15 CA";
        QTest::newRow("write") << "01 10 6F 00 00 02 04 55 55 00 08 1A 47"
                               << "01 10 6F 00 00 02 5C DC";
        QTest::newRow("mask") << "01 16 31 00 00 F2 00 25 92 0F"
                              << "01 16 31 00 00 F2 00 25 92 0F";
        QTest::newRow("both") << "01 17 6F 00 00 02 6F 00 00 02 04 00 01 00 02 6B 1C"
                              << "01 17 04 00 01 00 02 29 26";
        QTest::newRow("refused") << "01 03 00 00 00 01 84 0A"
                                 << "01 83 02 C0 F1";
    }
    void theLengthsOfFramesFollowFromTheirFunctions() {
        QFETCH(QString, request);
        QFETCH(QString, answer);
        const Bytes asked = wire(request.toStdString());
        const Bytes answered = wire(answer.toStdString());
        QVERIFY(modbus::crcHolds(asked) && modbus::crcHolds(answered));
        QCOMPARE(modbus::requestSize(asked).value_or(0), asked.size());
        QCOMPARE(modbus::answerSize(answered).value_or(0), answered.size());
    }

    void anAnswerIsFoundBehindNoise() {
        AnswerFinder finder;
        await(finder, "01 03 32 00 00 02 CA B3", 9);
        finder.feed(wire("00 FF 01 03 01 03 04 02 31 00 00 AA 44"));
        const auto found = finder.find();
        QVERIFY(found && found->isAnswer);
        QCOMPARE(finder.last().wireSize, std::size_t{9});
        QCOMPARE(finder.counters().foreignBytes, std::uint64_t{4});
    }

    void anEchoIsNoAnswer() {
        AnswerFinder finder;
        await(finder, "01 03 32 00 00 02 CA B3", 9);
        finder.feed(wire("01 03 32 00 00 02 CA B3 01 03 04 02 31 00 00 AA 44"));
        QVERIFY(!finder.find()->isAnswer);
        QVERIFY(finder.find()->isAnswer);
        QVERIFY(finder.echoes());
        // The answer to a single write is the request again: on a line that echoes it comes twice.
        await(finder, "01 06 31 00 00 0F C7 32", 8);
        finder.feed(wire("01 06 31 00 00 0F C7 32"));
        QVERIFY(!finder.find()->isAnswer);
        QVERIFY(!finder.find());
        finder.feed(wire("01 06 31 00 00 0F C7 32"));
        QVERIFY(finder.find()->isAnswer);
    }

    void theAnswerOfAnotherUnitIsPassedOver() {
        AnswerFinder finder;
        await(finder, "02 03 00 40 00 01 85 ED", 7);
        finder.feed(wire("01 04 02 12 34 B4 47"));
        QVERIFY(!finder.find());
    }

    void theMonitorTellsPacketsInWords() {
        QCOMPARE(described("01 03 32 00 00 02 CA B3", WireDirection::out),
                 "1 read-holding: registers 12800…12801");
        QCOMPARE(described("01 03 04 02 31 00 00 AA 44", WireDirection::in, "01 03 32 00 00 02 CA B3"),
                 "1 read-holding: registers 12800…12801 = 561 0");
        QCOMPARE(described("01 06 31 00 00 0F C7 32", WireDirection::out),
                 "1 write-register: register 12544 ← 15");
        QCOMPARE(described("00 06 31 00 00 0F C6 E3", WireDirection::out),
                 "-2 write-register: register 12544 ← 15");
        QCOMPARE(described("01 05 00 02 FF 00 2D FA", WireDirection::in, "01 05 00 02 FF 00 2D FA"),
                 "1 write-coil: bit 2 ← on");
        QCOMPARE(
            described("01 10 6F 00 00 02 5C DC", WireDirection::in, "01 10 6F 00 00 02 04 55 55 00 08 1A 47"),
            "1 write-registers: registers 28416…28417 written");
        QCOMPARE(described("01 90 06 CC 02", WireDirection::in), "1 write-registers: exception 6: busy");
    }

    void theMonitorFindsFramesByTheirCrc() {
        const Bytes stream = wire("01 03 32 00 00 02 CA B3 01 03 04 02 31 00 00 AA 44 77 01 83 02 C0 F1");
        const auto& format = modbus::wireFormat();
        std::vector<std::pair<std::size_t, bool>> parts;
        for (ByteView rest = stream; !rest.empty();) {
            const auto part = format.first(rest);
            QVERIFY(part.size > 0);
            parts.emplace_back(part.size, part.isPacket);
            rest = rest.subspan(part.size);
        }
        const std::vector<std::pair<std::size_t, bool>> expected{{8, true}, {9, true}, {1, false}, {5, true}};
        QVERIFY(parts == expected);
        QCOMPARE(format.first(wire("01 03 04 02 31")).size, std::size_t{0});
    }

    void packetsAreComposedAndReadByHand() {
        const auto& form = modbus::packetForm();
        QVERIFY(form.encode({1, 0x03, wire("32 00 00 02")}) == wire("01 03 32 00 00 02 CA B3"));
        const auto readings = form.read(wire("01 03 04 02 31 00 00 AA 44 01 83 02 C0 F1"));
        QCOMPARE(readings.size(), std::size_t{2});
        QVERIFY(readings[0].whole && readings[0].isAnswer && readings[0].error == 0);
        QVERIFY(readings[0].parameters == wire("04 02 31 00 00"));
        QCOMPARE(int(readings[1].error), 2);
        QCOMPARE(readings[1].errorWord, std::string_view("illegal address"));
        QVERIFY(!form.read(wire("12 34 56")).front().whole);
    }

    void aStatuswordSaysItsState_data() {
        QTest::addColumn<unsigned>("word");
        QTest::addColumn<int>("state");
        QTest::newRow("enabled, target reached") << 0x0637U << int(State::operationEnabled);
        QTest::newRow("disabled") << 0x0250U << int(State::switchOnDisabled);
        QTest::newRow("ready") << 0x0231U << int(State::readyToSwitchOn);
        QTest::newRow("switched on") << 0x0233U << int(State::switchedOn);
        QTest::newRow("quick stop") << 0x0217U << int(State::quickStopActive);
        QTest::newRow("fault reaction") << 0x021FU << int(State::faultReaction);
        QTest::newRow("fault") << 0x0218U << int(State::fault);
        QTest::newRow("nothing known") << 0x0005U << int(State::unknown);
    }
    void aStatuswordSaysItsState() {
        QFETCH(unsigned, word);
        QFETCH(int, state);
        QCOMPARE(int(modbus::cia402::stateOf(word)), state);
    }

    void everyStateSaysItselfInAStatusword() {
        for (const State state : {State::switchOnDisabled, State::readyToSwitchOn, State::switchedOn,
                                  State::operationEnabled, State::quickStopActive, State::fault})
            QVERIFY(modbus::cia402::stateOf(modbus::cia402::statusBits(state)) == state);
    }

    void theWordsLeadToOperationAndNotOutOfAFault() {
        State state = State::switchOnDisabled;
        std::uint16_t before = 0;
        for (int i = 0; i < 3; ++i) {
            const auto next = modbus::cia402::towardsOperation(state);
            QVERIFY(next.leads);
            state = modbus::cia402::follow(state, std::exchange(before, next.word), next.word);
        }
        QVERIFY(state == State::operationEnabled);
        QVERIFY(!modbus::cia402::towardsOperation(State::fault).leads);
        QVERIFY(modbus::cia402::follow(State::fault, 0, 0x0F) == State::fault);
        QVERIFY(modbus::cia402::follow(State::fault, 0x80, 0x80) == State::fault);
        QVERIFY(modbus::cia402::follow(State::fault, 0, 0x80) == State::switchOnDisabled);
        QVERIFY(modbus::cia402::follow(State::operationEnabled, 0x0F, 0x02) == State::quickStopActive);
        QVERIFY(modbus::cia402::follow(State::operationEnabled, 0x0F, 0x00) == State::switchOnDisabled);
    }
};

SERVOLANE_TEST(ModbusFrameTest)

} // namespace

#include "modbus_frame_test.moc"
