// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/pipeline/workbench.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>
#include <numeric>

using namespace servolane;
using namespace std::chrono_literals;
using journal::CommandState;
using motion::AxisState;
using telemetry::Channel;
using tests::Workbench;

namespace {

std::vector<std::uint16_t> axesUpTo(std::uint16_t last) {
    std::vector<std::uint16_t> axes(last);
    std::iota(axes.begin(), axes.end(), std::uint16_t{1});
    return axes;
}

class PipelineTest : public QObject {
    Q_OBJECT

    static void switchOn(Workbench& bench, std::uint16_t axis) {
        QVERIFY(bench.perform(motion::SetTorque{{axis}, true}).state == CommandState::confirmed);
    }
    static motion::MoveAxis moveTo(std::uint16_t axis, double target) {
        return {{axis}, {target}, Velocity{180.0}, Acceleration{900.0}};
    }

private Q_SLOTS:
    void connectingFindsTheServosAsTheyAre() {
        Workbench bench;
        bench.connect("dynamixel2:3@1000000");
        const auto board = bench.workstation->readModels().axes.read();
        QCOMPARE(board->axes.size(), std::size_t{3});
        for (const auto& axis : board->axes) {
            QCOMPARE(axis.axis->model->name, std::string("XM430-W350"));
            QVERIFY(axis.torque == false);
            QVERIFY(axis.state == AxisState::off);
            QVERIFY(axis.axis->simulated);
        }
    }

    void aMoveArrives() {
        Workbench bench;
        bench.connect("dynamixel2:2@1000000");
        switchOn(bench, 1);
        const double other = bench.position(2);
        QVERIFY(bench.perform(moveTo(1, 90.0)).state == CommandState::confirmed);
        QVERIFY(bench.axis(1).state == AxisState::moving);
        QVERIFY(bench.runUntil([&] { return bench.axis(1).activity == motion::Activity::none; }));
        QVERIFY2(std::abs(bench.position(1) - 90.0) < 1.0, qPrintable(QString::number(bench.position(1))));
        QVERIFY(!bench.axis(1).lastEnd);
        QVERIFY(std::abs(bench.position(2) - other) < 0.5);
    }

    void torqueOnDoesNotLunge() {
        Workbench bench;
        bench.connect("dynamixel2:1@1000000");
        const double before = bench.position(1);
        switchOn(bench, 1);
        double furthest = 0.0;
        bench.runUntil(
            [&] {
                furthest = std::max(furthest, std::abs(bench.position(1) - before));
                return false;
            },
            1s);
        QVERIFY2(furthest < 2.0, qPrintable(QString::number(furthest)));
    }

    void aMoveOutsideTheLimitsIsRefusedWithItsNumbers() {
        Workbench bench;
        bench.connect("dynamixel2:1@1000000");
        switchOn(bench, 1);
        QVERIFY(bench.perform(motion::SetTravelLimits{{1}, {{90.0}, {270.0}}}).state ==
                CommandState::confirmed);
        const auto entry = bench.perform(moveTo(1, 300.0));
        QVERIFY(entry.state == CommandState::rejected);
        QVERIFY(entry.rejection.code == api::RejectionCode::outsideTravelLimits);
        QCOMPARE(entry.rejection.requested, 300.0);
        QVERIFY(std::abs(entry.rejection.high - 270.0) < 0.1);
    }

    void stopWhileMovingTakesTheTorqueFromEveryAxisAndStaysLatched() {
        Workbench bench;
        bench.connect("dynamixel2:3@1000000");
        for (const std::uint16_t axis : axesUpTo(3)) {
            switchOn(bench, axis);
            QVERIFY(bench.perform(moveTo(axis, 300.0)).state == CommandState::confirmed);
        }
        bench.run(100ms);
        QVERIFY(bench.follow(bench.workstation->stop(api::Asker::window)).state == CommandState::confirmed);
        const auto stop = bench.stopView();
        QVERIFY(stop.latched && stop.finished);
        QCOMPARE(stop.finished->axes.size(), std::size_t{3});
        for (const auto& axis : stop.finished->axes)
            QVERIFY(axis.confirmed);
        QVERIFY2(stop.finished->took < 20ms, qPrintable(QString::number(milliseconds(stop.finished->took))));
        for (const std::uint16_t axis : axesUpTo(3))
            QVERIFY(bench.axis(axis).torque == false);
        QVERIFY(bench.perform(moveTo(1, 200.0)).rejection.code == api::RejectionCode::stopLatched);
        QVERIFY(bench.perform(motion::ResetStop{stop.generation}).state == CommandState::confirmed);
        QVERIFY(!bench.stopView().latched);
        switchOn(bench, 1);
        QVERIFY(bench.perform(moveTo(1, 200.0)).state == CommandState::confirmed);
    }

