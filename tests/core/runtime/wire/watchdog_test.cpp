// SPDX-License-Identifier: GPL-3.0-or-later
// The bus watchdogs as the bus thread keeps them, and pauses that it notices.
#include "tests/core/runtime/wire/bus_rig.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>

using namespace servolane;
using namespace std::chrono_literals;
using bus::Priority;
using tests::pan;
using tests::Rig;

namespace {

constexpr std::uint16_t watchdog = 98;

bus::WatchdogStep armed(Duration after = 200ms) {
    return {pan, {1}, {watchdog, 1}, 20ms, 127 * 20ms, after};
}

void arm(Rig& rig, std::uint64_t command = 9) {
    rig.post(bus::StepsWork{{armed()}}, Priority::registers, command);
    rig.run(10ms);
}

class WatchdogTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void armingWritesItsTimeAndIsReadBack() {
        Rig rig;
        rig.open();
        arm(rig);
        QCOMPARE(rig.world->value(1, watchdog, 1), std::int64_t{10});
        QVERIFY(rig.answerTo(9)->outcome == bus::RequestOutcome::confirmed);
        const auto facts = rig.facts<bus::WatchdogArmed>();
        QCOMPARE(facts.size(), std::size_t{1});
        QVERIFY(facts[0].axis == pan && facts[0].after == 200ms);
    }

    void aBusThatPollsSeldomGivesItMoreTime() {
        Rig rig(10.0);
        rig.connect();
        rig.poll({rig.axisOf(1)});
        rig.run(300ms);
        arm(rig);
        QCOMPARE(rig.world->value(1, watchdog, 1), std::int64_t{25}); // five periods of 100 ms
    }

    void aBusThatPollsTooSeldomLeavesItOffAndSaysSo() {
        Rig rig(1.0);
        rig.connect();
        rig.poll({rig.axisOf(1)});
        rig.run(1500ms);
        arm(rig);
        QCOMPARE(rig.world->value(1, watchdog, 1), std::int64_t{0});
        QVERIFY(rig.answerTo(9)->error.code == ErrorCode::unsupported);
        QVERIFY(rig.facts<bus::WatchdogArmed>().empty());
    }

    void itIsClearedOnLeaving() {
        Rig rig;
        rig.open();
        arm(rig);
        rig.post(bus::CloseWork{});
        rig.run(10ms);
        QCOMPARE(rig.world->value(1, watchdog, 1), std::int64_t{0});
        QCOMPARE(rig.facts<bus::WatchdogCleared>().size(), std::size_t{1});
    }

    void afterAPauseItIsLookedAtAndSaidToHaveTripped() {
        Rig rig;
        rig.open();
        arm(rig);
        rig.world->set(1, watchdog, 1, -1);
        rig.run(100ms);
        QVERIFY(rig.facts<bus::WatchdogTripped>().empty()); // no pause: nobody looks
        rig.clock.advance(300ms);
        rig.run(20ms);
        QCOMPARE(rig.facts<bus::WatchdogTripped>().size(), std::size_t{1});
        rig.clock.advance(300ms);
        rig.run(20ms);
        QCOMPARE(rig.facts<bus::WatchdogTripped>().size(), std::size_t{1});
    }

    /// Lost once, the look was never made up for, and the servo refused every goal.
    void aLookThatWasLostIsMadeUpFor() {
        Rig rig;
        rig.open();
        arm(rig);
        rig.world->set(1, watchdog, 1, -1);
        rig.clock.advance(300ms);
        rig.world->refusesReads = true;
        rig.run(2ms);
        QVERIFY(rig.facts<bus::WatchdogTripped>().empty());
        rig.world->refusesReads = false;
        rig.run(30ms);
        QCOMPARE(rig.facts<bus::WatchdogTripped>().size(), std::size_t{1});
    }

    void aScanThatWouldLetItTripIsNotBegun() {
        Rig rig;
        rig.open();
        rig.post(bus::StepsWork{{armed(20ms)}}, Priority::registers, 8);
        rig.run(10ms); // 25 ms, five periods, become 40: the scan listens for 20
        rig.post(bus::ScanWork{}, Priority::registers, 9);
        rig.run(5ms);
        QVERIFY(rig.answerTo(9)->error.code == ErrorCode::busy);
    }

    void aScanShorterThanItIsBegun() {
        Rig rig;
        rig.open();
        arm(rig, 8);
        rig.post(bus::ScanWork{}, Priority::registers, 9);
        rig.run(50ms);
        QVERIFY(rig.answerTo(9)->outcome == bus::RequestOutcome::confirmed);
    }

    /// Bug: fast rates have short windows, and it was let go to slow ones, where the servo hears nothing for
    /// seconds.
    void aScanOfOtherRatesIsNotBegunWhileItIsArmed() {
        Rig rig;
        rig.open();
        arm(rig, 8);
        rig.post(bus::ScanWork{{9'600, 1'000'000}}, Priority::registers, 9);
        rig.run(5ms);
        QVERIFY(rig.answerTo(9)->error.code == ErrorCode::busy);
    }

    /// Bug: torque that was switched on in the midst of a scan armed it, and the scan went on.
    void aScanOfOtherRatesEndsWhenItIsArmed() {
        Rig rig;
        rig.open();
        rig.post(bus::ScanWork{{57'600, 115'200, 1'000'000, 2'000'000, 3'000'000}}, Priority::registers, 9);
        rig.run(2ms);
        QVERIFY(!rig.answerTo(9));
        rig.post(bus::StepsWork{{armed()}}, Priority::motion, 8);
        rig.run(20ms);
        QVERIFY(rig.answerTo(8)->outcome == bus::RequestOutcome::confirmed);
        QVERIFY(rig.answerTo(9) && rig.answerTo(9)->error.code == ErrorCode::busy);
    }

    void aJogEndsWhenTheMachineHasSlept() {
        Rig rig;
        rig.open();
        rig.leases.renew(pan, api::Asker::window, rig.clock.now() + 10s);
        rig.jog(10.0);
        rig.run(50ms);
        rig.clock.sleep(30s); // now() stands still meanwhile: the lease alone would not lapse
        rig.seen.clear();
        rig.run(50ms);
        QVERIFY(rig.facts<motion::JogEnded>().at(0).reason == motion::EndReason::leaseLapsed);
        QVERIFY(rig.cycles().front()->gapBefore);
    }

    void aPauseOfTheThreadIsAGapInTheFeedback() {
        Rig rig;
        rig.open();
        rig.seen.clear();
        rig.clock.advance(2s);
        rig.run(50ms);
        QVERIFY(rig.cycles().front()->gapBefore);
        QVERIFY(!rig.cycles().back()->gapBefore);
    }

    void aGoalOfAJogStaysNearAnAxisThatLags() {
        Rig rig;
        rig.open();
        rig.leases.renew(pan, api::Asker::window, rig.clock.now() + 10s);
        rig.jog(50.0);
        const double start = rig.goalOfPan();
        double furthest = 0.0;
        for (int i = 0; i < 80; ++i) { // the servo stands still
            rig.run(5ms);
            furthest = std::max(furthest, rig.goalOfPan() - start);
        }
        QVERIFY2(furthest > 4.0 && furthest <= 5.0 + 0.1, qPrintable(QString::number(furthest)));
    }
};

SERVOLANE_TEST(WatchdogTest)

} // namespace

#include "watchdog_test.moc"
