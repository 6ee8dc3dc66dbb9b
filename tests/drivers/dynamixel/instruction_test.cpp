// SPDX-License-Identifier: GPL-3.0-or-later
// The worked packets of the protocol sheet, from the host's side (encode) and from the servo's side (parse
// and decode).
#include "drivers/dynamixel/crc16.h"
#include "drivers/dynamixel/instruction.h"
#include "drivers/dynamixel/packet_parser.h"
#include "tests/drivers/dynamixel/wire_bytes.h"
#include "tests/support/test_registry.h"

using namespace servolane;
using namespace servolane::drivers::dynamixel;
using servolane::tests::shown;
using servolane::tests::wire;

namespace {

Bytes le(std::int64_t value, std::size_t size) {
    return littleEndianBytes(value, size);
}

Bytes itemsOf(std::initializer_list<std::pair<std::uint8_t, Bytes>> pairs) {
    Bytes items;
    for (const auto& [id, bytes] : pairs) {
        items.push_back(id);
        items.insert(items.end(), bytes.begin(), bytes.end());
    }
    return items;
}

/// Encodes, then parses and decodes what the wire carried, then encodes that again.
void verify(ServoId id, const Request& request, const char* packet) {
    const Bytes bytes = encode(id, request);
    QCOMPARE(shown(bytes), shown(wire(packet)));

    PacketParser parser;
    QCOMPARE(parser.feed(bytes), bytes.size());
    const auto frame = parser.next();
    QVERIFY(frame.has_value());
    QCOMPARE(frame->id.value, id.value);
    QCOMPARE(frame->wireSize, bytes.size());
    const auto decoded = decodeInstruction(*frame);
    QVERIFY(decoded.has_value());
    QCOMPARE(decoded->index(), request.index());
    QCOMPARE(shown(encode(frame->id, *decoded)), shown(bytes));
    QVERIFY(!parser.next().has_value());
    QVERIFY(parser.pending().empty());
}

tl::expected<Request, ErrorNumber> decodeBytes(PacketParser& parser, ServoId id, Instruction instruction,
                                               ByteView body) {
    Bytes bytes;
    appendFrame(bytes, id, instruction, body);
    parser.clear();
    parser.feed(bytes);
    return decodeInstruction(parser.next().value());
}

} // namespace

class InstructionTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void checksumHasItsCheckValue() {
        const Bytes digits{'1', '2', '3', '4', '5', '6', '7', '8', '9'};
        QCOMPARE(crc16(digits), std::uint16_t{0xFEE8});
        const ByteView all(digits);
        QCOMPARE(crc16(all.subspan(4), crc16(all.first(4))), std::uint16_t{0xFEE8});
        QCOMPARE(crc16({}), std::uint16_t{0});
    }

    void checksumIsTheSameInPiecesOfAnySize() {
        Bytes bytes(61);
        for (std::size_t i = 0; i < bytes.size(); ++i)
            bytes[i] = static_cast<std::uint8_t>(i * 37 + 11);
        std::uint16_t bytewise = 0;
        for (std::size_t end = 1; end <= bytes.size(); ++end) {
            bytewise = crc16(ByteView(bytes).subspan(end - 1, 1), bytewise);
            QCOMPARE(crc16(ByteView(bytes).first(end)), bytewise);
            QCOMPARE(
                crc16(ByteView(bytes).subspan(end / 3, end - end / 3), crc16(ByteView(bytes).first(end / 3))),
                bytewise);
        }
    }

    void encodesPing() {
        // header, reserved | id 1 | LEN 3 | ping | CRC
        verify(ServoId{1}, PingRequest{}, "FF FF FD 00 | 01 | 03 00 | 01 | 19 4E");
        // header, reserved | broadcast | LEN 3 | ping | CRC
        verify(broadcastId, PingRequest{}, "FF FF FD 00 | FE | 03 00 | 01 | 31 42");
    }

    void encodesRead() {
        // … | LEN 7 | read | present position 132 | 4 bytes | CRC
        verify(ServoId{1}, ReadRequest{{132, 4}}, "FF FF FD 00 | 01 | 07 00 | 02 | 84 00 | 04 00 | 1D 15");
        // … | read | present current 126 up to present position 135 | 10 bytes | CRC
        verify(ServoId{1}, ReadRequest{{126, 10}}, "FF FF FD 00 | 01 | 07 00 | 02 | 7E 00 | 0A 00 | 36 F9");
        // … | read | hardware error status 70 | 1 byte | CRC
        verify(ServoId{1}, ReadRequest{{70, 1}}, "FF FF FD 00 | 01 | 07 00 | 02 | 46 00 | 01 00 | 3C A3");
    }

    void encodesWrite() {
        // … | LEN 6 | write | torque enable 64 | on | CRC
        verify(ServoId{1}, WriteRequest{64, le(1, 1)}, "FF FF FD 00 | 01 | 06 00 | 03 | 40 00 | 01 | DB 66");
        // … | LEN 9 | write | goal position 116 | 512 | CRC
        verify(ServoId{1}, WriteRequest{116, le(512, 4)},
               "FF FF FD 00 | 01 | 09 00 | 03 | 74 00 | 00 02 00 00 | CA 89");
        // … | write | goal position 116 | −1000 | CRC
        verify(ServoId{1}, WriteRequest{116, le(-1000, 4)},
               "FF FF FD 00 | 01 | 09 00 | 03 | 74 00 | 18 FC FF FF | D9 E5");
        // … | write | goal velocity 104 | 50 (11.45 rpm) | CRC
        verify(ServoId{1}, WriteRequest{104, le(50, 4)},
               "FF FF FD 00 | 01 | 09 00 | 03 | 68 00 | 32 00 00 00 | F5 41");
    }

    void encodesRegisterWriteAndAction() {
        // … | LEN 9 | reg write | goal velocity 104 | 200 | CRC
        verify(ServoId{1}, RegisterWriteRequest{104, le(200, 4)},
               "FF FF FD 00 | 01 | 09 00 | 04 | 68 00 | C8 00 00 00 | AE 8E");
        // … | LEN 3 | action | CRC
        verify(ServoId{1}, ActionRequest{}, "FF FF FD 00 | 01 | 03 00 | 05 | 02 CE");
    }

    void encodesMaintenance() {
        // … | LEN 4 | factory reset | all but the id | CRC
        verify(ServoId{1}, FactoryResetRequest{bus::ResetScope::keepId},
               "FF FF FD 00 | 01 | 04 00 | 06 | 01 | A1 E6");
        // … | LEN 3 | reboot | CRC
        verify(ServoId{1}, RebootRequest{}, "FF FF FD 00 | 01 | 03 00 | 08 | 2F 4E");
        // … | LEN 8 | clear | turns | "DXL" 22 | CRC
        verify(ServoId{1}, ClearRequest{ClearTarget::turns},
               "FF FF FD 00 | 01 | 08 00 | 10 | 01 | 44 58 4C 22 | B1 DC");
        // … | LEN 8 | clear | errors | "ERCL" | CRC
        verify(ServoId{1}, ClearRequest{ClearTarget::errors},
               "FF FF FD 00 | 01 | 08 00 | 10 | 02 | 45 52 43 4C | D5 EB");
        // … | LEN 8 | control table backup | store | "CTRL" | CRC
        verify(ServoId{1}, BackupRequest{BackupStep::store},
               "FF FF FD 00 | 01 | 08 00 | 20 | 01 | 43 54 52 4C | 16 F5");
        // … | control table backup | restore | "CTRL" | CRC
        verify(ServoId{1}, BackupRequest{BackupStep::restore},
               "FF FF FD 00 | 01 | 08 00 | 20 | 02 | 43 54 52 4C | 9E F5");
    }

    void encodesSyncReadAndWrite() {
        const Bytes ids{1, 2};
        // … | broadcast | LEN 9 | sync read | 132 | 4 bytes | id 1, id 2 | CRC
        verify(broadcastId, SyncReadRequest{ReplyForm::separate, {132, 4}, ids},
               "FF FF FD 00 | FE | 09 00 | 82 | 84 00 | 04 00 | 01 02 | CE FA");
        const Bytes goals = itemsOf({{1, le(150, 4)}, {2, le(170, 4)}});
        // … | broadcast | LEN 17 | sync write | 116 | 4 bytes | id 1: 150 | id 2: 170 | CRC
        verify(broadcastId, SyncWriteRequest{{116, 4}, goals},
               "FF FF FD 00 | FE | 11 00 | 83 | 74 00 | 04 00 | 01 96 00 00 00 | 02 AA 00 00 00 | 82 87");
        const Bytes three{3, 7, 4};
        // … | broadcast | LEN 10 | fast sync read | 132 | 4 bytes | ids 3, 7, 4 | CRC
        verify(broadcastId, SyncReadRequest{ReplyForm::merged, {132, 4}, three},
               "FF FF FD 00 | FE | 0A 00 | 8A | 84 00 | 04 00 | 03 07 04 | 20 F2");
    }

    void encodesBulkReadAndWrite() {
        Bytes entries;
        appendBulkReadEntry(entries, ServoId{1}, {144, 2});
        appendBulkReadEntry(entries, ServoId{2}, {146, 1});
        // … | LEN 13 | bulk read | id 1: 144, 2 bytes | id 2: 146, 1 byte | CRC
        verify(broadcastId, BulkReadRequest{ReplyForm::separate, entries},
               "FF FF FD 00 | FE | 0D 00 | 92 | 01 90 00 02 00 | 02 92 00 01 00 | 1A 05");
        Bytes fast;
        appendBulkReadEntry(fast, ServoId{3}, {132, 4});
        appendBulkReadEntry(fast, ServoId{7}, {124, 2});
        appendBulkReadEntry(fast, ServoId{4}, {146, 1});
        // … | LEN 18 | fast bulk read | id 3: 132, 4 | id 7: 124, 2 | id 4: 146, 1 | CRC
        verify(broadcastId, BulkReadRequest{ReplyForm::merged, fast},
               "FF FF FD 00 | FE | 12 00 | 9A | 03 84 00 04 00 | 07 7C 00 02 00 | 04 92 00 01 00 | DA 2D");
        const Bytes volts = le(160, 2);
        const Bytes degrees = le(80, 1);
        Bytes items;
        appendBulkWriteItem(items, {ServoId{1}, 32, volts});
        appendBulkWriteItem(items, {ServoId{2}, 31, degrees});
        // … | LEN 16 | bulk write | id 1: 32, 2 bytes, 160 | id 2: 31, 1 byte, 80 | CRC
        verify(broadcastId, BulkWriteRequest{items},
               "FF FF FD 00 | FE | 10 00 | 93 | 01 20 00 02 00 A0 00 | 02 1F 00 01 00 50 | B7 68");
    }

    void stuffsTheHeaderPatternInParameters() {
        // … | id 7 | LEN 10, stuffing counted | write | 116 | FF FF FD, stuffed FD, 00 | CRC
        verify(ServoId{7}, WriteRequest{116, le(0x00FDFFFF, 4)},
               "FF FF FD 00 | 07 | 0A 00 | 03 | 74 00 | FF FF FD FD 00 | A1 98");
    }

    void aRealByteBehindTheStuffedOneSurvives() {
        const Bytes data{0xFF, 0xFF, 0xFD, 0xFD, 0xFF, 0xFF, 0xFD};
        PacketParser parser;
        parser.feed(encode(ServoId{7}, WriteRequest{200, data}));
        const auto frame = parser.next();
        QVERIFY(frame.has_value());
        QCOMPARE(shown(std::get<WriteRequest>(decodeInstruction(*frame).value()).bytes), shown(data));
    }

    /// As the Python DynamixelSDK 4.0.5 sends it.
    void acceptsAnUnstuffedPatternWhoseChecksumHolds() {
        PacketParser parser;
        parser.feed(wire("FF FF FD 00 | 07 | 09 00 | 03 | 74 00 | FF FF FD 00 | B4 C7"));
        const auto frame = parser.next();
        QVERIFY(frame.has_value());
        const auto request = std::get<WriteRequest>(decodeInstruction(*frame).value());
        QCOMPARE(request.address, std::uint16_t{116});
        QCOMPARE(littleEndian(request.bytes), std::uint64_t{0x00FDFFFF});
    }

    void servoFindsItsOwnItem() {
        const Bytes goals = itemsOf({{1, le(150, 4)}, {2, le(170, 4)}, {1, le(151, 4)}});
        const SyncWriteRequest sync{{116, 4}, goals};
        QCOMPARE(sync.count(), std::size_t{3});
        QCOMPARE(littleEndian(sync.bytesFor(ServoId{2}).value()), std::uint64_t{170});
        QCOMPARE(littleEndian(sync.bytesFor(ServoId{1}).value()), std::uint64_t{151});
        QVERIFY(!sync.bytesFor(ServoId{3}).has_value());

        Bytes items;
        appendBulkWriteItem(items, {ServoId{9}, 32, goals});
        const BulkWriteRequest bulk{items};
        QCOMPARE(bulk.itemFor(ServoId{9})->bytes.size(), goals.size());
        QVERIFY(!bulk.itemFor(ServoId{1}).has_value());
    }

    void malformedParametersAreAnswerable_data() {
        QTest::addColumn<int>("instruction");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<int>("error");
        const auto row = [](const char* name, Instruction instruction, const char* hex, ErrorNumber error) {
            QTest::newRow(name) << static_cast<int>(instruction) << QByteArray::fromHex(hex)
                                << static_cast<int>(error);
        };
        row("ping with a parameter", Instruction::ping, "01", ErrorNumber::dataLength);
        row("read without a size", Instruction::read, "8400", ErrorNumber::dataLength);
        row("write without data", Instruction::write, "7400", ErrorNumber::dataLength);
        row("factory reset of unknown scope", Instruction::factoryReset, "07", ErrorNumber::dataRange);
        row("factory reset without a scope", Instruction::factoryReset, "", ErrorNumber::dataLength);
        row("clear with a wrong key", Instruction::clear, "0144584C23", ErrorNumber::dataRange);
        row("backup with a wrong key", Instruction::controlTableBackup, "0143545200", ErrorNumber::dataRange);
        row("sync read without ids", Instruction::syncRead, "84000400", ErrorNumber::dataLength);
        row("sync write of a part of an item", Instruction::syncWrite, "740004000196000000 02AA",
            ErrorNumber::dataLength);
        row("sync write of empty items", Instruction::syncWrite, "740000000102", ErrorNumber::dataLength);
        row("bulk read of a part of an entry", Instruction::bulkRead, "019000", ErrorNumber::dataLength);
        row("bulk write with a size beyond its end", Instruction::bulkWrite, "0120000900A000",
            ErrorNumber::dataLength);
        row("a status", Instruction::status, "00", ErrorNumber::instruction);
        row("an unknown code", static_cast<Instruction>(0x77), "", ErrorNumber::instruction);
    }
    void malformedParametersAreAnswerable() {
        QFETCH(int, instruction);
        QFETCH(QByteArray, body);
        QFETCH(int, error);
        const Bytes bytes(body.begin(), body.end());
        PacketParser parser;
        const auto decoded = decodeBytes(parser, ServoId{1}, static_cast<Instruction>(instruction), bytes);
        QVERIFY(!decoded.has_value());
        QCOMPARE(static_cast<int>(decoded.error()), error);
    }
};

SERVOLANE_TEST(InstructionTest)
#include "instruction_test.moc"
