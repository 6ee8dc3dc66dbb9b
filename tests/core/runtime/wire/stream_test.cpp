// SPDX-License-Identifier: GPL-3.0-or-later
// A limit of one's own for the acceleration holds for what is streamed too: at the start of a jog, at a
// change of its speed, before the end of the travel, and at its end, whoever ends it.
#include "tests/core/runtime/wire/bus_rig.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>
#include <algorithm>
#include <cmath>

using namespace servolane;
using namespace std::chrono_literals;
using bus::Priority;
using motion::EndReason;
using tests::pan;
using tests::Rig;

namespace {

constexpr double acceleration = 200.0; // °/s²
constexpr Duration cycle = 5ms;
constexpr double speedStep = 0.229 * 6.0;   // °/s
constexpr double goalStep = 360.0 / 4096.0; // °
/// Speeds are told from goals this many cycles apart, since goals are rounded.
constexpr std::size_t apart = 20;
constexpr double span = apart * 5e-3; // s

/// Goals as they went out, one per cycle.
struct Course {
    std::vector<double> goals;

    double speedAt(std::size_t cycleNumber) const {
        return (goals[cycleNumber] - goals[cycleNumber - apart]) / span;
    }
    double fastest() const {
        double most = 0.0;
        for (std::size_t i = apart; i < goals.size(); ++i)
            most = std::max(most, std::abs(speedAt(i)));
        return most;
    }
    double lastSpeed() const { return speedAt(goals.size() - 1); }
    double sharpest() const {
        double most = 0.0;
        for (std::size_t i = 2 * apart; i < goals.size(); ++i)
            most = std::max(most, std::abs(speedAt(i) - speedAt(i - apart)) / span);
        return most;
    }
    /// Two speeds of two rounded goals each.
    void verifyWithinTheLimit() const {
        QVERIFY2(sharpest() <= acceleration + 2 * goalStep / (span * span),
                 qPrintable(QString::number(sharpest())));
    }
};

/// Speeds as they went out in velocity mode.
struct SpeedCourse {
    std::vector<double> speeds;
    double way = 0.0; ///< steps of the position that are less than one

    double sharpest() const {
        constexpr std::size_t cycles = 10;
        double most = 0.0;
        for (std::size_t i = cycles; i < speeds.size(); ++i)
            most = std::max(most, std::abs(speeds[i] - speeds[i - cycles]));
        return most / (cycles * seconds(cycle));
    }
    void verifyWithinTheLimit(double unseen = 0.0) const {
        QVERIFY2(sharpest() <= acceleration + (unseen + speedStep) / (10 * seconds(cycle)),
                 qPrintable(QString::number(sharpest())));
    }
};

/// The servo follows its goals at once.
void live(Rig& rig, Course& course, Duration time) {
    for (const Time end = rig.clock.now() + time; rig.clock.now() < end;) {
        rig.run(cycle);
        rig.follow();
        course.goals.push_back(rig.goalOfPan());
    }
}

/// A servo in velocity mode: it goes as fast as it is told.
void liveByVelocity(Rig& rig, SpeedCourse& course, Duration time) {
    for (const Time end = rig.clock.now() + time; rig.clock.now() < end;) {
        rig.run(cycle);
        const double speed = rig.speedOfPan();
        course.speeds.push_back(speed);
        course.way += speed * seconds(cycle) / goalStep;
        const double whole = std::floor(course.way);
        course.way -= whole;
        rig.world->set(1, 132, 4, rig.world->value(1, 132, 4) + static_cast<std::int64_t>(whole));
    }
}

void limitedJog(Rig& rig, Current current, Temperature temperature) {
    bus::JogStream stream{pan, {50.0}, {{{0.0}, {360.0}}, {300.0}, {30.0}, {}, current, temperature}};
    rig.world->set(1, 64, 1, 1);
    rig.post(stream, Priority::motion, 40);
}

void release(Rig& rig) {
    rig.post(bus::EndStream{pan, bus::StreamEnd::ramped}, Priority::motion, 41);
}

class StreamTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aJogGathersSpeedWithinTheAccelerationOfItsAxis() {
        Rig rig;
        rig.open();
        rig.leases.renew(pan, api::Asker::window, rig.clock.now() + 10s);
        rig.rampedJog(50.0, acceleration);
        Course course;
        live(rig, course, 500ms);
        course.verifyWithinTheLimit();
        QVERIFY2(std::abs(course.fastest() - 50.0) <= 1.0, qPrintable(QString::number(course.fastest())));
        // v²/2a on the way up, then at full speed.
        const double way = 50.0 * 50.0 / (2 * acceleration) + 50.0 * (0.5 - 50.0 / acceleration);
        QVERIFY2(std::abs(rig.goalOfPan() - 180.0 - way) < 1.0, qPrintable(QString::number(rig.goalOfPan())));
    }

