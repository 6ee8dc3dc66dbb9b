// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/simulator/motion_profile.h"

#include "tests/support/test_registry.h"

#include <QtTest/QTest>
#include <cmath>

using namespace servolane::drivers::simulator;

namespace {

// One raw step in counts and milliseconds: 0.229 rpm and 214.577 rev/min², 4096 counts a turn.
constexpr double velocityStep = 0.229 * 4096 / 60000;
constexpr double accelerationStep = 214.577 * 4096 / 3.6e9;

ProfileLimits raw(double velocity, double acceleration) {
    return {velocity * velocityStep, acceleration * accelerationStep, false};
}

/// Milliseconds until the profile ends, at most ten seconds.
int run(MotionProfile& profile) {
    int time = 0;
    while (profile.isRunning() && time < 10'000) {
        profile.advance(1.0);
        ++time;
    }
    return time;
}

} // namespace

class MotionProfileTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void trapezoidKeepsTheTimesOfTheManual() {
        MotionProfile profile;
        profile.hold(0);
        constexpr double v = 100, a = 20, distance = 2048;
        profile.plan(distance, raw(v, a));
        QVERIFY(profile.type() == ProfileType::trapezoidal);
        const double t1 = 64 * v / a;
        const double t2 = 64 * distance / v;
        QVERIFY(std::abs(profile.accelerationTime() - t1) < t1 * 0.001);
        QVERIFY(std::abs(profile.duration() - (t1 + t2)) < (t1 + t2) * 0.001);
        const int took = run(profile);
        QVERIFY(std::abs(took - (t1 + t2)) < 3);
        QCOMPARE(profile.position(), distance);
        QCOMPARE(profile.velocity(), 0.0);
    }

    void shortWayMakesATriangleOfEqualArea() {
        MotionProfile profile;
        profile.hold(1000);
        profile.plan(900, raw(200, 10));
        QVERIFY(profile.type() == ProfileType::triangular);
        const double t1 = std::sqrt(100 / (10 * accelerationStep));
        QVERIFY(std::abs(profile.accelerationTime() - t1) < 0.01);
        QVERIFY(std::abs(profile.duration() - 2 * t1) < 0.01);
        run(profile);
        QCOMPARE(profile.position(), 900.0);
    }

    void withoutAccelerationItIsARectangle() {
        MotionProfile profile;
        profile.hold(0);
        profile.plan(-1000, raw(50, 0));
        QVERIFY(profile.type() == ProfileType::rectangular);
        profile.advance(1.0);
        QVERIFY(std::abs(profile.velocity() + 50 * velocityStep) < 1e-9);
        QVERIFY(std::abs(profile.duration() - 64 * 1000.0 / 50) < 1.0);
    }

    void withoutVelocityItIsAStep() {
        MotionProfile profile;
        profile.hold(0);
        profile.plan(500, raw(0, 10));
        QVERIFY(profile.type() == ProfileType::step);
        QVERIFY(!profile.isRunning());
        QCOMPARE(profile.position(), 500.0);
    }

    void timeBasedProfileTakesTheTimeAsked() {
        MotionProfile profile;
        profile.hold(0);
        profile.plan(3000, {1000.0, 300.0, true});
        QCOMPARE(profile.duration(), 1000.0);
        QCOMPARE(profile.accelerationTime(), 300.0);
        QVERIFY(std::abs(run(profile) - 1000) <= 1);
        QCOMPARE(profile.position(), 3000.0);
    }

    void timeBasedAccelerationIsCappedAtHalf() {
        MotionProfile profile;
        profile.hold(0);
        profile.plan(3000, {1000.0, 900.0, true});
        QCOMPARE(profile.accelerationTime(), 500.0);
    }

    /// A new goal at any moment: position and velocity go on without a jump, and no limit is passed.
    void newGoalReplansFromTheMomentaryVelocity_data() {
        QTest::addColumn<double>("second");
        QTest::newRow("further") << 4000.0;
        QTest::newRow("nearer") << 1100.0;
        QTest::newRow("back") << -2000.0;
        QTest::newRow("here") << 500.0;
    }
    void newGoalReplansFromTheMomentaryVelocity() {
        QFETCH(double, second);
        for (int moment : {10, 200, 500, 900, 1500}) {
            MotionProfile profile;
            profile.hold(0);
            const ProfileLimits limits = raw(100, 10);
            profile.plan(2048, limits);
            for (int i = 0; i < moment; ++i)
                profile.advance(1.0);
            const double before = profile.velocity();
            profile.plan(second, limits);
            double last = before;
            double place = profile.position();
            for (int i = 0; i < 20'000 && profile.isRunning(); ++i) {
                profile.advance(1.0);
                QVERIFY(std::abs(profile.velocity()) <= limits.velocity * 1.0001);
                QVERIFY(std::abs(profile.velocity() - last) <= limits.acceleration * 1.0001 + 1e-9);
                QVERIFY(std::abs(profile.position() - place) <= limits.velocity * 1.0001 + 1e-9);
                last = profile.velocity();
                place = profile.position();
            }
            QCOMPARE(profile.position(), second);
        }
    }

    void lowerLimitSlowsDownFirst() {
        MotionProfile profile;
        profile.hold(0);
        profile.plan(5000, raw(200, 20));
        for (int i = 0; i < 900; ++i)
            profile.advance(1.0);
        profile.plan(6000, raw(50, 20));
        for (int i = 0; i < 700; ++i)
            profile.advance(1.0);
        QVERIFY(std::abs(profile.velocity() - 50 * velocityStep) < 1e-6);
        run(profile);
        QCOMPARE(profile.position(), 6000.0);
    }
};

SERVOLANE_TEST(MotionProfileTest)
#include "motion_profile_test.moc"
