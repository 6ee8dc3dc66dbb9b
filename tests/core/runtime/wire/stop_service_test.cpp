// SPDX-License-Identifier: GPL-3.0-or-later
// What a stop does on one bus: who is told, in which order, when it counts as confirmed, and what becomes of
// those that cannot be reached.
#include "tests/core/runtime/wire/bus_rig.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>

using namespace servolane;
using namespace std::chrono_literals;
using bus::Priority;
using motion::StopDoubt;
using motion::StopReaction;
using tests::lift;
using tests::pan;
using tests::Rig;

namespace {

constexpr std::uint16_t torque = 64;
constexpr std::uint16_t goalPosition = 116;
constexpr std::uint16_t presentVelocity = 128;
constexpr std::uint16_t presentPosition = 132;

using Lines = std::vector<std::string>;

bool contains(const Lines& lines, const std::string& line) {
    return std::find(lines.begin(), lines.end(), line) != lines.end();
}

bool hasTorque(const Rig& rig, std::uint8_t id) {
    return rig.world->value(id, torque, 1) != 0;
}

/// Two axes with torque, and the second one does `reaction` on stop.
void openWith(Rig& rig, StopReaction reaction) {
    rig.connect();
    rig.poll({rig.axisOf(1), rig.axisOf(2, reaction)});
    rig.world->set(1, torque, 1, 1);
    rig.world->set(2, torque, 1, 1);
}

std::vector<std::shared_ptr<const motion::Axis>> manyAxes(Rig& rig, std::uint8_t count) {
    std::vector<std::shared_ptr<const motion::Axis>> axes;
    for (std::uint8_t id = 1; id <= count; ++id) {
        rig.world->add(id);
        rig.world->set(id, torque, 1, 1);
        axes.push_back(rig.axisOf(id));
    }
    return axes;
}

class StopServiceTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aBroadcastDropsNoAxisThatIsToHold() {
        Rig rig;
        openWith(rig, StopReaction::hold);
        rig.press();
        rig.run(20ms);
        const Lines lines = rig.world->writes();
        QCOMPARE(lines.front(), std::string("group 1 @64 = 00"));
        QVERIFY(!contains(lines, "broadcast @64 = 00"));
        QVERIFY(!hasTorque(rig, 1));
        QVERIFY(hasTorque(rig, 2));
        QVERIFY(rig.stopServed()->axes[0].confirmed && rig.stopServed()->axes[1].confirmed);
    }

    void aServoOfAnUnknownModelIsNotReachedByABroadcast() {
        Rig rig;
        rig.world->add(9);
        rig.open();
        rig.press();
        rig.run(20ms);
        QCOMPARE(rig.world->writes(), (Lines{"group 1 @64 = 00", "group 2 @64 = 00"}));
    }

    void anAxisThatMissedTheFrameForAllGetsItsOwn() {
        Rig rig;
        rig.open();
        rig.world->set(1, torque, 1, 1);
        rig.world->deafToAll = true;
        rig.press();
        rig.run(100ms);
        QCOMPARE(rig.world->writes().front(), std::string("broadcast @64 = 00"));
        QVERIFY(contains(rig.world->writes(), "write 1 @64 = 00"));
        QVERIFY(rig.stopServed()->axes[0].confirmed);
        QVERIFY(rig.stopServed()->axes[0].after < 50ms);
    }

    void aDeadAxisDelaysNoOtherAndIsReportedInTime() {
        Rig rig;
        rig.world->timeout = 4ms;
        rig.connect();
        rig.poll(manyAxes(rig, 24));
        for (std::uint8_t id = 1; id <= 20; ++id)
            rig.world->setSilent(id, true); // all at once, just now
        rig.press();
        rig.run(600ms);
        const auto served = rig.stopServed();
        QVERIFY(served);
        QCOMPARE(served->axes.size(), std::size_t{24});
        for (const auto& axis : served->axes) {
            const bool alive = axis.axis.value > 20;
            QCOMPARE(axis.confirmed, alive);
            QVERIFY(axis.doubt == (alive ? StopDoubt::none : StopDoubt::silent));
            if (alive) QVERIFY2(axis.after < 120ms, qPrintable(QString::number(milliseconds(axis.after))));
        }
    }

