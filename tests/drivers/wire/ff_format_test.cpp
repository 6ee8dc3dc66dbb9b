// SPDX-License-Identifier: GPL-3.0-or-later
// The worked packets of the protocol sheets in words.
#include "drivers/wire/ff_format.h"

#include "tests/drivers/dynamixel/wire_bytes.h"
#include "tests/support/test_registry.h"

#include <random>

using namespace servolane;
using namespace servolane::drivers::wire;
using bus::WireDirection;
using bus::WireTrouble;
using tests::joined;
using tests::wire;

namespace {

using Parts = std::vector<std::string>;

Parts partsOf(ByteView bytes) {
    Parts parts;
    while (!bytes.empty()) {
        const auto part = dynamixel1Format().first(bytes);
        if (part.size == 0) {
            parts.emplace_back("more");
            break;
        }
        parts.push_back((part.isPacket ? "P" : "") + std::to_string(part.size));
        bytes = bytes.subspan(part.size);
    }
    return parts;
}

} // namespace

class FfFormatTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void requestsAreToldInWords_data() {
        QTest::addColumn<QString>("packet");
        QTest::addColumn<int>("id");
        QTest::addColumn<QString>("instruction");
        QTest::addColumn<QString>("text");
        const int all = bus::WireWords::everyone;
        QTest::newRow("ping") << "FF FF 01 02 01 FB" << 1 << "ping"
                              << "";
        QTest::newRow("read") << "FF FF 01 04 02 2B 01 CC" << 1 << "read"
                              << "address 43, 1 byte";
        QTest::newRow("write") << "FF FF FE 04 03 03 01 F6" << all << "write"
                               << "address 3 ← 1";
        QTest::newRow("write of two") << "FF FF 01 05 03 20 00 06 D0" << 1 << "write"
                                      << "address 32 ← 1536";
        QTest::newRow("long write") << "FF FF 01 07 03 1E 00 02 64 00 70" << 1 << "write"
                                    << "address 30 ← 00 02 64 00";
        QTest::newRow("reg write") << "FF FF 01 05 04 1E F4 01 E2" << 1 << "reg-write"
                                   << "address 30 ← 500, later";
        QTest::newRow("action") << "FF FF FE 02 05 FA" << all << "action"
                                << "";
        QTest::newRow("reset") << "FF FF 00 02 06 F7" << 0 << "factory-reset"
                               << "";
        QTest::newRow("sync write") << "FF FF FE 0E 83 1E 04 00 10 00 50 01 01 20 02 60 03 67" << all
                                    << "sync-write"
                                    << "address 30, 4 bytes: id 0 ← 10 00 50 01, id 1 ← 20 02 60 03";
        QTest::newRow("bulk read") << "FF FF FE 09 92 00 02 01 1E 02 02 24 1D" << all << "bulk-read"
                                   << "id 1 address 30, 2 bytes; id 2 address 36, 2 bytes";
    }
    void requestsAreToldInWords() {
        QFETCH(QString, packet);
        const auto words = dynamixel1Format().describe(wire(packet.toStdString()), WireDirection::out, {});
        QTEST(words.id, "id");
        QTEST(QString::fromStdString(std::string(words.instruction)), "instruction");
        QTEST(QString::fromStdString(words.text), "text");
        QVERIFY(words.trouble == WireTrouble::none);
    }

    void answersAreUnderstoodByTheirRequest() {
        const auto answer = [](const char* packet, const char* request) {
            return dynamixel1Format().describe(wire(packet), WireDirection::in, wire(request));
        };
        const auto words = answer("FF FF 01 03 00 20 DB", "FF FF 01 04 02 2B 01 CC");
        QCOMPARE(words.instruction, std::string_view("status"));
        QCOMPARE(words.text, std::string("address 43 = 32"));
        const char* bulk = "FF FF FE 09 92 00 02 01 1E 02 02 24 1D";
        QCOMPARE(answer("FF FF 02 04 00 00 80 79", bulk).text, std::string("address 36 = 32768"));
        QCOMPARE(answer("FF FF 01 02 00 FC", "FF FF 01 02 01 FB").text, std::string());
        const auto bad = answer("FF FF 01 02 24 D8", "FF FF 01 02 01 FB");
        QCOMPARE(bad.text, std::string("overheating, overload alarm"));
        QVERIFY(bad.trouble == WireTrouble::none);
    }

    /// Every good answer of a servo with a low supply counted as trouble.
    void anAlarmIsNoRefusal() {
        const auto sts = [](const char* packet, const char* request) {
            return feetechStsFormat().describe(wire(packet), WireDirection::in, wire(request));
        };
        const auto read = sts("FF FF 01 04 01 18 05 DC", "FF FF 01 04 02 38 02 BE");
        QVERIFY(read.trouble == WireTrouble::none);
        QCOMPARE(read.text, std::string("voltage alarm, address 56 = 1304"));
        QVERIFY(sts("FF FF 01 02 20 DC", "FF FF 01 04 03 28 01 CE").trouble == WireTrouble::none);
        const auto dynamixel = [](const char* packet, const char* request) {
            return dynamixel1Format().describe(wire(packet), WireDirection::in, wire(request));
        };
        const char* write = "FF FF 01 05 03 1E F4 01 E3";
        const auto refused = dynamixel("FF FF 01 02 03 F9", write);
        QVERIFY(refused.trouble == WireTrouble::refused);
        QCOMPARE(refused.text, std::string("angle limit error, input voltage alarm"));
        // What was read is there all the same, and a ping is not refused.
        QVERIFY(dynamixel("FF FF 01 03 02 20 D9", "FF FF 01 04 02 2B 01 CC").trouble == WireTrouble::none);
        QVERIFY(dynamixel("FF FF 01 02 02 FA", "FF FF 01 02 01 FB").trouble == WireTrouble::none);
    }

    void whatMayBeAnAnswerIsNotCalledEchoAlone() {
        const Bytes ping = wire("FF FF 01 02 01 FB");
        const auto words = dynamixel1Format().describe(ping, WireDirection::in, ping);
        QCOMPARE(words.text, std::string("own echo, or an answer: input voltage alarm"));
    }

    void theOrderOfBytesIsTheFamilys() {
        const Bytes read = wire("FF FF 01 04 02 38 02 BE");
        const Bytes answer = wire("FF FF 01 04 00 18 05 DD");
        QCOMPARE(feetechFormat().describe(answer, WireDirection::in, read).text,
                 std::string("address 56 = 1304 (SCS: 6149)"));
        QCOMPARE(feetechStsFormat().describe(answer, WireDirection::in, read).text,
                 std::string("address 56 = 1304"));
        QCOMPARE(feetechScsFormat().describe(answer, WireDirection::in, read).text,
                 std::string("address 56 = 6149"));
    }

    void anEchoIsCalledSo() {
        const Bytes read = wire("FF FF 01 04 02 38 02 BE");
        const auto words = feetechStsFormat().describe(read, WireDirection::in, read);
        QCOMPARE(words.instruction, std::string_view("read"));
        QCOMPARE(words.text, std::string("own echo, address 56, 2 bytes"));
    }

    void packetsAreFoundBetweenOtherBytes() {
        const Bytes one = wire("FF FF 01 02 00 FC");
        QCOMPARE(partsOf(joined({one, one})), (Parts{"P6", "P6"}));
        QCOMPARE(partsOf(joined({{0x12, 0xFF}, one, {0xFF}})), (Parts{"2", "P6", "more"}));
        QCOMPARE(partsOf(joined({wire("FF FF 01 05 00"), one})), (Parts{"P5", "P6"})); // cut short
        QCOMPARE(partsOf(joined({wire("FF FF 01 02 00 FB"), one})), (Parts{"P6", "P6"}));
        QVERIFY(dynamixel1Format().describe(wire("FF FF 01 02 00 FB"), WireDirection::in, {}).trouble ==
                WireTrouble::damaged);
    }

    void anyBytesAreSplitAndDescribed() {
        std::mt19937 random(7);
        const Bytes request = wire("FF FF FE 09 92 00 02 01 1E 02 02 24 1D");
        for (int round = 0; round < 3000; ++round) {
            Bytes bytes(random() % 48);
            for (auto& byte : bytes)
                byte = std::array<std::uint8_t, 5>{0xFF, 0x02, 0x01, 0x83,
                                                   static_cast<std::uint8_t>(random())}[random() % 5];
            for (ByteView rest = bytes; !rest.empty();) {
                const auto part = feetechScsFormat().first(rest);
                QVERIFY(part.size <= rest.size());
                if (part.size == 0) break;
                if (part.isPacket)
                    for (const auto direction : {WireDirection::in, WireDirection::out})
                        static_cast<void>(
                            feetechScsFormat().describe(rest.first(part.size), direction, request));
                rest = rest.subspan(part.size);
            }
        }
    }
};

SERVOLANE_TEST(FfFormatTest)
#include "ff_format_test.moc"
