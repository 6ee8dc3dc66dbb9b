// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/export/grid_rows.h"

#include "drivers/sqlite/session_store.h"
#include "tests/drivers/sqlite/session_fixture.h"
#include "tests/support/test_registry.h"

#include <QtCore/QFile>
#include <QtTest/QTest>
#include <cmath>

using namespace servolane;
using namespace servolane::tests;
using drivers::GridColumn;
using session::Resampling;
using namespace std::chrono_literals;

namespace {

/// "" where there is no value.
QString cellAt(GridColumn& column, Duration time) {
    const auto value = column.valueAt(Time{time});
    return value ? QString::number(*value) : QString{};
}

GridColumn columnOf(Resampling method) {
    return {method, 10ms, 1s};
}

} // namespace

class GridRowsTest : public QObject {
    Q_OBJECT
    drivers::sqlite::SqliteSessionStore store_;
    drivers::Exporter exporter_{store_};

private Q_SLOTS:
    void takesTheLineBetweenTheSamplesAround() {
        auto column = columnOf(Resampling::linear);
        column.take(Time{10ms}, 1.0);
        column.take(Time{30ms}, 5.0);
        QCOMPARE(cellAt(column, 0ms), QString{});
        QCOMPARE(cellAt(column, 10ms), QString{"1"});
        QCOMPARE(cellAt(column, 15ms), QString{"2"});
        QCOMPARE(cellAt(column, 20ms), QString{"3"});
        QCOMPARE(cellAt(column, 30ms), QString{"5"});
        QCOMPARE(cellAt(column, 40ms), QString{});
    }

    void takesTheNearestSample() {
        auto column = columnOf(Resampling::nearest);
        column.take(Time{10ms}, 1.0);
        column.take(Time{40ms}, 5.0);
        QCOMPARE(cellAt(column, 0ms), QString{}); // half a step at most before the first
        QCOMPARE(cellAt(column, 6ms), QString{"1"});
        QCOMPARE(cellAt(column, 20ms), QString{"1"});
        QCOMPARE(cellAt(column, 30ms), QString{"5"});
        QCOMPARE(cellAt(column, 44ms), QString{"5"});
        QCOMPARE(cellAt(column, 50ms), QString{});
    }

    void takesTheMeanOfTheSamplesAround() {
        auto column = columnOf(Resampling::mean);
        for (int i = 0; i < 20; ++i)
            column.take(Time{i * 1ms}, i);
        QCOMPARE(cellAt(column, 0ms), QString{"2"});    // 0 … 4
        QCOMPARE(cellAt(column, 10ms), QString{"9.5"}); // 5 … 14
        QCOMPARE(cellAt(column, 20ms), QString{"17"});  // 15 … 19
        QCOMPARE(cellAt(column, 30ms), QString{});
    }

    /// All samples of a step were held: 86 MB a column at a row an hour.
    void aLongStepTakesNoMemory_data() { makesNoValueAcrossAGap_data(); }
    void aLongStepTakesNoMemory() {
        QFETCH(int, method);
        GridColumn column{static_cast<Resampling>(method), 1h, 1s};
        column.expect(Time{1h});
        std::size_t most = 0;
        for (int i = 0; i < 90'000; ++i) {
            column.take(Time{i * 100ms}, i);
            if (i <= 36'000) most = std::max(most, column.held());
        }
        QCOMPARE(most, std::size_t{0});
        QCOMPARE(cellAt(column, 1h), method == int(Resampling::mean) ? QString{"35999.5"} : QString{"36000"});
        QCOMPARE(column.held() > 0, true); // what lies ahead of it
    }

    void makesNoValueAcrossAGap_data() {
        QTest::addColumn<int>("method");
        QTest::newRow("linear") << int(Resampling::linear);
        QTest::newRow("nearest") << int(Resampling::nearest);
        QTest::newRow("mean") << int(Resampling::mean);
    }
    void makesNoValueAcrossAGap() {
        QFETCH(int, method);
        auto column = columnOf(static_cast<Resampling>(method));
        column.take(Time{10ms}, 1.0);
        column.breakOff();
        column.take(Time{50ms}, 5.0);
        column.take(Time{2s}, 9.0); // further than the reach
        for (const auto time : {20ms, 30ms, 40ms, 60ms, 1000ms, 1900ms})
            QCOMPARE(cellAt(column, time), QString{});
    }

    /// All buses in the same rows, read back and compared with values worked out from the fixture.
    void aRecordingIsPutOnAnEvenGrid() {
        const SessionFolder folder;
        auto writer = store_.create(folder.path("a.servolane"), fixtureStart());
        QVERIFY(writer && tellConfiguration(**writer) && writeCycles(**writer, 0, 3000));
        QVERIFY((*writer)->close());
        session::JobProgress progress;
        session::ExportRequest request{folder.path("a.servolane"),
                                       "csv",
                                       folder.path("a.csv"),
                                       {},
                                       {},
                                       {"axis1.position", "axis4.position", "axis1.moving"},
                                       Resampling::linear,
                                       100.0};
        const auto report = exporter_.run(request, progress);
        QVERIFY2(report, report ? "" : report.error().detail.c_str());
        QCOMPARE(report->rowsPerSecond, 100.0);
        QCOMPARE(report->rows, std::uint64_t{300});
        QFile file{QString::fromStdString(folder.path("a.csv"))};
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto lines = file.readAll().split('\n');
        QCOMPARE(lines[0],
                 QByteArray{"time_s,utc,axis1.position[deg],axis1.moving,axis4.position[deg],gap,simulated,"
                            "resampling\r"});
        int gaps = 0;
        for (int row = 1; row < 300; ++row) {
            const auto cells = lines[row].split(',');
            QCOMPARE(cells[0].toDouble(), row * 0.01 - 0.01);
            gaps += cells[5].toInt();
            QCOMPARE(cells[7], QByteArray{"linear@100\r"}); // nothing had said how the rows were made
            // moves by 360/4096 degrees a millisecond, with a noise of two raw steps and a jitter of 40 µs
            const double expected = (row - 1) * 10.0 * 360.0 / 4096.0 - 180.0;
            for (const int cell : {2, 4})
                if (!cells[cell].isEmpty()) QVERIFY(std::abs(cells[cell].toDouble() - expected) < 0.4);
            QVERIFY(cells[3].isEmpty() || cells[3] == "0.25" || cells[3] == "-3.5" || cells[3] == "-1.25");
        }
        QCOMPARE(gaps, 1); // cycle 1776 of both buses, in the same row
        request.rowsPerSecond.reset();
        const auto usual = exporter_.run(request, progress);
        QVERIFY(usual);
        QCOMPARE(usual->rowsPerSecond, 1000.0); // the fixture's jittery cycle of 1 ms
        request.rowsPerSecond = std::nan("");
        QVERIFY(exporter_.run(request, progress).error().code == ErrorCode::invalid);
    }
};

SERVOLANE_TEST(GridRowsTest)
#include "grid_rows_test.moc"