    void axesKnownAsSilentCostNoTimeAtAll() {
        Rig rig;
        rig.world->timeout = 4ms;
        rig.connect();
        rig.poll(manyAxes(rig, 8));
        for (std::uint8_t id = 1; id <= 7; ++id)
            rig.world->setSilent(id, true);
        rig.run(2s);
        rig.press();
        rig.run(150ms);
        const auto served = rig.stopServed();
        QVERIFY(served);
        QVERIFY(served->axes[7].confirmed);
        QVERIFY2(served->axes[7].after < 2ms,
                 qPrintable(QString::number(milliseconds(served->axes[7].after))));
    }

    void anAxisThatAnswersLaterIsStoppedThen() {
        Rig rig;
        rig.open();
        rig.world->setSilent(2, true);
        rig.run(200ms);
        rig.world->set(2, torque, 1, 1);
        rig.press();
        rig.run(400ms);
        QVERIFY(!rig.stopServed()->axes[1].confirmed);
        rig.world->setSilent(2, false);
        rig.run(1s);
        QVERIFY(!hasTorque(rig, 2));
        const auto later = rig.facts<motion::AxisStopped>();
        QVERIFY(!later.empty());
        QVERIFY(later.back().stopped.axis == lift && later.back().stopped.confirmed);
    }

    void anAxisThatAnswersAfterTheResetIsStoppedAllTheSame() {
        Rig rig;
        rig.open();
        rig.world->setSilent(2, true);
        rig.run(200ms);
        rig.world->set(2, torque, 1, 1);
        rig.press();
        rig.run(400ms);
        rig.post(bus::ResumeWork{{1}}, Priority::stop);
        rig.stops.clear({1});
        rig.run(10ms);
        rig.world->setSilent(2, false);
        rig.run(1s);
        QVERIFY(!hasTorque(rig, 2));
    }

    void aResetEndsWhatTheStopStillWantedOfAxesThatAnswer() {
        Rig rig;
        openWith(rig, StopReaction::holdThenOff);
        rig.press();
        rig.run(100ms);
        rig.post(bus::ResumeWork{{1}}, Priority::stop);
        rig.stops.clear({1});
        rig.run(5s);
        QVERIFY(hasTorque(rig, 2));
    }

    void aServoFoundWhileStopIsLatchedLosesItsTorque() {
        Rig rig;
        rig.open();
        rig.press();
        rig.run(20ms);
        rig.world->add(3);
        rig.world->set(3, torque, 1, 1);
        rig.post(bus::ScanWork{}, Priority::registers, 9);
        rig.run(5ms);
        rig.poll({rig.axisOf(1), rig.axisOf(2), rig.axisOf(3)});
        QVERIFY(!hasTorque(rig, 3));
        const auto later = rig.facts<motion::AxisStopped>();
        QCOMPARE(later.size(), std::size_t{1});
        QVERIFY(later[0].stopped.axis == AxisId{3} && later[0].stopped.confirmed);
    }

    void aStopOfALostBusIsReportedAtOnceAndReachesItsAxesFirstWhenItIsBack() {
        Rig rig;
        rig.open();
        rig.world->set(1, torque, 1, 1);
        rig.world->setPlugged(false);
        rig.run(100ms);
        rig.press();
        rig.run(20ms);
        QVERIFY(rig.stopServed());
        QVERIFY(rig.stopServed()->axes[0].doubt == StopDoubt::lineDown);
        rig.world->setPlugged(true);
        rig.run(1s);
        QCOMPARE(rig.world->writes().front(), std::string("broadcast @64 = 00"));
        QVERIFY(!hasTorque(rig, 1));
        QVERIFY(rig.facts<motion::AxisStopped>().at(0).stopped.confirmed);
    }

    void aServoThatAnswersNoReadsIsToldAgainAndReportedSo() {
        Rig rig;
        rig.open();
        rig.world->set(2, torque, 1, 1);
        rig.world->setMute(2, true);
        rig.press();
        rig.run(500ms);
        const auto axis = rig.stopServed()->axes.at(1);
        QVERIFY(!axis.confirmed);
        QVERIFY(axis.doubt == StopDoubt::unreadable);
        QVERIFY(!hasTorque(rig, 2));
        const Lines lines = rig.world->writes();
        QVERIFY(std::count(lines.begin(), lines.end(), "write 2 @64 = 00") >= 1);
    }

