// SPDX-License-Identifier: GPL-3.0-or-later
// That axes come to rest when what should end their motion is lost on the way, and when nobody is left to
// watch them: on simulated servos that the test can look into.
#include "tests/pipeline/bodies.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>

using namespace servolane;
using namespace std::chrono_literals;
using journal::CommandState;
using motion::Activity;
using registers::OperatingMode;
using registers::Role;
using tests::Bodies;
using tests::Workbench;

namespace {

class RestTest : public QObject {
    Q_OBJECT

    static void confirm(Workbench& bench, api::CommandBody body) {
        const auto entry = bench.perform(std::move(body));
        const auto& refused = entry.rejection;
        const std::string why = entry.error.detail + std::string(api::toString(refused.code)) + ' ' +
                                refused.subject + ' ' + std::to_string(refused.requested);
        QVERIFY2(entry.state == CommandState::confirmed, why.c_str());
    }
    static void begin(Workbench& bench, OperatingMode mode) {
        bench.connect("anything");
        confirm(bench, motion::SetOperatingMode{{1}, mode});
        confirm(bench, motion::SetTorque{{1}, true});
        bench.run(50ms);
    }
    static void spin(Workbench& bench, double speed = 30.0) {
        begin(bench, OperatingMode::velocity);
        confirm(bench, motion::SetVelocity{{1}, {speed}});
        bench.run(300ms);
    }
    static void fault(Workbench& bench, const char* text) { confirm(bench, bus::InjectFault{{1}, text}); }
    /// Looks at the servo itself, whatever the host thinks.
    static void verifyAtRest(Bodies& bodies, Workbench& bench) {
        const double before = bodies.position(0);
        bodies.live(bench, 1s);
        const double way = std::abs(bodies.position(0) - before);
        // What a velocity loop needs to settle, and a try whose answer was lost; an axis that goes on turns
        // thirty degrees.
        QVERIFY2(way < 4.0, qPrintable(QString::number(way)));
    }
    static void jog(Workbench& bench, double speed) {
        bench.workstation->renewLease({1}, 10s, api::Asker::window);
        confirm(bench, motion::StartJog{{1}, {speed}});
        bench.run(300ms);
    }

private Q_SLOTS:
    /// Bug: the line was closed with the watchdogs cleared, and the servo turned on without anybody.
    void anAxisThatTurnsIsBroughtToRestBeforeItsBusIsLeft() {
        Bodies bodies;
        Workbench bench({.buses = bodies.factory()});
        spin(bench);
        confirm(bench, bus::DisconnectBus{{1}});
        QCOMPARE(bodies.value(0, Role::goalVelocity), std::int64_t{0});
        bodies.live(bench, 200ms);
        verifyAtRest(bodies, bench);
    }

    void aGoToEndsWhereItIsWhenTheProgramEnds() {
        Bodies bodies;
        Workbench bench({.buses = bodies.factory()});
        begin(bench, OperatingMode::position);
        confirm(bench, motion::MoveAxis{{1}, {300.0}, Velocity{30.0}, Acceleration{300.0}});
        bench.run(400ms);
        bench.workstation->shutDown();
        QCOMPARE(bodies.value(0, Role::busWatchdog), std::int64_t{0});
        bodies.live(bench, 300ms);
        QVERIFY(bodies.position(0) < 230.0);
        verifyAtRest(bodies, bench);
        QVERIFY(bodies.value(0, Role::torqueEnable) != 0); // it holds what it carries
    }

    void anAxisThatHoldsIsLeftAsItIs() {
        Bodies bodies;
        Workbench bench({.buses = bodies.factory()});
        begin(bench, OperatingMode::position);
        bench.run(500ms);
        const auto goal = bodies.value(0, Role::goalPosition);
        confirm(bench, bus::DisconnectBus{{1}});
        QCOMPARE(bodies.value(0, Role::goalPosition), goal);
    }

    void aWatchdogStaysArmedWhereTheRestIsNotCertain() {
        Bodies bodies;
        Workbench bench({.buses = bodies.factory()});
        spin(bench);
        fault(bench, "lose=1");
        static_cast<void>(bench.perform(bus::DisconnectBus{{1}}));
        QVERIFY(bodies.value(0, Role::busWatchdog) != 0);
        bodies.live(bench, 500ms); // it hears nothing any more
        verifyAtRest(bodies, bench);
    }

