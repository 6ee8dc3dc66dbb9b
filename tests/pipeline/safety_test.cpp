// SPDX-License-Identifier: GPL-3.0-or-later
// What ends a motion when nobody can end it any more, and that stop works whatever else goes on: through the
// real driver, on simulated servos that the test can look into.
#include "tests/pipeline/bodies.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>

using namespace servolane;
using namespace std::chrono_literals;
using journal::CommandState;
using motion::Watchdog;
using registers::Role;
using tests::Bodies;
using tests::Workbench;

namespace {

struct FullDisk final : journal::JournalWriter {
    Result<void> append(std::span<const api::Event>, std::uint64_t) override {
        return failure(ErrorCode::diskFull, "no space left");
    }
};

/// A recording that can be begun and then cannot be written.
struct FullSessions final : session::SessionStore {
    struct Writer final : session::SessionWriter {
        session::SessionCounters none;
        Result<void> append(const api::Event&) override { return failure(ErrorCode::diskFull, "no space"); }
        Result<void> commit() override { return failure(ErrorCode::diskFull, "no space"); }
        Result<void> close() override { return failure(ErrorCode::diskFull, "no space"); }
        const session::SessionCounters& counters() const override { return none; }
    };
    Result<std::unique_ptr<session::SessionWriter>> create(const std::string&,
                                                           const session::SessionStart&) override {
        return std::make_unique<Writer>();
    }
    Result<std::unique_ptr<session::SessionReader>> open(const std::string&) override {
        return failure(ErrorCode::notFound);
    }
    std::vector<session::SessionSummary> list(const std::string&, std::vector<Error>&) override { return {}; }
};

class SafetyTest : public QObject {
    Q_OBJECT

    static void switchOn(Workbench& bench, std::uint16_t axis) {
        QVERIFY(bench.perform(motion::SetTorque{{axis}, true}).state == CommandState::confirmed);
    }
    static motion::MoveAxis slowMove(std::uint16_t axis, double target) {
        return {{axis}, {target}, Velocity{30.0}, Acceleration{300.0}};
    }
    /// Bus 1 with three servos, torque of the first on.
    static void begin(Workbench& bench) {
        bench.connect("anything");
        switchOn(bench, 1);
        bench.run(50ms);
    }
    static void verifyStopped(Workbench& bench, Duration within = 100ms) {
        QVERIFY(bench.follow(bench.workstation->stop(api::Asker::window)).state == CommandState::confirmed);
        const auto stop = bench.stopView();
        QCOMPARE(stop.finished->axes.size(), std::size_t{3});
        QVERIFY2(stop.finished->took < within,
                 qPrintable(QString::number(milliseconds(stop.finished->took))));
    }

private Q_SLOTS:
    void aGoToEndsWithItsHostWhereTheServoHasAWatchdog() {
        Bodies bodies;
        Workbench bench({.buses = bodies.factory()});
        begin(bench);
        QVERIFY(bench.axis(1).watchdog == Watchdog::armed);
        QVERIFY(bench.axis(1).watchdogAfter == 200ms);
        QVERIFY(bench.axis(2).watchdog == Watchdog::off);
        QVERIFY(bench.perform(slowMove(1, 300.0)).state == CommandState::confirmed);
        bench.run(500ms);
        const double before = bodies.position(0);
        bodies.live(bench, 1s); // killed
        const double after = bodies.position(0);
        QVERIFY2(after - before < 30.0 * 0.3 + 1.0, qPrintable(QString::number(after - before)));
        bodies.live(bench, 2s);
        QVERIFY(std::abs(bodies.position(0) - after) < 0.3);
        QCOMPARE(bodies.value(0, Role::busWatchdog), std::int64_t{-1});
    }

