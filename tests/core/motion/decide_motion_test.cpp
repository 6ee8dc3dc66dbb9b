// SPDX-License-Identifier: GPL-3.0-or-later
// Given a state, when a command that makes an axis go or rest is decided, then these requests and events.
#include "tests/core/motion/given.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>

using namespace servolane;
using namespace servolane::tests;

class MotionDecisions final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aMoveIsOneWriteOfTheGoal() {
        const auto verdict = readyAxis().when(motion::MoveAxis{{1}, {180.0}, {}, {}});
        QVERIFY(verdict);
        // 180° are 2048 steps, little-endian at goal position (116).
        COMPARE_TEXTS(textsOf(verdict->requests), {"bus 1 motion: write #1 @116 00 08 00 00"});
        COMPARE_TEXTS(textsOf(verdict->whenConfirmed), {"MoveStarted 1"});
        QVERIFY(verdict->events.empty());
        QCOMPARE(verdict->requests[0].coalesceAxis.value, 1);
    }

    void profileAndGoalGoOutInOneWriteAndAreReplacedByTheirKindAlone() {
        const auto verdict = readyAxis().when(motion::MoveAxis{
            {1}, {180.0}, Velocity{sampleSpeed * 100}, Acceleration{sampleAcceleration * 20}});
        QVERIFY(verdict);
        // Profile acceleration (108) 20, profile velocity (112) 100, goal position (116) 2048: they stand in
        // a row.
        COMPARE_TEXTS(textsOf(verdict->requests),
                      {"bus 1 motion: write #1 @108 14 00 00 00 64 00 00 00 00 08 00 00 verified"});
        QCOMPARE(verdict->requests[0].coalesceAxis.value, 1);
        QCOMPARE(int(verdict->requests[0].coalesceFields), 3);
    }

    void aProfileThatRoundsToNothingIsNotUnlimited() {
        Given given = readyAxis();
        const auto verdict = given.when(motion::MoveAxis{{1}, {180.0}, Velocity{1.374}, Acceleration{0.1}});
        QVERIFY(verdict);
        COMPARE_TEXTS(textsOf(verdict->requests),
                      {"bus 1 motion: write #1 @108 01 00 00 00 01 00 00 00 00 08 00 00 verified"});
    }

    void registersThatStandApartAreWrittenOneByOne() {
        Given given = readyAxis();
        const auto verdict =
            given.when(motion::MoveAxis{{1}, {180.0}, {}, Acceleration{sampleAcceleration * 20}});
        QVERIFY(verdict);
        COMPARE_TEXTS(textsOf(verdict->requests),
                      {"bus 1 motion: write #1 @108 14 00 00 00 verified, write #1 @116 00 08 00 00"});
    }

    void aGoalIsNeverRoundedOutOfTheLimits() {
        Given given = readyAxis();
        auto limits = given.limits();
        limits.travel = {{10.05}, {90.04}}; // steps are 0.088°: 1024.5 and 114.3
        given.limited(1, limits);
        const auto high = given.when(motion::MoveAxis{{1}, {90.04}, {}, {}});
        COMPARE_TEXTS(textsOf(high->requests), {"bus 1 motion: write #1 @116 00 04 00 00"}); // 1024
        const auto low = given.when(motion::MoveAxis{{1}, {10.05}, {}, {}});
        COMPARE_TEXTS(textsOf(low->requests), {"bus 1 motion: write #1 @116 73 00 00 00"}); // 115
    }

    void aReversedGearedAxisMovesInItsOwnUnits() {
        Given given = readyAxis();
        motion::Axis geared = *given.model.motion().find(AxisId{1})->axis;
        geared.scale = {2.0, 10.0, true, 360.0, "deg"};
        geared.channels = channelScalesOf(*geared.model, geared.scale);
        geared.limits.travel = {{-170.0}, {10.0}};
        given.happened(motion::AxisConfigured{std::make_shared<const motion::Axis>(geared)});
        // −80° = 10° − 180°/2: again 2048 steps.
        const auto verdict = given.when(motion::MoveAxis{{1}, {-80.0}, {}, {}});
        QVERIFY(verdict);
        COMPARE_TEXTS(textsOf(verdict->requests), {"bus 1 motion: write #1 @116 00 08 00 00"});
    }

    void aSecondMoveSupersedesTheFirst() {
        Given given = readyAxis();
        given.happened(motion::MoveStarted{{1}, {180.0}, {}});
        const auto verdict = given.when(motion::MoveAxis{{1}, {90.0}, {}, {}});
        COMPARE_TEXTS(textsOf(verdict->whenConfirmed), {"MoveEnded 1 superseded", "MoveStarted 1"});
    }

    void aMoveEndsTheOwnJogFirst() {
        Given given = readyAxis();
        given.happened(api::CommandAccepted{{3}, api::Asker::window, {"StartJog", {1}, {}, ""}})
            .happened(motion::JogStarted{{1}, {10.0}});
        const auto verdict = given.when(motion::MoveAxis{{1}, {180.0}, {}, {}});
        COMPARE_TEXTS(textsOf(verdict->requests),
                      {"bus 1 motion: end stream of 1", "bus 1 motion: write #1 @116 00 08 00 00"});
    }

    void theTimeAllowedFollowsFromDistanceAndProfile() {
        const auto verdict =
            readyAxis().when(motion::MoveAxis{{1}, {180.0}, Velocity{45.0}, Acceleration{90.0}});
        // 90° at 45°/s and half a second of ramp, twice, and two seconds.
        const auto& started = std::get<motion::MoveStarted>(verdict->whenConfirmed[0]);
        QVERIFY(std::abs(seconds(started.allowed) - 7.0) < 0.01);
    }

    void withoutAKnownProfileTheTimeAllowedIsThatOfASlowOne() {
        Given given = readyAxis();
        const auto slow = given.when(motion::MoveAxis{{1}, {180.0}, {}, {}});
        given.happened(registers::RegisterRead{{1}, "profile_velocity", 0});
        const auto fast = given.when(motion::MoveAxis{{1}, {180.0}, {}, {}});
        const auto allowed = [](const auto& v) {
            return seconds(std::get<motion::MoveStarted>(v->whenConfirmed[0]).allowed);
        };
        QVERIFY(allowed(slow) > 8.0);
        QVERIFY(allowed(fast) < 3.0);
    }

    void severalAxesMoveByOneGroupWrite() {
        Given given = readyAxis();
        given.axis(2);
        const auto verdict = given.when(motion::MoveAxes{{{{1}, {180.0}, {}, {}}, {{2}, {90.0}, {}, {}}}});
        QVERIFY(verdict);
        COMPARE_TEXTS(textsOf(verdict->requests),
                      {"bus 1 motion: group 116/4 #1 00 08 00 00 #2 00 04 00 00 verified"});
        COMPARE_TEXTS(textsOf(verdict->whenConfirmed), {"MoveStarted 1", "MoveStarted 2"});
    }

    void profilesGoOutInTheSameGroupWriteWhereAllMovesHaveOne() {
        Given given = readyAxis();
        given.axis(2);
        const auto verdict = given.when(motion::MoveAxes{{{{1}, {180.0}, Velocity{sampleSpeed * 100}, {}},
                                                          {{2}, {90.0}, Velocity{sampleSpeed * 50}, {}}}});
        QVERIFY(verdict);
        // Profile velocity (112) and goal position (116) stand in a row.
        COMPARE_TEXTS(textsOf(verdict->requests), {"bus 1 motion: group 112/8 #1 64 00 00 00 00 08 00 00 "
                                                   "#2 32 00 00 00 00 04 00 00 verified"});
    }

    void goalsAreOneGroupWriteAfterAllSettings() {
        Given given = readyAxis();
        given.axis(2);
        const auto verdict = given.when(
            motion::MoveAxes{{{{1}, {180.0}, Velocity{sampleSpeed * 100}, {}}, {{2}, {90.0}, {}, {}}}});
        QVERIFY(verdict);
        COMPARE_TEXTS(textsOf(verdict->requests), {"bus 1 motion: group 112/4 #1 64 00 00 00 verified, "
                                                   "group 116/4 #1 00 08 00 00 #2 00 04 00 00 verified"});
    }

    void axesOfSeveralBusesDoNotMoveByOneCommand() {
        Given given = readyAxis();
        given.connected(2).axis(2, true, OperatingMode::position, 2);
        const auto verdict = given.when(motion::MoveAxes{{{{1}, {180.0}, {}, {}}, {{2}, {90.0}, {}, {}}}});
        QCOMPARE(outcomeOf(verdict), std::string("not-one-group"));
        QCOMPARE(verdict.error().axis.value, 2);
        QCOMPARE(verdict.error().subject, std::string("buses"));
    }

    void axesWhoseGoalsStandElsewhereDoNotMoveByOneCommand() {
        registers::ServoModel shifted = makeSampleModel();
        for (auto& one : shifted.registers)
            if (one.role == registers::Role::goalPosition) one.address = 596;
        Given given = readyAxis();
        given.happened(motion::AxisConfigured{
            sampleAxis(2, 1, 2, std::make_shared<const registers::ServoModel>(shifted))});
        given.happened(motion::AxisObserved{{2}, true, OperatingMode::position}).feedback(2, 90.0);
        const auto verdict = given.when(motion::MoveAxes{{{{1}, {180.0}, {}, {}}, {{2}, {90.0}, {}, {}}}});
        QCOMPARE(outcomeOf(verdict), std::string("not-one-group"));
        QCOMPARE(verdict.error().subject, std::string("registers"));
    }

    void anOwnVelocityLimitHoldsForMovesThatNameNone() {
        Given given = readyAxis();
        given.own([](auto& own) { own.velocity = Velocity{sampleSpeed * 20}; });
        const motion::MoveAxis move{{1}, {180.0}, {}, {}};
        // The servo's profile is not known, then unlimited, then faster: the limit (20 steps) goes out too.
        const std::string limited = "bus 1 motion: write #1 @112 14 00 00 00 00 08 00 00 verified";
        COMPARE_TEXTS(textsOf(given.when(move)->requests), {limited});
        given.happened(registers::RegisterRead{{1}, "profile_velocity", 0});
        COMPARE_TEXTS(textsOf(given.when(move)->requests), {limited});
        given.happened(registers::RegisterRead{{1}, "profile_velocity", 21});
        COMPARE_TEXTS(textsOf(given.when(move)->requests), {limited});
        given.happened(registers::RegisterRead{{1}, "profile_velocity", 20});
        COMPARE_TEXTS(textsOf(given.when(move)->requests), {"bus 1 motion: write #1 @116 00 08 00 00"});
    }

    void anOwnAccelerationLimitHoldsForMovesThatNameNone() {
        Given given = readyAxis();
        given.own([](auto& own) { own.acceleration = Acceleration{sampleAcceleration * 5}; });
        COMPARE_TEXTS(textsOf(given.when(motion::MoveAxis{{1}, {180.0}, {}, {}})->requests),
                      {"bus 1 motion: write #1 @108 05 00 00 00 verified, write #1 @116 00 08 00 00"});
    }

    void aGoalCurrentIsWrittenAndReadBackWithinTheLimit() {
        Given given;
        given.connected().axis(1, true, OperatingMode::currentBasedPosition);
        given.own([](auto& own) { own.current = Current{sampleCurrent * 99.7}; });
        const auto verdict = given.when(motion::SetGoalCurrent{{1}, {sampleCurrent * 99.6}});
        QVERIFY(verdict);
        // 99.6 rounds to 100 steps, which is above the limit: 99.
        COMPARE_TEXTS(textsOf(verdict->requests), {"bus 1 motion: write #1 @102 63 00 verified"});
        COMPARE_TEXTS(textsOf(verdict->whenConfirmed), {"GoalCurrentSet 1"});
    }

    void severalAxesMoveAllOrNone() {
        Given given = readyAxis();
        given.axis(2).happened(motion::TorqueDisabled{{2}});
        const auto verdict = given.when(motion::MoveAxes{{{{1}, {180.0}, {}, {}}, {{2}, {90.0}, {}, {}}}});
        QCOMPARE(outcomeOf(verdict), std::string("torque-off"));
        QCOMPARE(verdict.error().axis.value, 2);
    }

    /// Whoever hears of torque knows that nothing else stands in the way.
    void torqueIsTheLastReasonForARefusal() {
        Given given = readyAxis();
        given.happened(motion::TorqueDisabled{{1}});
        QCOMPARE(outcomeOf(given.when(motion::MoveAxis{{1}, {4000.0}, {}, {}})),
                 std::string("outside-travel-limits"));
        QCOMPARE(outcomeOf(given.when(motion::StartJog{{1}, {1e6}})), std::string("above-velocity-limit"));
        QCOMPARE(outcomeOf(given.when(motion::MoveAxis{{1}, {180.0}, {}, {}})), std::string("torque-off"));
        QCOMPARE(outcomeOf(given.when(motion::StartJog{{1}, {1.0}})), std::string("torque-off"));
    }

    void noAxisMovesTwiceInOneCommandAndNoneIsNoCommand() {
        const Given given = readyAxis();
        QCOMPARE(outcomeOf(given.when(motion::MoveAxes{{{{1}, {180.0}, {}, {}}, {{1}, {90.0}, {}, {}}}})),
                 std::string("invalid-argument"));
        QCOMPARE(outcomeOf(given.when(motion::MoveAxes{})), std::string("invalid-argument"));
    }

    void aSpeedIsOneWriteOfTheGoalVelocity() {
        Given given;
        given.connected().axis(1, true, OperatingMode::velocity);
        const auto verdict = given.when(motion::SetVelocity{{1}, {-sampleSpeed * 100}});
        QVERIFY(verdict);
        // −100 steps of speed at goal velocity (104).
        COMPARE_TEXTS(textsOf(verdict->requests), {"bus 1 motion: write #1 @104 9C FF FF FF"});
        COMPARE_TEXTS(textsOf(verdict->whenConfirmed), {"VelocityStarted 1"});
        QCOMPARE(verdict->requests[0].coalesceAxis.value, 1);
    }

    void aSpeedOfZeroEndsTheMotion() {
        Given given;
        given.connected().axis(1, true, OperatingMode::velocity);
        given.happened(motion::VelocityStarted{{1}, {20.0}});
        const auto verdict = given.when(motion::SetVelocity{{1}, {0.0}});
        COMPARE_TEXTS(textsOf(verdict->requests), {"bus 1 motion: write #1 @104 00 00 00 00"});
        COMPARE_TEXTS(textsOf(verdict->whenConfirmed), {"MoveEnded 1 asked"});
    }

    void aJogStreamCarriesTheEnvelopeOfTheAxis() {
        const auto verdict = readyAxis().when(motion::StartJog{{1}, {-20.0}});
        QVERIFY(verdict);
        COMPARE_TEXTS(textsOf(verdict->requests), {"bus 1 motion: jog positions of 1"});
        COMPARE_TEXTS(textsOf(verdict->whenConfirmed), {"JogStarted 1"});
        const auto& jog = std::get<bus::JogStream>(verdict->requests[0].work);
        QCOMPARE(jog.velocity.value, -20.0);
        QCOMPARE(jog.envelope.travel.high.value, 4095 * sampleDegrees);
        QCOMPARE(jog.envelope.velocity.value, 200 * sampleSpeed);
        QCOMPARE(jog.envelope.followingError.value, 30.0);
    }

    void inVelocityModeAJogIsASpeed() {
        Given given;
        given.connected().axis(1, true, OperatingMode::velocity);
        const auto verdict = given.when(motion::StartJog{{1}, {20.0}});
        COMPARE_TEXTS(textsOf(verdict->requests), {"bus 1 motion: jog speed of 1"});
    }

    void theSameAskerMayChangeTheSpeedOfItsJogAndAnotherMayNot() {
        Given given = readyAxis();
        given.happened(api::CommandAccepted{{3}, api::Asker::window, {"StartJog", {1}, {}, ""}})
            .happened(motion::JogStarted{{1}, {10.0}});
        QVERIFY(given.when(motion::StartJog{{1}, {20.0}}, api::Asker::window));
        const auto other = given.when(motion::StartJog{{1}, {20.0}}, api::Asker::commandLine);
        QCOMPARE(outcomeOf(other), std::string("lease-held"));
        QCOMPARE(other.error().subject, std::string("window"));
    }

    void aLeaseEndsWithItsJogOrWithTheFailureOfItsCommand() {
        Given given = readyAxis();
        const api::CommandAccepted accepted{{3}, api::Asker::window, {"StartJog", {1}, {}, ""}};
        const auto tries = [&] { return given.when(motion::StartJog{{1}, {20.0}}, api::Asker::commandLine); };
        given.happened(accepted).happened(api::CommandFailed{{3}, {}, {}});
        QVERIFY(tries());
        given.happened(accepted).happened(motion::JogStarted{{1}, {10.0}});
        QVERIFY(!tries());
        given.happened(motion::JogEnded{{1}, motion::EndReason::asked});
        QVERIFY(tries());
    }

    void theEndOfAnEarlierJogDoesNotEndTheNextLease() {
        Given given = readyAxis();
        given.happened(api::CommandAccepted{{3}, api::Asker::window, {"StartJog", {1}, {}, ""}})
            .happened(motion::JogStarted{{1}, {10.0}})
            .happened(api::CommandAccepted{{4}, api::Asker::window, {"StartJog", {1}, {}, ""}})
            .happened(motion::JogEnded{{1}, motion::EndReason::asked});
        QCOMPARE(outcomeOf(given.when(motion::StartJog{{1}, {20.0}}, api::Asker::sequence)),
                 std::string("lease-held"));
    }

    void aJogIsEndedEvenWhereNoneIsKnown() {
        const auto verdict = readyAxis().when(motion::EndJog{{1}});
        COMPARE_TEXTS(textsOf(verdict->requests), {"bus 1 motion: end stream of 1"});
    }

    void aHaltSetsTheGoalToTheActualPosition() {
        Given given = readyAxis();
        given.happened(motion::MoveStarted{{1}, {180.0}, {}});
        const auto verdict = given.when(motion::Halt{{1}});
        COMPARE_TEXTS(textsOf(verdict->requests),
                      {"bus 1 motion: end stream of 1", "bus 1 motion: copy #1 132/4 to 116/4"});
        COMPARE_TEXTS(textsOf(verdict->whenConfirmed), {"MoveEnded 1 asked", "AxisHalted 1 asked"});
    }

    void aHaltTakesBackTheSpeedTheCurrentOrThePwm() {
        const auto requestsIn = [](OperatingMode mode) {
            Given given;
            given.connected().axis(1, true, mode);
            return textsOf(given.when(motion::Halt{{1}})->requests).back();
        };
        QCOMPARE(requestsIn(OperatingMode::velocity),
                 std::string("bus 1 motion: write #1 @104 00 00 00 00 verified"));
        QCOMPARE(requestsIn(OperatingMode::current),
                 std::string("bus 1 motion: write #1 @102 00 00 verified"));
        QCOMPARE(requestsIn(OperatingMode::pwm), std::string("bus 1 motion: write #1 @100 00 00 verified"));
    }

    void aHaltWithTorqueOffWritesNoGoal() {
        Given given = readyAxis();
        given.happened(motion::TorqueDisabled{{1}});
        const auto verdict = given.when(motion::Halt{{1}});
        COMPARE_TEXTS(textsOf(verdict->requests), {"bus 1 motion: end stream of 1"});
    }
};

SERVOLANE_TEST(MotionDecisions)
#include "decide_motion_test.moc"
