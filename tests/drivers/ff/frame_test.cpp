// SPDX-License-Identifier: GPL-3.0-or-later
// Packets byte by byte: as ROBOTIS' manual of Protocol 1.0 prints them, and as Feetech's libraries send them.
#include "drivers/ff/frame.h"

#include "drivers/ff/frame_parser.h"
#include "drivers/ff/packet_form.h"
#include "tests/drivers/dynamixel/wire_bytes.h"
#include "tests/support/test_registry.h"

using namespace servolane;
using namespace servolane::drivers::ff;
using tests::shown;
using tests::wire;

namespace {

struct Vector {
    const char* name;
    std::uint8_t id;
    Request request;
    const char* bytes;
};

// Requests look into these.
const Bytes one = wire("01");
const Bytes voltages = wire("64 AA");
const Bytes goalAndSpeed = wire("00 02 64 00");
const Bytes goal500 = wire("F4 01");
const Bytes noLimits = wire("00 00 00 00");
const Bytes clockwise = wire("00 06");
const Bytes twoGoals = wire("00 10 00 50 01  01 20 02 60 03");
const Bytes twoReads = wire("02 01 1E  02 02 24");
const Bytes positionTimeSpeed = wire("00 08 00 00 E8 03");
const Bytes accelerated = wire("32 00 08 00 00 E8 03");
const Bytes backwards = wire("32 F4 81 00 00 E8 03");
const Bytes slowly = wire("2C 81");
const Bytes centre = wire("80");
const Bytes open = wire("00");
const Bytes two = wire("02");
const Bytes offset = wire("64 08");
const Bytes middle = wire("00 08");
const Bytes idsOneAndTwo = wire("01 02");
const Bytes fourGoals =
    wire("01 00 08 00 00 E8 03 02 00 08 00 00 E8 03 03 00 08 00 00 E8 03 04 00 08 00 00 E8 03");
const Bytes twoAccelerated = wire("01 32 E9 03 00 00 60 09 02 32 EA 03 00 00 60 09");
const Bytes highFirst = wire("02 58 00 00 05 DC");
const Bytes outputBack = wire("05 F4");

const std::vector<Vector>& vectors() {
    static const std::vector<Vector> all{
        {"ping", 1, PlainRequest{Instruction::ping}, "FF FF 01 02 01 FB"},
        {"read temperature", 1, ReadRequest{43, 1}, "FF FF 01 04 02 2B 01 CC"},
        {"id to all", 254, WriteRequest{3, one}, "FF FF FE 04 03 03 01 F6"},
        {"voltage limits", 1, WriteRequest{12, voltages}, "FF FF 01 05 03 0C 64 AA DC"},
        {"goal and speed", 1, WriteRequest{30, goalAndSpeed}, "FF FF 01 07 03 1E 00 02 64 00 70"},
        {"registered goal", 1, RegisterWriteRequest{30, goal500}, "FF FF 01 05 04 1E F4 01 E2"},
        {"action", 254, PlainRequest{Instruction::action}, "FF FF FE 02 05 FA"},
        {"factory reset", 0, PlainRequest{Instruction::factoryReset}, "FF FF 00 02 06 F7"},
        {"sync write", 254, SyncWriteRequest{30, 4, twoGoals},
         "FF FF FE 0E 83 1E 04 00 10 00 50 01 01 20 02 60 03 67"},
        {"bulk read", 254, BulkReadRequest{twoReads}, "FF FF FE 09 92 00 02 01 1E 02 02 24 1D"},
        {"read feedback", 1, ReadRequest{36, 8}, "FF FF 01 04 02 24 08 CC"},
        {"wheel mode", 1, WriteRequest{6, noLimits}, "FF FF 01 07 03 06 00 00 00 00 EE"},
        {"wheel clockwise", 1, WriteRequest{32, clockwise}, "FF FF 01 05 03 20 00 06 D0"},
        {"STS read position", 1, ReadRequest{56, 2}, "FF FF 01 04 02 38 02 BE"},
        {"STS read all feedback", 1, ReadRequest{56, 15}, "FF FF 01 04 02 38 0F B1"},
        {"STS position", 1, WriteRequest{42, positionTimeSpeed}, "FF FF 01 09 03 2A 00 08 00 00 E8 03 D5"},
        {"STS with acceleration", 1, WriteRequest{41, accelerated},
         "FF FF 01 0A 03 29 32 00 08 00 00 E8 03 A3"},
        {"STS to -500", 1, WriteRequest{41, backwards}, "FF FF 01 0A 03 29 32 F4 81 00 00 E8 03 36"},
        {"STS speed -300", 1, WriteRequest{46, slowly}, "FF FF 01 05 03 2E 2C 81 1B"},
        {"STS torque on", 1, WriteRequest{40, one}, "FF FF 01 04 03 28 01 CE"},
        {"STS centre", 1, WriteRequest{40, centre}, "FF FF 01 04 03 28 80 4F"},
        {"STS unlock", 1, WriteRequest{55, open}, "FF FF 01 04 03 37 00 C0"},
        {"STS id 2", 1, WriteRequest{5, two}, "FF FF 01 04 03 05 02 F0"},
        {"STS lock", 2, WriteRequest{55, one}, "FF FF 02 04 03 37 01 BE"},
        {"STS speed mode", 1, WriteRequest{33, one}, "FF FF 01 04 03 21 01 D5"},
        {"STS offset -100", 1, WriteRequest{31, offset}, "FF FF 01 05 03 1F 64 08 6B"},
        {"STS sync read", 254, SyncReadRequest{56, 8, idsOneAndTwo}, "FF FF FE 06 82 38 08 01 02 36"},
        {"STS sync write", 254, SyncWriteRequest{42, 6, fourGoals},
         "FF FF FE 20 83 2A 06 01 00 08 00 00 E8 03 02 00 08 00 00 E8 03 03 00 08 00 00 E8 03 04 00 08 00 00 "
         "E8 "
         "03 58"},
        {"STS sync write with acceleration", 254, SyncWriteRequest{41, 7, twoAccelerated},
         "FF FF FE 14 83 29 07 01 32 E9 03 00 00 60 09 02 32 EA 03 00 00 60 09 28"},
        {"STS reset state", 1, PlainRequest{Instruction::resetState}, "FF FF 01 02 0A F2"},
        {"STS calibrate", 1, CalibrateRequest{middle}, "FF FF 01 04 0B 00 08 E7"},
        {"STS reboot", 1, PlainRequest{Instruction::reboot}, "FF FF 01 02 08 F4"},
        {"STS restore", 1, PlainRequest{Instruction::factoryReset}, "FF FF 01 02 06 F6"},
        {"SCS position", 1, WriteRequest{42, highFirst}, "FF FF 01 09 03 2A 02 58 00 00 05 DC 8D"},
        {"SCS unlock", 1, WriteRequest{48, open}, "FF FF 01 04 03 30 00 C7"},
        {"SCS wheel mode", 1, WriteRequest{9, noLimits}, "FF FF 01 07 03 09 00 00 00 00 EB"},
        {"SCS output -500", 1, WriteRequest{44, outputBack}, "FF FF 01 05 03 2C 05 F4 D1"},
    };
    return all;
}

class FrameTest : public QObject {
    Q_OBJECT

