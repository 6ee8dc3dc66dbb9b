// SPDX-License-Identifier: GPL-3.0-or-later
// Qt's first: moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include <QtTest/QTest>

#include "core/telemetry/read/math_board.h"
#include "core/telemetry/read/trace_chunk.h"
#include "core/telemetry/read/trace_rows.h"
#include "tests/core/telemetry/named_axes.h"
#include "tests/support/test_registry.h"
#include "tests/ui/scope/traced_axis.h"

#include <QtTest/QTest>
#include <cmath>

using namespace servolane;
using namespace servolane::telemetry;
using namespace servolane::tests;

namespace {

constexpr AxisId pan{1};
constexpr AxisId other{3}; ///< on another bus
const std::atomic<bool> goOn = false;

Time at(double ms) {
    return Time{fromSeconds(100.0 + ms / 1e3)};
}

MathTrace traceOf(std::string_view text) {
    return MathTrace(Formula::compile(text, threeAxes()).value());
}

struct Row {
    double ms;
    float value;
    bool gapBefore;
    friend bool operator==(const Row&, const Row&) = default;
};

std::vector<Row> rowsOf(const Trace& trace) {
    std::vector<Row> rows;
    bool gap = false;
    visitRows(trace, Time::min(), Time::max(), [&](const RowRun& run) {
        const auto ns = run.times;
        const auto values = run.values;
        for (std::size_t i = 0; i < ns.size(); ++i) {
            if (values[i] == values[i])
                rows.push_back({std::round(static_cast<double>(ns[i] - 100'000'000'000) / 1e3) / 1e3,
                                values[i], std::exchange(gap, false)});
            else
                gap = true;
        }
        return true;
    });
    return rows;
}

class MathTraceTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void followsItsInputsSampleBySample() {
        TracedAxis bus;
        MathTrace error = traceOf("a1.setpoint - a1.position");
        for (int i = 0; i < 20'000; ++i) {
            bus.append(pan, Channel::setpoint, at(i), i);
            bus.append(pan, Channel::position, at(i), i * 0.5);
            if (i % 997 == 0) QVERIFY(!error.advance(*bus.publish(), Source::live, 100'000));
        }
        const auto set = bus.publish();
        QVERIFY(error.advance(*set, Source::live, 16)); // not all at once
        QVERIFY(!error.advance(*set, Source::live, 100'000));
        const auto trace = error.snapshot();
        QCOMPARE(trace->count(), std::uint64_t{20'000});
        QCOMPARE(trace->valueAt(at(12'000))->value, 6000.0F);
        QCOMPARE(trace->last()->value, 9999.5F);
        const auto whole = trace->statistics(at(0), at(20'000));
        QCOMPARE(whole.max, 9999.5);
        QVERIFY(!whole.hasGap);
        QVERIFY(!error.advance(*set, Source::live, 100'000));
        QCOMPARE(error.snapshot().get(), trace.get()); // nothing new, nothing made
    }

    void aGapInAnyInputIsAGapAndRestartsThePast() {
        TracedAxis bus;
        MathTrace slope = traceOf("ddt(a1.position) + 0 * a1.setpoint");
        const auto both = [&](int i) {
            bus.append(pan, Channel::position, at(i), i);
            bus.append(pan, Channel::setpoint, at(i), i);
        };
        for (const int i : {0, 1, 2})
            both(i);
        QVERIFY(!slope.advance(*bus.publish(), Source::live, 100));
        bus.gap(pan, Channel::setpoint);
        for (const int i : {3, 4, 5})
            both(i);
        QVERIFY(!slope.advance(*bus.publish(), Source::live, 100));
        bus.gap(pan, Channel::position);
        for (const int i : {6, 7})
            both(i);
        QVERIFY(!slope.advance(*bus.publish(), Source::live, 100));
        const std::vector<Row> wanted{
            {1, 1000, false}, {2, 1000, false}, {4, 1000, true}, {5, 1000, false}, {7, 1000, true}};
        QCOMPARE(rowsOf(*slope.snapshot()), wanted);
        QCOMPARE(slope.undefined(), std::uint64_t{0});
    }

    void aDivisionByZeroIsAGapAndCounted() {
        TracedAxis bus;
        const double values[] = {1, 2, 0, 0, 4};
        for (int i = 0; i < 5; ++i)
            bus.append(pan, Channel::velocity, at(i), values[i]);
        MathTrace quotient = traceOf("8 / a1.velocity");
        QVERIFY(!quotient.advance(*bus.publish(), Source::live, 100));
        const std::vector<Row> wanted{{0, 8, false}, {1, 4, false}, {4, 2, true}};
        QCOMPARE(rowsOf(*quotient.snapshot()), wanted);
        QCOMPARE(quotient.undefined(), std::uint64_t{2});
    }

    /// Two buses, 1 ms and 2.5 ms apart: the quicker gives the times, the slower is held.
    void otherBusesAreHeldUntilTheirNextSample() {
        TracedAxis buses;
        for (int i = 0; i < 12; ++i)
            buses.append(pan, Channel::position, at(i), 100 * i);
        for (int i = 0; i < 5; ++i)
            buses.append(other, Channel::position, at(0.2 + 2.5 * i), i);
        MathTrace sum = traceOf("a3.position + a1.position");
        QVERIFY(!sum.advance(*buses.publish(), Source::live, 100));
        const auto rows = rowsOf(*sum.snapshot());
        QCOMPARE(rows.front(), (Row{1, 100.0F, false})); // at 0 ms the other was not known yet
        QCOMPARE(rows[1], (Row{2, 200.0F, false}));
        QCOMPARE(rows[2], (Row{3, 301.0F, false}));
        // Known to 10.2 ms: 11 ms waits.
        QCOMPARE(rows.back(), (Row{10, 1003.0F, false}));
    }

    void theSameSamplesGiveTheSameTraceHoweverTheyCame() {
        TracedAxis live;
        MathTrace stepwise = traceOf("a1.position - lowpass(a3.current, 20)");
        std::vector<std::tuple<Time, AxisId, Channel, double>> samples;
        for (int i = 0; i < 400; ++i) {
            if (i % 50 != 7) samples.emplace_back(at(i), pan, Channel::position, std::sin(i * 0.1));
            if (i < 250 || i > 300)
                samples.emplace_back(at(1.7 * i), other, Channel::current, std::cos(i * 0.2));
        }
        TracedAxis recorded;
        std::stable_sort(samples.begin(), samples.end(),
                         [](const auto& a, const auto& b) { return std::get<0>(a) < std::get<0>(b); });
        int n = 0;
        for (const auto& [time, axis, channel, value] : samples) {
            live.append(axis, channel, time, value);
            recorded.append(axis, channel, time, value);
            if (++n % 3 == 0) static_cast<void>(stepwise.advance(*live.publish(), Source::live, 2));
        }
        while (stepwise.advance(*live.publish(), Source::live, 1000)) {
        }
        MathTrace once = traceOf("a1.position - lowpass(a3.current, 20)");
        while (once.advance(*recorded.publish(), Source::recording, 1000)) {
        }
        const auto a = rowsOf(*stepwise.snapshot());
        auto b = rowsOf(*once.snapshot());
        QVERIFY(a.size() > 300);
        b.resize(a.size(), Row{}); // live waits at the end
        QCOMPARE(a, b);
    }

    void aSilentBusIsNotWaitedFor() {
        TracedAxis buses;
        for (int i = 0; i < 5; ++i)
            buses.append(other, Channel::position, at(i), 0);
        for (int i = 0; i < 50; ++i)
            buses.append(pan, Channel::position, at(i), i);
        for (int i = 45; i < 50; ++i)
            buses.append(other, Channel::position, at(i), 0);
        MathTrace sum = traceOf("a1.position + a3.position");
        QVERIFY(!sum.advance(*buses.publish(), Source::live, 1000));
        const auto rows = rowsOf(*sum.snapshot());
        QCOMPARE(rows.back().ms, 49.0);
        const auto broken =
            std::find_if(rows.begin(), rows.end(), [](const Row& row) { return row.gapBefore; });
        QVERIFY(broken != rows.end());
        QCOMPARE(broken->ms, 45.0);
        QCOMPARE((broken - 1)->ms, 7.0); // three periods after the last
    }

    /// With a flight recorder its inputs are stored, never given up, and so it grew for ever: 1 GB a day.
    void aFormulaDoesNotGrowWithoutBound() {
        constexpr std::size_t most = 600'000;
        TracedAxis bus;
        MathBoard board(most);
        const std::vector<MathOrder> orders{{1, "2 * a1.position"}, {2, "3 * a1.position"}};
        MathTraces result;
        for (int round = 0; round < 20; ++round) {
            for (int i = round * 5000; i < (round + 1) * 5000; ++i)
                bus.append(pan, Channel::position, at(i), i);
            result = board.advance(orders, threeAxes(), *bus.publish(), Source::live, goOn);
        }
        constexpr std::size_t growing = sizeof(TraceChunk) + sizeof(TimeChunk);
        QVERIFY(result.figures[0].bytes + result.figures[1].bytes <= most + 2 * growing);
        const Trace& trace = *result.views[1].trace;
        QCOMPARE(trace.last()->value, 3.0F * 99'999);
        QVERIFY(trace.count() > 10'000);
        QVERIFY(result.figures[1].kept > std::chrono::seconds{10}); // and it says how much there is
        QVERIFY(trace.statistics(at(0), at(99'000)).isIncomplete);
        // Who comes later takes a share of those that nobody looks at now, too.
        std::vector<MathOrder> more{{3, "a1.position"}, {4, "a1.position"}, {5, "a1.position"}};
        result = board.advance(more, threeAxes(), *bus.publish(), Source::live, goOn);
        result = board.advance(orders, threeAxes(), *bus.publish(), Source::live, goOn);
        QVERIFY(result.figures[0].bytes <= most / 5 + growing);
    }

    void theBoardCalculatesOnlyWhatIsWanted() {
        TracedAxis bus;
        auto more = [&, i = 0]() mutable {
            for (const int end = i + 100; i < end; ++i)
                bus.append(pan, Channel::position, at(i), i);
            return bus.publish();
        };
        MathBoard board;
        const MathOrder one{1, "2 * a1.position"};
        const MathOrder two{2, "a1.position + a9.position"};
        auto result = board.advance({one, two}, threeAxes(), *more(), Source::live, goOn);
        QVERIFY(result.isWhole);
        QCOMPARE(result.views.size(), std::size_t{1});
        QVERIFY(!result.figures[1].compiles);
        const auto kept = result.views[0].trace;
        QVERIFY(board.advance({}, threeAxes(), *more(), Source::live, goOn).views.empty());
        const auto set = more();
        result = board.advance({one}, threeAxes(), *set, Source::live, goOn); // catches up
        QCOMPARE(result.views[0].trace->count(), std::uint64_t{300});
        QCOMPARE(kept->count(), std::uint64_t{100});
        const auto merged = withMath(*set, result.views);
        QVERIFY(merged->find(mathAxis(1), Channel::position));
        QVERIFY(merged->find(pan, Channel::position));
        // Another text, other names, another formula under the same id: all anew.
        result = board.advance({{1, "3 * a1.position"}}, threeAxes(), *set, Source::live, goOn);
        QCOMPARE(result.views[0].trace->last()->value, 3.0F * 299);
        const std::atomic<bool> interrupted = true;
        board.keepOnly({});
        QVERIFY(!board.advance({one}, threeAxes(), *set, Source::live, interrupted).isWhole);
    }
};

SERVOLANE_TEST(MathTraceTest)

} // namespace

#include "math_trace_test.moc"
