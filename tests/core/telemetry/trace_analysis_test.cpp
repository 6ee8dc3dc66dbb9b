// SPDX-License-Identifier: GPL-3.0-or-later
// Qt's first: moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include <QtTest/QTest>

#include "core/telemetry/read/trace_rows.h"
#include "core/telemetry/read/trace_spectrum.h"
#include "core/telemetry/read/trace_writer.h"
#include "core/telemetry/read/xy_points.h"
#include "tests/support/test_registry.h"

#include <cmath>
#include <numbers>

using namespace servolane;
using namespace servolane::telemetry;

namespace {

const std::atomic<bool> goOn = false;

Time at(double ms) {
    return Time{fromSeconds(100.0 + ms / 1e3)};
}

double sine(double ms, double hertz) {
    return std::sin(2.0 * std::numbers::pi * hertz * ms / 1e3);
}

class TraceAnalysisTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rowsAreVisitedInOrderAcrossChunksWithTheirGaps() {
        TraceWriter writer;
        for (int i = 0; i < 10'000; ++i) {
            if (i == 9000) writer.markGap();
            writer.append(at(i), static_cast<float>(i));
        }
        const auto trace = writer.snapshot();
        int next = 100;
        int gaps = 0;
        visitRows(*trace, at(100), at(9500), [&](const RowRun& run) {
            const auto ns = run.times;
            const auto values = run.values;
            for (std::size_t i = 0; i < ns.size(); ++i) {
                if (values[i] != values[i])
                    ++gaps;
                else if (values[i] == static_cast<float>(next))
                    ++next;
            }
            return true;
        });
        QCOMPARE(next, 9500);
        QCOMPARE(gaps, 1);
        int calls = 0;
        visitRows(*trace, at(0), at(10'000), [&](const RowRun&) { return ++calls < 1; });
        QCOMPARE(calls, 1);
    }

    void aSpectrumOfJitteringTimesIsThatOfTheSignal() {
        TraceWriter writer;
        std::uint32_t seed = 3;
        for (int i = 0; i < 4000; ++i) {
            seed = seed * 1664525U + 1013904223U;
            const double ms = 2.0 * i + (static_cast<double>(seed >> 16U) / 65536.0 - 0.5) * 0.4;
            writer.append(at(ms), static_cast<float>(2.0 * sine(ms, 10.0)));
        }
        const auto result = spectrumOfTrace(*writer.snapshot(), at(-10), at(9000), {}, goOn);
        QCOMPARE(result.samples, std::size_t{4000});
        QVERIFY(std::abs(result.spectrum->rate - 500.0) < 0.1);
        QVERIFY(result.moved > 0.3); // told, not hidden
        QVERIFY(result.farthest < 0.25);
        QVERIFY(std::abs(result.peaks[0].frequency - 10.0) < 0.005);
        QVERIFY(std::abs(result.peaks[0].amplitude - 2.0) < 0.01);
    }

    void ofAStretchWithGapsTheLongestPieceIsTaken() {
        TraceWriter writer;
        for (int i = 0; i < 1000; ++i) {
            if (i == 100 || i == 800) writer.markGap();
            writer.append(at(i), static_cast<float>(sine(i, 50.0)));
        }
        const auto trace = writer.snapshot();
        const auto result = spectrumOfTrace(*trace, at(0), at(1000), {}, goOn);
        QCOMPARE(result.gaps, std::size_t{2});
        QCOMPARE(result.samples, std::size_t{700});
        QCOMPARE(result.from, at(100));
        QCOMPARE(result.to, at(799));
        QVERIFY(!spectrumOfTrace(*trace, at(96), at(100), {}, goOn).spectrum);
        QCOMPARE(spectrumOfTrace(*trace, at(2000), at(3000), {}, goOn).samples, std::size_t{0});
        const std::atomic<bool> cancelled = true;
        QVERIFY(!spectrumOfTrace(*trace, at(0), at(1000), {}, cancelled).spectrum);
    }

    void valuesOfOneCycleMakeOnePoint() {
        TraceWriter x;
        TraceWriter y;
        for (int i = 0; i < 10; ++i) {
            if (i == 6) y.markGap();
            x.append(at(i), static_cast<float>(i));
            y.append(at(i), static_cast<float>(-i));
        }
        const auto result = xyOf(x.snapshot(), y.snapshot(), at(2), at(8), 1000, goOn);
        QCOMPARE(result.samples, std::size_t{6});
        QCOMPARE(result.gaps, std::size_t{1});
        QCOMPARE(result.thinning, std::size_t{1});
        for (std::size_t i = 0; i < 6; ++i)
            QCOMPARE(result.points[i], (XyPoint{at(2.0 + static_cast<double>(i)), static_cast<float>(2 + i),
                                                -static_cast<float>(2 + i), i == 4}));
    }

    void theRarerChannelIsHeld() {
        TraceWriter x;
        TraceWriter y;
        for (int i = 0; i < 40; ++i) {
            x.append(at(i), static_cast<float>(i));
            if (i % 10 == 0) y.append(at(i), static_cast<float>(i));
        }
        for (const bool swapped : {false, true}) {
            const auto result = swapped ? xyOf(y.snapshot(), x.snapshot(), at(15), at(17), 1000, goOn)
                                        : xyOf(x.snapshot(), y.snapshot(), at(15), at(17), 1000, goOn);
            QCOMPARE(result.samples, std::size_t{2});
            QCOMPARE(swapped ? result.points[1].x : result.points[1].y, 10.0F);
            QCOMPARE(swapped ? result.points[1].y : result.points[1].x, 16.0F);
        }
    }

    void thinningKeepsTheExtremes() {
        TraceWriter x;
        TraceWriter y;
        for (int i = 0; i < 100'000; ++i) {
            x.append(at(i), i == 77'123 ? 50.0F : static_cast<float>(sine(i, 1.0)));
            y.append(at(i), i == 12'345 ? -70.0F : static_cast<float>(sine(i + 250, 1.0)));
        }
        const auto result = xyOf(x.snapshot(), y.snapshot(), at(0), at(100'000), 5000, goOn);
        QCOMPARE(result.samples, std::size_t{100'000});
        QCOMPARE(result.thinning, std::size_t{100});
        QVERIFY(result.points.size() <= 5000);
        const auto has = [&](auto&& is) {
            return std::any_of(result.points.begin(), result.points.end(), is);
        };
        QVERIFY(has([](const XyPoint& point) { return point.x == 50.0F; }));
        QVERIFY(has([](const XyPoint& point) { return point.y == -70.0F; }));
        const auto byTime = [](const XyPoint& a, const XyPoint& b) { return a.time < b.time; };
        QVERIFY(std::is_sorted(result.points.begin(), result.points.end(), byTime));
    }
};

SERVOLANE_TEST(TraceAnalysisTest)

} // namespace

#include "trace_analysis_test.moc"
