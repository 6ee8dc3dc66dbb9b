// SPDX-License-Identifier: GPL-3.0-or-later
// Servos of DYNAMIXEL Protocol 1.0 from command to snapshot: no group read, no mode register, no error
// register.
#include "tests/pipeline/workbench.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>

using namespace servolane;
using namespace std::chrono_literals;
using journal::CommandState;
using motion::AxisState;
using registers::OperatingMode;
using telemetry::Channel;
using tests::Workbench;

namespace {

class Dynamixel1Test : public QObject {
    Q_OBJECT

    static void switchOn(Workbench& bench, std::uint16_t axis) {
        QVERIFY(bench.perform(motion::SetTorque{{axis}, true}).state == CommandState::confirmed);
    }
    static QString shown(double value) { return QString::number(value); }

private Q_SLOTS:
    void connectingFindsTheServosAsTheyAre() {
        Workbench bench;
        bench.connect("dynamixel1:3@1000000");
        const auto board = bench.workstation->readModels().axes.read();
        QCOMPARE(board->axes.size(), std::size_t{3});
        for (const auto& axis : board->axes) {
            QCOMPARE(axis.axis->model->name, std::string("AX-12A"));
            QVERIFY(axis.torque == false);
            QVERIFY(axis.state == AxisState::off);
            QVERIFY(axis.mode == OperatingMode::position);
            QVERIFY2(std::abs(axis[Channel::position].value - 150.0) < 5.0,
                     qPrintable(shown(axis[Channel::position].value)));
            QVERIFY(!axis[Channel::current].isKnown());
            QVERIFY(axis[Channel::voltage].isKnown());
            QVERIFY(std::abs(axis[Channel::voltage].value - 12.0) < 0.5);
        }
    }

    void aMoveArrives() {
        Workbench bench;
        bench.connect("dynamixel1:2@1000000");
        switchOn(bench, 1);
        const double other = bench.position(2);
        QVERIFY(bench.perform(motion::MoveAxis{{1}, {90.0}, Velocity{120.0}, {}}).state ==
                CommandState::confirmed);
        QVERIFY(bench.runUntil([&] { return bench.axis(1).activity == motion::Activity::none; }));
        QVERIFY2(std::abs(bench.position(1) - 90.0) < 1.5, qPrintable(shown(bench.position(1))));
        QVERIFY(std::abs(bench.position(2) - other) < 0.5);
    }

    void anAccelerationIsRefusedSinceTheModelHasNone() {
        Workbench bench;
        bench.connect("dynamixel1:1@1000000");
        switchOn(bench, 1);
        const auto entry = bench.perform(motion::MoveAxis{{1}, {90.0}, Velocity{120.0}, Acceleration{500.0}});
        QVERIFY(entry.state == CommandState::rejected);
        QVERIFY(entry.rejection.code == api::RejectionCode::registerUnknown);
    }

    void anAxisThatHoldsComesToRestAndKeepsItsTorque() {
        Workbench bench;
        bench.connect("dynamixel1:1@1000000");
        QVERIFY(bench.perform(motion::SetStopReaction{{1}, motion::StopReaction::hold}).state ==
                CommandState::confirmed);
        switchOn(bench, 1);
        QVERIFY(bench.perform(motion::MoveAxis{{1}, {280.0}, Velocity{60.0}, {}}).state ==
                CommandState::confirmed);
        bench.run(300ms);
        QVERIFY(bench.follow(bench.workstation->stop(api::Asker::window)).state == CommandState::confirmed);
        QVERIFY(bench.stopView().finished->axes.at(0).confirmed);
        bench.run(300ms);
        const double rest = bench.position(1);
        bench.run(500ms);
        QVERIFY(std::abs(bench.position(1) - rest) < 0.6);
        QVERIFY(bench.axis(1).torque == true);
    }

    /// Writing the goal of such a servo switches its torque on: a stop must not do that to an idle axis.
    void aStopDoesNotSwitchOnAnIdleAxisThatIsToHold() {
        Workbench bench;
        bench.connect("dynamixel1:1@1000000");
        QVERIFY(bench.perform(motion::SetStopReaction{{1}, motion::StopReaction::hold}).state ==
                CommandState::confirmed);
        QVERIFY(bench.follow(bench.workstation->stop(api::Asker::window)).state == CommandState::confirmed);
        bench.run(300ms);
        QVERIFY(bench.axis(1).torque == false);
        QVERIFY(bench.stopView().finished->axes.at(0).confirmed);
    }

    void aGainIsWrittenReadBackAndKnown() {
        Workbench bench;
        bench.connect("dynamixel1:1@1000000");
        QVERIFY(bench.perform(registers::WriteRegister{{1}, "cw_compliance_slope", 64}).state ==
                CommandState::confirmed);
        const auto* value =
            bench.workstation->readModels().registers.read()->find({1}, "cw_compliance_slope");
        QVERIFY(value);
        QCOMPARE(value->raw, std::int64_t{64});
    }

