// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/read/trace.h"

#include "core/telemetry/read/trace_writer.h"
#include "tests/core/telemetry/rows_oracle.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>
#include <algorithm>

using namespace servolane;
using namespace servolane::telemetry;
using namespace servolane::tests;

namespace {

bool columnsEqualPlainScan(const TracedRows& traced, const Trace& trace, std::int64_t from, std::int64_t to,
                           std::size_t width) {
    const Columns columns = trace.columns(at(from), at(to), width);
    for (std::size_t i = 0; i < columns.columns.size(); ++i) {
        const auto bin = columns.grid.first + static_cast<std::int64_t>(i);
        const std::int64_t start = nanosecondsSinceEpoch(columns.grid.startOf(bin));
        const Extent expected = traced.scan(start, start + columns.grid.width.count()).extent;
        const Extent& found = columns.columns[i];
        const bool flags = found.count == expected.count && found.gapBefore == expected.gapBefore &&
                           found.gapInside == expected.gapInside && found.gapAfter == expected.gapAfter;
        const bool values = expected.isEmpty() || found == expected;
        if (flags && values) continue;
        qWarning("bin %zu of %zu: count %u, expected %u; flags %d%d%d, expected %d%d%d", i, width,
                 found.count, expected.count, found.gapBefore, found.gapInside, found.gapAfter,
                 expected.gapBefore, expected.gapInside, expected.gapAfter);
        return false;
    }
    return true;
}

/// Least squares about the means, in long double: nothing of it is shared with the sums of the envelopes.
double slopeByPlainScan(const TracedRows& traced, std::int64_t from, std::int64_t to, double mean) {
    const auto isMeant = [&](const Row& row) { return row.ns >= from && row.ns < to && !row.isGap(); };
    long double time = 0.0L;
    long double count = 0.0L;
    for (const Row& row : traced.rows)
        if (isMeant(row)) {
            time += static_cast<long double>(row.ns - from) * 1e-9L;
            count += 1.0L;
        }
    long double products = 0.0L;
    long double squares = 0.0L;
    for (const Row& row : traced.rows)
        if (isMeant(row)) {
            const long double t = static_cast<long double>(row.ns - from) * 1e-9L - time / count;
            products += t * (row.value - mean);
            squares += t * t;
        }
    return squares > 0.0L ? static_cast<double>(products / squares) : 0.0;
}

bool statisticsEqualPlainScan(const TracedRows& traced, const Trace& trace, std::int64_t from,
                              std::int64_t to) {
    const TraceStatistics found = trace.statistics(at(from), at(to));
    const Summary expected = traced.scan(from, to);
    if (found.count != expected.extent.count || found.hasGap != expected.extent.hasGap()) return false;
    if (found.count == 0) return true;
    double squares = 0.0;
    const double count = expected.extent.count;
    const double mean = expected.sum / count;
    for (const Row& row : traced.rows)
        if (row.ns >= from && row.ns < to && !row.isGap()) squares += (row.value - mean) * (row.value - mean);
    const double slope = slopeByPlainScan(traced, from, to, mean);
    if (std::abs(found.slope - slope) > 1e-6 * std::max(1.0, std::abs(slope))) return false;
    return found.min == expected.extent.min && found.max == expected.extent.max &&
           std::abs(found.mean - mean) < 1e-9 &&
           std::abs(found.rms - std::sqrt(expected.sumOfSquares / count)) < 1e-9 &&
           std::abs(found.deviation - std::sqrt(squares / count)) < 1e-6;
}

} // namespace

class TraceTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void columnsEqualAPlainScan_data();
    void columnsEqualAPlainScan();
    void columnsCostTheirNumberNotTheLength();
    void columnsOfADenseGapPatternCostTheirNumberToo();
    void anOverBinNeverChangesWhileScrolling();
    void aSingleSampleIsOneColumn();
    void anEmptyTraceHasNoValues();
    void minimumStartsFromTheFirstSample();
    void slopeIsThatOfAllSamplesNotOfTheOutermost();
    void statisticsOfWhatWasGivenUpAreIncomplete();
    void timesThatDoNotRiseAreRefusedAndCounted();
    void valueEndsAtAGap();
    void valueEndsSoonBehindTheLastSample();
    void neighboursEqualAPlainScan();
    void droppingTheOldestKeepsTheRest();
    void anOldSnapshotStaysAsItWas();
    void memoryASampleIsAsStated();
    void measuresTheRate();
};

