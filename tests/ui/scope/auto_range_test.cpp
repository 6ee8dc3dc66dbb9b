// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/scope/auto_range.h"

#include "tests/support/test_registry.h"
#include "ui/scope/axis_ticks.h"
#include "ui/scope/time_window.h"

#include <QtTest/QTest>

using namespace servolane;
using namespace servolane::ui::scope;

namespace {
constexpr Time start{std::chrono::seconds{10}};
}

class AutoRangeTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void growsAtOnce();
    void noLineRunsAlongTheBorder();
    void shrinksOnlyAfterAWhile();
    void standsStillWhileDataMoveInside();
    void neverShowsLessThanTheSmallestRange();
    void ticksAreRoundNumbersWithATrueMinus();
    void timeTicksNameTheEnd();
    void zoomKeepsThePointerWhereItIs();
};

void AutoRangeTest::growsAtOnce() {
    AutoRange range(1.0);
    QVERIFY(range.follow(0.0, 10.0, start));
    QVERIFY(range.low() <= 0.0 && range.high() >= 10.0);
    QVERIFY(range.follow(0.0, 95.0, start));
    QVERIFY(range.high() >= 95.0);
}

/// Bug: a position of 259.5° was drawn under the border of a pane up to 260°, and nothing was seen of it.
void AutoRangeTest::noLineRunsAlongTheBorder() {
    for (double end = 180.5; end < 700.0; end += 0.37) {
        AutoRange range(1.0);
        range.follow(179.2, 180.0, start);
        range.follow(179.2, end - 10.0, start);
        range.follow(179.2, end, start);
        const double room = (range.high() - range.low()) * 0.02;
        QVERIFY2(range.high() - end >= room && 179.2 - range.low() >= room, qPrintable(QString::number(end)));
        QVERIFY(!range.follow(179.2, end, start)); // it is at rest
    }
    AutoRange range(1.0);
    range.follow(-100.0, 100.0, start);
    const auto [low, high] = std::pair(range.low(), range.high());
    range.follow(high - 0.5, high - 0.1, start);
    QVERIFY(range.low() <= low && range.high() > high); // shrinks only after a while
}

void AutoRangeTest::shrinksOnlyAfterAWhile() {
    AutoRange range(1.0);
    range.follow(-100.0, 100.0, start);
    const double high = range.high();
    QVERIFY(!range.follow(-10.0, 10.0, start + std::chrono::milliseconds{100}));
    QVERIFY(!range.follow(-10.0, 10.0, start + std::chrono::milliseconds{1900}));
    QCOMPARE(range.high(), high);
    QVERIFY(range.follow(-10.0, 10.0, start + std::chrono::milliseconds{2200}));
    QVERIFY(range.high() < 20.0 && range.high() >= 10.0);
}

void AutoRangeTest::standsStillWhileDataMoveInside() {
    AutoRange range(1.0);
    range.follow(-100.0, 100.0, start);
    for (int i = 0; i < 1000; ++i)
        QVERIFY(!range.follow(-100.0 + i % 50, 100.0 - i % 30, start + i * std::chrono::milliseconds{16}));
}

void AutoRangeTest::neverShowsLessThanTheSmallestRange() {
    AutoRange range(4.0);
    range.follow(41.0, 41.0, start);
    QVERIFY(range.high() - range.low() >= 4.0);
    QVERIFY(range.low() < 41.0 && range.high() > 41.0);
}

void AutoRangeTest::ticksAreRoundNumbersWithATrueMinus() {
    QStringList labels;
    for (const Tick& tick : valueTicks(-0.25, 0.21, 0.1))
        labels << tick.label;
    QCOMPARE(labels, QStringList({"−0.2", "−0.1", "0.0", "0.1", "0.2"}));
    QCOMPARE(niceStep(10.0, 4), 5.0);
    QCOMPARE(niceStep(0.7, 5), 0.2);
    QCOMPARE(number(-0.001, 1), QString("0.0"));
}

void AutoRangeTest::timeTicksNameTheEnd() {
    QStringList labels;
    for (const Tick& tick : timeTicks(-10.0, 0.0, 5, "now"))
        labels << tick.label;
    QCOMPARE(labels, QStringList({"−10 s", "−8 s", "−6 s", "−4 s", "−2 s", "now"}));
    labels.clear();
    for (const Tick& tick : timeTicks(-300.0, 0.0, 5, "now"))
        labels << tick.label;
    QCOMPARE(labels, QStringList({"−5 min", "−4 min", "−3 min", "−2 min", "−1 min", "now"}));
    // Hours from the start of a recording it said "18012100 ms".
    QCOMPARE(timeTicks(18012.1, 18012.2, 2, {}).front().label, QString("5:00:12.10"));
    QCOMPARE(timeTicks(12.1, 12.2, 2, {}).front().label, QString("12.10 s"));
}

void AutoRangeTest::zoomKeepsThePointerWhereItIs() {
    TimeWindow window;
    window.setNow(start);
    window.hold();
    const Time pointer = start - std::chrono::seconds{2};
    window.zoom(0.5, pointer);
    QCOMPARE(window.span(), Duration(std::chrono::seconds{5}));
    QCOMPARE(window.to(), start - std::chrono::seconds{1});
    window.setNow(start + std::chrono::hours{1});
    QCOMPARE(window.to(), start - std::chrono::seconds{1});
}

SERVOLANE_TEST(AutoRangeTest)
#include "auto_range_test.moc"