    /// What is said of a killed host, and that the test could tell if it were not so: the axis whose torque
    /// an earlier host had switched on is guarded by nobody, and goes where it was sent.
    void aQuarterOfASecondAfterTheKillAGuardedAxisRestsAndAnUnguardedOneDoesNot() {
        Bodies bodies;
        bodies.stay = true;
        Workbench bench({.buses = bodies.factory()});
        bench.connect("anything");
        switchOn(bench, 2);
        QVERIFY(bench.perform(bus::DisconnectBus{{1}}).state == CommandState::confirmed);
        bench.connect("anything");
        const auto axisAt = [&](std::uint8_t servo) {
            const auto board = bench.workstation->readModels().axes.read();
            for (const auto& view : board->axes)
                if (view.axis->servo.value == servo && !view.silent) return view;
            return motion::AxisView{};
        };
        QVERIFY(axisAt(2).torque == true);
        const AxisId guarded = axisAt(1).axis->id;
        const AxisId unguarded = axisAt(2).axis->id;
        QVERIFY(bench.perform(motion::SetTorque{guarded, true}).state == CommandState::confirmed);
        bench.run(50ms);
        QVERIFY(axisAt(1).watchdog == Watchdog::armed);
        QVERIFY(axisAt(2).watchdog == Watchdog::off);
        for (const AxisId axis : {guarded, unguarded})
            QVERIFY(bench.perform(slowMove(axis.value, 300.0)).state == CommandState::confirmed);
        bench.run(500ms);
        bodies.live(bench, 250ms); // killed
        const std::array rest{bodies.position(0), bodies.position(1)};
        bodies.live(bench, 1s);
        QVERIFY2(std::abs(bodies.position(0) - rest[0]) < 0.3,
                 qPrintable(QString::number(bodies.position(0) - rest[0])));
        QVERIFY2(bodies.position(1) - rest[1] > 20.0,
                 qPrintable(QString::number(bodies.position(1) - rest[1])));
        bodies.live(bench, 5s);
        QVERIFY(rest[0] < 290.0);
        QVERIFY(std::abs(bodies.position(1) - 300.0) < 1.0);
    }

    void aQuarterOfASecondAfterTheKillAJogRests() {
        Bodies bodies;
        Workbench bench({.buses = bodies.factory()});
        begin(bench);
        bench.workstation->renewLease({1}, 10s, api::Asker::window);
        QVERIFY(bench.perform(motion::StartJog{{1}, {40.0}}).state == CommandState::confirmed);
        bench.run(500ms);
        bodies.live(bench, 250ms); // killed
        const double rest = bodies.position(0);
        bodies.live(bench, 1s);
        QVERIFY2(std::abs(bodies.position(0) - rest) < 0.3,
                 qPrintable(QString::number(bodies.position(0) - rest)));
    }

    void theGoalOfAJogIsNeverFurtherAheadThanAHundredMilliseconds() {
        Bodies bodies;
        Workbench bench({.buses = bodies.factory()});
        begin(bench);
        bench.workstation->renewLease({1}, 10s, api::Asker::window);
        QVERIFY(bench.perform(motion::StartJog{{1}, {40.0}}).state == CommandState::confirmed);
        for (int i = 0; i < 50; ++i) {
            bench.run(20ms);
            const double goal = static_cast<double>(bodies.value(0, Role::goalPosition)) * 360.0 / 4096.0;
            QVERIFY2(goal - bodies.position(0) <= 40.0 * 0.1 + 0.2,
                     qPrintable(QString::number(goal - bodies.position(0))));
        }
        const double before = bodies.position(0);
        bodies.live(bench, 190ms); // killed; the watchdog has not tripped yet
        QVERIFY2(bodies.position(0) - before <= 40.0 * 0.1 + 0.5,
                 qPrintable(QString::number(bodies.position(0) - before)));
    }

    void leavingClearsTheWatchdogAndSoDoesTorqueOff() {
        Bodies bodies;
        Workbench bench({.buses = bodies.factory()});
        begin(bench);
        QCOMPARE(bodies.value(0, Role::busWatchdog), std::int64_t{10});
        QVERIFY(bench.perform(motion::SetTorque{{1}, false}).state == CommandState::confirmed);
        bench.run(50ms);
        QCOMPARE(bodies.value(0, Role::busWatchdog), std::int64_t{0});
        QVERIFY(bench.axis(1).watchdog == Watchdog::off);
        switchOn(bench, 1);
        bench.run(50ms);
        const auto servos = bodies.bus;
        QVERIFY(bench.perform(bus::DisconnectBus{{1}}).state == CommandState::confirmed);
        QCOMPARE(servos->servos()[0]->value(Role::busWatchdog), std::int64_t{0});
        QCOMPARE(servos->servos()[0]->value(Role::torqueEnable), std::int64_t{1});
    }

    void theEndOfTheProgramClearsTheWatchdog() {
        Bodies bodies;
        Workbench bench({.buses = bodies.factory()});
        begin(bench);
        const auto servos = bodies.bus;
        bench.workstation->shutDown();
        QCOMPARE(servos->servos()[0]->value(Role::busWatchdog), std::int64_t{0});
    }

