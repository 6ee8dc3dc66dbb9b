// SPDX-License-Identifier: GPL-3.0-or-later
// Servos whose status return level keeps them from answering: one clear state, no flapping, nothing claimed
// that was not read. Through the real driver, on simulated servos with that level.
#include "core/bus/read/bus_board.h"
#include "core/journal/read/command_log.h"
#include "drivers/families/families.h"
#include "drivers/simulator/simulated_bus.h"
#include "tests/pipeline/workbench.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>

using namespace servolane;
using namespace std::chrono_literals;
using bus::Answers;
using drivers::simulator::SimulatedBus;
using journal::CommandState;
using registers::Role;
using tests::Workbench;

namespace {

const std::string level = "status_return_level";

class AnswersTest : public QObject {
    Q_OBJECT

    std::shared_ptr<SimulatedBus> servos_;
    std::unique_ptr<Workbench> bench_;
    std::int64_t atFirst_ = 2; ///< level of servo 2 before it is found

    runtime::BusFactory factory() {
        return [this](const bus::LinkSettings& link, Clock& clock, const Waker& stop) {
            drivers::simulator::BusSpec spec;
            spec.count = 3;
            servos_ =
                *makeSimulatedBus(drivers::simulatedFamilies(), spec, *Workbench::models(), {}, clock.now());
            servos_->servos()[1]->preset(Role::statusReturnLevel, atFirst_);
            runtime::BusParts parts =
                tests::simulatedParts(std::make_unique<drivers::PipeTransport>(servos_, clock, stop), link,
                                      clock, *Workbench::models());
            return Result<runtime::BusParts>(std::move(parts));
        };
    }
    void begin(std::int64_t levelOfTheSecond) {
        atFirst_ = levelOfTheSecond;
        bench_ = std::make_unique<Workbench>(tests::WorkbenchParts{.buses = factory()});
        bus::LinkSettings link;
        link.line.path = "sim:anything";
        link.line.baud = 1'000'000;
        QVERIFY(bench_->perform(bus::ConnectBus{link}).state == CommandState::confirmed);
        bench_->run(1s);
        QCOMPARE(bench_->workstation->readModels().axes.read()->axes.size(), std::size_t{3});
    }
    std::int64_t value(std::size_t servo, Role role) { return servos_->servos().at(servo)->value(role); }
    /// How often the axis went or came since the start.
    int changes() {
        int count = 0;
        for (const auto& mark : bench_->workstation->readModels().events.read()->marks)
            if (mark.axis == AxisId{2} && (mark.kindName == "AxisFellSilent" ||
                                           mark.kindName == "AxisReturned" || mark.kindName == "AxisAnswers"))
                ++count;
        return count;
    }
    void verifyMute() {
        const auto axis = bench_->axis(2);
        QVERIFY(axis.silent);
        QVERIFY(axis.answers == Answers::pingsOnly);
        QVERIFY(axis.state == motion::AxisState::silent);
    }

private Q_SLOTS:
    void cleanup() { bench_.reset(); }

    void oneThatAnswersPingsOnlyIsShownSoAndDoesNotFlap() {
        begin(0);
        verifyMute();
        const int before = changes();
        QCOMPARE(before, 2); // silent, since it answers pings only
        bench_->run(20s);
        verifyMute();
        QCOMPARE(changes(), before);
        // The others are polled at full rate meanwhile.
        const auto buses = bench_->workstation->readModels().buses.read();
        const double rate = buses->buses.at(0).measured.cyclesPerSecond;
        QVERIFY2(rate > 190.0, qPrintable(QString::number(rate)));
    }

    void itIsNotMovedAndTheRefusalNamesTheReason() {
        begin(0);
        for (const auto& entry : {bench_->perform(motion::SetTorque{{2}, true}),
                                  bench_->perform(registers::ReadRegister{{2}, level}),
                                  bench_->perform(registers::WriteRegister{{2}, "led", 1})}) {
            QVERIFY(entry.state == CommandState::rejected);
            QVERIFY(entry.rejection.code == api::RejectionCode::answersPingsOnly);
        }
        QCOMPARE(value(1, Role::torqueEnable), std::int64_t{0});
    }

    void itIsLetAnswerAgainByOneCommandThatIsConfirmed() {
        begin(0);
        const auto entry = bench_->perform(registers::WriteRegister{{2}, level, 2});
        QVERIFY(entry.state == CommandState::confirmed);
        QCOMPARE(entry.readBack.value_or(-1), std::int64_t{2});
        QVERIFY(bench_->runUntil([&] { return !bench_->axis(2).silent; }, 1s));
        bench_->run(500ms);
        QVERIFY(bench_->axis(2).answers == Answers::all);
        QVERIFY(bench_->axis(2).torque == false);
        QVERIFY(bench_->perform(motion::SetTorque{{2}, true}).state == CommandState::confirmed);
    }