    /// Bug: the speed of a jog was taken back by one frame, sent once; with it lost the servo ran away.
    void aJogOfSpeedEndsThoughItsLastGoalIsLost() {
        Bodies bodies;
        Workbench bench({.buses = bodies.factory()});
        begin(bench, OperatingMode::velocity);
        jog(bench, 60.0);
        fault(bench, "lose=1@0ms-60ms");
        const auto ended = bench.perform(motion::EndJog{{1}});
        QVERIFY(ended.state == CommandState::confirmed);
        QCOMPARE(bodies.value(0, Role::goalVelocity), std::int64_t{0}); // confirmed means that it was read
        QVERIFY(bench.axis(1).activity == Activity::none);
        bench.run(200ms);
        verifyAtRest(bodies, bench);
    }

    void aJogWhoseEndCannotBeReadIsShownAsOneThatRuns() {
        Bodies bodies;
        Workbench bench({.buses = bodies.factory()});
        begin(bench, OperatingMode::velocity);
        jog(bench, 60.0);
        fault(bench, "lose=1@0ms-300ms");
        const CommandId id = bench.workstation->send(motion::EndJog{{1}}, api::Asker::window);
        bench.run(100ms);
        const auto log = bench.workstation->readModels().commands.read();
        QVERIFY(log->find(id)->state != CommandState::confirmed);
        QVERIFY(bench.runUntil([&] { return bodies.value(0, Role::goalVelocity) == 0; }));
        bench.run(100ms);
        verifyAtRest(bodies, bench);
    }

    /// Bug: the goal had been heard, its answer was lost, and nobody watched the axis beyond its travel.
    void aSpeedThatWasHeardWithoutAnAnswerIsTakenBack() {
        Bodies bodies;
        Workbench bench({.buses = bodies.factory()});
        begin(bench, OperatingMode::velocity);
        fault(bench, "drop=1@0ms-120ms");
        const auto entry = bench.perform(motion::SetVelocity{{1}, {60.0}});
        QVERIFY(entry.state == CommandState::failed || entry.state == CommandState::timedOut);
        QVERIFY(bench.runUntil([&] { return bodies.value(0, Role::goalVelocity) == 0; }));
        QVERIFY(bench.runUntil([&] { return bench.axis(1).activity == Activity::none; }));
        bench.run(200ms);
        verifyAtRest(bodies, bench);
    }

    void aGoToThatWasHeardWithoutAnAnswerIsHalted() {
        Bodies bodies;
        Workbench bench({.buses = bodies.factory()});
        begin(bench, OperatingMode::position);
        fault(bench, "drop=1@0ms-120ms");
        const auto entry = bench.perform(motion::MoveAxis{{1}, {300.0}, Velocity{20.0}, Acceleration{300.0}});
        QVERIFY(entry.state == CommandState::failed || entry.state == CommandState::timedOut);
        bench.run(1s);
        QVERIFY(bench.axis(1).activity == Activity::none);
        QVERIFY(bodies.position(0) < 230.0);
        verifyAtRest(bodies, bench);
    }

    /// Bug: one of several did not confirm, the command failed, and the others went on without anybody.
    void aGroupOfMovesIsHaltedAsAWhole() {
        Bodies bodies;
        Workbench bench({.buses = bodies.factory()});
        begin(bench, OperatingMode::position);
        confirm(bench, motion::SetTorque{{2}, true});
        for (const std::uint16_t axis : {std::uint16_t{1}, std::uint16_t{2}})
            confirm(bench, motion::SetProfile{{axis}, {20.0}, {300.0}});
        fault(bench, "silent=2@0ms-400ms");
        motion::MoveAxes both;
        both.moves = {{{1}, {300.0}, {}, {}}, {{2}, {300.0}, {}, {}}};
        const auto entry = bench.perform(both);
        QVERIFY2(journal::hasFailed(entry.state), std::string(api::toString(entry.rejection.code)).c_str());
        bench.run(1s);
        QVERIFY(bench.axis(1).activity == Activity::none);
        QVERIFY2(bodies.position(0) < 230.0, qPrintable(QString::number(bodies.position(0))));
        verifyAtRest(bodies, bench);
    }

    /// Bug: while a scan ran nobody looked whether the lease of a jog still held.
    void aScanWaitsUntilNobodyJogs() {
        Bodies bodies;
        Workbench bench({.buses = bodies.factory()});
        begin(bench, OperatingMode::velocity);
        jog(bench, 20.0);
        const auto entry = bench.perform(bus::ScanBus{{1}, {}});
        QVERIFY(entry.state != CommandState::confirmed);
        confirm(bench, motion::EndJog{{1}});
    }

