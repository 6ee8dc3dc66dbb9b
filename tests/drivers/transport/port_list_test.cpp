// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/transport/port_list.h"

#include "drivers/transport/port_lock.h"
#include "tests/support/test_registry.h"

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