    /// The nearest count to a limit may lie beyond it: 100° is 1137.8 counts of 4096.
    void noRoundingTakesAJogBeyondItsTravel() {
        Rig rig;
        rig.open();
        rig.world->set(1, 132, 4, 1100);
        rig.world->set(1, 116, 4, 1100);
        rig.run(20ms); // it is polled there
        rig.leases.renew(pan, api::Asker::window, rig.clock.now() + 5s);
        rig.jog(50.0, {{90.0}, {100.0}});
        for (int i = 0; i < 200; ++i) {
            rig.run(5ms);
            rig.follow();
            rig.leases.renew(pan, api::Asker::window, rig.clock.now() + 5s);
            QVERIFY2(rig.goalOfPan() <= 100.0, qPrintable(QString::number(rig.goalOfPan())));
        }
        QCOMPARE(rig.world->value(1, 116, 4), std::int64_t{1137});
    }

    void withoutSuchALimitAJogIsAtItsSpeedAtOnce() {
        Rig rig;
        rig.open();
        rig.leases.renew(pan, api::Asker::window, rig.clock.now() + 10s);
        rig.rampedJog(50.0, 0.0);
        Course course;
        live(rig, course, 50ms);
        QVERIFY2(std::abs(rig.goalOfPan() - 180.0 - 50.0 * 0.05) < 0.5,
                 qPrintable(QString::number(rig.goalOfPan())));
    }

    /// Issue: a goal of a stream is never sent above the current or temperature limit of its axis.
    void aJogEndsAboveItsLimitOfCurrentButNotByTheStartOfItsMotor() {
        Rig rig;
        rig.open();
        rig.leases.renew(pan, api::Asker::window, rig.clock.now() + 10s);
        limitedJog(rig, {0.5}, {});
        const auto amperes = [&](int raw) { rig.world->set(1, 126, 2, raw); };
        Course course;
        amperes(-400); // 1.08 A, the other way round
        live(rig, course, 30ms);
        amperes(20);
        live(rig, course, 200ms);
        QVERIFY(rig.facts<motion::JogEnded>().empty());
        amperes(-400);
        live(rig, course, 200ms);
        QVERIFY(rig.facts<motion::JogEnded>().at(0).reason == EndReason::aboveCurrentLimit);
        // It is not left pushing: the goal is where the axis is.
        const double goal = rig.goalOfPan();
        live(rig, course, 100ms);
        QCOMPARE(rig.goalOfPan(), goal);
    }

    void aJogEndsAboveItsLimitOfTemperature() {
        Rig rig;
        rig.open();
        rig.leases.renew(pan, api::Asker::window, rig.clock.now() + 10s);
        rig.world->set(1, 146, 1, 60);
        limitedJog(rig, {}, {60.0});
        Course course;
        live(rig, course, 700ms);
        QVERIFY(rig.facts<motion::JogEnded>().empty());
        rig.world->set(1, 146, 1, 61);
        live(rig, course, 2s);
        QVERIFY(rig.facts<motion::JogEnded>().at(0).reason == EndReason::aboveTemperatureLimit);
    }

    void theLeaseOfAnotherIsOfNoUse() {
        Rig rig;
        rig.open();
        rig.leases.renew(pan, api::Asker::window, rig.clock.now() + 100ms);
        rig.rampedJog(50.0, 0.0);
        Course course;
        live(rig, course, 80ms);
        rig.leases.renew(pan, {api::AskerKind::commandLine, 2}, rig.clock.now() + 10s);
        rig.leases.renew(pan, api::Asker::commandLine, rig.clock.now() + 10s);
        live(rig, course, 100ms);
        QVERIFY(rig.facts<motion::JogEnded>().at(0).reason == EndReason::leaseLapsed);
    }

    void aReleasedKeyIsFollowedByARampAndThenByTheEnd() {
        Rig rig;
        rig.open();
        rig.leases.renew(pan, api::Asker::window, rig.clock.now() + 10s);
        rig.rampedJog(50.0, acceleration);
        Course course;
        live(rig, course, 500ms);
        const double at = rig.goalOfPan();
        release(rig);
        live(rig, course, 100ms);
        QVERIFY(rig.facts<motion::JogEnded>().empty()); // still slowing down
        live(rig, course, 400ms);
        course.verifyWithinTheLimit();
        const auto ends = rig.facts<motion::JogEnded>();
        QCOMPARE(ends.size(), std::size_t{1});
        QVERIFY(ends[0].reason == EndReason::asked);
        QVERIFY2(std::abs(rig.goalOfPan() - at - 50.0 * 50.0 / (2 * acceleration)) < 0.7,
                 qPrintable(QString::number(rig.goalOfPan() - at)));
        QCOMPARE(course.lastSpeed(), 0.0);
    }

