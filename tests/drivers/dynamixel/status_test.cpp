// SPDX-License-Identifier: GPL-3.0-or-later
// The worked replies of the protocol sheet, encoded as a servo does and parsed as the host does.
#include "drivers/dynamixel/packet_parser.h"
#include "drivers/dynamixel/status.h"
#include "tests/drivers/dynamixel/wire_bytes.h"
#include "tests/support/test_registry.h"

using namespace servolane;
using namespace servolane::drivers::dynamixel;
using servolane::tests::shown;
using servolane::tests::wire;

namespace {

void verify(ServoId id, StatusError error, const Bytes& parameters, const char* packet) {
    const Bytes bytes = encodeStatus(id, error, parameters);
    QCOMPARE(shown(bytes), shown(wire(packet)));
    PacketParser parser;
    parser.feed(bytes);
    const auto frame = parser.next();
    QVERIFY(frame.has_value());
    const auto status = statusFrom(*frame);
    QVERIFY(status.has_value());
    QCOMPARE(status->id.value, id.value);
    QVERIFY(status->error == error);
    QCOMPARE(shown(status->parameters), shown(parameters));
}

/// ERR, ID, data, CRC of three servos: present positions 166, 2079, 1023.
constexpr const char* mergedSync =
    "FF FF FD 00 | FE | 19 00 | 55 | 00 03 A6 00 00 00 84 08 | 00 07 1F 08 00 00 16 CA |"
    "00 04 FF 03 00 00 D1 9E";

struct Asked {
    ServoId id;
    std::size_t size;
};

std::vector<MergedReplyReader::Block> blocksOf(ByteView reply, const std::vector<Asked>& asked) {
    MergedReplyReader reader(reply);
    std::vector<MergedReplyReader::Block> blocks;
    for (const auto& [id, size] : asked)
        blocks.push_back(reader.next(id, size));
    return blocks;
}

const std::vector<Asked> positions{{ServoId{3}, 4}, {ServoId{7}, 4}, {ServoId{4}, 4}};

} // namespace

class StatusTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void answersPing() {
        // header | id 1 | LEN 7 | status | no error | model 1030 | firmware 38 | CRC
        verify(ServoId{1}, {}, pingParameters(1030, 38),
               "FF FF FD 00 | 01 | 07 00 | 55 | 00 | 06 04 | 26 | 65 5D");
        verify(ServoId{2}, {}, pingParameters(1030, 38),
               "FF FF FD 00 | 02 | 07 00 | 55 | 00 | 06 04 | 26 | 6F 6D");
        // … | model 1200 | firmware 52 | CRC
        verify(ServoId{1}, {}, pingParameters(1200, 52),
               "FF FF FD 00 | 01 | 07 00 | 55 | 00 | B0 04 | 34 | B2 D4");
    }

    void answersReads() {
        // … | LEN 8 | status | no error | 166 | CRC
        verify(ServoId{1}, {}, littleEndianBytes(166, 4),
               "FF FF FD 00 | 01 | 08 00 | 55 | 00 | A6 00 00 00 | 8C C0");
        verify(ServoId{2}, {}, littleEndianBytes(2079, 4),
               "FF FF FD 00 | 02 | 08 00 | 55 | 00 | 1F 08 00 00 | BA BE");
        // … | LEN 6 | status | no error | 119: 11.9 V | CRC
        verify(ServoId{1}, {}, littleEndianBytes(119, 2),
               "FF FF FD 00 | 01 | 06 00 | 55 | 00 | 77 00 | C3 69");
        // … | LEN 5 | status | no error | 36 °C | CRC
        verify(ServoId{2}, {}, littleEndianBytes(36, 1), "FF FF FD 00 | 02 | 05 00 | 55 | 00 | 24 | 8B A9");
    }

    void answersWrites() {
        // … | LEN 4 | status | no error | CRC
        verify(ServoId{1}, {}, {}, "FF FF FD 00 | 01 | 04 00 | 55 | 00 | A1 0C");
    }

    void errorIsANumberAndTheTopBitAnAlert() {
        // … | alert, no error | hardware error status 0x20: overload | CRC
        verify(ServoId{1}, {ErrorNumber::none, true}, {0x20},
               "FF FF FD 00 | 01 | 05 00 | 55 | 80 | 20 | 99 21");
        // … | access error | CRC
        verify(ServoId{1}, {ErrorNumber::access, false}, {}, "FF FF FD 00 | 01 | 04 00 | 55 | 07 | B0 8C");
        // … | access error with alert | CRC
        verify(ServoId{1}, {ErrorNumber::access, true}, {}, "FF FF FD 00 | 01 | 04 00 | 55 | 87 | B3 0F");
    }

    void stuffsTheHeaderPattern() {
        // … | id 7 | LEN 9, stuffing counted | status | no error | FF FF FD, stuffed FD, 00 | CRC
        verify(ServoId{7}, {}, littleEndianBytes(0x00FDFFFF, 4),
               "FF FF FD 00 | 07 | 09 00 | 55 | 00 | FF FF FD FD 00 | A5 5C");
    }

    void identityNeedsThreeBytes() {
        const Bytes two{0x06, 0x04};
        QVERIFY(!identityFrom({ServoId{1}, {}, two}).has_value());
        const Bytes three = pingParameters(1030, 38);
        const auto identity = identityFrom({ServoId{1}, {}, three});
        QVERIFY(identity == (bus::ServoIdentity{ServoId{1}, 1030, 38}));
    }

    void anInstructionIsNoStatus() {
        PacketParser parser;
        parser.feed(wire("FF FF FD 00 | 01 | 03 00 | 01 | 19 4E"));
        QVERIFY(!statusFrom(parser.next().value()).has_value());
    }

    void mergesFastSyncReplies() {
        Bytes reply;
        beginMergedReply(reply, 3 * mergedBlockSize(4));
        appendMergedBlock(reply, ServoId{3}, {}, littleEndianBytes(166, 4));
        appendMergedBlock(reply, ServoId{7}, {}, littleEndianBytes(2079, 4));
        appendMergedBlock(reply, ServoId{4}, {}, littleEndianBytes(1023, 4));
        QCOMPARE(shown(reply), shown(wire(mergedSync)));
        const auto blocks = blocksOf(reply, positions);
        for (const auto& block : blocks)
            QVERIFY(block.intact);
        QCOMPARE(littleEndian(blocks[0].bytes), std::uint64_t{166});
        QCOMPARE(littleEndian(blocks[1].bytes), std::uint64_t{2079});
        QCOMPARE(littleEndian(blocks[2].bytes), std::uint64_t{1023});
    }

    void mergesFastBulkReplies() {
        Bytes reply;
        beginMergedReply(reply, mergedBlockSize(4) + mergedBlockSize(2) + mergedBlockSize(1));
        appendMergedBlock(reply, ServoId{3}, {}, littleEndianBytes(166, 4));
        appendMergedBlock(reply, ServoId{7}, {}, littleEndianBytes(421, 2));
        appendMergedBlock(reply, ServoId{4}, {}, littleEndianBytes(31, 1));
        // … | LEN 20 | status | id 3: 166, CRC | id 7: 421, CRC | id 4: 31, CRC
        QCOMPARE(shown(reply),
                 shown(wire("FF FF FD 00 | FE | 14 00 | 55 | 00 03 A6 00 00 00 67 A4 | 00 07 A5 01 24 74 |"
                            "00 04 1F D9 C1")));
        const auto blocks = blocksOf(reply, {{ServoId{3}, 4}, {ServoId{7}, 2}, {ServoId{4}, 1}});
        QCOMPARE(littleEndian(blocks[1].bytes), std::uint64_t{421});
        QVERIFY(blocks[2].intact);
    }

    void mergedReplyIsAFrameOfItsOwn() {
        PacketParser parser;
        const Bytes reply = wire(mergedSync);
        parser.feed(reply);
        const auto frame = parser.next();
        QVERIFY(frame.has_value());
        QVERIFY(frame->crcHolds);
        QCOMPARE(shown(frame->merged), shown(reply));
        QVERIFY(!statusFrom(*frame).has_value());
    }

    /// Merged replies are sent without stuffing, so the pattern in them must stay.
    void mergedReplyIsNotUnstuffed() {
        Bytes reply;
        const Bytes pattern{0xFF, 0xFF, 0xFD, 0xFD};
        beginMergedReply(reply, mergedBlockSize(4));
        appendMergedBlock(reply, ServoId{3}, {}, pattern);
        PacketParser parser;
        parser.feed(reply);
        const auto frame = parser.next();
        QVERIFY(frame.has_value());
        QCOMPARE(shown(blocksOf(frame->merged, {{ServoId{3}, 4}})[0].bytes), shown(pattern));
    }

    void damagedDataCostOneBlockAndADamagedChecksumTwo_data() {
        QTest::addColumn<int>("damagedByte");
        for (int at = int(mergedPrefixSize); at < int(mergedPrefixSize + 3 * mergedBlockSize(4)); ++at)
            QTest::addRow("byte %d", at) << at;
    }
    void damagedDataCostOneBlockAndADamagedChecksumTwo() {
        QFETCH(int, damagedByte);
        Bytes reply = wire(mergedSync);
        reply[static_cast<std::size_t>(damagedByte)] ^= 0x40;
        const std::size_t place = static_cast<std::size_t>(damagedByte) - mergedPrefixSize;
        const std::size_t first = place / mergedBlockSize(4);
        const bool inChecksum = place % mergedBlockSize(4) >= mergedBlockSize(4) - crcSize;
        const auto blocks = blocksOf(reply, positions);
        for (std::size_t index = 0; index < blocks.size(); ++index) {
            const bool lost = index == first || (inChecksum && index == first + 1);
            QVERIFY(blocks[index].whole);
            QCOMPARE(blocks[index].intact, !lost);
        }
    }

    void aCutReplyGivesItsWholeBlocks() {
        const Bytes reply = wire(mergedSync);
        for (std::size_t size = 0; size <= reply.size(); ++size) {
            const auto blocks = blocksOf(ByteView(reply).first(size), positions);
            const std::size_t whole =
                size < mergedPrefixSize ? 0 : (size - mergedPrefixSize) / mergedBlockSize(4);
            for (std::size_t index = 0; index < blocks.size(); ++index)
                QCOMPARE(blocks[index].intact, index < whole);
        }
    }

    void aBlockOfAnotherServoIsNotTaken() {
        const Bytes reply = wire(mergedSync);
        const auto blocks = blocksOf(reply, {{ServoId{3}, 4}, {ServoId{8}, 4}, {ServoId{4}, 4}});
        QVERIFY(blocks[0].intact);
        QVERIFY(!blocks[1].intact);
        QVERIFY(blocks[2].intact);
    }
};

SERVOLANE_TEST(StatusTest)
#include "status_test.moc"
