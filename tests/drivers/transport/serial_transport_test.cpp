// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/transport/serial_transport.h"

#include "tests/drivers/transport/terminal_pair.h"
#include "tests/support/test_registry.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>
#include <array>
#include <cerrno>
#include <cstdarg>
#include <dlfcn.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

namespace {
int modemLines = 0;
tcflag_t framing = 0; ///< as asked of the system last
} // namespace

/// A pseudo-terminal keeps neither parity nor stop bits, whatever it is told: what it was told is noted here.
extern "C" int tcsetattr(int descriptor, int actions, const termios* settings) noexcept {
    framing = settings->c_cflag & (CSIZE | PARENB | PARODD | CSTOPB);
    static const auto next = reinterpret_cast<decltype(&::tcsetattr)>(::dlsym(RTLD_NEXT, "tcsetattr"));
    return next(descriptor, actions, settings);
}

/// libserialport insists on modem lines, which a pseudo-terminal lacks: in this program they exist, as one
/// number.
extern "C" int ioctl(int descriptor, unsigned long request, ...) noexcept {
    va_list arguments;
    va_start(arguments, request);
    void* argument = va_arg(arguments, void*);
    va_end(arguments);
    const long outcome = ::syscall(SYS_ioctl, descriptor, request, argument);
    if (outcome >= 0 || errno != ENOTTY) return static_cast<int>(outcome);
    switch (request) {
    case TIOCMGET:
        *static_cast<int*>(argument) = modemLines;
        return 0;
    case TIOCMSET:
        modemLines = *static_cast<int*>(argument);
        return 0;
    case TIOCMBIS:
        modemLines |= *static_cast<int*>(argument);
        return 0;
    case TIOCMBIC:
        modemLines &= ~*static_cast<int*>(argument);
        return 0;
    default:
        return -1;
    }
}

using namespace servolane;
using namespace servolane::drivers;
using namespace std::chrono_literals;

class SerialTransportTest : public QObject {
    Q_OBJECT

    SystemClock clock_;
    Waker waker_;
    QTemporaryDir folder_;
    std::array<std::uint8_t, 256> buffer_{};

    Time later() { return clock_.now() + 5s; } // a bound for failure alone

    /// A name that libserialport takes for a port of /sys/class/tty: out of /dev and up to a link to the
    /// terminal.
    std::string portFor(const tests::TerminalPair& pair) {
        const std::string link = folder_.filePath("port").toStdString();
        ::unlink(link.c_str());
        if (::symlink(pair.path().c_str(), link.c_str()) != 0) return {};
        return "/dev/../../.." + link;
    }

    bus::LineSettings settingsFor(const tests::TerminalPair& pair, std::uint32_t baud = 1'000'000) {
        bus::LineSettings settings;
        settings.path = portFor(pair);
        settings.baud = baud;
        return settings;
    }

private Q_SLOTS:
    void init() {
        waker_.clear();
        modemLines = 0;
    }