    /// Bug: the line was left while the axis held, and its torque stayed on for ever.
    void anAxisThatHoldsAndLetsGoIsLetGoBeforeItsLineIsLeft() {
        Bodies bodies;
        Workbench bench({.buses = bodies.factory()});
        begin(bench, OperatingMode::position);
        confirm(bench, motion::SetStopReaction{{1}, motion::StopReaction::holdThenOff});
        static_cast<void>(bench.follow(bench.workstation->stop(api::Asker::window)));
        QVERIFY(bodies.value(0, Role::torqueEnable) != 0); // it holds
        confirm(bench, bus::DisconnectBus{{1}});
        QCOMPARE(bodies.value(0, Role::torqueEnable), std::int64_t{0});
    }

    /// Bug: while other servos were searched for nobody saw an axis run through its limits.
    void aScanWaitsUntilNothingTurns() {
        Bodies bodies;
        Workbench bench({.buses = bodies.factory()});
        spin(bench);
        const auto entry = bench.perform(bus::ScanBus{{1}, {}});
        QVERIFY(entry.state == CommandState::failed);
        QVERIFY2(entry.error.detail.find("axis 1 (servo 1) moves") != std::string::npos,
                 entry.error.detail.c_str());
        confirm(bench, motion::Halt{{1}});
        bench.run(500ms);
        confirm(bench, bus::ScanBus{{1}, {}});
    }

    /// Bug: the bus thread told the end of a jog before the core thread told its beginning, and the board
    /// showed the axis jogging for ever.
    void aTappedJogIsOverOnTheBoardToo() {
        Bodies bodies;
        Workbench bench({.buses = bodies.factory()});
        begin(bench, OperatingMode::velocity);
        bench.workstation->renewLease({1}, 10s, api::Asker::window);
        for (int tap = 0; tap < 5; ++tap) {
            const auto start = bench.workstation->send(motion::StartJog{{1}, {20.0}}, api::Asker::window);
            const auto end = bench.workstation->send(motion::EndJog{{1}}, api::Asker::window);
            static_cast<void>(bench.follow(start));
            static_cast<void>(bench.follow(end));
            bench.run(500ms);
            QVERIFY(bench.axis(1).activity == Activity::none);
        }
    }

    /// Bug: what was known of a servo's profile before it restarted let a move go out without its limit.
    void aMoveRightAfterARestartKeepsTheLimitOfItsAxis() {
        Bodies bodies;
        Workbench bench({.buses = bodies.factory()});
        begin(bench, OperatingMode::position);
        motion::OwnLimits own;
        own.velocity = Velocity{20.0};
        confirm(bench, motion::SetAxisLimits{{1}, own});
        confirm(bench, motion::SetProfile{{1}, {20.0}, {}});
        confirm(bench, motion::SetTorque{{1}, false});
        confirm(bench, motion::RebootAxis{{1}});
        QVERIFY(bench.runUntil([&] { return !bench.axis(1).silent && bench.axis(1).torque; }));
        confirm(bench, motion::SetTorque{{1}, true});
        static_cast<void>(
            bench.workstation->send(motion::MoveAxis{{1}, {300.0}, {}, {}}, api::Asker::window));
        bench.run(300ms);
        QVERIFY(bodies.value(0, Role::profileVelocity) != 0);
    }

    /// Bug: a twentieth of a second without an answer ended a move and cut its torque.
    void aMoveOutlivesAShortSilence() {
        Bodies bodies;
        Workbench bench({.buses = bodies.factory()});
        begin(bench, OperatingMode::position);
        confirm(bench, motion::MoveAxis{{1}, {230.0}, Velocity{60.0}, Acceleration{300.0}});
        fault(bench, "silent=1@0ms-60ms");
        QVERIFY(bench.runUntil([&] { return bench.axis(1).silent; }));
        QVERIFY(bench.runUntil([&] { return bench.axis(1).activity == Activity::none; }));
        QVERIFY(!bench.axis(1).lastEnd);
        QVERIFY(std::abs(bodies.position(0) - 230.0) < 2.0);
        QCOMPARE(bodies.value(0, Role::torqueEnable), std::int64_t{1});
    }

    /// Bug: after a cable was plugged in again the time that the line was gone counted as silence, and torque
    /// was cut before anybody was asked.
    void aPulledCableCutsNoTorqueWhenItIsBack() {
        Bodies bodies;
        bodies.stay = true;
        Workbench bench({.buses = bodies.factory()});
        begin(bench, OperatingMode::velocity);
        bench.workstation->renewLease({1}, 20s, api::Asker::window);
        confirm(bench, motion::StartJog{{1}, {30.0}});
        bench.run(300ms);
        fault(bench, "unplug");
        bench.run(1s);
        confirm(bench, bus::ClearFaults{{1}});
        QVERIFY(bench.runUntil([&] { return !bench.axis(1).silent && bench.axis(1).torque; }));
        bench.run(500ms);
        QCOMPARE(bodies.value(0, Role::torqueEnable), std::int64_t{1});
        verifyAtRest(bodies, bench);
    }