    void unpluggedAndBackTheAxesReturnAndNothingMovesByItself() {
        Workbench bench;
        bench.connect("dynamixel2:2@1000000");
        QVERIFY(bench.perform(bus::InjectFault{{1}, "unplug"}).state == CommandState::confirmed);
        QVERIFY(bench.runUntil([&] {
            return bench.workstation->readModels().buses.read()->buses.at(0).state == bus::LinkState::lost;
        }));
        QVERIFY(bench.runUntil([&] { return bench.axis(1).state == AxisState::silent; }));
        const double before = bench.position(1);
        QVERIFY(bench.perform(bus::ClearFaults{{1}}).state == CommandState::confirmed);
        QVERIFY(
            bench.runUntil([&] { return bench.axis(1).state == AxisState::off && !bench.axis(2).silent; }));
        bench.run(500ms);
        QVERIFY(std::abs(bench.position(1) - before) < 0.5);
    }

    void oneServoDiesAndTheOthersGoOn() {
        Workbench bench;
        bench.connect("dynamixel2:8@1000000");
        QVERIFY(bench.perform(bus::InjectFault{{1}, "silent=4"}).state == CommandState::confirmed);
        QVERIFY(bench.runUntil([&] { return bench.axis(4).silent; }));
        const auto cyclesBefore = bench.workstation->readModels().buses.read()->buses.at(0).measured.answers;
        bench.run(1s);
        const auto answers =
            bench.workstation->readModels().buses.read()->buses.at(0).measured.answers - cyclesBefore;
        QVERIFY2(answers > 7 * 140, qPrintable(QString::number(answers)));
        for (const std::uint16_t axis : axesUpTo(8))
            QCOMPARE(bench.axis(axis).silent, axis == 4);
        QVERIFY(bench.perform(bus::ClearFaults{{1}}).state == CommandState::confirmed);
        QVERIFY(bench.runUntil([&] { return !bench.axis(4).silent; }));
    }

    void aJogMovesWhileItsLeaseIsRenewedAndHaltsWhenItLapses() {
        Workbench bench;
        bench.connect("dynamixel2:1@1000000");
        switchOn(bench, 1);
        const double before = bench.position(1);
        bench.workstation->renewLease({1}, 150ms, api::Asker::window);
        QVERIFY(bench.perform(motion::StartJog{{1}, {30.0}}).state == CommandState::confirmed);
        for (int i = 0; i < 20; ++i) {
            bench.workstation->renewLease({1}, 150ms, api::Asker::window);
            bench.run(50ms);
        }
        const double moved = bench.position(1) - before;
        QVERIFY2(moved > 20.0 && moved < 36.0, qPrintable(QString::number(moved)));
        bench.run(600ms);
        const double rest = bench.position(1);
        QVERIFY(bench.axis(1).activity == motion::Activity::none);
        QVERIFY(bench.axis(1).lastEnd->reason == motion::EndReason::leaseLapsed);
        bench.run(500ms);
        QVERIFY(std::abs(bench.position(1) - rest) < 0.3);
    }

    void aGainIsWrittenReadBackAndKnown() {
        Workbench bench;
        bench.connect("dynamixel2:1@1000000");
        QVERIFY(bench.perform(registers::WriteRegister{{1}, "position_p_gain", 900}).state ==
                CommandState::confirmed);
        const auto* value = bench.workstation->readModels().registers.read()->find({1}, "position_p_gain");
        QVERIFY(value);
        QCOMPARE(value->raw, std::int64_t{900});
    }

    void aMotionRegisterHasNoWayRoundItsCommand() {
        Workbench bench;
        bench.connect("dynamixel2:1@1000000");
        const auto entry = bench.perform(registers::WriteRegister{{1}, "goal_position", 1000});
        QVERIFY(entry.state == CommandState::rejected);
        QVERIFY(entry.rejection.code == api::RejectionCode::motionRegister);
    }

