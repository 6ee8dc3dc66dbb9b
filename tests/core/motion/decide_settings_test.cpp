// SPDX-License-Identifier: GPL-3.0-or-later
// Given a state, when torque, mode, profile, limits or a name is asked for, then these requests and events.
#include "tests/core/motion/given.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>

using namespace servolane;
using namespace servolane::tests;

namespace {
Given restingAxis(OperatingMode mode = OperatingMode::position) {
    Given given;
    given.connected().axis(1, false, mode);
    return given;
}
} // namespace

class SettingDecisions final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void torqueOnSetsTheGoalToTheActualPositionFirst() {
        const auto verdict = restingAxis().when(motion::SetTorque{{1}, true});
        QVERIFY(verdict);
        // Present position (132) to goal position (116), then torque enable (64).
        COMPARE_TEXTS(textsOf(verdict->requests),
                      {"bus 1 motion: watchdog #1 0 ms, copy #1 132/4 to 116/4, write #1 @64 01 verified"});
        COMPARE_TEXTS(textsOf(verdict->whenConfirmed), {"TorqueEnabled 1"});
        QVERIFY(verdict->events.empty());
    }

    void torqueOnInVelocityModeStartsFromRest() {
        const auto verdict = restingAxis(OperatingMode::velocity).when(motion::SetTorque{{1}, true});
        COMPARE_TEXTS(textsOf(verdict->requests),
                      {"bus 1 motion: watchdog #1 0 ms, write #1 @104 00 00 00 00 verified, "
                       "write #1 @64 01 verified"});
    }

    void torqueOnWhileMovingOnlyLooks() {
        Given given = readyAxis();
        given.happened(motion::MoveStarted{{1}, {180.0}, {}});
        const auto verdict = given.when(motion::SetTorque{{1}, true});
        COMPARE_TEXTS(textsOf(verdict->requests), {"bus 1 motion: read #1 64/1"});
        QVERIFY(verdict->whenConfirmed.empty());
    }

    /// Else a sample of the register that was there could come under the name of the new one.
    void aPlaceIsGivenAwayOnlyWhenItsLastSampleHasCome() {
        Given given = restingAxis();
        for (const char* name : {"goal_position", "led", "goal_pwm", "goal_current", "goal_velocity", "id"})
            given.doing(motion::WatchRegister{{1}, name, true});
        const auto ended = given.when(motion::WatchRegister{{1}, "led", false});
        QVERIFY(ended);
        for (const auto& event : ended->events)
            given.happened(event);
        COMPARE_TEXTS(textsOf(ended->whenConfirmed), {"WatchEnded 1"});
        const motion::WatchRegister seventh{{1}, "position_p_gain", true};
        QCOMPARE(outcomeOf(given.when(seventh)), std::string("watches-used-up"));
        given.happened(ended->whenConfirmed.front()).doing(seventh);
        const motion::Axis& axis = *given.model.motion().find({1})->axis;
        QVERIFY(motion::watchOf("position_p_gain", axis) == telemetry::watchChannel(1));
        QVERIFY(!motion::watchOf("led", axis));
    }

    void torqueOnNeedsAKnownMode() {
        Given given;
        given.connected().happened(motion::AxisConfigured{sampleAxis()});
        QCOMPARE(outcomeOf(given.when(motion::SetTorque{{1}, true})), std::string("value-stale"));
    }

    void torqueOffIsReadBackAndEndsTheMove() {
        Given given = readyAxis();
        given.happened(motion::MoveStarted{{1}, {180.0}, {}});
        const auto verdict = given.when(motion::SetTorque{{1}, false});
        COMPARE_TEXTS(textsOf(verdict->requests), {"bus 1 motion: write #1 @64 00 verified"});
        COMPARE_TEXTS(textsOf(verdict->whenConfirmed), {"MoveEnded 1 asked", "TorqueDisabled 1"});
    }

    void torqueOffEndsAJogFirst() {
        Given given = readyAxis();
        given.happened(motion::JogStarted{{1}, {10.0}});
        const auto verdict = given.when(motion::SetTorque{{1}, false});
        COMPARE_TEXTS(textsOf(verdict->requests),
                      {"bus 1 motion: end stream of 1", "bus 1 motion: write #1 @64 00 verified"});
    }

    void torqueOffGoesOutWhileStopIsLatched() {
        Given given = readyAxis();
        given.happened(motion::StopLatched{{1}});
        const auto verdict = given.when(motion::SetTorque{{1}, false});
        COMPARE_TEXTS(textsOf(verdict->requests), {"bus 1 stop: write #1 @64 00 verified"});
    }

    void torqueOffIsTriedEvenOnASilentAxisWithAnError() {
        Given given = readyAxis();
        given.happened(bus::AxisFellSilent{{1}, {1}, {}}).happened(motion::HardwareErrorRaised{{1}, 4});
        QVERIFY(given.when(motion::SetTorque{{1}, false}));
        QVERIFY(!given.when(motion::SetTorque{{1}, true}));
    }

    void aModeIsWrittenWithTorqueOffAndItsProfileLearnedAnew() {
        const auto verdict = restingAxis().when(motion::SetOperatingMode{{1}, OperatingMode::velocity});
        QVERIFY(verdict);
        // Operating mode (11): 1 is velocity.
        COMPARE_TEXTS(textsOf(verdict->requests),
                      {"bus 1 motion: write #1 @11 01 verified, read #1 76/10, read #1 88/4, "
                       "read #1 102/2, read #1 108/8"});
        COMPARE_TEXTS(textsOf(verdict->whenConfirmed), {"ModeChanged 1"});
        QCOMPARE(outcomeOf(readyAxis().when(motion::SetOperatingMode{{1}, OperatingMode::velocity})),
                 std::string("torque-on"));
    }

    void aModeTheModelLacksIsNamed() {
        Given given = restingAxis();
        given.happened(motion::AxisConfigured{sampleAxis(2, 1, 2, sampleModelWithoutCurrent())});
        const auto verdict = given.when(motion::SetOperatingMode{{2}, OperatingMode::currentBasedPosition});
        QCOMPARE(outcomeOf(verdict), std::string("mode-unsupported"));
        QCOMPARE(verdict.error().subject, std::string("current-based-position"));
    }

    void aProfileIsReadBackAndZeroMeansNone() {
        const Given given = readyAxis();
        const auto verdict = given.when(motion::SetProfile{{1}, {sampleSpeed * 50}, {0.0}});
        COMPARE_TEXTS(textsOf(verdict->requests), {"bus 1 registers: write #1 @108 00 00 00 00 verified, "
                                                   "write #1 @112 32 00 00 00 verified"});
        COMPARE_TEXTS(textsOf(verdict->whenConfirmed), {"ProfileSet 1"});
        QCOMPARE(outcomeOf(given.when(motion::SetProfile{{1}, {300.0}, {0.0}})),
                 std::string("above-velocity-limit"));
    }

    void travelLimitsAreTheHostsAndReachTheBusThread() {
        Given given = readyAxis();
        const auto verdict = given.when(motion::SetTravelLimits{{1}, {{45.0}, {135.0}}});
        COMPARE_TEXTS(textsOf(verdict->events), {"TravelLimitsSet 1", "AxisConfigured 1"});
        COMPARE_TEXTS(textsOf(verdict->requests), {"bus 1 registers: poll 1"});
        const auto& axis = *std::get<motion::AxisConfigured>(verdict->events[1]).axis;
        QVERIFY((axis.limits.travel == Range<Position>{{45.0}, {135.0}}));
        const auto& polled = std::get<bus::PollWork>(verdict->requests[0].work).axes;
        QCOMPARE(polled[0]->limits.travel.low.value, 45.0);
    }

    void travelLimitsMayNotGoBeyondTheServo() {
        const auto verdict = readyAxis().when(motion::SetTravelLimits{{1}, {{45.0}, {400.0}}});
        QCOMPARE(outcomeOf(verdict), std::string("outside-travel-limits"));
        QCOMPARE(verdict.error().requested, 400.0);
        QCOMPARE(verdict.error().high, 4095 * sampleDegrees);
    }

    void aNameAndAStopReactionBelongToTheHost() {
        Given given = readyAxis();
        const auto named = given.when(motion::RenameAxis{{1}, "Pan"});
        QCOMPARE(std::get<motion::AxisConfigured>(named->events[0]).axis->name, std::string("Pan"));
        const auto reacts = given.when(motion::SetStopReaction{{1}, motion::StopReaction::hold});
        const auto& axis = *std::get<motion::AxisConfigured>(reacts->events[0]).axis;
        QVERIFY(axis.stopReaction == motion::StopReaction::hold);
        COMPARE_TEXTS(textsOf(reacts->requests), {"bus 1 registers: poll 1"});
    }

    void onAClosedLinkThereIsNobodyToTell() {
        Given given = readyAxis();
        given.happened(bus::BusDisconnected{{1}});
        const auto verdict = given.when(motion::RenameAxis{{1}, "Pan"});
        QVERIFY(verdict);
        QVERIFY(verdict->requests.empty());
    }

    void aRebootIsTheWayOutOfAShutdown() {
        Given given = readyAxis();
        QCOMPARE(outcomeOf(given.when(motion::RebootAxis{{1}})), std::string("torque-on"));
        given.happened(motion::HardwareErrorRaised{{1}, 0x20});
        const auto verdict = given.when(motion::RebootAxis{{1}});
        COMPARE_TEXTS(textsOf(verdict->requests), {"bus 1 registers: reboot #1"});
        COMPARE_TEXTS(textsOf(verdict->whenConfirmed), {"TorqueDisabled 1", "ReferenceLost 1"});
    }
};

SERVOLANE_TEST(SettingDecisions)
#include "decide_settings_test.moc"