    /// It still hears, and nobody knows where it goes.
    void anAxisThatStaysSilentInAMoveLosesItsTorque() {
        Bodies bodies;
        Workbench bench({.buses = bodies.factory()});
        begin(bench, OperatingMode::position);
        confirm(bench, motion::MoveAxis{{1}, {330.0}, Velocity{20.0}, Acceleration{300.0}});
        fault(bench, "drop=1@0ms-1200ms");
        bench.run(200ms);
        QCOMPARE(bodies.value(0, Role::torqueEnable), std::int64_t{1});
        bench.run(700ms);
        QCOMPARE(bodies.value(0, Role::torqueEnable), std::int64_t{0});
        QVERIFY(bench.axis(1).lastEnd && bench.axis(1).lastEnd->reason == motion::EndReason::feedbackLost);
    }

    /// Bug: a tenth of a degree beyond its position limit a servo could not be switched on, nor held.
    void anAxisJustBeyondItsPositionLimitIsSwitchedOnAndHeld() {
        Bodies bodies;
        Workbench bench({.buses = bodies.factory()});
        begin(bench, OperatingMode::position);
        confirm(bench, motion::SetTorque{{1}, false});
        const std::int64_t at = bodies.value(0, Role::presentPosition);
        confirm(bench, registers::WriteRegister{{1}, "min_position_limit", at + 10});
        confirm(bench, motion::SetTorque{{1}, true});
        confirm(bench, motion::Halt{{1}});
        QCOMPARE(bodies.value(0, Role::goalPosition), at + 10);
        QCOMPARE(bodies.value(0, Role::torqueEnable), std::int64_t{1});
    }

    /// Bug: goals close ahead were ramped a second time by the profile that a move had left: the axis fell
    /// behind and the jog ended by itself.
    void aJogWithinItsLimitsOfAccelerationReachesTheEndOfItsTravel() {
        Bodies bodies;
        Workbench bench({.buses = bodies.factory()});
        begin(bench, OperatingMode::position);
        motion::OwnLimits own;
        own.acceleration = Acceleration{150.0};
        own.travel = Range<Position>{{60.0}, {300.0}};
        confirm(bench, motion::SetAxisLimits{{1}, own});
        confirm(bench, motion::MoveAxis{{1}, {100.0}, Velocity{90.0}, {}});
        QVERIFY(bench.runUntil([&] { return bench.axis(1).activity == Activity::none; }));
        bench.workstation->renewLease({1}, 20s, api::Asker::window);
        confirm(bench, motion::StartJog{{1}, {90.0}});
        QVERIFY(bench.runUntil([&] { return bench.axis(1).activity == Activity::none; }));
        QVERIFY2(bench.axis(1).lastEnd->reason == motion::EndReason::limitReached,
                 std::string(motion::toString(bench.axis(1).lastEnd->reason)).c_str());
        bench.run(500ms);
        QVERIFY2(std::abs(bodies.position(0) - 300.0) < 1.0, qPrintable(QString::number(bodies.position(0))));
        // A go to has its limit back.
        confirm(bench, motion::MoveAxis{{1}, {250.0}, Velocity{90.0}, {}});
        const auto* profile = bench.axis(1).axis->model->find(Role::profileAcceleration);
        QVERIFY(profile->valueFrom(bodies.value(0, Role::profileAcceleration)) <= 150.0);
    }

    void aNewMotionTakesOverFromOneThatFailed() {
        Bodies bodies;
        Workbench bench({.buses = bodies.factory()});
        begin(bench, OperatingMode::velocity);
        fault(bench, "drop=1@0ms-60ms");
        static_cast<void>(bench.perform(motion::SetVelocity{{1}, {60.0}}));
        bench.run(150ms);
        QVERIFY(bench.runUntil([&] { return !bench.axis(1).silent && bench.axis(1).torque; }));
        if (bench.axis(1).torque == false) confirm(bench, motion::SetTorque{{1}, true});
        confirm(bench, motion::SetVelocity{{1}, {30.0}});
        bench.run(500ms);
        QVERIFY(bodies.value(0, Role::goalVelocity) != 0);
        QVERIFY(bench.axis(1).activity == Activity::velocity);
        confirm(bench, motion::Halt{{1}});
    }
};

SERVOLANE_TEST(RestTest)

} // namespace

#include "rest_test.moc"
