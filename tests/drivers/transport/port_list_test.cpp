// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/transport/port_list.h"

#include "drivers/transport/adapter_latency.h"
#include "drivers/transport/adapter_name.h"
#include "drivers/transport/port_lock.h"
#include "tests/support/test_registry.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtCore/QTemporaryDir>
#include <QtCore/QTemporaryFile>
#include <QtTest/QTest>
#include <fcntl.h>
#include <unistd.h>

using namespace servolane;
using namespace servolane::drivers;

class PortListTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void listIsSortedAndComplete() {
        const auto ports = listPorts();
        for (std::size_t i = 0; i < ports.size(); ++i) {
            QVERIFY(!ports[i].path.empty());
            QVERIFY(ports[i].openable == ports[i].advice.empty());
            QVERIFY(i == 0 || ports[i - 1].path < ports[i].path);
        }
    }

    void lockedPortNamesItsHolder() {
        QTemporaryFile file;
        QVERIFY(file.open());
        PortDescription port;
        port.path = file.fileName().toStdString();
        judgeAccess(port);
        QVERIFY(port.openable);
        const int holder = ::open(port.path.c_str(), O_RDWR | O_CLOEXEC);
        QVERIFY(lockPort(holder, port.path, Exclusion::advisory));
        judgeAccess(port);
        QVERIFY(!port.openable);
        QVERIFY2(port.advice.find("(process " + std::to_string(::getpid()) + ")") != std::string::npos,
                 port.advice.c_str());
        const int second = ::open(port.path.c_str(), O_RDWR | O_CLOEXEC);
        QVERIFY(lockPort(second, port.path, Exclusion::advisory).error().code == ErrorCode::busy);
        unlockPort(holder, Exclusion::advisory);
        judgeAccess(port);
        QVERIFY(port.openable);
        ::close(second);
        ::close(holder);
    }

    void anAdapterIsFoundByNameWhenItsPortIsAnotherOne() {
        const QTemporaryDir dir;
        const auto port = [&](const char* name) { return dir.filePath(QLatin1String(name)); };
        for (const char* name : {"ttyUSB0", "ttyUSB1"}) {
            QFile file(port(name));
            QVERIFY(file.open(QIODevice::WriteOnly));
        }
        QVERIFY(QDir(dir.path()).mkdir("by-id"));
        const std::string folder = dir.filePath("by-id").toStdString();
        const QString link = dir.filePath("by-id/usb-Maker_Model_0815");
        QVERIFY(QFile::link(port("ttyUSB0"), link));
        const std::string name = adapterName(port("ttyUSB0").toStdString(), folder);
        QCOMPARE(name, std::string("usb-Maker_Model_0815"));
        QVERIFY(adapterName(port("ttyUSB1").toStdString(), folder).empty());
        QVERIFY(adapterName(link.toStdString(), folder).empty()); // needs no other name
        QVERIFY(QFile::remove(link));
        QVERIFY(adapterPort(name, folder).empty());
        QVERIFY(QFile::link(port("ttyUSB1"), link));
        QCOMPARE(adapterPort(name, folder), QFileInfo(port("ttyUSB1")).canonicalFilePath().toStdString());
        QVERIFY(adapterPort({}, folder).empty());
    }

    void anAdapterHasAPlaceWhereItIsPluggedIn() {
        const QTemporaryDir dir;
        const QString usb = dir.filePath("devices/usb1/1-2/1-2.4/1-2.4:1.0/ttyUSB0");
        QVERIFY(QDir().mkpath(usb));
        QVERIFY(QDir().mkpath(dir.filePath("tty/ttyUSB0")));
        QVERIFY(QFile::link(usb, dir.filePath("tty/ttyUSB0/device")));
        const std::string folder = dir.filePath("tty").toStdString();
        QCOMPARE(usbPlace("/dev/ttyUSB0", folder), std::string("1-2.4:1.0"));
        QVERIFY(usbPlace("/dev/ttyUSB1", folder).empty());
    }

    void adaptersAreRememberedByNumberElseByPlaceElseByPath() {
        PortDescription port;
        port.path = "/dev/ttyUSB0";
        QCOMPARE(portKey(port), std::string("/dev/ttyUSB0"));
        port.vid = 0x1a86;
        port.pid = 0x7523;
        port.place = "1-2.4:1.0";
        QCOMPARE(portKey(port), std::string("usb 1a86:7523 at 1-2.4:1.0"));
        port.serial = "FT4THVTO";
        QCOMPARE(portKey(port), std::string("usb 1a86:7523 FT4THVTO 1.0"));
        port.place = "3-1:1.0"; // plugged in elsewhere
        QCOMPARE(portKey(port), std::string("usb 1a86:7523 FT4THVTO 1.0"));
    }

    void aPortThatIsNotListedIsDescribedAllTheSame() {
        const PortDescription port = describePort("/dev/null");
        QCOMPARE(port.path, std::string("/dev/null"));
        QVERIFY(port.openable && !port.vid);
        QVERIFY(!describePort("/dev/ttyUSB99").openable);
    }

    void aTimerThatIsNotThereCannotBeSet() {
        const auto set = setAdapterLatency("/dev/ttyUSB99", 1);
        QVERIFY(!set && set.error().code == ErrorCode::unsupported);
        QVERIFY(adapterLatency("/dev/ttyUSB99") == Duration::zero());
    }

    void missingPortIsNotOpenable() {
        PortDescription port;
        port.path = "/dev/ttyUSB99";
        judgeAccess(port);
        QVERIFY(!port.openable);
        QVERIFY(port.advice.find("No such file") != std::string::npos);
    }
};

SERVOLANE_TEST(PortListTest)
#include "port_list_test.moc"
