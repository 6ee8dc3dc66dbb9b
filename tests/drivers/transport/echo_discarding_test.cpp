// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/transport/echo_discarding_transport.h"

#include "drivers/transport/pipe_transport.h"
#include "tests/drivers/transport/scripted_peer.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>
#include <array>

using namespace servolane;
using namespace servolane::drivers;
using namespace std::chrono_literals;
using tests::ScriptedPeer;

class EchoDiscardingTest : public QObject {
    Q_OBJECT

    struct Line {
        TestClock clock;
        Waker waker;
        std::shared_ptr<ScriptedPeer> peer = std::make_shared<ScriptedPeer>();
        EchoDiscardingTransport transport{std::make_unique<PipeTransport>(peer, clock, waker)};

        Line() { (void)transport.open({"sim:test", 1'000'000}); }
        void plan(Duration after, Bytes bytes) {
            peer->script.emplace_back(clock.now() + after, std::move(bytes));
        }
        Bytes read(Duration patience = 10ms) {
            std::array<std::uint8_t, 64> buffer{};
            const auto got = transport.read(buffer, clock.now() + patience);
            return Bytes(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(got.value_or(0)));
        }
    };

private Q_SLOTS:
    void dropsItsOwnBytes() {
        Line line;
        (void)line.transport.write(Bytes{1, 2, 3});
        line.plan(1ms, {1, 2, 3, 8, 9});
        QVERIFY(line.read() == (Bytes{8, 9}));
    }

    void dropsAnEchoInPieces() {
        Line line;
        (void)line.transport.write(Bytes{1, 2, 3});
        line.plan(1ms, {1});
        line.plan(2ms, {2, 3});
        line.plan(3ms, {9});
        QVERIFY(line.read() == Bytes{9});
        QVERIFY(line.read() == Bytes{});
    }

    /// Frames of both directions begin alike: what looked like an echo must come back when it is none.
    void keepsAnAnswerThatBeginsLikeTheRequest() {
        Line line;
        (void)line.transport.write(Bytes{0xFF, 0xFF, 0xFD, 1, 5});
        line.plan(1ms, {0xFF, 0xFF});
        line.plan(2ms, {0xFD, 2, 7});
        QVERIFY(line.read() == (Bytes{0xFF, 0xFF, 0xFD, 2, 7}));
    }

    void echoMissedOnceDoesNotSwallowTheNextAnswer() {
        Line line;
        (void)line.transport.write(Bytes{1, 2});
        QVERIFY(line.read() == Bytes{});
        (void)line.transport.discardInput();
        (void)line.transport.write(Bytes{3, 4});
        line.plan(1ms, {3, 4, 5});
        QVERIFY(line.read() == Bytes{5});
    }
};

SERVOLANE_TEST(EchoDiscardingTest)
#include "echo_discarding_test.moc"
