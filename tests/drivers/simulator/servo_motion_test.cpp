// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/drivers/simulator/servo_bench.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>
#include <cmath>

using namespace servolane;
using namespace servolane::drivers::simulator;
using namespace std::chrono_literals;
using registers::OperatingMode;
using registers::Role;
using tests::ServoBench;

class ServoMotionTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void quarterTurnArrivesWithinAFewCounts() {
        for (const int goal : {1024, 3072, 512, 4000}) {
            ServoBench bench;
            QCOMPARE(bench.set(Role::torqueEnable, 1), Refusal::none);
            (void)bench.set(Role::profileAcceleration, 20);
            (void)bench.set(Role::profileVelocity, 100);
            QCOMPARE(bench.set(Role::goalPosition, goal), Refusal::none);
            bench.run(3s);
            const auto missing = std::abs(bench.get(Role::presentPosition) - goal);
            QVERIFY2(missing <= 5, qPrintable(QString::number(missing)));
            QCOMPARE(bench.get(Role::moving), 0);
        }
    }

    void followsItsProfileWithALag() {
        ServoBench bench;
        (void)bench.set(Role::torqueEnable, 1);
        (void)bench.set(Role::profileAcceleration, 20);
        (void)bench.set(Role::profileVelocity, 100);
        const auto start = bench.get(Role::presentPosition);
        (void)bench.set(Role::goalPosition, start + 1500);
        bench.run(500ms);
        const auto error = bench.get(Role::positionTrajectory) - bench.get(Role::presentPosition);
        QVERIFY2(error > 5 && error < 150, qPrintable(QString::number(error)));
        QCOMPARE(bench.get(Role::moving), 1);
        QVERIFY(std::abs(bench.get(Role::presentVelocity) - 100) < 10);
        QVERIFY(std::abs(bench.get(Role::velocityTrajectory) - 100) <= 1);
        constexpr std::int64_t runningTrapezoid = 0x32;
        QCOMPARE(bench.get(Role::movingStatus) & ~0x08, runningTrapezoid);
    }

    void feedForwardTakesMostOfTheLagAway() {
        const auto lagWith = [](std::int64_t gain) {
            ServoBench bench;
            (void)bench.set(Role::feedforward1Gain, gain);
            (void)bench.set(Role::torqueEnable, 1);
            (void)bench.set(Role::profileVelocity, 100);
            (void)bench.set(Role::profileAcceleration, 20);
            (void)bench.set(Role::goalPosition, 3600);
            bench.run(600ms);
            return std::abs(bench.get(Role::positionTrajectory) - bench.get(Role::presentPosition));
        };
        QVERIFY(lagWith(1000) < lagWith(0) / 3);
    }

    void integralGainRemovesTheSag() {
        ServoBench bench;
        (void)bench.set(Role::positionIGain, 2000);
        (void)bench.set(Role::torqueEnable, 1);
        (void)bench.set(Role::profileVelocity, 100);
        (void)bench.set(Role::goalPosition, 2500);
        bench.run(6s);
        QVERIFY(std::abs(bench.get(Role::presentPosition) - 2500) <= 2);
    }

    void stepOvershootsOnlyALittle() {
        ServoBench bench;
        (void)bench.set(Role::torqueEnable, 1);
        (void)bench.set(Role::goalPosition, 3072);
        std::int64_t highest = 0;
        for (int i = 0; i < 1500; ++i) {
            bench.run(1ms);
            highest = std::max(highest, bench.get(Role::presentPosition));
        }
        QVERIFY2(highest > 3060 && highest < 3072 + 60, qPrintable(QString::number(highest)));
        // A real XM430 needs more than a third of a second for a quarter turn: 46 rpm.
        ServoBench fresh;
        (void)fresh.set(Role::torqueEnable, 1);
        (void)fresh.set(Role::goalPosition, 3072);
        fresh.run(250ms);
        QVERIFY(fresh.get(Role::presentPosition) < 2900);
    }

    void velocityModeReachesItsGoal() {
        for (const int goal : {100, -150}) {
            ServoBench bench;
            bench.switchTo(OperatingMode::velocity);
            (void)bench.set(Role::torqueEnable, 1);
            QCOMPARE(bench.set(Role::goalVelocity, goal), Refusal::none);
            bench.run(2s);
            const auto velocity = bench.get(Role::presentVelocity);
            QVERIFY2(std::abs(velocity - goal) <= 3, qPrintable(QString::number(velocity)));
            (void)bench.set(Role::goalVelocity, 0);
            bench.run(2s);
            QVERIFY(std::abs(bench.get(Role::presentVelocity)) <= 1);
        }
    }

    void velocityModeKeepsItsAcceleration() {
        ServoBench bench;
        bench.switchTo(OperatingMode::velocity);
        (void)bench.set(Role::torqueEnable, 1);
        (void)bench.set(Role::profileAcceleration, 10);
        (void)bench.set(Role::goalVelocity, 100);
        bench.run(320ms); // half of t1 = 64 · 100 / 10
        QVERIFY(std::abs(bench.get(Role::velocityTrajectory) - 50) <= 1);
    }

    void extendedModeCountsTurns() {
        ServoBench bench;
        bench.switchTo(OperatingMode::extendedPosition);
        (void)bench.set(Role::torqueEnable, 1);
        QCOMPARE(bench.set(Role::goalPosition, 3 * 4096), Refusal::none);
        bench.run(6s);
        QVERIFY(std::abs(bench.get(Role::presentPosition) - 3 * 4096) <= 6);
        QCOMPARE(bench.servo.clearTurns(), Refusal::none);
        const auto folded = bench.get(Role::presentPosition);
        QVERIFY(folded >= -1 && folded <= 4096);
    }

    void currentModePushesWithItsCurrent() {
        ServoBench bench;
        bench.switchTo(OperatingMode::current);
        (void)bench.set(Role::goalCurrent, 0);
        (void)bench.set(Role::torqueEnable, 1);
        bench.servo.setJammed(true);
        QCOMPARE(bench.set(Role::goalCurrent, 300), Refusal::none);
        bench.run(100ms);
        QVERIFY(std::abs(bench.get(Role::presentCurrent) - 300) <= 10);
        bench.servo.setJammed(false);
        bench.run(200ms);
        QVERIFY(bench.get(Role::presentVelocity) > 20);
    }

    void currentBasedPositionNeverPushesHarder() {
        ServoBench bench;
        bench.switchTo(OperatingMode::currentBasedPosition);
        (void)bench.set(Role::goalCurrent, 150);
        (void)bench.set(Role::torqueEnable, 1);
        bench.servo.setJammed(true);
        (void)bench.set(Role::goalPosition, 4000);
        bench.run(500ms);
        QVERIFY(std::abs(bench.get(Role::presentCurrent) - 150) <= 10);
        bench.servo.setJammed(false);
        bench.run(4s);
        QVERIFY(std::abs(bench.get(Role::presentPosition) - 4000) <= 6);
    }

    void pwmModeTurnsWithItsShareOfTheSpeed() {
        ServoBench bench;
        bench.switchTo(OperatingMode::pwm);
        (void)bench.set(Role::goalPwm, 0);
        (void)bench.set(Role::torqueEnable, 1);
        QCOMPARE(bench.set(Role::goalPwm, -442), Refusal::none);
        bench.run(1s);
        const auto velocity = bench.get(Role::presentVelocity);
        QVERIFY2(velocity < -85 && velocity > -105,
                 qPrintable(QString::number(velocity))); // free speed is 201
        QCOMPARE(bench.get(Role::presentPwm), -442);
    }

    void reverseModeTurnsTheOtherWay() {
        ServoBench plain;
        ServoBench reversed;
        (void)reversed.set(Role::driveMode, 1);
        for (ServoBench* bench : {&plain, &reversed}) {
            (void)bench->set(Role::torqueEnable, 1);
            (void)bench->set(Role::goalPosition, 3000);
            bench->run(2s);
            QVERIFY(std::abs(bench->get(Role::presentPosition) - 3000) <= 5);
        }
        QVERIFY(plain.servo.plant().angle() > 1.0);
        QVERIFY(reversed.servo.plant().angle() < -1.0);
    }

    void homingOffsetShiftsWhatItSays() {
        ServoBench bench;
        const auto before = bench.get(Role::presentPosition);
        (void)bench.set(Role::homingOffset, 500);
        QVERIFY(std::abs(bench.get(Role::presentPosition) - before - 500) <= 1);
        (void)bench.set(Role::homingOffset, 3000);
        QVERIFY(std::abs(bench.get(Role::presentPosition) - before - 1024) <= 1);
        bench.switchTo(OperatingMode::extendedPosition);
        QVERIFY(std::abs(bench.get(Role::presentPosition) - before - 3000) <= 1);
    }

    void timeBasedMoveArrivesOnTime() {
        ServoBench bench;
        (void)bench.set(Role::driveMode, 4);
        (void)bench.set(Role::torqueEnable, 1);
        (void)bench.set(Role::profileAcceleration, 300);
        (void)bench.set(Role::profileVelocity, 1000);
        (void)bench.set(Role::goalPosition, 3000);
        bench.run(990ms);
        QCOMPARE(bench.get(Role::moving), 1);
        QVERIFY(std::abs(bench.get(Role::positionTrajectory) - 3000) <= 3);
        bench.run(100ms);
        QCOMPARE(bench.get(Role::positionTrajectory), 3000);
    }

    void sameSeedSameMotion() {
        const auto trace = [](std::uint64_t seed) {
            ServoBench bench(seed);
            (void)bench.set(Role::torqueEnable, 1);
            (void)bench.set(Role::goalPosition, 3000);
            Bytes all;
            for (int i = 0; i < 200; ++i) {
                bench.run(7ms);
                (void)bench.servo.read({120, 28}, all);
            }
            return all;
        };
        QVERIFY(trace(5) == trace(5));
        QVERIFY(trace(5) != trace(6));
    }

    /// A servo at rest is not stepped: the 86 million ticks of a day would run into the test's time limit.
    void idleDayIsSkipped() {
        ServoBench bench;
        bench.run(1s);
        bench.run(24h);
        QCOMPARE(bench.get("realtime_tick"), (24LL * 3600 * 1000 + 1000) % 32768);
        QVERIFY(std::abs(bench.get(Role::presentTemperature) - 27) <= 3);
    }
};

SERVOLANE_TEST(ServoMotionTest)
#include "servo_motion_test.moc"