    void aLapsedLeaseRampsDownToo() {
        Rig rig;
        rig.open();
        rig.leases.renew(pan, api::Asker::window, rig.clock.now() + 300ms);
        rig.rampedJog(50.0, acceleration);
        Course course;
        live(rig, course, 1s);
        course.verifyWithinTheLimit();
        QVERIFY(rig.facts<motion::JogEnded>().at(0).reason == EndReason::leaseLapsed);
        QCOMPARE(course.lastSpeed(), 0.0);
    }

    void aChangeOfDirectionGoesThroughZeroWithinTheLimit() {
        Rig rig;
        rig.open();
        rig.leases.renew(pan, api::Asker::window, rig.clock.now() + 10s);
        rig.rampedJog(50.0, acceleration);
        Course course;
        live(rig, course, 400ms);
        rig.rampedJog(-50.0, acceleration);
        live(rig, course, 700ms);
        course.verifyWithinTheLimit();
        QVERIFY(course.lastSpeed() < -45.0);
    }

    void theEndOfTheTravelIsReachedWithoutAJolt() {
        Rig rig;
        rig.open();
        rig.leases.renew(pan, api::Asker::window, rig.clock.now() + 10s);
        rig.rampedJog(50.0, acceleration, true, {{100.0}, {210.0}});
        Course course;
        live(rig, course, 2s);
        course.verifyWithinTheLimit();
        QVERIFY(rig.facts<motion::JogEnded>().at(0).reason == EndReason::limitReached);
        QVERIFY2(std::abs(rig.goalOfPan() - 210.0) < 0.1, qPrintable(QString::number(rig.goalOfPan())));
    }

    void aKeyPressedAgainDuringTheRampGoesOnFromThere() {
        Rig rig;
        rig.open();
        rig.leases.renew(pan, api::Asker::window, rig.clock.now() + 10s);
        rig.rampedJog(50.0, acceleration);
        Course course;
        live(rig, course, 400ms);
        release(rig);
        live(rig, course, 100ms);
        rig.rampedJog(50.0, acceleration);
        live(rig, course, 400ms);
        QVERIFY(rig.facts<motion::JogEnded>().empty());
        course.verifyWithinTheLimit();
        QVERIFY(course.lastSpeed() > 45.0);
    }

    void whatTakesTheAxisOverDoesNotWaitForARamp() {
        Rig rig;
        rig.open();
        rig.leases.renew(pan, api::Asker::window, rig.clock.now() + 10s);
        rig.rampedJog(50.0, acceleration);
        Course course;
        live(rig, course, 400ms);
        rig.post(bus::EndStream{pan}, Priority::motion, 41);
        rig.run(cycle);
        QCOMPARE(rig.facts<motion::JogEnded>().size(), std::size_t{1});
    }

    void aJogInVelocityModeRampsItsSpeed() {
        Rig rig;
        rig.open();
        rig.leases.renew(pan, api::Asker::window, rig.clock.now() + 10s);
        rig.rampedJog(50.0, acceleration, false);
        SpeedCourse course;
        liveByVelocity(rig, course, 500ms);
        QVERIFY(std::abs(course.speeds.back() - 50.0) <= speedStep);
        release(rig);
        liveByVelocity(rig, course, 500ms);
        course.verifyWithinTheLimit();
        QVERIFY(rig.facts<motion::JogEnded>().at(0).reason == EndReason::asked);
        QCOMPARE(rig.speedOfPan(), 0.0);
    }

    void inVelocityModeTheEndOfTheTravelIsReachedWithoutAJoltToo() {
        Rig rig;
        rig.open();
        rig.leases.renew(pan, api::Asker::window, rig.clock.now() + 10s);
        rig.rampedJog(50.0, acceleration, false, {{100.0}, {210.0}});
        SpeedCourse course;
        liveByVelocity(rig, course, 2s);
        // The last step of the position is taken at the speed that its resolution leaves.
        course.verifyWithinTheLimit(std::sqrt(2 * acceleration * goalStep));
        QVERIFY(rig.facts<motion::JogEnded>().at(0).reason == EndReason::limitReached);
        const double at = static_cast<double>(rig.world->value(1, 132, 4)) * 360.0 / 4096.0;
        QVERIFY2(at > 208.5 && at < 210.5, qPrintable(QString::number(at)));
        QCOMPARE(rig.speedOfPan(), 0.0);
    }
};

SERVOLANE_TEST(StreamTest)

} // namespace

#include "stream_test.moc"