    /// To hold, it would have to say where it is.
    void anAxisThatIsToHoldButAnswersNoReadsLosesItsTorque() {
        for (const auto reaction : {StopReaction::hold, StopReaction::holdThenOff}) {
            Rig rig;
            openWith(rig, reaction);
            rig.world->setMute(2, true);
            rig.run(1s); // it is found out
            QVERIFY(rig.facts<bus::AxisAnswers>().back().to == bus::Answers::pingsOnly);
            rig.press();
            rig.run(100ms);
            QVERIFY(!hasTorque(rig, 2));
            const Lines lines = rig.world->writes();
            QVERIFY(std::count(lines.begin(), lines.end(), "write 2 @64 = 00") > 1);
            const auto axis = rig.stopServed()->axes.at(1);
            QVERIFY(!axis.confirmed);
            QVERIFY(axis.doubt == StopDoubt::unreadable);
        }
    }

    void anAxisThatIsToHoldAndFallsMuteUnderTheStopLosesItsTorqueToo() {
        Rig rig;
        openWith(rig, StopReaction::hold);
        rig.world->setMute(2, true);
        rig.press();
        rig.run(1s);
        QVERIFY(!hasTorque(rig, 2));
        QVERIFY(!rig.stopServed()->axes.at(1).confirmed);
        const auto later = rig.facts<motion::AxisStopped>();
        QVERIFY(later.empty() || !later.back().stopped.confirmed);
        // It answers again, and what is read then is the truth.
        rig.world->setMute(2, false);
        rig.run(5s);
        QVERIFY(rig.facts<motion::AxisStopped>().back().stopped.confirmed);
    }

    void aFewLostAnswersDropNoAxisThatIsToHold() {
        Rig rig;
        openWith(rig, StopReaction::hold);
        rig.world->set(2, presentPosition, 4, 1500);
        rig.world->setMute(2, true);
        rig.press();
        rig.run(8ms);
        rig.world->setMute(2, false);
        rig.run(1s);
        QVERIFY(hasTorque(rig, 2));
        QCOMPARE(rig.world->value(2, goalPosition, 4), std::int64_t{1500});
        QVERIFY(rig.stopServed()->axes.at(1).confirmed);
    }

    void aServoThatAnswersPingsOnlyAndIsFoundUnderTheStopIsToldAllTheSame() {
        Rig rig;
        rig.open();
        rig.world->set(2, torque, 1, 1);
        rig.world->setSilent(2, true);
        rig.run(1s);
        rig.press();
        rig.run(1s);
        QVERIFY(hasTorque(rig, 2));
        rig.world->setMute(2, true);
        rig.world->setSilent(2, false);
        rig.run(5s);
        QVERIFY(!hasTorque(rig, 2));
        QVERIFY(!rig.facts<motion::AxisStopped>().back().stopped.confirmed);
    }

    /// Its speed could not be read; that is no reason to keep its torque on.
    void anAxisThatFallsMuteBeforeItIsAtRestIsLetGoInTimeAllTheSame() {
        Rig rig;
        openWith(rig, StopReaction::holdThenOff);
        rig.world->set(2, presentVelocity, 4, 80);
        rig.press();
        rig.run(50ms);
        rig.world->setMute(2, true);
        rig.run(1s);
        QVERIFY(!rig.stopServed()->axes.at(1).confirmed);
        rig.run(10s);
        QVERIFY(!hasTorque(rig, 2));
    }

    void aHoldingAxisIsConfirmedOnlyWhenItIsAtRest() {
        Rig rig;
        openWith(rig, StopReaction::hold);
        rig.world->set(2, presentPosition, 4, 1500);
        rig.world->set(2, presentVelocity, 4, 80);
        rig.press();
        rig.run(200ms);
        QCOMPARE(rig.world->value(2, goalPosition, 4), std::int64_t{1500});
        QVERIFY(!rig.stopServed());
        rig.world->set(2, presentVelocity, 4, 1);
        rig.run(50ms);
        QVERIFY(rig.stopServed()->axes[1].confirmed);
    }

