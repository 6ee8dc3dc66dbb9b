// SPDX-License-Identifier: GPL-3.0-or-later
// Nobody reads a snapshot for five seconds: no sample may be lost meanwhile. With a window, and its thread
// held: blocked_window_test.cpp.
#include "tests/pipeline/counting_line.h"
#include "tests/pipeline/workbench.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>

using namespace servolane;
using namespace std::chrono_literals;
using journal::CommandState;
using telemetry::Channel;
using tests::Workbench;

namespace {

class UnreadSnapshotsTest : public QObject {
    Q_OBJECT

    std::shared_ptr<tests::CountingLine> line_;

private Q_SLOTS:
    void noSampleIsLostWhileTheWindowIsBlockedForFiveSeconds() {
        Workbench bench({.buses = tests::countedBus(line_), .flightRecorder = true});
        bench.connect("anything", 200.0);
        const Time from = bench.clock.now();
        bench.run(5s); // nobody reads a snapshot
        const Time to = bench.clock.now();
        bench.run(200ms); // the window is back
        const std::size_t cycles = line_->cycles(from, to);
        QVERIFY2(cycles > 950, qPrintable(QString::number(cycles)));
        const auto models = bench.workstation->readModels();
        const auto set = models.traces.read();
        QCOMPARE(set->rejectedCycles, std::uint64_t{0});
        for (std::uint16_t axis = 1; axis <= 6; ++axis) {
            const auto* view = set->find(AxisId{axis}, Channel::position);
            QVERIFY(view);
            const auto seen = view->trace->statistics(from, to);
            QCOMPARE(seen.count, std::uint64_t{cycles});
            QVERIFY(!seen.hasGap && !seen.isIncomplete);
        }
        const auto recording = models.recording.read();
        QVERIFY(recording->flight);
        QCOMPARE(recording->flight->lost, std::uint64_t{0});
        QVERIFY(recording->flight->samples >= 6 * cycles);
    }
};

SERVOLANE_TEST(UnreadSnapshotsTest)

} // namespace

#include "unread_snapshots_test.moc"