    static std::vector<Bytes> reencoded(const Bytes& bytes) {
        FrameParser parser;
        std::vector<Bytes> all;
        parser.consume(bytes, [&](const Frame& frame) {
            if (const auto request = decodeRequest(frame)) all.push_back(encode(frame.id, *request));
        });
        return all;
    }

private Q_SLOTS:
    void requestsAreAsPrinted() {
        for (const Vector& vector : vectors())
            QVERIFY2(encode(ServoId{vector.id}, vector.request) == wire(vector.bytes), vector.name);
    }

    void servosReadThemBack() {
        for (const Vector& vector : vectors()) {
            const auto read = reencoded(wire(vector.bytes));
            QVERIFY2(read.size() == 1 && read[0] == wire(vector.bytes), vector.name);
        }
    }

    void answersAreAsPrinted_data() {
        QTest::addColumn<int>("id");
        QTest::addColumn<int>("error");
        QTest::addColumn<QString>("parameters");
        QTest::addColumn<QString>("bytes");
        QTest::newRow("ping") << 1 << 0 << ""
                              << "FF FF 01 02 00 FC";
        QTest::newRow("temperature") << 1 << 0 << "20"
                                     << "FF FF 01 03 00 20 DB";
        QTest::newRow("bulk, first") << 1 << 0 << "00 80"
                                     << "FF FF 01 04 00 00 80 7A";
        QTest::newRow("bulk, second") << 2 << 0 << "00 80"
                                      << "FF FF 02 04 00 00 80 79";
        QTest::newRow("feedback") << 1 << 0 << "00 02 00 00 32 04 78 21"
                                  << "FF FF 01 0A 00 00 02 00 00 32 04 78 21 23";
        QTest::newRow("overload and overheating") << 1 << 0x24 << ""
                                                  << "FF FF 01 02 24 D8";
        QTest::newRow("checksum") << 1 << 0x10 << ""
                                  << "FF FF 01 02 10 EC";
    }
    void answersAreAsPrinted() {
        QFETCH(int, id);
        QFETCH(int, error);
        QFETCH(QString, parameters);
        QFETCH(QString, bytes);
        const Bytes made = encodeAnswer(ServoId{static_cast<std::uint8_t>(id)},
                                        static_cast<std::uint8_t>(error), wire(parameters.toStdString()));
        QCOMPARE(shown(made), shown(wire(bytes.toStdString())));
    }

