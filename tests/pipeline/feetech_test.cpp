// SPDX-License-Identifier: GPL-3.0-or-later
// Feetech's servos from command to snapshot: both byte orders, signs and magnitudes, the lock of the EEPROM;
// and a line of theirs beside one of another family.
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

constexpr const char* scs = "feetech:2@1000000,model=SCS0009";

class FeetechTest : public QObject {
    Q_OBJECT

    static void switchOn(Workbench& bench, std::uint16_t axis) {
        QVERIFY(bench.perform(motion::SetTorque{{axis}, true}).state == CommandState::confirmed);
    }
    static QString shown(double value) { return QString::number(value); }
    static std::int64_t known(Workbench& bench, const char* name) {
        const auto* value = bench.workstation->readModels().registers.read()->find({1}, name);
        return value ? value->raw : -1;
    }

private Q_SLOTS:
    void connectingFindsTheServosAsTheyAre_data() {
        QTest::addColumn<QString>("servos");
        QTest::addColumn<QString>("model");
        QTest::addColumn<double>("middle");
        QTest::addColumn<double>("voltage");
        QTest::newRow("STS") << "feetech:2@1000000"
                             << "STS3215" << 180.0 << 7.4;
        QTest::newRow("SCS") << scs << "SCS0009" << 150.0 << 6.0;
        QTest::newRow("SMS") << "feetech:2@1000000,model=SM8512BL"
                             << "SM8512BL" << 180.0 << 24.0;
    }
    void connectingFindsTheServosAsTheyAre() {
        QFETCH(QString, servos);
        QFETCH(QString, model);
        QFETCH(double, middle);
        QFETCH(double, voltage);
        Workbench bench;
        bench.connect(servos.toStdString());
        const auto board = bench.workstation->readModels().axes.read();
        QCOMPARE(board->axes.size(), std::size_t{2});
        for (const auto& axis : board->axes) {
            QCOMPARE(axis.axis->model->name, model.toStdString());
            QVERIFY(axis.state == AxisState::off);
            QVERIFY(axis.mode == OperatingMode::position);
            const double position = axis[Channel::position].value;
            QVERIFY2(std::abs(position - middle) < 12.0, qPrintable(shown(position)));
            QVERIFY2(std::abs(axis[Channel::voltage].value - voltage) < 0.5,
                     qPrintable(shown(axis[Channel::voltage].value)));
        }
    }

    void aMoveArrives_data() {
        QTest::addColumn<QString>("servos");
        QTest::newRow("STS") << "feetech:2@1000000";
        QTest::newRow("SCS") << scs;
    }
    void aMoveArrives() {
        QFETCH(QString, servos);
        Workbench bench;
        bench.connect(servos.toStdString());
        switchOn(bench, 1);
        const double other = bench.position(2);
        QVERIFY(bench.perform(motion::MoveAxis{{1}, {90.0}, Velocity{120.0}, {}}).state ==
                CommandState::confirmed);
        QVERIFY(bench.runUntil([&] { return bench.axis(1).activity == motion::Activity::none; }));
        QVERIFY2(std::abs(bench.position(1) - 90.0) < 1.5, qPrintable(shown(bench.position(1))));
        QVERIFY(std::abs(bench.position(2) - other) < 0.5);
    }

    void aSpeedHasASign() {
        Workbench bench;
        bench.connect("feetech:1@1000000");
        QVERIFY(bench.perform(motion::SetOperatingMode{{1}, OperatingMode::velocity}).state ==
                CommandState::confirmed);
        switchOn(bench, 1);
        QVERIFY(bench.perform(motion::SetVelocity{{1}, {-60.0}}).state == CommandState::confirmed);
        bench.run(1s);
        const double speed = bench.axis(1)[Channel::velocity].value;
        QVERIFY2(std::abs(speed + 60.0) < 6.0, qPrintable(shown(speed)));
        QVERIFY(bench.perform(motion::Halt{{1}}).state == CommandState::confirmed);
        bench.run(500ms);
        QVERIFY(std::abs(bench.axis(1)[Channel::velocity].value) < 3.0);
    }

    void aServoOfScsHasNoSpeedMode() {
        Workbench bench;
        bench.connect(scs);
        const auto entry = bench.perform(motion::SetOperatingMode{{1}, OperatingMode::velocity});
        QVERIFY(entry.rejection.code == api::RejectionCode::modeUnsupported);
        QVERIFY(!bench.axis(1)[Channel::current].isKnown());
    }