    void anOverloadShowsAsAFaultAndARebootClearsIt() {
        Workbench bench;
        bench.connect("dynamixel2:2@1000000");
        switchOn(bench, 1);
        QVERIFY(bench.perform(bus::InjectFault{{1}, "overload=1"}).state == CommandState::confirmed);
        QVERIFY(bench.runUntil([&] { return bench.axis(1).state == AxisState::fault; }));
        QCOMPARE(int(bench.axis(1).hardwareError & 0x20), 0x20);
        QVERIFY(bench.runUntil([&] { return bench.axis(1).torque == false; }));
        QVERIFY(bench.perform(moveTo(1, 200.0)).rejection.code == api::RejectionCode::hardwareError);
        QVERIFY(bench.perform(bus::ClearFaults{{1}}).state == CommandState::confirmed);
        QVERIFY(bench.perform(motion::RebootAxis{{1}}).state == CommandState::confirmed);
        QVERIFY(bench.runUntil([&] { return bench.axis(1).state == AxisState::off; }));
        QVERIFY(bench.axis(2).state == AxisState::off);
    }

    void aDroppedByteCostsACycleAndNeverAValue() {
        Workbench bench;
        bench.connect("dynamixel2:4@1000000");
        QVERIFY(bench.perform(bus::InjectFault{{1}, "corrupt=0.02"}).state == CommandState::confirmed);
        const double rest = bench.position(2);
        double furthest = 0.0;
        bench.runUntil(
            [&] {
                furthest = std::max(furthest, std::abs(bench.position(2) - rest));
                return false;
            },
            3s);
        QVERIFY(bench.workstation->readModels().buses.read()->buses.at(0).measured.errors > 0);
        QVERIFY2(furthest < 1.0, qPrintable(QString::number(furthest)));
    }

    void answersHandedOverInOnePieceAreNoTimeOuts_data() {
        QTest::addColumn<QString>("servos");
        QTest::addColumn<unsigned>("baud");
        QTest::newRow("merged reply of eight") << "dynamixel2:8@1000000" << 1'000'000U;
        QTest::newRow("slow line") << "dynamixel2:2@57600" << 57'600U;
    }
    void answersHandedOverInOnePieceAreNoTimeOuts() {
        QFETCH(QString, servos);
        QFETCH(unsigned, baud);
        Workbench bench;
        bench.connect(servos.toStdString(), 0.0, baud);
        bench.run(1s);
        const auto figures = bench.workstation->readModels().buses.read()->buses.at(0).measured;
        QVERIFY(figures.cycles > 20);
        QCOMPARE(figures.errors, std::uint64_t{0});
        QVERIFY(figures.cyclesPerSecond <= figures.wireLimit);
    }

    void whatIsRecordedIsWhatWasMeasured() {
        Workbench bench;
        bench.connect("dynamixel2:2@1000000");
        const std::string path = bench.folder.filePath("run.servolane").toStdString();
        QVERIFY(bench.perform(session::StartRecording{path, "run", 0s}).state == CommandState::confirmed);
        switchOn(bench, 1);
        QVERIFY(bench.perform(moveTo(1, 120.0)).state == CommandState::confirmed);
        bench.run(2s);
        QVERIFY(bench.perform(session::StopRecording{}).state == CommandState::confirmed);
        const auto reader = bench.store.open(path);
        QVERIFY(reader);
        const auto& summary = (*reader)->summary();
        QCOMPARE(summary.axes.size(), std::size_t{2});
        QVERIFY(summary.simulated && summary.closedCleanly);
        QCOMPARE(summary.counters.lost, std::uint64_t{0});
        double last = 0.0;
        std::uint64_t samples = 0;
        const auto& scale = summary.axes[0].channels[indexOf(Channel::position)];
        QVERIFY((*reader)->readAxis({1}, summary.start, summary.end, [&](const session::AxisBlock& block) {
            samples += block.timeNs.size();
            last = scale.valueOf(block.raw[indexOf(Channel::position)].back());
            return true;
        }));
        QVERIFY2(samples > 350, qPrintable(QString::number(samples)));
        QVERIFY(std::abs(last - 120.0) < 1.0);
    }

    void theScopeHasEverySample() {
        Workbench bench;
        bench.connect("dynamixel2:1@1000000");
        bench.run(1s);
        for (int frame = 0; frame < 3; ++frame) { // somebody looks, again and again
            static_cast<void>(bench.workstation->readModels().traces.read());
            bench.run(8ms);
        }
        const auto traces = bench.workstation->readModels().traces.read();
        const auto* view = traces->find({1}, Channel::position);
        QVERIFY(view);
        QVERIFY(!view->isStale(bench.clock.now()));
        QCOMPARE(traces->rejectedCycles, std::uint64_t{0});
    }
};

SERVOLANE_TEST(PipelineTest)

} // namespace

#include "pipeline_test.moc"