    void carriesBytesBothWaysAtAnyRate() {
        for (const std::uint32_t baud : {9'600U, 57'600U, 1'000'000U, 3'000'000U, 4'500'000U, 1'234'567U}) {
            tests::TerminalPair pair;
            SerialTransport transport(clock_, waker_);
            const auto opened = transport.open(settingsFor(pair, baud));
            QVERIFY2(opened, opened ? "" : opened.error().detail.c_str());
            const Bytes frame{0xFF, 0xFF, 0xFD, 0x00, 0x01, 0x0A, 0x0D, 0x03, 0x11, 0x13};
            QVERIFY(transport.write(frame));
            QVERIFY(pair.receive() == frame);
            pair.send(frame);
            QCOMPARE(transport.read(buffer_, later()).value(), frame.size());
            QVERIFY(std::equal(frame.begin(), frame.end(), buffer_.begin()));
            QVERIFY(transport.timing().byteTime == Duration{10'000'000'000LL / baud});
        }
    }

    void changesItsRateWhileOpen() {
        tests::TerminalPair pair;
        SerialTransport transport(clock_, waker_);
        QVERIFY(transport.open(settingsFor(pair)));
        QVERIFY(transport.setBaud(4'000'000));
        QVERIFY(transport.timing().byteTime == 2500ns);
        QVERIFY(transport.setBaud(100).error().code == ErrorCode::unsupported);
    }

    void setsOnlyTheLevelsAskedFor() {
        tests::TerminalPair pair;
        SerialTransport transport(clock_, waker_);
        auto settings = settingsFor(pair);
        modemLines = TIOCM_DTR;
        QVERIFY(transport.open(settings));
        QCOMPARE(modemLines, TIOCM_DTR);
        settings.dtr = bus::LineLevel::low;
        settings.rts = bus::LineLevel::high;
        QVERIFY(transport.open(settings));
        QCOMPARE(modemLines, TIOCM_RTS);
    }

    void secondOpenerIsToldThatItIsBusy() {
        tests::TerminalPair pair;
        SerialTransport first(clock_, waker_);
        SerialTransport second(clock_, waker_);
        const auto settings = settingsFor(pair);
        QVERIFY(first.open(settings));
        QVERIFY(second.open(settings).error().code == ErrorCode::busy);
        first.close();
        QVERIFY(second.open(settings));
    }

    void silenceAndWakingEndAWait() {
        tests::TerminalPair pair;
        SerialTransport transport(clock_, waker_);
        QVERIFY(transport.open(settingsFor(pair)));
        QCOMPARE(transport.read(buffer_, clock_.now()).value(), std::size_t{0});
        waker_.wake();
        QVERIFY(transport.read(buffer_, later()).error().code == ErrorCode::interrupted);
    }

    void unpluggingLosesTheLink() {
        tests::TerminalPair pair;
        SerialTransport transport(clock_, waker_);
        QVERIFY(transport.open(settingsFor(pair)));
        pair.unplug();
        QVERIFY(transport.read(buffer_, later()).error().code == ErrorCode::linkLost);
        QVERIFY(transport.write(Bytes{1}).error().code == ErrorCode::linkLost);
    }

    void asksForParityAndStopBits_data() {
        QTest::addColumn<bus::Parity>("parity");
        QTest::addColumn<int>("stopBits");
        QTest::addColumn<unsigned>("asked");
        QTest::newRow("8N1") << bus::Parity::none << 1 << unsigned{CS8};
        QTest::newRow("8E1") << bus::Parity::even << 1 << unsigned{CS8 | PARENB};
        QTest::newRow("8O1") << bus::Parity::odd << 1 << unsigned{CS8 | PARENB | PARODD};
        QTest::newRow("8N2") << bus::Parity::none << 2 << unsigned{CS8 | CSTOPB};
    }
    void asksForParityAndStopBits() {
        QFETCH(bus::Parity, parity);
        QFETCH(int, stopBits);
        QFETCH(unsigned, asked);
        tests::TerminalPair pair;
        SerialTransport transport(clock_, waker_);
        bus::LineSettings settings = settingsFor(pair, 115'200);
        settings.parity = parity;
        settings.stopBits = static_cast<decltype(settings.stopBits)>(stopBits);
        QVERIFY(transport.open(settings));
        QCOMPARE(unsigned{framing}, asked);
    }

    void saysWhyItCannotOpen() {
        SerialTransport transport(clock_, waker_);
        QVERIFY(transport.open({"/dev/ttyUSB99", 57'600}).error().code == ErrorCode::notFound);
        QVERIFY(transport.open({"/dev/null", 57'600}).error().code == ErrorCode::invalid);
        bus::LineSettings settings{"/dev/ttyS0", 57'600};
        settings.stopBits = 3;
        QVERIFY(transport.open(settings).error().code == ErrorCode::invalid);
    }
};

SERVOLANE_TEST(SerialTransportTest)
#include "serial_transport_test.moc"
