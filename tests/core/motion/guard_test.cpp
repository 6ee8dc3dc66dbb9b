// SPDX-License-Identifier: GPL-3.0-or-later
// The servo's own bus watchdog: when it is armed, cleared and armed anew, and what its tripping means. And
// the window that moves axes and falls silent.
#include "tests/core/motion/given.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>
#include <algorithm>

using namespace servolane;
using namespace servolane::tests;
using namespace std::chrono_literals;
using registers::Role;

namespace {

/// Torque switched on by this program, and the watchdog armed.
Given guardedAxis(OperatingMode mode = OperatingMode::position) {
    Given given;
    given.connected().axis(1, false, mode);
    given.happened(motion::TorqueEnabled{{1}}).happened(bus::WatchdogArmed{{1}, {1}, 200ms});
    return given;
}

std::shared_ptr<const registers::ServoModel> modelWithoutWatchdog() {
    registers::ServoModel made = makeSampleModel();
    std::erase_if(made.registers, [](const auto& r) { return r.role == Role::busWatchdog; });
    return std::make_shared<const registers::ServoModel>(std::move(made));
}

} // namespace

class GuardDecisions final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void torqueThatWeSwitchedOnIsGuarded() {
        Given given;
        given.connected().axis(1, false);
        COMPARE_TEXTS(textsOf(given.reacting(motion::TorqueEnabled{{1}}).requests),
                      {"bus 1 registers: watchdog #1 200 ms"});
    }

    void torqueThatWasFoundOnIsNot() {
        Given given;
        given.connected().axis(1, true);
        QVERIFY(given.reacting(motion::AxisObserved{{1}, true, {}}).requests.empty());
    }

    void aModelWithoutAWatchdogIsAskedNothing() {
        Given given;
        given.connected();
        given.happened(motion::AxisConfigured{sampleAxis(1, 1, 1, modelWithoutWatchdog())});
        QVERIFY(given.reacting(motion::TorqueEnabled{{1}}).requests.empty());
    }

    void itIsArmedOnceAndClearedWithTheTorque() {
        Given given = guardedAxis();
        QVERIFY(given.reacting(motion::AxisObserved{{1}, true, {}}).requests.empty());
        COMPARE_TEXTS(textsOf(given.reacting(motion::TorqueDisabled{{1}}).requests),
                      {"bus 1 registers: watchdog #1 0 ms"});
        given.happened(bus::WatchdogCleared{{1}, {1}});
        QVERIFY(given.reacting(motion::AxisObserved{{1}, false, {}}).requests.empty());
    }

    void theTorqueOfAStopClearsItToo() {
        Given given = guardedAxis();
        given.happened(motion::StopLatched{{1}});
        const auto finished = given.reacting(motion::StopFinished{{1}, {{{1}, true, {}}}, {}});
        COMPARE_TEXTS(textsOf(finished.events), {"TorqueDisabled 1"});
        COMPARE_TEXTS(textsOf(given.reacting(finished.events[0]).requests),
                      {"bus 1 registers: watchdog #1 0 ms"});
    }

    void switchingTorqueOnReleasesAWatchdogThatTrippedInAnEarlierRun() {
        Given given;
        given.connected().axis(1, false);
        COMPARE_TEXTS(textsOf(given.when(motion::SetTorque{{1}, true})->requests),
                      {"bus 1 motion: watchdog #1 0 ms, copy #1 132/4 to 116/4, write #1 @64 01 verified"});
    }

    void aResetClearsItSetsTheGoalsAndArmsItAgain() {
        Given given = guardedAxis();
        given.happened(motion::StopLatched{{1}})
            .happened(motion::StopFinished{{1}, {}, {}})
            .happened(motion::AxisObserved{{1}, true, {}});
        COMPARE_TEXTS(textsOf(given.when(motion::ResetStop{{1}})->requests),
                      {"bus 1 stop: watchdog #1 0 ms, copy #1 132/4 to 116/4", "bus 1 stop: resume 1"});
        given.happened(bus::WatchdogCleared{{1}, {1}});
        COMPARE_TEXTS(textsOf(given.reacting(motion::StopReset{{1}}).requests),
                      {"bus 1 registers: watchdog #1 200 ms"});
    }

    void aResetSetsEveryKindOfGoalToRest() {
        const auto stepsIn = [](OperatingMode mode) {
            Given given;
            given.connected().axis(1, true, mode);
            given.happened(motion::StopLatched{{1}})
                .happened(motion::StopFinished{{1}, {}, {}})
                .happened(motion::AxisObserved{{1}, true, {}});
            return textOf(given.when(motion::ResetStop{{1}})->requests[0]);
        };
        QCOMPARE(stepsIn(OperatingMode::extendedPosition), std::string("bus 1 stop: copy #1 132/4 to 116/4"));
        QCOMPARE(stepsIn(OperatingMode::velocity),
                 std::string("bus 1 stop: write #1 @104 00 00 00 00 verified"));
        QCOMPARE(stepsIn(OperatingMode::current), std::string("bus 1 stop: write #1 @102 00 00 verified"));
        QCOMPARE(stepsIn(OperatingMode::pwm), std::string("bus 1 stop: write #1 @100 00 00 verified"));
    }

    void aTrippedWatchdogEndsTheMotionAndIsReleasedAndArmedAgain() {
        Given given = guardedAxis();
        given.happened(motion::MoveStarted{{1}, {180.0}, {}});
        const auto decision = given.reacting(bus::WatchdogTripped{{1}, {1}});
        COMPARE_TEXTS(textsOf(decision.events), {"MoveEnded 1 watchdog-tripped"});
        const auto requests = textsOf(decision.requests);
        QCOMPARE(requests[0],
                 std::string("bus 1 motion: watchdog #1 0 ms, copy #1 132/4 to 116/4, watchdog #1 200 ms"));
        // The servo has set its profile back: what it holds now is read.
        QVERIFY(std::find(requests.begin(), requests.end(), "bus 1 background: read #1 108/8") !=
                requests.end());
    }

    /// A servo whose watchdog has tripped sets its profile to none: what was known of it let a move of any
    /// length go out at full speed.
    void whatTrippedOrWasWrittenRawHasNoKnownProfile() {
        const std::vector<api::EventBody> facts{bus::WatchdogTripped{{1}, {1}},
                                                bus::RawPacketExchanged{{1}, {}, {}}};
        for (const auto& fact : facts) {
            Given given = guardedAxis();
            given.own([](auto& own) { own.step = Position{10.0}; });
            given.happened(registers::RegisterRead{{1}, "profile_velocity", 20});
            given.feedback(1, 90.0);
            QCOMPARE(outcomeOf(given.when(motion::MoveAxis{{1}, {150.0}, {}, {}})), std::string("decided"));
            given.happened(fact).happened(motion::AxisObserved{{1}, true, {}});
            given.feedback(1, 90.0);
            QCOMPARE(outcomeOf(given.when(motion::MoveAxis{{1}, {150.0}, {}, {}})),
                     std::string("above-step-limit"));
        }
    }

    void anAxisThatReturnsIsReleasedAndHalted() {
        Given given = guardedAxis();
        given.happened(motion::MoveStarted{{1}, {180.0}, {}})
            .happened(motion::MoveEnded{{1}, motion::EndReason::feedbackLost})
            .happened(bus::AxisFellSilent{{1}, {1}, {}});
        const auto decision = given.reacting(bus::AxisReturned{{1}, {1}});
        QCOMPARE(textOf(decision.requests[0]), std::string("bus 1 registers: watchdog #1 0 ms"));
        QCOMPARE(textOf(decision.requests[1]), std::string("bus 1 motion: rest 1 feedback-lost"));
    }

    void aGoalReleasesAWatchdogThatWasFoundTripped() {
        Given given = readyAxis();
        given.happened(registers::RegisterRead{{1}, "bus_watchdog", -1});
        const auto requests = textsOf(given.when(motion::MoveAxis{{1}, {100.0}, {}, {}})->requests);
        QCOMPARE(requests[0], std::string("bus 1 motion: watchdog #1 0 ms"));
        QCOMPARE(requests.size(), std::size_t{2});
    }

    void anotherPollRateFitsItAnew() {
        Given given = guardedAxis();
        COMPARE_TEXTS(textsOf(given.reacting(bus::PollRateSet{{1}, 5.0}).requests),
                      {"bus 1 registers: watchdog #1 200 ms"});
    }

    void theUsersHandHasNoWayRoundIt() {
        Given given = guardedAxis();
        QCOMPARE(outcomeOf(given.when(registers::WriteRegister{{1}, "bus_watchdog", 0})),
                 std::string("motion-register"));
    }

    void aSilentWindowHaltsWhatItMovesAndNothingElse() {
        Given given = readyAxis();
        given.axis(2).axis(3, true, OperatingMode::velocity);
        given.happened(motion::MoveStarted{{1}, {180.0}, {}, api::Asker::window})
            .happened(motion::MoveStarted{{2}, {180.0}, {}, api::Asker::commandLine})
            .happened(motion::VelocityStarted{{3}, {10.0}, api::Asker::window});
        QVERIFY(given.watching().events.empty());
        const auto decision = given.model.watch(given.present, given.now, motion::Window::silent);
        COMPARE_TEXTS(textsOf(decision.events), {"MoveEnded 1 window-silent", "MoveEnded 3 window-silent"});
        COMPARE_TEXTS(textsOf(decision.requests),
                      {"bus 1 motion: rest 1 window-silent", "bus 1 motion: rest 3 window-silent"});
    }

    void motionsKnowWhoAskedForThem() {
        Given given = readyAxis();
        const auto move = given.when(motion::MoveAxis{{1}, {100.0}, {}, {}}, api::Asker::commandLine);
        QVERIFY(std::get<motion::MoveStarted>(move->whenConfirmed.back()).asker == api::Asker::commandLine);
        given.axis(2, true, OperatingMode::velocity);
        const auto speed = given.when(motion::SetVelocity{{2}, {10.0}}, api::Asker::window);
        QVERIFY(std::get<motion::VelocityStarted>(speed->whenConfirmed.back()).asker == api::Asker::window);
    }

    void aLateStopOfAnAxisIsFoldedAsItsStopIs() {
        Given given = guardedAxis();
        given.axis(2);
        given.happened(motion::StopLatched{{1}});
        COMPARE_TEXTS(textsOf(given.reacting(motion::AxisStopped{{1}, {{1}, true, {}}}).events),
                      {"TorqueDisabled 1"});
        COMPARE_TEXTS(textsOf(given.reacting(motion::AxisStopped{{1}, {{2}, false, {}}}).requests),
                      {"bus 1 observing: read #2 64/1", "bus 1 observing: read #2 11/1"});
    }
};

SERVOLANE_TEST(GuardDecisions)
#include "guard_test.moc"
