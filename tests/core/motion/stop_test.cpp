// SPDX-License-Identifier: GPL-3.0-or-later
// The latched stop: what it means to the write model, and how it is reset without a lunge.
#include "tests/core/motion/given.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>

using namespace servolane;
using namespace servolane::tests;

class StopDecisions final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aStopLatchesTheNextGenerationWhateverTheState() {
        const auto first = Given{}.when(motion::Stop{});
        QCOMPARE(std::get<motion::StopLatched>(first->events[0]).generation.value, 1U);
        Given given = readyAxis();
        given.happened(motion::StopLatched{{4}});
        const auto next = given.when(motion::Stop{});
        QCOMPARE(std::get<motion::StopLatched>(next->events[0]).generation.value, 5U);
        QVERIFY(next->requests.empty());
    }

    void aStopEndsMovesAndSpeeds() {
        Given given = readyAxis();
        given.axis(2).axis(3);
        given.happened(motion::MoveStarted{{1}, {180.0}, {}}).happened(motion::VelocityStarted{{2}, {20.0}});
        COMPARE_TEXTS(textsOf(given.reacting(motion::StopLatched{{1}}).events),
                      {"MoveEnded 1 stopped", "MoveEnded 2 stopped"});
    }

    void aFinishedStopSaysWhichAxesHaveTorqueOffAndLooksAtTheOthers() {
        Given given = readyAxis();
        given.axis(2);
        given.happened(motion::StopLatched{{1}});
        const auto decision =
            given.reacting(motion::StopFinished{{1}, {{{1}, true, {}}, {{2}, false, {}}}, {}});
        COMPARE_TEXTS(textsOf(decision.events), {"TorqueDisabled 1"});
        COMPARE_TEXTS(textsOf(decision.requests),
                      {"bus 1 observing: read #2 64/1", "bus 1 observing: read #2 11/1"});
    }

    void anAxisThatHoldsIsLookedAtToo() {
        Given given = readyAxis();
        motion::Axis holding = *sampleAxis();
        holding.stopReaction = motion::StopReaction::hold;
        given.happened(motion::AxisConfigured{std::make_shared<const motion::Axis>(holding)})
            .happened(motion::StopLatched{{1}});
        const auto decision = given.reacting(motion::StopFinished{{1}, {{{1}, true, {}}}, {}});
        QVERIFY(decision.events.empty());
        QCOMPARE(decision.requests.size(), std::size_t{2});
    }

    void torqueIsUnknownUntilTheStopIsReadBack() {
        Given given = readyAxis();
        given.happened(motion::StopLatched{{1}}).happened(motion::StopReset{{1}});
        QCOMPARE(outcomeOf(given.when(motion::MoveAxis{{1}, {10.0}, {}, {}})), std::string("value-stale"));
    }

    void aResetSetsTheGoalsOfHoldingAxesBeforeMotionIsTakenAgain() {
        Given given = readyAxis();
        given.axis(2).connected(2).axis(3, true, OperatingMode::velocity, 2);
        given.happened(motion::StopLatched{{1}})
            .happened(motion::StopFinished{{1}, {}, {}})
            .happened(motion::AxisObserved{{1}, true, {}})
            .happened(motion::TorqueDisabled{{2}})
            .happened(motion::AxisObserved{{3}, true, {}});
        const auto verdict = given.when(motion::ResetStop{{1}});
        QVERIFY(verdict);
        COMPARE_TEXTS(textsOf(verdict->requests),
                      {"bus 1 stop: copy #1 132/4 to 116/4", "bus 2 stop: write #3 @104 00 00 00 00 verified",
                       "bus 1 stop: resume 1", "bus 2 stop: resume 1"});
        QVERIFY(verdict->events.empty());
        COMPARE_TEXTS(textsOf(verdict->whenConfirmed), {"StopReset"});
    }

    void aResetAsksNothingOfAxesThatCannotAnswer() {
        Given given = readyAxis();
        given.axis(2);
        given.happened(motion::StopLatched{{1}})
            .happened(motion::StopFinished{{1}, {}, {}})
            .happened(bus::AxisFellSilent{{1}, {1}, {}})
            .happened(bus::AxisFellSilent{{1}, {2}, {}});
        COMPARE_TEXTS(textsOf(given.when(motion::ResetStop{{1}})->requests), {"bus 1 stop: resume 1"});
    }

    /// Bug: a reset right after the stop told axes to hold that had just been cut, and their goals switched
    /// the
    /// torque on again; the stop was confirmed with no axis at all.
    void aResetWaitsUntilTheStopIsReported() {
        Given given = readyAxis();
        given.happened(motion::StopLatched{{1}});
        QCOMPARE(outcomeOf(given.when(motion::ResetStop{{1}})), std::string("stop-under-way"));
        given.happened(motion::StopFinished{{1}, {}, {}});
        QVERIFY(given.when(motion::ResetStop{{1}}));
    }

    void aResetReadsTheTorqueOfAnAxisBeforeItIsToldToHold() {
        Given given = readyAxis();
        given.happened(motion::StopLatched{{1}}).happened(motion::StopFinished{{1}, {}, {}});
        COMPARE_TEXTS(textsOf(given.when(motion::ResetStop{{1}})->requests),
                      {"bus 1 stop: rest 1 stopped", "bus 1 stop: resume 1"});
    }

    void onlyTheNewestStopCanBeReset() {
        Given given = readyAxis();
        QCOMPARE(outcomeOf(given.when(motion::ResetStop{{0}})), std::string("not-latched"));
        given.happened(motion::StopLatched{{1}}).happened(motion::StopLatched{{2}});
        const auto other = given.when(motion::ResetStop{{1}});
        QCOMPARE(outcomeOf(other), std::string("other-stop"));
        QCOMPARE(other.error().requested, 1.0);
        QCOMPARE(other.error().high, 2.0);
        given.happened(motion::StopReset{{1}});
        QVERIFY(given.model.motion().latched);
        given.happened(motion::StopReset{{2}});
        QVERIFY(!given.model.motion().latched);
    }
};

SERVOLANE_TEST(StopDecisions)
#include "stop_test.moc"