void TraceTest::columnsEqualAPlainScan_data() {
    QTest::addColumn<int>("rows");
    QTest::addColumn<double>("gapShare");
    QTest::addColumn<double>("longGapShare");
    QTest::addColumn<double>("markShare");
    QTest::addColumn<int>("jitter");
    QTest::newRow("one row") << 1 << 0.0 << 0.0 << 0.0 << 0;
    QTest::newRow("bucket less one") << 15 << 0.0 << 0.0 << 0.0 << 0;
    QTest::newRow("bucket") << 16 << 0.1 << 0.0 << 0.0 << 0;
    QTest::newRow("bucket and one") << 17 << 0.1 << 0.0 << 0.0 << 0;
    QTest::newRow("256 less one") << 255 << 0.0 << 0.0 << 0.05 << 700;
    QTest::newRow("256") << 256 << 0.0 << 0.0 << 0.05 << 700;
    QTest::newRow("chunk less one") << 4095 << 0.0 << 0.0 << 0.0 << 0;
    QTest::newRow("chunk") << 4096 << 0.0 << 0.0 << 0.0 << 0;
    QTest::newRow("chunk and one") << 4097 << 0.01 << 0.0 << 0.0 << 0;
    QTest::newRow("smooth") << 30000 << 0.0 << 0.0 << 0.0 << 0;
    QTest::newRow("jitter") << 30000 << 0.0 << 0.0 << 0.0 << 5000;
    QTest::newRow("few gaps") << 30000 << 0.001 << 0.0 << 0.001 << 300;
    QTest::newRow("half gap") << 20000 << 0.5 << 0.0 << 0.01 << 300;
    QTest::newRow("long gaps") << 30000 << 0.001 << 0.003 << 0.001 << 300;
    QTest::newRow("nothing but gap") << 9000 << 1.0 << 0.0 << 0.0 << 0;
    QTest::newRow("seventeen chunks") << 4096 * 17 + 5 << 0.0001 << 0.0001 << 0.0 << 10;
}

void TraceTest::columnsEqualAPlainScan() {
    QFETCH(int, rows);
    QFETCH(double, gapShare);
    QFETCH(double, longGapShare);
    QFETCH(double, markShare);
    QFETCH(int, jitter);
    std::mt19937 random(static_cast<unsigned>(rows) + static_cast<unsigned>(gapShare * 1000));
    TracedRows traced;
    appendRandom(traced, random, static_cast<std::size_t>(rows),
                 {gapShare, longGapShare, markShare, 0.001, jitter});
    const auto trace = traced.writer.snapshot();
    const std::int64_t first = traced.rows.front().ns;
    const std::int64_t last = traced.rows.back().ns;
    QVERIFY(columnsEqualPlainScan(traced, *trace, first, last + 1, 7));
    QVERIFY(columnsEqualPlainScan(traced, *trace, first - 5000, last + 5000, 100));
    for (int i = 0; i < 12; ++i) {
        std::int64_t from =
            first + static_cast<std::int64_t>(random() % static_cast<unsigned>(last - first + 2));
        std::int64_t to =
            first + static_cast<std::int64_t>(random() % static_cast<unsigned>(last - first + 2));
        if (from > to) std::swap(from, to);
        QVERIFY(columnsEqualPlainScan(traced, *trace, from, to + 1, 1 + random() % 40));
        QVERIFY(statisticsEqualPlainScan(traced, *trace, from, to + 1));
    }
}