    void anOverloadShowsAsAFaultAndWritingTheTorqueLimitEndsIt() {
        Workbench bench;
        bench.connect("dynamixel1:2@1000000");
        switchOn(bench, 1);
        QVERIFY(bench.perform(bus::InjectFault{{1}, "overload=1"}).state == CommandState::confirmed);
        QVERIFY(bench.runUntil([&] { return bench.axis(1).state == AxisState::fault; }));
        QCOMPARE(int(bench.axis(1).hardwareError & 0x20), 0x20);
        QVERIFY(bench.runUntil([&] { return bench.axis(1).torque == false; }));
        QVERIFY(bench.perform(motion::MoveAxis{{1}, {100.0}, Velocity{60.0}, {}}).rejection.code ==
                api::RejectionCode::hardwareError);
        QVERIFY(bench.perform(bus::ClearFaults{{1}}).state == CommandState::confirmed);
        QVERIFY(bench.perform(motion::RebootAxis{{1}}).state == CommandState::failed);
        QVERIFY(bench.perform(registers::WriteRegister{{1}, "torque_limit", 1023}).state ==
                CommandState::confirmed);
        QVERIFY(bench.runUntil([&] { return bench.axis(1).state == AxisState::off; }));
    }

    /// Both angle limits at 0 are wheel mode; the mode has no register of its own.
    void theModeIsMadeOfTheLimits() {
        Workbench bench;
        bench.connect("dynamixel1:1@1000000");
        QVERIFY(bench.perform(motion::SetOperatingMode{{1}, OperatingMode::pwm}).state ==
                CommandState::confirmed);
        QVERIFY(bench.axis(1).mode == OperatingMode::pwm);
        const auto known = [&](const char* name) {
            return bench.workstation->readModels().registers.read()->find({1}, name)->raw;
        };
        QCOMPARE(known("ccw_angle_limit"), std::int64_t{0});
        switchOn(bench, 1);
        QVERIFY(bench.perform(motion::MoveAxis{{1}, {100.0}, {}, {}}).rejection.code ==
                api::RejectionCode::wrongMode);
        QVERIFY(bench.perform(motion::SetTorque{{1}, false}).state == CommandState::confirmed);
        // A mode has its own command, and limits are no way round it.
        QVERIFY(bench.perform(registers::WriteRegister{{1}, "ccw_angle_limit", 700}).rejection.code ==
                api::RejectionCode::motionRegister);
        QVERIFY(bench.perform(motion::SetOperatingMode{{1}, OperatingMode::position}).state ==
                CommandState::confirmed);
        QVERIFY(bench.perform(registers::WriteRegister{{1}, "ccw_angle_limit", 700}).state ==
                CommandState::confirmed);
        QVERIFY(bench.runUntil([&] { return bench.axis(1).mode == OperatingMode::position; }));
        QVERIFY(std::abs(bench.axis(1).axis->limits.travel.high.value - 700 * 0.29296875) < 0.1);
    }

    /// Both limits at once, as the register table and a recipe write them, made a wheel of a joint without
    /// the command of the mode, and under a latched stop.
    void aBatchOfLimitsMakesNoOtherMode() {
        Workbench bench;
        bench.connect("dynamixel1:1@1000000");
        QVERIFY(bench.axis(1).mode == OperatingMode::position);
        const registers::WriteRegisters wheel{{1}, {{"cw_angle_limit", 0}, {"ccw_angle_limit", 0}}, ""};
        QVERIFY(bench.perform(wheel).rejection.code == api::RejectionCode::motionRegister);
        const registers::WriteRegisters narrower{{1}, {{"cw_angle_limit", 9}, {"ccw_angle_limit", 700}}, ""};
        QVERIFY(bench.perform(narrower).state == CommandState::confirmed);
        QVERIFY(bench.axis(1).mode == OperatingMode::position);
    }

    /// In wheel mode the speed of moves is an output: neither way of setting it may start the wheel.
    void theSpeedOfMovesIsNotSetWhereItWouldTurnTheWheel() {
        Workbench bench;
        bench.connect("dynamixel1:1@1000000");
        QVERIFY(bench.perform(motion::SetProfile{{1}, {60.0}, {}}).state == CommandState::confirmed);
        QVERIFY(bench.perform(motion::SetProfile{{1}, {60.0}, {100.0}}).rejection.code ==
                api::RejectionCode::registerUnknown);
        QVERIFY(bench.perform(motion::SetOperatingMode{{1}, OperatingMode::pwm}).state ==
                CommandState::confirmed);
        QVERIFY(bench.perform(motion::SetProfile{{1}, {60.0}, {}}).rejection.code ==
                api::RejectionCode::wrongMode);
        QVERIFY(bench.perform(registers::WriteRegister{{1}, "moving_speed", 500}).rejection.code ==
                api::RejectionCode::motionRegister);
        switchOn(bench, 1);
        const double before = bench.position(1);
        bench.run(1s);
        QVERIFY(std::abs(bench.position(1) - before) < 1.0);
    }

    void aScanOfSeveralRatesFindsThem() {
        Workbench bench;
        bench.connect("dynamixel1:2@57600,model=RX-64", 50.0, 57'600);
        QCOMPARE(bench.workstation->readModels().axes.read()->axes.size(), std::size_t{2});
        QCOMPARE(bench.axis(2).axis->model->name, std::string("RX-64"));
    }
};

SERVOLANE_TEST(Dynamixel1Test)

} // namespace

#include "dynamixel1_test.moc"