    /// What is written to the EEPROM behind its lock is gone with the power.
    void aSettingSurvivesARestart() {
        Workbench bench;
        bench.connect("feetech:1@1000000");
        QVERIFY(bench.perform(registers::WriteRegister{{1}, "max_temperature", 55}).state ==
                CommandState::confirmed);
        QCOMPARE(known(bench, "max_temperature"), std::int64_t{55});
        QCOMPARE(known(bench, "lock"), std::int64_t{1});
        QVERIFY(bench.perform(motion::RebootAxis{{1}}).state != CommandState::failed);
        bench.run(1500ms);
        QVERIFY(!bench.axis(1).silent);
        QVERIFY(bench.perform(registers::ReadRegister{{1}, "max_temperature"}).state ==
                CommandState::confirmed);
        QCOMPARE(known(bench, "max_temperature"), std::int64_t{55});
    }

    /// Bug: a single write opened the lock of the EEPROM, a batch, an id and a rate did not: they were read
    /// back, called done, and gone with the power.
    void aBatchSurvivesARestart() {
        Workbench bench;
        bench.connect("feetech:1@1000000");
        QVERIFY(bench.perform(registers::WriteRegisters{{1}, {{"max_temperature", 55}, {"p_gain", 40}}, ""})
                    .state == CommandState::confirmed);
        QCOMPARE(known(bench, "lock"), std::int64_t{1});
        static_cast<void>(bench.perform(motion::RebootAxis{{1}}));
        bench.run(1500ms);
        for (const auto& [name, value] : {std::pair{"max_temperature", 55}, std::pair{"p_gain", 40}}) {
            QVERIFY(bench.perform(registers::ReadRegister{{1}, name}).state == CommandState::confirmed);
            QCOMPARE(known(bench, name), std::int64_t{value});
        }
    }
    void anIdSurvivesARestart() {
        Workbench bench;
        bench.connect("feetech:1@1000000");
        const auto changed = bench.perform(registers::SetServoId{{1}, {7}});
        QVERIFY2(changed.state == CommandState::confirmed, changed.error.detail.c_str());
        QCOMPARE(int(bench.axis(1).axis->servo.value), 7);
        QVERIFY(bench.perform(registers::ReadRegister{{1}, "lock"}).state == CommandState::confirmed);
        QCOMPARE(known(bench, "lock"), std::int64_t{1});
        static_cast<void>(bench.perform(motion::RebootAxis{{1}}));
        bench.run(1500ms);
        QVERIFY(!bench.axis(1).silent);
        QVERIFY(bench.perform(registers::ReadRegister{{1}, "id"}).state == CommandState::confirmed);
        QCOMPARE(known(bench, "id"), std::int64_t{7});
    }
    void aRateSurvivesARestart() {
        Workbench bench;
        bench.connect("feetech:1@1000000");
        const auto changed = bench.perform(registers::SetServoBaud{{1}, 500'000});
        QVERIFY2(changed.state == CommandState::confirmed, changed.error.detail.c_str());
        QVERIFY(bench.perform(bus::SetLinkBaud{{1}, 500'000}).state == CommandState::confirmed);
        bench.run(500ms);
        QVERIFY(bench.perform(registers::ReadRegister{{1}, "lock"}).state == CommandState::confirmed);
        QCOMPARE(known(bench, "lock"), std::int64_t{1});
        static_cast<void>(bench.perform(motion::RebootAxis{{1}}));
        bench.run(1500ms);
        QVERIFY(!bench.axis(1).silent);
    }

    /// Bug: 0 there answers reads; taken for the level of pings, every write waited for an answer in vain.
    void aServoThatIsToldToAnswerReadsAloneIsKnownToDoSo() {
        Workbench bench;
        bench.connect("feetech:1@1000000");
        static_cast<void>(bench.perform(registers::WriteRegister{{1}, "response_level", 0}));
        bench.run(500ms);
        QVERIFY(bench.axis(1).answers == bus::Answers::pingsAndReads);
        QVERIFY(!bench.axis(1).silent);
        const Time before = bench.clock.now();
        const auto written = bench.perform(registers::WriteRegister{{1}, "p_gain", 40});
        QVERIFY2(written.state == CommandState::confirmed,
                 written.error.detail.c_str()); // by reading it back
        QCOMPARE(written.retries, 0U);
        QVERIFY(bench.clock.now() - before < 50ms);
        static_cast<void>(bench.perform(registers::WriteRegister{{1}, "response_level", 1}));
        bench.run(500ms);
        QVERIFY(bench.axis(1).answers == bus::Answers::all);
    }

    void aNegativeSettingIsSignAndMagnitude() {
        Workbench bench;
        bench.connect("feetech:1@1000000");
        QVERIFY(bench.perform(registers::WriteRegister{{1}, "position_offset", -100}).state ==
                CommandState::confirmed);
        QCOMPARE(known(bench, "position_offset"), std::int64_t{-100});
        QVERIFY(bench.perform(registers::WriteRegister{{1}, "position_offset", -2048}).rejection.code ==
                api::RejectionCode::registerOutOfRange);
    }

    void anOverloadShowsAsAFaultAndARestartClearsIt() {
        Workbench bench;
        bench.connect("feetech:2@1000000");
        switchOn(bench, 1);
        QVERIFY(bench.perform(bus::InjectFault{{1}, "overload=1"}).state == CommandState::confirmed);
        QVERIFY(bench.runUntil([&] { return bench.axis(1).state == AxisState::fault; }));
        QCOMPARE(int(bench.axis(1).hardwareError & 0x20), 0x20);
        QVERIFY(bench.runUntil([&] { return bench.axis(1).torque == false; }));
        QVERIFY(bench.perform(bus::ClearFaults{{1}}).state == CommandState::confirmed);
        static_cast<void>(bench.perform(motion::RebootAxis{{1}}));
        QVERIFY(bench.runUntil([&] { return bench.axis(1).state == AxisState::off; }));
    }

    /// A servo without a file of its own is taken for one of its series.
    void anUnknownModelIsOneOfItsSeries() {
        const auto models = Workbench::models();
        QCOMPARE(models->find("feetech", 777)->name, std::string("STS3215"));
        QCOMPARE(models->find("feetech", 0x0609)->name, std::string("STS series"));
        QCOMPARE(models->find("feetech", 0x050F)->name, std::string("SCS series"));
        QVERIFY(!models->find("feetech", 0x0102));
    }

    void twoFamiliesMoveAtTheSameTime() {
        Workbench bench;
        bench.connect("feetech:2@1000000");
        bench.connect("dynamixel2:1@1000000");
        bench.connect("dynamixel1:1@1000000");
        const auto board = bench.workstation->readModels().axes.read();
        QCOMPARE(board->axes.size(), std::size_t{4});
        QCOMPARE(board->axes[0].axis->model->family, std::string("feetech"));
        QCOMPARE(board->axes[2].axis->model->family, std::string("dynamixel2"));
        QCOMPARE(board->axes[3].axis->model->family, std::string("dynamixel1"));
        for (std::uint16_t axis = 1; axis <= 4; ++axis) {
            switchOn(bench, axis);
            QVERIFY(bench.perform(motion::MoveAxis{{axis}, {100.0}, Velocity{60.0}, {}}).state ==
                    CommandState::confirmed);
        }
        bench.run(500ms);
        // 60 deg/s in three different units of a register.
        for (std::uint16_t axis = 1; axis <= 4; ++axis) {
            const double speed = bench.axis(axis)[Channel::velocity].value;
            QVERIFY2(std::abs(speed + 60.0) < 8.0, qPrintable(shown(speed)));
        }
        QVERIFY(bench.runUntil([&] {
            for (std::uint16_t axis = 1; axis <= 4; ++axis)
                if (bench.axis(axis).activity != motion::Activity::none) return false;
            return true;
        }));
        for (std::uint16_t axis = 1; axis <= 4; ++axis)
            QVERIFY2(std::abs(bench.position(axis) - 100.0) < 1.5, qPrintable(shown(bench.position(axis))));
        QVERIFY(bench.follow(bench.workstation->stop(api::Asker::window)).state == CommandState::confirmed);
        for (std::uint16_t axis = 1; axis <= 4; ++axis)
            QVERIFY(bench.axis(axis).torque == false);
    }
};

SERVOLANE_TEST(FeetechTest)

} // namespace

#include "feetech_test.moc"
