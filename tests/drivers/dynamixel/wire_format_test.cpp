// SPDX-License-Identifier: GPL-3.0-or-later
// Packets in words, and bytes that are none.
#include "drivers/dynamixel/wire_format.h"

#include "drivers/dynamixel/instruction.h"
#include "drivers/dynamixel/status.h"
#include "tests/drivers/dynamixel/wire_bytes.h"
#include "tests/support/test_registry.h"

#include <random>

using namespace servolane;
using namespace servolane::drivers::dynamixel;
using bus::WireDirection;
using bus::WireTrouble;
using bus::WireWords;
using tests::joined;

namespace {

WireWords out(const Bytes& packet) {
    return wireFormat().describe(packet, WireDirection::out, {});
}
WireWords in(const Bytes& packet, const Bytes& request) {
    return wireFormat().describe(packet, WireDirection::in, request);
}
/// Sizes of the parts, packets marked with "P".
std::vector<std::string> partsOf(ByteView bytes) {
    std::vector<std::string> parts;
    while (!bytes.empty()) {
        const auto part = wireFormat().first(bytes);
        if (part.size == 0) {
            parts.emplace_back("more");
            break;
        }
        parts.push_back((part.isPacket ? "P" : "") + std::to_string(part.size));
        bytes = bytes.subspan(part.size);
    }
    return parts;
}
using Parts = std::vector<std::string>;

} // namespace

class WireFormatTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void requestsAreToldInWords_data() {
        QTest::addColumn<QByteArray>("packet");
        QTest::addColumn<int>("id");
        QTest::addColumn<QString>("instruction");
        QTest::addColumn<QString>("text");
        const auto row = [](const char* name, ServoId id, const Request& request, const char* text) {
            const Bytes bytes = encode(id, request);
            QTest::newRow(name) << QByteArray(reinterpret_cast<const char*>(bytes.data()),
                                              static_cast<qsizetype>(bytes.size()))
                                << (id == broadcastId ? WireWords::everyone : int{id.value}) << QString(name)
                                << QString::fromUtf8(text);
        };
        const Bytes goal = littleEndianBytes(2048, 4);
        const Bytes ids{1, 2, 7};
        Bytes items{1};
        items.insert(items.end(), goal.begin(), goal.end());
        Bytes entries;
        appendBulkReadEntry(entries, {3}, {132, 4});
        row("ping", broadcastId, PingRequest{}, "");
        row("read", {1}, ReadRequest{{132, 4}}, "address 132, 4 bytes");
        row("write", {1}, WriteRequest{116, goal}, "address 116 ← 2048");
        row("reg-write", {1}, RegisterWriteRequest{116, goal}, "address 116 ← 2048, later");
        row("action", broadcastId, ActionRequest{}, "");
        row("factory-reset", {1}, FactoryResetRequest{bus::ResetScope::keepId}, "all but the id");
        row("reboot", {9}, RebootRequest{}, "");
        row("clear", {9}, ClearRequest{}, "turns");
        row("backup", {9}, BackupRequest{}, "store");
        row("sync-read", broadcastId, SyncReadRequest{ReplyForm::separate, {126, 10}, ids},
            "address 126, 10 bytes, ids 1 2 7");
        row("sync-write", broadcastId, SyncWriteRequest{{116, 4}, items},
            "address 116, 4 bytes: id 1 ← 2048");
        row("bulk-read", broadcastId, BulkReadRequest{ReplyForm::separate, entries},
            "id 3 address 132, 4 bytes");
        row("fast-sync-read", broadcastId, SyncReadRequest{ReplyForm::merged, {126, 10}, ids},
            "address 126, 10 bytes, ids 1 2 7");
    }
    void requestsAreToldInWords() {
        QFETCH(QByteArray, packet);
        const auto words = out(Bytes(packet.begin(), packet.end()));
        QTEST(words.id, "id");
        QTEST(QString::fromStdString(std::string(words.instruction)), "instruction");
        QTEST(QString::fromStdString(words.text), "text");
        QVERIFY(words.trouble == WireTrouble::none);
    }

    void answersAreUnderstoodByTheirRequest() {
        const Bytes read = encode({1}, ReadRequest{{132, 4}});
        const Bytes answer = encodeStatus({1}, {}, littleEndianBytes(166, 4));
        QCOMPARE(in(answer, read).text, std::string("address 132 = 166"));
        QCOMPARE(in(answer, {}).text, std::string("A6 00 00 00"));
        const Bytes identity = encodeStatus({1}, {}, pingParameters(1020, 48));
        QCOMPARE(in(identity, encode({1}, PingRequest{})).text, std::string("model 1020, firmware 48"));
        QCOMPARE(in(encodeStatus({1}, {}), encode({1}, RebootRequest{})).text, std::string());
    }

    void aServoThatRefusesIsTrouble() {
        const Bytes request = encode({1}, WriteRequest{116, littleEndianBytes(9999, 4)});
        const auto words = in(encodeStatus({1}, {ErrorNumber::dataLimit, true}), request);
        QVERIFY(words.trouble == WireTrouble::refused);
        QCOMPARE(words.text, std::string("data limit error, alert"));
    }

    void aMergedReplyTellsEachServo() {
        const Bytes ids{3, 7};
        const Bytes request = encode(broadcastId, SyncReadRequest{ReplyForm::merged, {132, 4}, ids});
        Bytes reply;
        beginMergedReply(reply, 2 * mergedBlockSize(4));
        appendMergedBlock(reply, {3}, {}, littleEndianBytes(166, 4));
        appendMergedBlock(reply, {7}, {}, littleEndianBytes(2079, 4));
        QCOMPARE(partsOf(reply), Parts{"P" + std::to_string(reply.size())});
        const auto whole = in(reply, request);
        QCOMPARE(whole.text, std::string("id 3 address 132 = 166; id 7 address 132 = 2079"));
        QVERIFY(whole.trouble == WireTrouble::none);
        reply[reply.size() - 4] ^= 0x01U;
        const auto damaged = in(reply, request);
        QVERIFY(damaged.trouble == WireTrouble::damaged);
        QCOMPARE(damaged.text, std::string("id 3 address 132 = 166; id 7 damaged"));
    }

    void bytesBetweenPacketsAreNoPackets() {
        const Bytes one = encodeStatus({1}, {}, littleEndianBytes(166, 4));
        QCOMPARE(partsOf(joined({one, one})), (Parts{"P15", "P15"}));
        QCOMPARE(partsOf(joined({{0x12, 0x34}, one, {0xFF}})), (Parts{"2", "P15", "more"}));
        QCOMPARE(partsOf(ByteView(one).first(9)), Parts{"more"});
    }

    void aDamagedPacketDoesNotSwallowTheNextOne() {
        Bytes cut = encodeStatus({1}, {}, littleEndianBytes(166, 4));
        cut.resize(10); // LEN promises more
        const Bytes good = encodeStatus({2}, {}, littleEndianBytes(7, 4));
        QCOMPARE(partsOf(joined({cut, good})), (Parts{"P10", "P15"}));
        QVERIFY(in(cut, {}).trouble == WireTrouble::damaged);
        QCOMPARE(in(cut, {}).id, 1);
        Bytes flipped = good;
        flipped[9] ^= 0x40U;
        QCOMPARE(partsOf(joined({flipped, good})), (Parts{"P15", "P15"}));
        QCOMPARE(in(flipped, {}).text, std::string("checksum does not hold"));
    }

    void anEchoIsCalledSo() {
        const Bytes read = encode({1}, ReadRequest{{132, 4}});
        QCOMPARE(in(read, read).text, std::string("own echo, address 132, 4 bytes"));
    }

    /// Whatever comes: parts follow each other without end or overlap, and each can be described.
    void anyBytesAreSplitAndDescribed() {
        std::mt19937 random(7);
        const Bytes request = encode(broadcastId, SyncReadRequest{ReplyForm::merged, {132, 4}, Bytes{3, 7}});
        for (int round = 0; round < 3000; ++round) {
            Bytes bytes(random() % 64);
            for (auto& byte : bytes)
                byte = std::array<std::uint8_t, 6>{
                    0xFF, 0xFD, 0x00, 0x55, 0x03, static_cast<std::uint8_t>(random())}[random() % 6];
            for (ByteView rest = bytes; !rest.empty();) {
                const auto part = wireFormat().first(rest);
                QVERIFY(part.size <= rest.size());
                if (part.size == 0) break;
                if (part.isPacket)
                    static_cast<void>(
                        wireFormat().describe(rest.first(part.size), WireDirection::in, request));
                rest = rest.subspan(part.size);
            }
        }
    }
};

SERVOLANE_TEST(WireFormatTest)
#include "wire_format_test.moc"
