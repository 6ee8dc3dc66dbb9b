// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/simulator/fault_spec.h"

#include "tests/support/test_registry.h"

#include <QtTest/QTest>

using namespace servolane;
using namespace servolane::drivers::simulator;
using namespace std::chrono_literals;

class FaultSpecTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsProbabilityAndDelay() {
        const auto spec = parseFaultSpec("late=0.01:20ms");
        QVERIFY(spec);
        QVERIFY(spec->kind == FaultKind::late);
        QCOMPARE(spec->probability, 0.01);
        QVERIFY(spec->delay == 20ms);
    }

    void readsBusAndWindow() {
        const auto spec = parseFaultSpec("2/silent=3@2s-5s");
        QVERIFY(spec);
        QCOMPARE(spec->bus.value(), 2U);
        QCOMPARE(int(spec->id), 3);
        QVERIFY(!spec->covers(1999ms));
        QVERIFY(spec->covers(2s));
        QVERIFY(!spec->covers(5s));
    }

    void takesUnplugInBothForms() {
        QVERIFY(parseFaultSpec("unplug=5s-7s") == parseFaultSpec("unplug@5s-7s"));
        QVERIFY(parseFaultSpec("unplug=5s-7s")->until == Duration{7s});
    }

    void readsBackWhatItPrints_data() {
        QTest::addColumn<QString>("text");
        for (const char* text :
             {"drop=0.01", "corrupt=0.5", "duplicate=1", "noise=0.001", "late=0.01:20ms", "late=1:1.5s",
              "silent=3@2s-5s", "jam=1@500ms-1.25s", "wrong-id=2", "duplicate-id=2:3", "unplug@5s-7s",
              "undervoltage@3s", "3/overload=1@3s", "overheat=1@3s", "encoder=4@0ms-1s", "shock=0",
              "lose=0.2", "garble=0.1@1s-2s"})
            QTest::newRow(text) << text;
    }
    void readsBackWhatItPrints() {
        QFETCH(QString, text);
        const auto spec = parseFaultSpec(text.toStdString());
        QVERIFY2(spec, spec ? "" : spec.error().detail.c_str());
        QCOMPARE(QString::fromStdString(toString(*spec)), text);
    }

    void namesWhatIsWrong_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("reason");
        QTest::newRow("kind") << "dorp=0.1"
                              << "unknown kind 'dorp'; known: drop, corrupt";
        QTest::newRow("empty") << ""
                               << "unknown kind ''";
        QTest::newRow("probability") << "drop=1.5"
                                     << "'1.5' is no probability 0 … 1";
        QTest::newRow("percent") << "drop=5%"
                                 << "is no probability";
        QTest::newRow("no value") << "silent"
                                  << "needs a value, as in silent=1";
        QTest::newRow("value") << "undervoltage=3@1s"
                               << "takes no value";
        QTest::newRow("delay") << "late=0.1"
                               << "expected a delay with its unit";
        QTest::newRow("unit") << "late=0.1:20"
                              << "expected a delay with its unit";
        QTest::newRow("id") << "silent=300"
                            << "'300' is no id";
        QTest::newRow("second id") << "duplicate-id=2"
                                   << "expected two ids";
        QTest::newRow("time") << "silent=3@soon"
                              << "'soon' is no time";
        QTest::newRow("backwards") << "silent=3@5s-2s"
                                   << "ends before it begins";
        QTest::newRow("bus") << "0/silent=3"
                             << "'0' is no bus";
    }
    void namesWhatIsWrong() {
        QFETCH(QString, text);
        QFETCH(QString, reason);
        const auto spec = parseFaultSpec(text.toStdString());
        QVERIFY(!spec);
        QVERIFY(spec.error().code == ErrorCode::invalid);
        QVERIFY2(QString::fromStdString(spec.error().detail).contains(reason), spec.error().detail.c_str());
    }
};

SERVOLANE_TEST(FaultSpecTest)
#include "fault_spec_test.moc"
