// SPDX-License-Identifier: GPL-3.0-or-later
// PWM servos on a Maestro from command to snapshot: positions are those that were commanded, and told so.
#include "tests/pipeline/workbench.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>

using namespace servolane;
using namespace std::chrono_literals;
using journal::CommandState;
using motion::AxisState;
using telemetry::Channel;
using tests::Workbench;

namespace {

class MaestroPipelineTest : public QObject {
    Q_OBJECT

    static void open(Workbench& bench, const std::string& servos = "maestro:2@115200") {
        bench.connect(servos, 50.0, 115'200);
    }
    static void switchOn(Workbench& bench, std::uint16_t axis) {
        const auto entry = bench.perform(motion::SetTorque{{axis}, true});
        QVERIFY2(entry.state == CommandState::confirmed, entry.error.detail.c_str());
    }
    static std::optional<std::int64_t> known(Workbench& bench, const char* name) {
        const auto* value = bench.workstation->readModels().registers.read()->find({1}, name);
        return value ? std::optional(value->raw) : std::nullopt;
    }

private Q_SLOTS:
    void connectingFindsTheChannels() {
        Workbench bench;
        open(bench);
        const auto board = bench.workstation->readModels().axes.read();
        QCOMPARE(board->axes.size(), std::size_t{2});
        for (const auto& axis : board->axes) {
            QCOMPARE(axis.axis->model->name, std::string("PWM servo (Maestro)"));
            QVERIFY(axis.state == AxisState::off);
            QVERIFY(axis.axis->positionIsCommanded());
            QCOMPARE(axis[Channel::position].value, 0.0);
        }
        QVERIFY(!bench.axis(1).silent);
    }

    void whatNobodyMeasuresIsAbsent() {
        Workbench bench;
        open(bench);
        for (const Channel channel : {Channel::velocity, Channel::current, Channel::load, Channel::voltage,
                                      Channel::temperature, Channel::hardwareError})
            QVERIFY(!bench.axis(1)[channel].isKnown());
        QVERIFY(!known(bench, "speed"));
        QVERIFY(
            bench.perform(motion::SetOperatingMode{{1}, registers::OperatingMode::velocity}).rejection.code ==
            api::RejectionCode::modeUnsupported);
    }

    /// Bug: that the speed cannot be read kept the rest of the registers from being read.
    void whatCannotBeReadKeepsNobodyFromReadingTheRest() {
        Workbench bench;
        open(bench);
        QVERIFY(bench.perform(registers::ReadAllRegisters{{1}}).state == CommandState::confirmed);
        QCOMPARE(known(bench, "target").value_or(-1), std::int64_t{6000});
        QCOMPARE(known(bench, "errors").value_or(-1), std::int64_t{0});
        QVERIFY(!known(bench, "speed"));
        const auto alone = bench.perform(registers::ReadRegister{{1}, "speed"});
        QVERIFY(alone.state == CommandState::failed && alone.error.code == ErrorCode::unsupported);
    }

    void aMoveGoesAtItsSpeedAndIsConfirmed() {
        Workbench bench;
        open(bench);
        switchOn(bench, 1);
        const auto moved = bench.perform(motion::MoveAxis{{1}, {40.0}, Velocity{45.0}, {}});
        QVERIFY2(moved.state == CommandState::confirmed, moved.error.detail.c_str());
        QCOMPARE(known(bench, "speed").value_or(-1), std::int64_t{20});
        bench.run(400ms);
        const double under = bench.position(1);
        QVERIFY2(under > 10.0 && under < 25.0, qPrintable(QString::number(under)));
        QVERIFY(bench.runUntil([&] { return bench.axis(1).activity == motion::Activity::none; }));
        QVERIFY2(std::abs(bench.position(1) - 40.0) < 0.1, qPrintable(QString::number(bench.position(1))));
    }

    /// Beyond what a Maestro allows as it is shipped it would narrow the target and say nothing.
    void aTargetBeyondTheTravelOfTheChannelIsRefused() {
        Workbench bench;
        open(bench);
        switchOn(bench, 1);
        const auto entry = bench.perform(motion::MoveAxis{{1}, {60.0}, {}, {}});
        QVERIFY(entry.state == CommandState::rejected);
        QVERIFY(entry.rejection.code == api::RejectionCode::outsideTravelLimits);
        QVERIFY(std::abs(bench.axis(1).axis->limits.travel.high.value - 45.0) < 1e-9);
        QVERIFY(std::abs(bench.axis(1).axis->limits.travel.low.value + 45.72) < 1e-9);
    }

    void aRegisterThatIsAMotionIsNotWrittenAsOne() {
        Workbench bench;
        open(bench);
        QVERIFY(bench.perform(registers::WriteRegister{{1}, "target", 5000}).state == CommandState::rejected);
        QVERIFY(bench.perform(registers::WriteRegister{{1}, "output", 1}).state == CommandState::rejected);
    }

    void aJogMovesAndEnds() {
        Workbench bench;
        open(bench);
        switchOn(bench, 1);
        const double before = bench.position(1);
        bench.workstation->renewLease({1}, 150ms, api::Asker::window);
        QVERIFY(bench.perform(motion::StartJog{{1}, {20.0}}).state == CommandState::confirmed);
        for (int i = 0; i < 5; ++i) {
            bench.workstation->renewLease({1}, 150ms, api::Asker::window);
            bench.run(100ms);
        }
        const double during = bench.position(1);
        QVERIFY2(during > before + 5.0, qPrintable(QString::number(during)));
        // Nobody renews the lease: it ends by itself, and the goal was never far ahead.
        QVERIFY(bench.runUntil([&] { return bench.axis(1).activity == motion::Activity::none; }));
        const double after = bench.position(1);
        bench.run(500ms);
        QVERIFY(std::abs(bench.position(1) - after) < 0.5);
    }

    /// Nobody can tell where a servo without feedback stands: what is told is what will be sent.
    void switchedOffItKeepsItsTargetForTheNextTime() {
        Workbench bench;
        open(bench);
        switchOn(bench, 1);
        QVERIFY(bench.perform(motion::MoveAxis{{1}, {30.0}, {}, {}}).state == CommandState::confirmed);
        QVERIFY(bench.runUntil([&] { return bench.axis(1).activity == motion::Activity::none; }));
        QVERIFY(bench.perform(motion::SetTorque{{1}, false}).state == CommandState::confirmed);
        bench.run(200ms);
        QVERIFY(bench.axis(1).torque == false);
        QVERIFY(std::abs(bench.position(1) - 30.0) < 0.1);
        switchOn(bench, 1);
        bench.run(200ms);
        QVERIFY(std::abs(bench.position(1) - 30.0) < 0.1);
    }
};

SERVOLANE_TEST(MaestroPipelineTest)

} // namespace

#include "maestro_test.moc"