    void servosRefuseWhatDoesNotFit_data() {
        QTest::addColumn<QString>("parameters");
        QTest::addColumn<int>("code");
        QTest::newRow("unknown instruction") << "" << 0x55;
        QTest::newRow("ping with parameters") << "01" << 0x01;
        QTest::newRow("read of nothing") << "24 00" << 0x02;
        QTest::newRow("read without size") << "24" << 0x02;
        QTest::newRow("write of nothing") << "24" << 0x03;
        QTest::newRow("sync read of nobody") << "24 02" << 0x82;
        QTest::newRow("sync write cut short") << "24 02 01 00" << 0x83;
        QTest::newRow("sync write of nothing") << "24 00 01" << 0x83;
        QTest::newRow("bulk read cut short") << "00 02 01" << 0x92;
        QTest::newRow("bulk read without its zero") << "01 02 01 24" << 0x92;
    }
    void servosRefuseWhatDoesNotFit() {
        QFETCH(QString, parameters);
        QFETCH(int, code);
        const Bytes given = wire(parameters.toStdString());
        QVERIFY(!decodeRequest(Frame{ServoId{1}, static_cast<std::uint8_t>(code), given, 0}));
    }

    void packetsAreComposedAndReadByHand() {
        // header, id, length, instruction, address, length, checksum
        QVERIFY(dynamixel1Packets().encode({1, 0x02, wire("2B 01")}) == wire("FF FF 01 04 02 2B 01 CC"));
        const auto heard = dynamixel1Packets().read(wire("FF FF 01 03 20 20 BB 12"));
        QCOMPARE(heard.size(), std::size_t{2});
        QVERIFY(heard[0].whole && heard[0].isAnswer && heard[0].parameters == wire("20"));
        QCOMPARE(heard[0].errorWord, std::string_view("overload"));
        QVERIFY(!heard[1].whole && heard[1].bytes == 1);
        QCOMPARE(feetechPackets().family, std::string_view("feetech"));
    }

    void anEchoBeforeItsAnswerIsKnownAsOne() {
        const auto heard = feetechPackets().read(wire("FF FF 01 02 01 FB FF FF 01 02 00 FC"));
        QCOMPARE(heard.size(), std::size_t{2});
        QVERIFY(!heard[0].isAnswer && heard[0].instruction == 0x01 && heard[0].error == 0);
        QVERIFY(heard[1].isAnswer && heard[1].error == 0);
    }

    void theLastItemForAServoWins() {
        const Bytes items = wire("01 AA 02 BB 01 CC");
        const SyncWriteRequest request{30, 1, items};
        QCOMPARE(int((*request.bytesFor(ServoId{1}))[0]), 0xCC);
        QVERIFY(!request.bytesFor(ServoId{3}));
    }
};

SERVOLANE_TEST(FrameTest)

} // namespace

#include "frame_test.moc"
