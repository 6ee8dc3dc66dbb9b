// SPDX-License-Identifier: GPL-3.0-or-later
// The thread of a real window is held while the servos go on: no sample is lost, what the window shows says
// how old it is, and a stop goes out. Qt's first (through the registry): moc of Qt 6.4 cannot read GCC's
// <compare> as the very first header.
#include "tests/support/test_registry.h"

#include "core/telemetry/read/timing.h"
#include "drivers/export/exporter.h"
#include "drivers/sqlite/session_library.h"
#include "tests/pipeline/counting_line.h"
#include "tests/pipeline/workbench_window.h"
#include "ui/scope/scope_view.h"

#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <atomic>
#include <future>
#include <thread>

using namespace std::chrono_literals;

namespace servolane::tests {

class BlockedWindowTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        bench_ =
            std::make_unique<Workbench>(WorkbenchParts{.buses = countedBus(line_), .flightRecorder = true});
        bench_->connect("anything", 200.0);
        exporter_ = std::make_unique<drivers::Exporter>(bench_->store);
        window_ = std::make_unique<ui::MainWindow>(windowContextOf(*bench_, *exporter_, library_));
        window_->show();
        runFrames(300ms);
    }
    void cleanup() {
        window_.reset();
        exporter_.reset();
        bench_.reset();
    }

    void noSampleIsLostAndTheStopGoesOutWhileTheWindowsThreadIsHeld() {
        QVERIFY(bench_->perform(motion::SetTorque{{1}, true}).state == journal::CommandState::confirmed);
        runFrames(100ms);
        auto* scope = window_->findChild<ui::scope::ScopeView*>(QStringLiteral("scope"));
        QVERIFY(scope && scope->isVisible());
        const Time from = bench_->clock.now();
        std::atomic<bool> isHeld{false};
        std::promise<void> release;
        bool stopped = false;
        Time stopAt{};
        double lag = 0.0;
        std::size_t waiting = 0;
        // In the window's thread, from its event loop: nothing else of it runs until it is let go.
        QMetaObject::invokeMethod(
            window_.get(),
            [&] {
                isHeld = true;
                release.get_future().wait();
                isHeld = false;
            },
            Qt::QueuedConnection);
        std::thread servos([&] {
            while (!isHeld)
                std::this_thread::yield();
            bench_->run(4s);
            stopAt = bench_->clock.now();
            static_cast<void>(bench_->workstation->stop(api::Asker::commandLine));
            bench_->run(1s);
            const motion::AxisView axis = bench_->axis(1);
            stopped = isHeld && bench_->stopView().latched && axis.torque == false;
            waiting = samplesOf(*bench_->workstation->readModels().traces.read(), from);
            lag = seconds(ageOf(*scope->traceSet()));
            release.set_value();
        });
        QCoreApplication::processEvents();
        servos.join();
        const Time to = bench_->clock.now();
        QVERIFY(stopped);
        // What the window has drawn last is as old as the block was long, and is called stale.
        QVERIFY2(lag > 4.9 && lag < 5.2, qPrintable(QString::number(lag)));
        runFrames(200ms);
        QVERIFY2(seconds(ageOf(*scope->traceSet())) < 0.05,
                 qPrintable(QString::number(seconds(ageOf(*scope->traceSet())))));
        const auto set = scope->traceSet();
        QCOMPARE(set->rejectedCycles, std::uint64_t{0});
        const std::size_t cycles = line_->cycles(from, to);
        QVERIFY2(cycles > 950, qPrintable(QString::number(cycles)));
        QVERIFY(waiting + 20 > cycles); // snapshots went on: 20 cycles are a tenth of a second
        for (std::uint16_t axis = 1; axis <= 6; ++axis) {
            const auto* view = set->find(AxisId{axis}, telemetry::Channel::position);
            QVERIFY(view);
            const auto seen = view->trace->statistics(from, to);
            QCOMPARE(seen.count, std::uint64_t{cycles});
            QVERIFY(!seen.isIncomplete);
            // The stop takes its time on the wire, which may be a gap.
            QVERIFY(!view->trace->statistics(from, stopAt - 20ms).hasGap);
        }
        QCOMPARE(bench_->workstation->readModels().recording.read()->flight->lost, std::uint64_t{0});
    }

private:
    /// As the program's timer does it.
    void runFrames(Duration span) {
        for (const Time end = bench_->clock.now() + span; bench_->clock.now() < end;) {
            bench_->run(16ms);
            window_->tick();
            QCoreApplication::processEvents();
        }
    }
    [[nodiscard]] Duration ageOf(const telemetry::TraceSet& set) const {
        const auto* view = set.find(AxisId{1}, telemetry::Channel::position);
        return view ? telemetry::timingOf(*view->trace, bench_->clock.now()).age : Duration{};
    }
    [[nodiscard]] std::size_t samplesOf(const telemetry::TraceSet& set, Time from) const {
        const auto* view = set.find(AxisId{1}, telemetry::Channel::position);
        return view ? view->trace->statistics(from, bench_->clock.now()).count : 0;
    }

    std::shared_ptr<CountingLine> line_;
    std::unique_ptr<Workbench> bench_;
    std::unique_ptr<drivers::Exporter> exporter_;
    drivers::sqlite::SqliteSessionLibrary library_;
    std::unique_ptr<ui::MainWindow> window_;
};

} // namespace servolane::tests

using namespace servolane::tests;
SERVOLANE_TEST(BlockedWindowTest)
#include "blocked_window_test.moc"
