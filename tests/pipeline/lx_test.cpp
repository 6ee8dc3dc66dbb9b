// SPDX-License-Identifier: GPL-3.0-or-later
// LX servos from command to snapshot: no write is answered, so what is read is what counts.
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

class LxPipelineTest : public QObject {
    Q_OBJECT

    static void open(Workbench& bench, const std::string& servos = "lx:2@115200") {
        bench.connect(servos, 50.0, 115'200);
    }
    static void switchOn(Workbench& bench, std::uint16_t axis) {
        const auto entry = bench.perform(motion::SetTorque{{axis}, true});
        QVERIFY2(entry.state == CommandState::confirmed, entry.error.detail.c_str());
    }
    static QString shown(double value) { return QString::number(value); }
    static std::int64_t known(Workbench& bench, const char* name) {
        const auto* value = bench.workstation->readModels().registers.read()->find({1}, name);
        return value ? value->raw : -1;
    }

private Q_SLOTS:
    void connectingFindsTheServosAsTheyAre() {
        Workbench bench;
        open(bench);
        const auto board = bench.workstation->readModels().axes.read();
        QCOMPARE(board->axes.size(), std::size_t{2});
        for (const auto& axis : board->axes) {
            QCOMPARE(axis.axis->model->name, std::string("LX-16A"));
            QVERIFY(axis.state == AxisState::off);
            QVERIFY(axis.mode == OperatingMode::position);
            QVERIFY2(std::abs(axis[Channel::position].value - 120.0) < 12.0,
                     qPrintable(shown(axis[Channel::position].value)));
            QVERIFY2(std::abs(axis[Channel::voltage].value - 7.4) < 0.5,
                     qPrintable(shown(axis[Channel::voltage].value)));
        }
    }

    void whatAServoDoesNotMeasureIsAbsent() {
        Workbench bench;
        open(bench);
        for (const Channel channel :
             {Channel::velocity, Channel::current, Channel::load, Channel::hardwareError})
            QVERIFY(!bench.axis(1)[channel].isKnown());
        QVERIFY(bench.perform(motion::SetOperatingMode{{1}, OperatingMode::velocity}).rejection.code ==
                api::RejectionCode::modeUnsupported);
    }

    void aMoveIsSentAndArrives() {
        Workbench bench;
        open(bench);
        switchOn(bench, 1);
        QVERIFY(bench.perform(registers::WriteRegister{{1}, "move_time", 500}).state ==
                CommandState::confirmed);
        const auto entry = bench.perform(motion::MoveAxis{{1}, {60.0}, {}, {}});
        // Nobody answers a write: it was sent, and the position tells the rest.
        QVERIFY(entry.state != CommandState::failed && entry.state != CommandState::rejected);
        QVERIFY(entry.state != CommandState::confirmed);
        QVERIFY(bench.runUntil([&] { return bench.axis(1).activity == motion::Activity::none; }));
        QVERIFY2(std::abs(bench.position(1) - 60.0) < 1.5, qPrintable(shown(bench.position(1))));
    }

    void aRegisterIsWrittenAndReadBack() {
        Workbench bench;
        open(bench);
        QVERIFY(bench.perform(registers::WriteRegister{{1}, "min_angle", 100}).state ==
                CommandState::confirmed);
        QVERIFY(bench.perform(registers::ReadRegister{{1}, "max_angle"}).state == CommandState::confirmed);
        QCOMPARE(known(bench, "min_angle"), std::int64_t{100});
        QCOMPARE(known(bench, "max_angle"), std::int64_t{1000});
        QVERIFY(bench.perform(registers::WriteRegister{{1}, "angle_offset", -10}).state ==
                CommandState::confirmed);
        QCOMPARE(known(bench, "angle_offset"), std::int64_t{-10});
    }

    /// Neither a backup nor a recipe could bring such limits: the servo ignored the first half.
    void limitsThatLieAboveTheOldOnesAreWritten() {
        Workbench bench;
        open(bench);
        const auto writes = [&](std::vector<registers::StagedRegister> batch) {
            return bench.perform(registers::WriteRegisters{{1}, std::move(batch), "restore"});
        };
        for (const auto& [low, high] : {std::pair{100, 200}, std::pair{800, 900}, std::pair{100, 200}})
            QVERIFY(writes({{"min_angle", low}, {"max_angle", high}}).state == CommandState::confirmed);
        QVERIFY(bench.perform(registers::ReadAllRegisters{{1}}).state == CommandState::confirmed);
        QVERIFY(writes({{"min_voltage", 13000}, {"max_voltage", 14000}}).state == CommandState::confirmed);
        QCOMPARE(known(bench, "max_voltage"), std::int64_t{14000});
        // One of them alone: refused with the numbers, and nothing has changed.
        const auto alone = bench.perform(registers::WriteRegister{{1}, "min_angle", 800});
        QVERIFY(alone.state == CommandState::failed);
        QVERIFY2(alone.error.detail.find("800 and the upper one 200") != std::string::npos,
                 alone.error.detail.c_str());
        QVERIFY(bench.perform(registers::ReadRegister{{1}, "min_angle"}).state == CommandState::confirmed);
        QCOMPARE(known(bench, "min_angle"), std::int64_t{100});
    }

    /// It has no error register: the temperature tells, and the torque that is gone.
    void aServoThatIsTooHotLetsGo() {
        Workbench bench;
        open(bench);
        switchOn(bench, 1);
        QVERIFY(bench.perform(bus::InjectFault{{1}, "overheat=1"}).state == CommandState::confirmed);
        QVERIFY(bench.runUntil([&] { return bench.axis(1)[Channel::temperature].value > 80.0; }));
        QVERIFY(bench.perform(registers::ReadRegister{{1}, "torque_enable"}).state ==
                CommandState::confirmed);
        QCOMPARE(known(bench, "torque_enable"), std::int64_t{0});
        QVERIFY(bench.perform(motion::MoveAxis{{1}, {60.0}, {}, {}}).state == CommandState::rejected);
    }
};

SERVOLANE_TEST(LxPipelineTest)

} // namespace

#include "lx_test.moc"
