// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/transport/pty_transport.h"

#include "drivers/transport/serial_transport.h"
#include "drivers/transport/terminal_rate.h"
#include "drivers/transport/transport_factory.h"
#include "tests/drivers/transport/terminal_pair.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>
#include <array>

using namespace servolane;
using namespace servolane::drivers;
using namespace std::chrono_literals;

class PtyTransportTest : public QObject {
    Q_OBJECT

    SystemClock clock_;
    Waker waker_;
    std::array<std::uint8_t, 256> buffer_{};

    Time later() { return clock_.now() + 5s; } // a bound for failure alone

private Q_SLOTS:
    void init() { waker_.clear(); }

    void carriesEveryByteUnchanged() {
        tests::TerminalPair pair;
        PtyTransport transport(clock_, waker_);
        QVERIFY(transport.open({pair.path(), 1'000'000}));
        Bytes all(256);
        for (std::size_t i = 0; i < all.size(); ++i)
            all[i] = static_cast<std::uint8_t>(i);
        QVERIFY(transport.write(all));
        QVERIFY(pair.receive() == all);
        pair.send(all);
        Bytes got;
        while (got.size() < all.size()) {
            const auto count = transport.read(buffer_, later());
            QVERIFY(count && *count > 0);
            got.insert(got.end(), buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(*count));
        }
        QVERIFY(got == all);
        QVERIFY(transport.timing().byteTime == 10us);
    }

    void silenceEndsAtTheDeadline() {
        tests::TerminalPair pair;
        PtyTransport transport(clock_, waker_);
        QVERIFY(transport.open({pair.path(), 1'000'000}));
        QCOMPARE(transport.read(buffer_, clock_.now()).value(), std::size_t{0});
    }

    void wakingBreaksASilentWaitOff() {
        tests::TerminalPair pair;
        PtyTransport transport(clock_, waker_);
        QVERIFY(transport.open({pair.path(), 1'000'000}));
        waker_.wake();
        QVERIFY(transport.read(buffer_, later()).error().code == ErrorCode::interrupted);
        pair.send(Bytes{1});
        QCOMPARE(transport.read(buffer_, later()).value(), std::size_t{1});
    }

    void secondOpenerIsToldThatItIsBusy() {
        tests::TerminalPair pair;
        PtyTransport first(clock_, waker_);
        PtyTransport second(clock_, waker_);
        QVERIFY(first.open({pair.path(), 1'000'000}));
        QVERIFY(second.open({pair.path(), 1'000'000}).error().code == ErrorCode::busy);
        first.close();
        QVERIFY(second.open({pair.path(), 1'000'000}));
    }

    void hangUpLosesTheLink() {
        tests::TerminalPair pair;
        PtyTransport transport(clock_, waker_);
        QVERIFY(transport.open({pair.path(), 1'000'000}));
        pair.unplug();
        QVERIFY(transport.read(buffer_, later()).error().code == ErrorCode::linkLost);
        QVERIFY(transport.write(Bytes{1}).error().code == ErrorCode::linkLost);
    }

    void fullLineEndsInATimeout() {
        tests::TerminalPair pair;
        PtyTransport transport(clock_, waker_);
        QVERIFY(transport.open({pair.path(), 4'000'000}));
        const Bytes much(200'000, 0x55);
        QVERIFY(transport.write(much).error().code == ErrorCode::timeout);
    }

    void discardDropsWhatHasArrived() {
        tests::TerminalPair pair;
        PtyTransport transport(clock_, waker_);
        QVERIFY(transport.open({pair.path(), 1'000'000}));
        pair.send(Bytes{1, 2, 3});
        QCOMPARE(transport.read(MutableByteView(buffer_).first(1), later()).value(), std::size_t{1});
        QVERIFY(transport.discardInput());
        pair.send(Bytes{9});
        QCOMPARE(transport.read(buffer_, later()).value(), std::size_t{1});
        QCOMPARE(int(buffer_[0]), 9);
    }

    /// The other end could not tell at which rate it was spoken to.
    void theTerminalIsToldTheRateAndGetsItsOwnBack() {
        tests::TerminalPair pair;
        QVERIFY(!terminalRate(pair.path())); // nobody has set any
        {
            PtyTransport transport(clock_, waker_);
            QVERIFY(transport.open({pair.path(), 1'000'000}));
            QCOMPARE(terminalRate(pair.path()).value_or(0), 1'000'000U);
            for (const std::uint32_t rate : {57'600U, 250'000U, 38'400U, 4'500'000U}) {
                QVERIFY(transport.setBaud(rate));
                QCOMPARE(terminalRate(pair.path()).value_or(0), rate);
            }
        }
        QVERIFY(!terminalRate(pair.path()));
    }

    void saysWhyItCannotOpen() {
        PtyTransport transport(clock_, waker_);
        QVERIFY(transport.open({"/dev/pts/999999", 57'600}).error().code == ErrorCode::notFound);
        QVERIFY(transport.open({"/dev/null", 57'600}).error().code == ErrorCode::invalid);
        QVERIFY(transport.open({"/dev/pts/0", 300}).error().code == ErrorCode::invalid);
        QVERIFY(!transport.isOpen());
    }

    void factoryChoosesByPath() {
        tests::TerminalPair pair;
        const auto pty = makeTransport({pair.path()}, clock_, waker_);
        QVERIFY(dynamic_cast<PtyTransport*>(pty.get()) != nullptr);
        const auto serial = makeTransport({"/dev/ttyUSB0"}, clock_, waker_);
        QVERIFY(dynamic_cast<SerialTransport*>(serial.get()) != nullptr);
    }
};

SERVOLANE_TEST(PtyTransportTest)
#include "pty_transport_test.moc"