    void afterAPulledCableTheAxisHoldsAndIsGuardedAgain() {
        Bodies bodies;
        Workbench bench({.buses = bodies.factory()});
        begin(bench);
        QVERIFY(bench.perform(slowMove(1, 300.0)).state == CommandState::confirmed);
        bench.run(300ms);
        QVERIFY(bench.perform(bus::InjectFault{{1}, "unplug"}).state == CommandState::confirmed);
        bench.run(1s);
        QVERIFY(bench.perform(bus::ClearFaults{{1}}).state == CommandState::confirmed);
        QVERIFY(bench.runUntil(
            [&] { return bench.axis(1).watchdog == Watchdog::armed && !bench.axis(1).silent; }));
        bench.run(200ms);
        const double rest = bench.position(1);
        QVERIFY2(rest < 280.0, qPrintable(QString::number(rest)));
        QVERIFY(bench.axis(1).torque == true);
        bench.run(1s);
        QVERIFY(std::abs(bench.position(1) - rest) < 0.5);
        // And it takes goals again.
        QVERIFY(bench.perform(slowMove(1, rest - 20.0)).state == CommandState::confirmed);
        QVERIFY(bench.runUntil([&] { return std::abs(bench.position(1) - rest + 20.0) < 1.0; }));
    }

    void aScanAtOtherRatesWaitsForTheTorque() {
        Bodies bodies;
        Workbench bench({.buses = bodies.factory()});
        begin(bench);
        const auto refused = bench.perform(bus::ScanBus{{1}, {57'600}});
        QVERIFY(refused.state == CommandState::rejected);
        QVERIFY(refused.rejection.code == api::RejectionCode::torqueOn);
        QVERIFY(bench.perform(bus::ScanBus{{1}, {}}).state == CommandState::confirmed);
        bench.run(100ms);
        QVERIFY(bench.axis(1).watchdog == Watchdog::armed);
    }

    void aWindowThatFreezesHaltsItsOwnGoToAndNotThatOfTheCommandLine() {
        Bodies bodies;
        Workbench bench({.buses = bodies.factory()});
        begin(bench);
        switchOn(bench, 2);
        bench.workstation->heartbeat();
        QVERIFY(bench.perform(slowMove(1, 300.0)).state == CommandState::confirmed);
        bench.asker = api::Asker::commandLine;
        QVERIFY(bench.perform(slowMove(2, 300.0)).state == CommandState::confirmed);
        bench.run(1500ms);
        QVERIFY(bench.axis(1).activity == motion::Activity::none);
        QVERIFY(bench.axis(1).lastEnd->reason == motion::EndReason::windowSilent);
        QVERIFY(bench.axis(2).activity == motion::Activity::move);
        const double rest = bench.position(1);
        bench.run(500ms);
        QVERIFY(std::abs(bench.position(1) - rest) < 0.5);
        // The frozen window's stop button is dead; that of any other thread is not.
        verifyStopped(bench);
    }

    void stopWorksWhileTheDiskIsFull() {
        Bodies bodies;
        FullSessions full;
        Workbench bench({bodies.factory(), std::make_unique<FullDisk>(), &full, true});
        begin(bench);
        static_cast<void>(bench.perform(
            session::StartRecording{bench.folder.filePath("x.servolane").toStdString(), "x", 0s}));
        QVERIFY(bench.perform(slowMove(1, 300.0)).state == CommandState::confirmed);
        bench.run(200ms);
        QVERIFY(bench.workstation->journalIsFailing());
        verifyStopped(bench);
        QCOMPARE(bodies.value(0, Role::torqueEnable), std::int64_t{0});
    }

    void stopWorksDuringABackupAndItsReadsGoOn() {
        Bodies bodies;
        Workbench bench({.buses = bodies.factory()});
        begin(bench);
        const auto backup = bench.workstation->send(registers::ReadAllRegisters{{1}}, api::Asker::window);
        const auto other = bench.workstation->send(registers::ReadAllRegisters{{2}}, api::Asker::window);
        bench.run(1ms);
        verifyStopped(bench);
        QVERIFY(bench.follow(backup).state == CommandState::confirmed);
        QVERIFY(bench.follow(other).state == CommandState::confirmed);
    }

    void stopWorksDuringAScanAtAnotherRate() {
        Bodies bodies;
        Workbench bench({.buses = bodies.factory()});
        bench.connect("anything");
        bodies.bus->servos()[0]->preset(Role::torqueEnable, 1);
        const auto scan = bench.workstation->send(bus::ScanBus{{1}, {9'600, 57'600}}, api::Asker::window);
        bench.run(100ms);
        verifyStopped(bench);
        QCOMPARE(bodies.value(0, Role::torqueEnable), std::int64_t{0});
        QVERIFY(hasFailed(bench.follow(scan).state));
        bench.run(100ms);
        QVERIFY(!bench.axis(1).silent);
    }

    void aStopDuringALostBusReachesItsAxesWhenItIsBack() {
        Bodies bodies;
        Workbench bench({.buses = bodies.factory()});
        begin(bench);
        QVERIFY(bench.perform(bus::InjectFault{{1}, "unplug"}).state == CommandState::confirmed);
        bench.run(300ms);
        const auto stop = bench.follow(bench.workstation->stop(api::Asker::window));
        QVERIFY(stop.state == CommandState::timedOut);
        QVERIFY(bench.stopView().finished->axes.at(0).doubt == motion::StopDoubt::lineDown);
        QCOMPARE(bodies.value(0, Role::torqueEnable), std::int64_t{1});
        bodies.bus->clearFaults();
        bench.run(1500ms);
        QCOMPARE(bodies.value(0, Role::torqueEnable), std::int64_t{0});
        const auto finished = *bench.stopView().finished;
        for (const auto& axis : finished.axes)
            QVERIFY(axis.confirmed);
        QVERIFY(bench.axis(1).torque == false);
    }

    void aHoldingAxisHoldsThroughStopAndResetAndNothingLunges() {
        Bodies bodies;
        Workbench bench({.buses = bodies.factory()});
        begin(bench);
        switchOn(bench, 2);
        QVERIFY(bench.perform(motion::SetStopReaction{{1}, motion::StopReaction::hold}).state ==
                CommandState::confirmed);
        QVERIFY(bench.perform(slowMove(1, 300.0)).state == CommandState::confirmed);
        bench.run(500ms);
        verifyStopped(bench, 500ms); // it comes to rest first
        QCOMPARE(bodies.value(0, Role::torqueEnable), std::int64_t{1});
        QCOMPARE(bodies.value(1, Role::torqueEnable), std::int64_t{0});
        bench.run(500ms);
        const double rest = bodies.position(0);
        QVERIFY(rest < 260.0);
        const auto generation = bench.stopView().generation;
        QVERIFY(bench.perform(motion::ResetStop{generation}).state == CommandState::confirmed);
        double furthest = 0.0;
        bench.runUntil(
            [&] {
                furthest = std::max(furthest, std::abs(bodies.position(0) - rest));
                return false;
            },
            1s);
        QVERIFY2(furthest < 0.5, qPrintable(QString::number(furthest)));
        QVERIFY(bench.axis(1).watchdog == Watchdog::armed);
    }

    void goalsOfOneAxisCoalesceAndRegisterWritesNever() {
        Bodies bodies;
        Workbench bench({.buses = bodies.factory()});
        begin(bench);
        std::vector<CommandId> moves;
        std::vector<CommandId> writes;
        for (int i = 0; i < 10; ++i) {
            moves.push_back(bench.workstation->send(slowMove(1, 170.0 + i), api::Asker::window));
            writes.push_back(bench.workstation->send(
                registers::WriteRegister{{1}, "position_p_gain", 800 + i}, api::Asker::window));
        }
        for (std::size_t i = 0; i < 10; ++i) {
            const bool last = i == 9;
            QVERIFY(bench.follow(moves[i]).state ==
                    (last ? CommandState::confirmed : CommandState::superseded));
            const auto write = bench.follow(writes[i]);
            QVERIFY(write.state == CommandState::confirmed);
            QCOMPARE(write.readBack.value_or(-1), 800 + static_cast<std::int64_t>(i));
        }
        QCOMPARE(bodies.value(0, Role::positionPGain), std::int64_t{809});
    }

    void aCommandThatTheServoDoesNotAnswerIsShownAsTimedOutWithItsRetries() {
        Bodies bodies;
        Workbench bench({.buses = bodies.factory()});
        begin(bench);
        bodies.bus->inject(*drivers::simulator::parseFaultSpec("silent=2"), bench.clock.now());
        const auto entry = bench.perform(registers::WriteRegister{{2}, "position_p_gain", 900});
        QVERIFY(entry.state == CommandState::timedOut);
        QCOMPARE(entry.retries, 2U);
        QVERIFY(entry.latency > Duration{});
    }
};

SERVOLANE_TEST(SafetyTest)

} // namespace

#include "safety_test.moc"
