// SPDX-License-Identifier: GPL-3.0-or-later
// Bytes as they are: nothing is made of them, and the wire is not held for longer than was said.
#include "drivers/dynamixel/packet_form.h"
#include "tests/drivers/dynamixel/bus_fixture.h"
#include "tests/drivers/dynamixel/wire_bytes.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>

using namespace servolane;
using namespace servolane::tests;
using namespace std::chrono_literals;

class RawExchangeTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aRawExchangeReturnsAllThatCameAsItCame() {
        BusFixture line;
        const Bytes ping = wire("FF FF FD 00 01 03 00 01 19 4E");
        const Bytes answer = status(1, 1020, 2);
        line.transport.answer(byteByByte(answer, 2ms, 100us));
        const auto heard = line.bus.exchange(ping, 10ms);
        QVERIFY(heard.has_value());
        QCOMPARE(shown(*heard), shown(answer));
        QCOMPARE(shown(line.transport.written().at(0)), shown(ping));
    }

    void aRawExchangeWithoutAnAnswerEndsAfterItsWait() {
        BusFixture line;
        const Bytes garbage{0x01};
        const Duration took = line.timeOf([&] {
            const auto heard = line.bus.exchange(garbage, 10ms);
            QVERIFY(heard && heard->empty());
        });
        QVERIFY(took >= 10ms && took < 15ms);
        line.waker.wake();
        QVERIFY(line.bus.exchange(garbage, 10ms).error().code == ErrorCode::interrupted);
    }

    void aLineThatTalksOnEndsARawExchangeAllTheSame() {
        BusFixture line;
        line.transport.answer(byteByByte(Bytes(2000, 0x55), 1ms, 100us));
        const Bytes garbage{0x01};
        const Duration took = line.timeOf([&] {
            const auto heard = line.bus.exchange(garbage, 10ms);
            QVERIFY(heard && heard->size() > 100);
        });
        QVERIFY(took < 35ms);
    }
    void aDraftBecomesThePacketOfTheMakersExamples() {
        const auto& form = drivers::dynamixel::packetForm();
        QCOMPARE(shown(form.encode({1, 0x01, {}})), shown(wire("FF FF FD 00 01 03 00 01 19 4E")));
        QCOMPARE(shown(form.encode({1, 0x02, {0x84, 0x00, 0x04, 0x00}})),
                 shown(wire("FF FF FD 00 01 07 00 02 84 00 04 00 1D 15")));
        // What would look like a header is escaped; an unknown instruction is nobody's business here.
        const Bytes stuffed = form.encode({1, 0x99, {0xFF, 0xFF, 0xFD}});
        QCOMPARE(stuffed.size(), std::size_t{14});
        const auto read = form.read(stuffed);
        QCOMPARE(read.size(), std::size_t{1});
        QVERIFY(read[0].whole && !read[0].isAnswer);
        QCOMPARE(int(read[0].instruction), 0x99);
        QCOMPARE(shown(read[0].parameters), shown(wire("FF FF FD")));
    }

    void whatCameBackIsReadPacketByPacketAndGarbageIsCounted() {
        const auto& form = drivers::dynamixel::packetForm();
        const Bytes refused = bareStatus(7, {drivers::dynamixel::ErrorNumber::dataRange, true});
        Bytes cut = status(3, 5, 2);
        cut.pop_back();
        const auto read = form.read(joined({{0x00, 0x01}, status(1, 1020, 2), refused, cut}));
        QCOMPARE(read.size(), std::size_t{4});
        QVERIFY(!read[0].whole);
        QCOMPARE(read[0].bytes, std::size_t{2});
        QVERIFY(read[1].whole && read[1].isAnswer && read[1].error == 0);
        QCOMPARE(shown(read[1].parameters), shown(wire("FC 03")));
        QCOMPARE(int(read[2].id), 7);
        QCOMPARE(int(read[2].error), 4);
        QCOMPARE(read[2].errorWord, std::string_view("data range"));
        QVERIFY(read[2].alert);
        QVERIFY(!read[3].whole);
        QCOMPARE(read[3].bytes, cut.size());
        QVERIFY(form.read({}).empty());
    }
};

SERVOLANE_TEST(RawExchangeTest)
#include "raw_exchange_test.moc"
