// SPDX-License-Identifier: GPL-3.0-or-later
// What follows from feedback and from the passing of time: arrival, time-out, loss, errors.
#include "tests/core/motion/given.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>

using namespace servolane;
using namespace servolane::tests;
using namespace std::chrono_literals;
using telemetry::Channel;

namespace {
/// Axis 1 at 90° on its way to 180° since a moment ago.
template <class Change = void (*)(motion::OwnLimits&)>
Given movingAxis(Change limits = [](motion::OwnLimits&) {}) {
    Given given = readyAxis();
    given.own(limits);
    given.happened(motion::MoveStarted{{1}, {180.0}, 3s});
    given.after(5ms);
    return given;
}
} // namespace

class MotionWatch final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aMoveArrivesWithinToleranceAndAtRest() {
        Given given = movingAxis();
        given.feedback(1, 179.5, false);
        const auto decision = given.watching();
        COMPARE_TEXTS(textsOf(decision.events), {"MoveArrived 1"});
        const auto& arrived = std::get<motion::MoveArrived>(decision.events[0]);
        QVERIFY(std::abs(arrived.actual.value - 179.5) < 0.05);
        QCOMPARE(arrived.took, Duration{5ms});
        QVERIFY(decision.requests.empty());
    }

    /// Bug: it went off as soon as the goal was taken back, with the axis still in full motion.
    void aLoanIsGivenBackOnceTheAxisStands() {
        const api::Asker one{api::AskerKind::commandLine, 1};
        Given given;
        given.connected().axis(1, false).doing(motion::SetTorque{{1}, true, true}, one);
        given.happened(motion::MoveStarted{{1}, {180.0}, {}, one, true}).happened(access::AskerLeft{one});
        given.happened(motion::MoveEnded{{1}, motion::EndReason::askerLeft});
        given.after(5ms);
        QVERIFY(given.feedback(1, 120.0, true).watching().requests.empty());
        given.after(5ms);
        const auto stands = given.feedback(1, 120.0, false).watching();
        COMPARE_TEXTS(textsOf(stands.requests), {"bus 1 motion: write #1 @64 00 verified"});
        COMPARE_TEXTS(textsOf(stands.whenConfirmed), {"TorqueDisabled 1"});
        given.happened(stands.whenConfirmed[0]);
        QVERIFY(given.watching().requests.empty());
    }

    /// Bug: only a jog kept the limits of current and temperature of its axis, a move and a speed did not.
    void aMoveEndsAboveTheLimitOfCurrentButNotByTheStartOfItsMotor() {
        Given given = movingAxis([](auto& own) { own.current = Current{0.5}; });
        const auto draws = [&](int raw, Duration span) {
            for (Duration past{}; past < span; past += 5ms) {
                given.after(5ms).feedback(1, 120.0, true).set(1, Channel::current, raw);
                if (const auto decision = given.watching(); !decision.events.empty()) return decision;
            }
            return api::Decision{};
        };
        QVERIFY(draws(-400, 45ms).events.empty()); // 1.08 A, the other way round
        QVERIFY(draws(20, 200ms).events.empty());
        QVERIFY(draws(-400, 45ms).events.empty());
        const auto ended = draws(-400, 100ms);
        COMPARE_TEXTS(textsOf(ended.events), {"MoveEnded 1 above-current-limit"});
        COMPARE_TEXTS(textsOf(ended.requests), {"bus 1 motion: rest 1 above-current-limit"});
    }

    /// Bug: models that count from the middle (MX-64: raw 2048 is 0 A) ended a move by one short peak.
    void aPeakOfACurrentThatCountsFromTheMiddleDoesNotLast() {
        motion::LastingCurrent current;
        Time at = Time{1s};
        for (int i = 0; i < 60; ++i)
            current.fold(i == 40 || i == 41 ? 1400 : 2200, at += 5ms);
        const auto extent = current.since({});
        QVERIFY(extent);
        QCOMPARE(extent->high, 2200); // 0.7 A the one way, and 2.9 A the other
    }

    /// Bug: where the current was read every 100 ms or more seldom, its limit was not kept.
    void twoReadingsInTurnAreEnoughWhereItIsReadSeldom() {
        Given given = movingAxis([](auto& own) { own.current = Current{0.5}; });
        const auto reads = [&](int raw) {
            return given.after(200ms).feedback(1, 120.0, true).set(1, Channel::current, raw).watching();
        };
        QVERIFY(reads(400).events.empty());
        QVERIFY(reads(20).events.empty());
        QVERIFY(reads(400).events.empty());
        COMPARE_TEXTS(textsOf(reads(400).events), {"MoveEnded 1 above-current-limit"});
    }

    /// Bug: a gripper that pressed with what it may lost its grip.
    void aGripWithTheCurrentThatIsAllowedGoesOn() {
        Given given;
        given.connected().axis(1, true, registers::OperatingMode::currentBasedPosition);
        given.own([](auto& own) { own.current = Current{0.5}; });
        given.happened(motion::MoveStarted{{1}, {180.0}, 30s});
        for (int i = 0; i < 100; ++i) {
            given.after(5ms).feedback(1, 120.0, true).set(1, Channel::current, 187);
            QVERIFY(given.watching().events.empty());
        }
    }

    void whatWasDrawnBeforeAMoveDoesNotEndIt() {
        Given given = readyAxis();
        given.own([](auto& own) { own.current = Current{0.5}; });
        for (int i = 0; i < 40; ++i)
            given.after(5ms).set(1, Channel::current, 400);
        given.happened(motion::MoveStarted{{1}, {180.0}, 3s});
        given.after(5ms).feedback(1, 120.0, true).set(1, Channel::current, 400);
        QVERIFY(given.watching().events.empty());
    }

    void aMoveEndsAboveTheLimitOfTemperature() {
        Given given = movingAxis([](auto& own) { own.temperature = Temperature{50.0}; });
        given.feedback(1, 120.0, true).set(1, Channel::temperature, 50);
        QVERIFY(given.watching().events.empty());
        const auto decision = given.set(1, Channel::temperature, 51).watching();
        QVERIFY(std::get<motion::MoveEnded>(decision.events.at(0)).reason ==
                motion::EndReason::aboveTemperatureLimit);
    }

    void aMoveHasNotArrivedWhileItMovesOrIsOff() {
        Given given = movingAxis();
        QVERIFY(given.feedback(1, 179.5, true).watching().events.empty());
        QVERIFY(given.feedback(1, 178.5, false).watching().events.empty());
    }

    void feedbackFromBeforeTheMoveSaysNothingOfIt() {
        Given given = readyAxis();
        given.feedback(1, 180.0);
        given.happened(motion::MoveStarted{{1}, {180.0}, 3s});
        QVERIFY(given.watching().events.empty());
        given.after(5ms).feedback(1, 180.0);
        COMPARE_TEXTS(textsOf(given.watching().events), {"MoveArrived 1"});
    }

    void whereTheServoDoesNotSayItsSpeedDoes() {
        registers::ServoModel plain = makeSampleModel();
        std::erase_if(plain.registers, [](const auto& r) { return r.role == registers::Role::moving; });
        Given given;
        given.connected().happened(motion::AxisConfigured{
            sampleAxis(1, 1, 1, std::make_shared<const registers::ServoModel>(plain))});
        given.happened(motion::MoveStarted{{1}, {90.0}, 3s}).after(5ms).feedback(1, 90.0);
        QVERIFY(given.set(1, Channel::velocity, 3).watching().events.empty());
        COMPARE_TEXTS(textsOf(given.set(1, Channel::velocity, 0).watching().events), {"MoveArrived 1"});
    }

    void aMoveThatTakesTooLongEndsAndKeepsItsGoal() {
        Given given = movingAxis();
        given.after(3s).feedback(1, 150.0);
        const auto decision = given.watching();
        COMPARE_TEXTS(textsOf(decision.events), {"MoveEnded 1 timed-out"});
        QVERIFY(decision.requests.empty());
    }

    void feedbackLostInMotionHaltsTheAxis() {
        Given given = movingAxis();
        given.feedback(1, 100.0, true).after(250ms);
        QVERIFY(given.watching().events.empty());
        given.after(1ms);
        const auto decision = given.watching();
        COMPARE_TEXTS(textsOf(decision.events), {"MoveEnded 1 feedback-lost"});
        COMPARE_TEXTS(textsOf(decision.requests), {"bus 1 motion: rest 1 feedback-lost"});
        given.happened(decision.events[0]);
        QVERIFY(given.watching().events.empty());
    }

    void aSlowlyPolledAxisIsGivenFivePeriods() {
        Given given = movingAxis();
        given.feedback(1, 100.0, true);
        given.present[AxisId{1}].period = 1s;
        given.after(2900ms);
        QVERIFY(given.watching().events.empty());
    }

    void aSpeedThatLeavesTheTravelIsHalted() {
        Given given;
        given.connected().axis(1, true, OperatingMode::velocity);
        auto limits = given.limits();
        limits.travel = {{0.0}, {100.0}};
        given.limited(1, limits).happened(motion::VelocityStarted{{1}, {20.0}}).after(5ms);
        QVERIFY(given.feedback(1, 99.0, true).watching().events.empty());
        const auto decision = given.feedback(1, 100.1, true).watching();
        COMPARE_TEXTS(textsOf(decision.events), {"MoveEnded 1 limit-reached"});
        COMPARE_TEXTS(textsOf(decision.requests), {"bus 1 motion: rest 1 limit-reached"});
    }

    void errorsInTheFeedbackBecomeFactsOnceAndAreCleared() {
        Given given = readyAxis();
        given.set(1, Channel::hardwareError, 0x24);
        const auto raised = given.watching();
        COMPARE_TEXTS(textsOf(raised.events), {"HardwareErrorRaised 1"});
        QCOMPARE(int{std::get<motion::HardwareErrorRaised>(raised.events[0]).bits}, 0x24);
        given.happened(raised.events[0]);
        QVERIFY(given.watching().events.empty());
        given.set(1, Channel::hardwareError, 0);
        COMPARE_TEXTS(textsOf(given.watching().events), {"HardwareErrorCleared 1"});
    }

    void nothingIsWatchedOfALostLinkOrUnderAStop() {
        Given given = movingAxis();
        given.after(10s);
        given.happened(motion::StopLatched{{1}});
        QVERIFY(given.watching().events.empty());
        given.happened(motion::StopReset{{1}}).happened(bus::BusLost{{1}, {}});
        QVERIFY(given.watching().events.empty());
    }
};

SERVOLANE_TEST(MotionWatch)
#include "watch_test.moc"
