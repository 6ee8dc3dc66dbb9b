// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/read/timing.h"

#include "core/telemetry/read/trace_writer.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>
#include <cmath>

using namespace servolane;
using namespace servolane::telemetry;
using namespace std::chrono_literals;

namespace {
constexpr Time start{1000s};
}

class TimingTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anEvenChannelHasNoJitter() {
        TraceWriter trace;
        for (int i = 0; i <= 1000; ++i)
            trace.append(start + i * 5ms, 1.0F);
        const Timing timing = timingOf(*trace.snapshot(), start + 5s + 7ms);
        QCOMPARE(timing.intervals, std::uint64_t{200});
        QVERIFY(std::abs(timing.rate - 200.0) < 1e-6);
        QVERIFY(timing.jitter < 1us);
        QCOMPARE(timing.longest, Duration(5ms));
        QCOMPARE(timing.age, Duration(7ms));
        QVERIFY(!timing.stale);
    }

    void jitterIsTheStandardDeviationOfTheIntervals() {
        TraceWriter trace;
        Time at = start;
        for (int i = 0; i <= 2000; ++i) {
            trace.append(at, 1.0F);
            at += i % 2 == 0 ? 4ms : 6ms;
        }
        const Timing timing = timingOf(*trace.snapshot(), at);
        QVERIFY(std::abs(timing.rate - 200.0) < 1.0);
        QVERIFY(std::abs(milliseconds(timing.jitter) - 1.0) < 0.01);
        QCOMPARE(timing.longest, Duration(6ms));
    }

    void aGapIsNoInterval() {
        TraceWriter trace;
        for (int i = 0; i <= 20; ++i)
            trace.append(start + i * 10ms, 1.0F);
        trace.markGap();
        for (int i = 60; i <= 80; ++i)
            trace.append(start + i * 10ms, 1.0F);
        const Timing timing = timingOf(*trace.snapshot(), start + 800ms);
        QCOMPARE(timing.longest, Duration(10ms));
        QVERIFY(timing.jitter < 1us);
        QCOMPARE(timing.intervals, std::uint64_t{40});
    }

    void aSlowChannelIsMeasuredOverEightPeriods() {
        TraceWriter trace;
        for (int i = 0; i <= 20; ++i)
            trace.append(start + i * 2s, 1.0F);
        QCOMPARE(timingOf(*trace.snapshot(), start + 40s).intervals, std::uint64_t{8});
    }

    void whatIsOlderThanThreePeriodsIsStale() {
        TraceWriter trace;
        QVERIFY(timingOf(*trace.snapshot(), start).stale);
        for (int i = 0; i <= 100; ++i)
            trace.append(start + i * 5ms, 1.0F);
        // Bug: 15 ms are one frame of the screen, and healthy channels flickered between fresh and stale.
        QVERIFY(!timingOf(*trace.snapshot(), start + 500ms + 99ms).stale);
        QVERIFY(timingOf(*trace.snapshot(), start + 500ms + 101ms).stale);
        TraceWriter slow;
        for (int i = 0; i <= 20; ++i)
            slow.append(start + i * 100ms, 1.0F);
        QVERIFY(!timingOf(*slow.snapshot(), start + 2s + 299ms).stale);
        QVERIFY(timingOf(*slow.snapshot(), start + 2s + 301ms).stale);
    }
};

SERVOLANE_TEST(TimingTest)
#include "timing_test.moc"
