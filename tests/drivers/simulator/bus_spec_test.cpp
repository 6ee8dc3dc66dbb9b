// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/simulator/bus_spec.h"

#include "drivers/dynamixel/dynamixel2.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>

using namespace servolane;
using namespace servolane::drivers::simulator;

class BusSpecTest : public QObject {
    Q_OBJECT

    static Result<BusSpec> parsed(std::string_view text) {
        static const std::array families{drivers::dynamixel::simulated()};
        return parseBusSpec(text, families);
    }

private Q_SLOTS:
    void readsEveryPart() {
        const auto spec = parsed("dynamixel2:6@2000000,model=XL430-W250,first-id=11");
        QVERIFY(spec);
        QCOMPARE(spec->count, 6U);
        QCOMPARE(spec->baud, 2'000'000U);
        QCOMPARE(spec->model, std::string("XL430-W250"));
        QCOMPARE(int(spec->firstId), 11);
    }

    void defaultsAreThoseOfTheFamily() {
        const auto spec = parsed("dynamixel2:1");
        QVERIFY(spec);
        QCOMPARE(spec->baud, 1'000'000U);
        QCOMPARE(spec->model, std::string("XM430-W350"));
        QCOMPARE(int(spec->firstId), 1);
    }

    void readsBackWhatItPrints() {
        const BusSpec spec{"dynamixel2", 24, 4'000'000, "XM540-W270", 7};
        QCOMPARE(toString(spec), std::string("dynamixel2:24@4000000,model=XM540-W270,first-id=7"));
        QVERIFY(parsed(toString(spec)) == Result<BusSpec>(spec));
    }

    void namesWhatIsWrong_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("reason");
        QTest::newRow("protocol") << "dynamite:3"
                                  << "unknown protocol 'dynamite'; known: dynamixel2";
        QTest::newRow("no count") << "dynamixel2"
                                  << "no number of servos";
        QTest::newRow("zero") << "dynamixel2:0"
                              << "is not 1 … 253";
        QTest::newRow("many") << "dynamixel2:254"
                              << "is not 1 … 253";
        QTest::newRow("sign") << "dynamixel2:-1"
                              << "is not 1 … 253";
        QTest::newRow("slow") << "dynamixel2:1@300"
                              << "is not 1200 … 4500000";
        QTest::newRow("no rate") << "dynamixel2:1@"
                                 << "is not 1200 … 4500000";
        QTest::newRow("option") << "dynamixel2:1,colour=red"
                                << "unknown option 'colour=red'";
        QTest::newRow("empty option") << "dynamixel2:1,"
                                      << "unknown option ''";
        QTest::newRow("id") << "dynamixel2:1,first-id=253"
                            << "first-id is not 0 … 252";
        QTest::newRow("end") << "dynamixel2:10,first-id=250"
                             << "would end beyond id 252";
    }
    void namesWhatIsWrong() {
        QFETCH(QString, text);
        QFETCH(QString, reason);
        const auto spec = parsed(text.toStdString());
        QVERIFY(!spec);
        QVERIFY(spec.error().code == ErrorCode::invalid);
        QVERIFY2(QString::fromStdString(spec.error().detail).contains(reason), spec.error().detail.c_str());
    }
};

SERVOLANE_TEST(BusSpecTest)
#include "bus_spec_test.moc"
