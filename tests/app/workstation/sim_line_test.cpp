// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workstation/sim_line.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>

namespace servolane::app {

class SimLineTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void onlySimPathsAreSimulated() {
        QVERIFY(isSimPath("sim:dynamixel2:1"));
        QVERIFY(!isSimPath("/dev/ttyUSB0"));
        QVERIFY(!parseSimPath("/dev/ttyUSB0"));
    }

    void ourOptionsMayStandAnywhereAmongTheSimulators() {
        const auto line = parseSimPath(
            "sim:dynamixel2:6@2000000,unpaced,model=XL430-W250,seed=7,first-id=10,fault=drop=0.1");
        QVERIFY2(line.has_value(), line ? "" : line.error().detail.c_str());
        QCOMPARE(line->bus.count, 6U);
        QCOMPARE(line->bus.baud, 2'000'000U);
        QCOMPARE(line->bus.model, std::string("XL430-W250"));
        QCOMPARE(int{line->bus.firstId}, 10);
        QCOMPARE(line->seed, std::uint64_t{7});
        QVERIFY(!line->paced);
        QCOMPARE(line->faults.size(), std::size_t{1});
        QCOMPARE(line->faults[0].probability, 0.1);
    }

    void wireTimeIsKeptUnlessToldOtherwise() { QVERIFY(parseSimPath("sim:dynamixel2:1")->paced); }

    void everyWrongPartIsInvalidAndNamed() {
        for (const char* path :
             {"sim:", "sim:dynamixel2", "sim:dynamixel2:1,seed=x",
              "sim:dynamixel2:1,seed=", "sim:dynamixel2:1,fault=boredom", "sim:dynamixel2:1,colour=red"}) {
            const auto line = parseSimPath(path);
            QVERIFY2(!line, path);
            QVERIFY(line.error().code == ErrorCode::invalid);
            QVERIFY(!line.error().detail.empty());
        }
    }
};

SERVOLANE_TEST(SimLineTest)

} // namespace servolane::app

#include "sim_line_test.moc"
