// SPDX-License-Identifier: GPL-3.0-or-later
// Bytes as they are: nothing is made of them, and the wire is not held for longer than was said.
#include "tests/drivers/dynamixel/bus_fixture.h"
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
};

SERVOLANE_TEST(RawExchangeTest)
#include "raw_exchange_test.moc"
