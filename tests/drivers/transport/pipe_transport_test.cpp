// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/transport/pipe_transport.h"

#include "tests/drivers/transport/scripted_peer.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>
#include <array>

using namespace servolane;
using namespace servolane::drivers;
using namespace std::chrono_literals;
using tests::ScriptedPeer;

class PipeTransportTest : public QObject {
    Q_OBJECT

    struct Line {
        TestClock clock;
        Waker waker;
        std::shared_ptr<ScriptedPeer> peer = std::make_shared<ScriptedPeer>();
        PipeTransport transport{peer, clock, waker};
        std::array<std::uint8_t, 64> buffer{};

        Line() { (void)transport.open({"sim:test", 1'000'000}); }
        void plan(Duration after, Bytes bytes) {
            peer->script.emplace_back(clock.now() + after, std::move(bytes));
        }
    };

private Q_SLOTS:
    void waitingForBytesMovesTheTestClockToTheirTime() {
        Line line;
        const Time start = line.clock.now();
        line.plan(3ms, {1, 2, 3});
        const auto got = line.transport.read(line.buffer, start + 1s);
        QCOMPARE(got.value(), std::size_t{3});
        QVERIFY(line.clock.now() == start + 3ms);
        QCOMPARE(int(line.buffer[2]), 3);
    }

    void silenceEndsAtTheDeadline() {
        Line line;
        const Time start = line.clock.now();
        line.plan(3ms, {1});
        QCOMPARE(line.transport.read(line.buffer, start + 2ms).value(), std::size_t{0});
        QVERIFY(line.clock.now() == start + 2ms);
        QCOMPARE(line.transport.read(line.buffer, start + 3ms).value(), std::size_t{1});
    }

    void whatIsThereIsGivenEvenAfterTheDeadline() {
        Line line;
        line.plan(0ms, {1});
        QCOMPARE(line.transport.read(line.buffer, line.clock.now() - 1ms).value(), std::size_t{1});
    }

    void wakingBreaksASilentWaitOff() {
        Line line;
        line.plan(3ms, {1});
        line.waker.wake();
        const Time start = line.clock.now();
        const auto got = line.transport.read(line.buffer, start + 1s);
        QVERIFY(!got);
        QVERIFY(got.error().code == ErrorCode::interrupted);
        QVERIFY(line.clock.now() == start);
    }

    void wakingDoesNotHideWhatHasArrived() {
        Line line;
        line.plan(0ms, {7});
        line.waker.wake();
        QCOMPARE(line.transport.read(line.buffer, line.clock.now() + 1s).value(), std::size_t{1});
    }

    void smallBufferLeavesTheRest() {
        Line line;
        line.plan(0ms, {1, 2, 3, 4, 5});
        std::array<std::uint8_t, 2> small{};
        QCOMPARE(line.transport.read(small, line.clock.now()).value(), std::size_t{2});
        QCOMPARE(line.transport.read(line.buffer, line.clock.now()).value(), std::size_t{3});
        QCOMPARE(int(line.buffer[0]), 3);
    }

    void handsRateBytesAndTimeToThePeer() {
        Line line;
        QCOMPARE(line.peer->baud, 1'000'000U);
        QVERIFY(line.transport.setBaud(57'600));
        QCOMPARE(line.peer->baud, 57'600U);
        QVERIFY(line.transport.write(Bytes{1, 2}));
        QVERIFY(line.peer->heard == (Bytes{1, 2}));
        QVERIFY(line.peer->heardAt == line.clock.now());
        QVERIFY(line.transport.timing().byteTime == 10us);
    }

    void discardDropsOnlyWhatHasArrived() {
        Line line;
        line.plan(0ms, {1, 2});
        line.plan(5ms, {3});
        QVERIFY(line.transport.discardInput());
        QCOMPARE(line.transport.read(line.buffer, line.clock.now() + 1s).value(), std::size_t{1});
        QCOMPARE(int(line.buffer[0]), 3);
    }

    void unpluggingInAWaitLosesTheLink() {
        Line line;
        line.peer->unpluggedFrom = line.clock.now() + 4ms;
        const auto got = line.transport.read(line.buffer, line.clock.now() + 10ms);
        QVERIFY(got.error().code == ErrorCode::linkLost);
        QVERIFY(line.transport.write(Bytes{1}).error().code == ErrorCode::linkLost);
        line.transport.close();
        QVERIFY(line.transport.open({"sim:test", 1'000'000}).error().code == ErrorCode::notFound);
    }

    void closedLineIsLost() {
        Line line;
        line.transport.close();
        QVERIFY(!line.transport.isOpen());
        QVERIFY(line.transport.read(line.buffer, line.clock.now()).error().code == ErrorCode::linkLost);
        QVERIFY(line.transport.setBaud(9600).error().code == ErrorCode::linkLost);
    }
};

SERVOLANE_TEST(PipeTransportTest)
#include "pipe_transport_test.moc"