    void aHoldingAxisThatDoesNotComeToRestIsReportedAsMoving() {
        Rig rig;
        openWith(rig, StopReaction::hold);
        rig.world->set(2, presentVelocity, 4, 80);
        rig.press();
        rig.run(1200ms);
        QVERIFY(rig.stopServed());
        QVERIFY(rig.stopServed()->axes[1].doubt == StopDoubt::moving);
        QVERIFY(rig.stopServed()->axes[0].confirmed);
    }

    void theTorqueThatGoesOffAfterHoldingIsConfirmedToo() {
        Rig rig;
        openWith(rig, StopReaction::holdThenOff);
        rig.press();
        rig.run(2500ms);
        QVERIFY(rig.stopServed()->axes[1].confirmed);
        QVERIFY(hasTorque(rig, 2));
        QVERIFY(rig.facts<motion::AxisStopped>().empty());
        rig.run(1s);
        QVERIFY(!hasTorque(rig, 2));
        QCOMPARE(rig.facts<motion::AxisStopped>().size(), std::size_t{1});
        QVERIFY(rig.facts<motion::AxisStopped>()[0].stopped.confirmed);
    }

    void torqueThatDoesNotGoOffAfterHoldingIsSaid() {
        Rig rig;
        openWith(rig, StopReaction::holdThenOff);
        rig.press();
        rig.run(2500ms);
        rig.world->setMute(2, true);
        rig.run(4s);
        const auto later = rig.facts<motion::AxisStopped>();
        QVERIFY(!later.empty());
        QVERIFY(!later[0].stopped.confirmed);
    }

    void feedbackGoesOnWhileADeadAxisIsRetried() {
        Rig rig;
        rig.open();
        rig.world->setSilent(2, true);
        rig.press();
        rig.run(10ms);
        rig.seen.clear();
        rig.run(100ms);
        QVERIFY2(rig.cycles().size() >= 15, qPrintable(QString::number(rig.cycles().size())));
    }

    void aStopDuringAScanAtAnotherRateGoesOutAtTheServosOwn() {
        Rig rig;
        rig.link.line.baud = 1'000'000;
        rig.world->servoBaud = 1'000'000;
        rig.open();
        rig.world->set(1, torque, 1, 1);
        rig.post(bus::ScanWork{{57'600, 4'000'000}}, Priority::registers, 9);
        rig.run(3ms);
        QCOMPARE(rig.world->baud, 57'600U);
        rig.press();
        rig.run(20ms);
        QVERIFY(!hasTorque(rig, 1));
        QVERIFY(rig.stopServed()->axes[0].confirmed);
        QCOMPARE(rig.world->baud, 1'000'000U);
    }

    void aStopGoesOutBetweenTheReadsOfABackup() {
        Rig rig;
        rig.open();
        rig.world->set(1, torque, 1, 1);
        std::vector<bus::Step> reads(200, bus::ReadStep{{1}, {84, 32}});
        rig.post(bus::StepsWork{reads}, Priority::background, 9);
        rig.run(2ms);
        rig.press();
        const Time pressed = rig.clock.now();
        rig.run(10ms);
        QVERIFY(rig.stopServed()->axes[0].confirmed);
        QVERIFY(rig.stopServed()->axes[0].after < 6ms);
        QVERIFY(!rig.answerTo(9));
        rig.run(200ms);
        QVERIFY(rig.answerTo(9)->outcome == bus::RequestOutcome::confirmed);
        QVERIFY(rig.clock.now() - pressed < 1s);
    }

    void aSecondPressIsServedAsWell() {
        Rig rig;
        rig.open();
        rig.press();
        rig.run(20ms);
        rig.press();
        rig.run(20ms);
        std::vector<std::uint64_t> served;
        for (const auto& note : rig.notes)
            if (const auto* one = std::get_if<runtime::StopServed>(&note))
                served.push_back(one->generation.value);
        QCOMPARE(served, (std::vector<std::uint64_t>{1, 2}));
    }
};

SERVOLANE_TEST(StopServiceTest)

} // namespace

#include "stop_service_test.moc"