void TraceTest::columnsCostTheirNumberNotTheLength() {
    TraceWriter writer;
    std::vector<std::size_t> visited;
    std::int64_t ns = 0;
    for (const std::size_t length : {100'000U, 1'000'000U, 4'000'000U}) {
        while (ns < static_cast<std::int64_t>(length) * 1000) {
            ns += 1000;
            writer.append(at(ns), static_cast<float>(ns % 977));
        }
        const auto trace = writer.snapshot();
        visited.push_back(trace->columns(at(0), at(ns), 200).visited);
        QVERIFY(trace->columns(at(ns - 50'000'000), at(ns), 200).visited < 200 * 100);
    }
    // Per column at most the ragged ends on each level; forty times the length costs nothing like that.
    for (const std::size_t count : visited)
        QVERIFY2(count < 200 * 200, qPrintable(QString::number(count)));
    QVERIFY(visited[2] < 2 * visited[0]);
}

void TraceTest::columnsOfADenseGapPatternCostTheirNumberToo() {
    TraceWriter writer;
    for (std::int64_t i = 1; i <= 1'000'000; ++i)
        writer.append(at(i * 1000), i % 2 == 0 ? 1.0F : TraceWriter::gap);
    QVERIFY(writer.snapshot()->columns(at(0), at(1'000'000'000), 200).visited < 200 * 200);
}

void TraceTest::anOverBinNeverChangesWhileScrolling() {
    std::mt19937 random(4);
    TracedRows traced;
    appendRandom(traced, random, 5000, {0.01, 0.0, 0.001, 0.0, 900});
    const auto before = traced.writer.snapshot();
    const Time end = before->last()->time;
    const Columns early = before->columns(end - Duration{1'000'000}, end, 100);
    appendRandom(traced, random, 777, {0.01, 0.0, 0.001, 0.0, 900});
    const auto after = traced.writer.snapshot();
    const Columns late =
        after->columns(end - Duration{1'000'000} + Duration{123'456}, end + Duration{123'456}, 100);
    QCOMPARE(late.grid.width, early.grid.width);
    const std::int64_t shift = late.grid.first - early.grid.first;
    QVERIFY(shift > 5);
    for (std::size_t i = 0; i + static_cast<std::size_t>(shift) + 1 < early.columns.size(); ++i)
        QVERIFY(late.columns[i] == early.columns[i + static_cast<std::size_t>(shift)]);
}

void TraceTest::aSingleSampleIsOneColumn() {
    TraceWriter writer;
    QVERIFY(writer.append(at(500), -3.0F));
    const Columns columns = writer.snapshot()->columns(at(0), at(1000), 10);
    QCOMPARE(std::count_if(columns.columns.begin(), columns.columns.end(),
                           [](const Extent& e) { return e.count == 1; }),
             1);
    QVERIFY((columns.columns[5] == Extent{-3.0F, -3.0F, -3.0F, -3.0F, 1, false, false, false}));
    QVERIFY(writer.snapshot()->columns(at(600), at(1000), 10).columns[0].isEmpty());
    QVERIFY(writer.snapshot()->columns(at(1000), at(1000), 10).columns.empty());
}

void TraceTest::anEmptyTraceHasNoValues() {
    const Trace trace;
    QVERIFY(trace.isEmpty());
    QVERIFY(!trace.first() && !trace.last() && !trace.valueAt(at(5)));
    QCOMPARE(trace.statistics(at(0), at(100)).count, 0U);
    QVERIFY(trace.columns(at(0), at(100), 4).columns[0].isEmpty());
}

void TraceTest::minimumStartsFromTheFirstSample() {
    TraceWriter writer;
    for (std::int64_t i = 1; i <= 300; ++i)
        writer.append(at(i), 1000.0F + static_cast<float>(i));
    const TraceStatistics statistics = writer.snapshot()->statistics(at(0), at(1000));
    QCOMPARE(statistics.min, 1001.0);
    QCOMPARE(statistics.max, 1300.0);
    QCOMPARE(statistics.peakToPeak(), 299.0);
    QCOMPARE(statistics.slope, 1e9);
}

/// It was the last value less the first: one stray sample at an end turned it round.
void TraceTest::slopeIsThatOfAllSamplesNotOfTheOutermost() {
    TraceWriter writer;
    constexpr std::int64_t second = 1'000'000'000;
    const std::int64_t since = 400'000 * second; // a machine that has been up for days
    for (std::int64_t i = 0; i < 10'000; ++i)
        writer.append(at(since + i * second / 1000), 5.0F + 2.0F * static_cast<float>(i) / 1000.0F);
    writer.append(at(since + 10 * second), -100.0F);
    const auto trace = writer.snapshot();
    const TraceStatistics without = trace->statistics(at(since), at(since + 10 * second));
    QVERIFY(std::abs(without.slope - 2.0) < 1e-6);
    const TraceStatistics with = trace->statistics(at(since), at(since + 11 * second));
    QVERIFY2(std::abs(with.slope - 2.0) < 0.01, qPrintable(QString::number(with.slope)));
    QCOMPARE(trace->statistics(at(since), at(since + 1)).slope, 0.0);
}

void TraceTest::statisticsOfWhatWasGivenUpAreIncomplete() {
    TraceWriter writer;
    for (std::int64_t i = 1; i <= 3 * chunkRows; ++i)
        writer.append(at(i * 1000), 1.0F);
    QVERIFY(!writer.snapshot()->statistics(at(0), at(1'000'000'000)).isIncomplete);
    QVERIFY(writer.dropOldestChunk() > 0);
    const auto trace = writer.snapshot();
    QVERIFY(trace->statistics(at(0), at(1'000'000'000)).isIncomplete);
    const std::int64_t held = (chunkRows + 1) * std::int64_t{1000};
    QVERIFY(!trace->statistics(at(held), at(1'000'000'000)).isIncomplete);
}

void TraceTest::timesThatDoNotRiseAreRefusedAndCounted() {
    TraceWriter writer;
    QVERIFY(writer.append(at(1000), 1.0F));
    QVERIFY(!writer.append(at(1000), 2.0F));
    QVERIFY(!writer.append(at(999), 3.0F));
    writer.markGap();
    QVERIFY(!writer.append(at(1000), 4.0F));
    QVERIFY(writer.append(at(1001), 5.0F));
    const auto trace = writer.snapshot();
    QCOMPARE(trace->rejected(), 3U);
    QCOMPARE(trace->count(), 2U);
    QCOMPARE(trace->statistics(at(0), at(5000)).max, 5.0);
}

void TraceTest::valueEndsAtAGap() {
    TraceWriter writer;
    writer.append(at(1000), 1.0F);
    writer.markGap();
    writer.append(at(2000), 2.0F);
    const auto trace = writer.snapshot();
    QVERIFY(!trace->valueAt(at(999)));
    QCOMPARE(trace->valueAt(at(1000))->value, 1.0F);
    QVERIFY(!trace->valueAt(at(1500)));
    QVERIFY(trace->lastBefore(at(1500))->acrossGap);
    QCOMPARE(trace->valueAt(at(2500))->value, 2.0F);
}

/// A cursor behind the end of a recording read its last value, however far away it was.
void TraceTest::valueEndsSoonBehindTheLastSample() {
    TraceWriter writer;
    for (std::int64_t i = 1; i <= 100; ++i)
        writer.append(at(i * 1000), static_cast<float>(i));
    const auto trace = writer.snapshot();
    QVERIFY(trace->period() > Duration{});
    QCOMPARE(trace->valueAt(at(100'000) + 2 * trace->period())->value, 100.0F);
    QVERIFY(!trace->valueAt(at(100'000) + 4 * trace->period()));
}

void TraceTest::neighboursEqualAPlainScan() {
    std::mt19937 random(8);
    TracedRows traced;
    appendRandom(traced, random, 20000, {0.2, 0.004, 0.01, 0.0, 500});
    const auto trace = traced.writer.snapshot();
    const auto end = static_cast<unsigned>(traced.rows.back().ns + 2000);
    for (int i = 0; i < 300; ++i) {
        const auto ns = static_cast<std::int64_t>(random() % end);
        const auto before = trace->lastBefore(at(ns));
        const auto expectedBefore = traced.lastBefore(ns);
        QCOMPARE(before.has_value(), expectedBefore.has_value());
        if (before) QCOMPARE(nanosecondsSinceEpoch(before->time), expectedBefore->ns);
        const auto after = trace->firstFrom(at(ns));
        const auto expectedAfter = traced.firstFrom(ns);
        QCOMPARE(after.has_value(), expectedAfter.has_value());
        if (after) QCOMPARE(nanosecondsSinceEpoch(after->time), expectedAfter->ns);
    }
}

void TraceTest::droppingTheOldestKeepsTheRest() {
    std::mt19937 random(15);
    TracedRows traced;
    appendRandom(traced, random, chunkRows * 40 + 100, {0.001, 0.0, 0.0, 0.0, 50});
    for (int i = 0; i < 25; ++i) {
        QVERIFY(traced.writer.dropOldestChunk() > 0);
        traced.rows.erase(traced.rows.begin(), traced.rows.begin() + chunkRows);
        appendRandom(traced, random, chunkRows, {0.001, 0.0, 0.0, 0.0, 50});
        const auto trace = traced.writer.snapshot();
        QCOMPARE(trace->dropped(), static_cast<std::uint64_t>(i + 1) * chunkRows);
        QVERIFY(
            columnsEqualPlainScan(traced, *trace, traced.rows.front().ns - 10, traced.rows.back().ns + 1, 3));
        const auto values = std::count_if(traced.rows.begin(), traced.rows.end(),
                                          [](const Row& row) { return !row.isGap(); });
        QCOMPARE(trace->count(), static_cast<std::uint64_t>(values));
    }
}

void TraceTest::anOldSnapshotStaysAsItWas() {
    std::mt19937 random(16);
    TracedRows traced;
    appendRandom(traced, random, 4100, {});
    const auto old = traced.writer.snapshot();
    QCOMPARE(traced.writer.snapshot(), old);
    const std::int64_t end = traced.rows.back().ns;
    const Extent before = old->columns(at(0), at(end * 3), 1).columns[0];
    appendRandom(traced, random, 9000, {});
    traced.writer.dropOldestChunk();
    QVERIFY(old->columns(at(0), at(end * 3), 1).columns[0] == before);
    QCOMPARE(old->count(), 4100U);
    QVERIFY(traced.writer.snapshot() != old);
}

void TraceTest::memoryASampleIsAsStated() {
    const double bytes = static_cast<double>(sizeof(TraceChunk)) / chunkRows;
    QVERIFY2(bytes < 4.9, qPrintable(QString::number(bytes)));
    QCOMPARE(sizeof(TimeChunk), std::size_t{8} * chunkRows);
}

void TraceTest::measuresTheRate() {
    TraceWriter writer;
    for (std::int64_t i = 0; i < 1001; ++i)
        writer.append(at(1'000'000 + i * 2'000'000), 1.0F);
    const auto trace = writer.snapshot();
    QVERIFY(std::abs(trace->rate() - 500.0) < 1e-6);
    QCOMPARE(trace->period(), Duration{2'000'000});
}

SERVOLANE_TEST(TraceTest)
#include "trace_test.moc"