    void aStopIsToldAsNotConfirmableAndReachesItAllTheSame() {
        begin(0);
        servos_->servos()[1]->preset(Role::torqueEnable, 1);
        servos_->servos()[0]->preset(Role::torqueEnable, 1);
        const auto stop = bench_->follow(bench_->workstation->stop(api::Asker::window));
        QVERIFY(stop.state == CommandState::timedOut);
        const auto finished = *bench_->stopView().finished;
        QCOMPARE(finished.axes.size(), std::size_t{3});
        for (const auto& axis : finished.axes) {
            QCOMPARE(axis.confirmed, axis.axis != AxisId{2});
            if (!axis.confirmed) QVERIFY(axis.doubt == motion::StopDoubt::unreadable);
        }
        QVERIFY2(finished.took < 50ms, qPrintable(QString::number(milliseconds(finished.took))));
        QCOMPARE(value(0, Role::torqueEnable), std::int64_t{0});
        QCOMPARE(value(1, Role::torqueEnable), std::int64_t{0});
        QVERIFY(bench_->perform(motion::ResetStop{bench_->stopView().generation}).state ==
                CommandState::confirmed);
        bench_->run(5s);
        verifyMute();
    }

    void oneThatIsToHoldLosesItsTorqueSinceNobodyKnowsWhereItIs() {
        begin(0);
        QVERIFY(bench_->perform(motion::SetStopReaction{{2}, motion::StopReaction::hold}).state ==
                CommandState::confirmed);
        servos_->servos()[1]->preset(Role::torqueEnable, 1);
        const auto stop = bench_->follow(bench_->workstation->stop(api::Asker::window));
        QVERIFY(stop.state == CommandState::timedOut);
        const auto axis = bench_->stopView().finished->axes.at(1);
        QVERIFY(!axis.confirmed);
        QVERIFY(axis.doubt == motion::StopDoubt::unreadable);
        QCOMPARE(value(1, Role::torqueEnable), std::int64_t{0});
    }

    void oneThatIsMutedWhileItIsPolledGoesQuietOnce() {
        begin(2);
        QCOMPARE(changes(), 0);
        const auto entry = bench_->perform(registers::WriteRegister{{2}, level, 0});
        // The write was answered; whether it holds 0 now cannot be read any more.
        QVERIFY(entry.state == CommandState::sentOnly);
        bench_->run(10s);
        verifyMute();
        QCOMPARE(changes(), 2);
        // Somebody else lets it speak again, or it was without power.
        servos_->servos()[1]->preset(Role::statusReturnLevel, 2);
        QVERIFY(bench_->runUntil([&] { return !bench_->axis(2).silent; }, 5s));
        QVERIFY(bench_->axis(2).answers == Answers::all);
        QCOMPARE(changes(), 4);
    }

    void oneThatIsUnpluggedAfterwardsIsDeadAndNoLongerMute() {
        begin(0);
        servos_->inject(*drivers::simulator::parseFaultSpec("silent=2"), bench_->clock.now());
        QVERIFY(bench_->runUntil([&] { return bench_->axis(2).answers == Answers::all; }, 20s));
        QVERIFY(bench_->axis(2).silent);
        servos_->clearFaults();
        QVERIFY(bench_->runUntil([&] { return bench_->axis(2).answers == Answers::pingsOnly; }, 5s));
        verifyMute();
    }

    void oneThatAnswersReadsIsUsedAsAnyOtherAndItsWritesAreConfirmedByReadingBack() {
        begin(1);
        QVERIFY(bench_->axis(2).answers == Answers::pingsAndReads);
        QVERIFY(!bench_->axis(2).silent);
        const auto write = bench_->perform(registers::WriteRegister{{2}, "position_p_gain", 900});
        QVERIFY(write.state == CommandState::confirmed);
        QCOMPARE(write.readBack.value_or(0), std::int64_t{900});
        QCOMPARE(write.retries, 0U);
        QVERIFY(bench_->perform(motion::SetTorque{{2}, true}).state == CommandState::confirmed);
        // A goal is not read back: that it was sent is all that is known of it.
        QVERIFY(bench_->perform(motion::MoveAxis{{2}, {170.0}}).state == CommandState::sentOnly);
        bench_->run(10s);
        QVERIFY(std::abs(bench_->position(2) - 170.0) < 1.0);
        QCOMPARE(changes(), 1);
        const auto stop = bench_->follow(bench_->workstation->stop(api::Asker::window));
        QVERIFY(stop.state == CommandState::confirmed);
        QCOMPARE(value(1, Role::torqueEnable), std::int64_t{0});
    }
};

SERVOLANE_TEST(AnswersTest)

} // namespace

#include "answers_test.moc"
