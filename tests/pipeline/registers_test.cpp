// SPDX-License-Identifier: GPL-3.0-or-later
// Backup, restore, ids and rates: through the real driver, on simulated servos and the test clock.
#include "tests/support/test_registry.h"

#include "core/motion/read/machine_board.h"
#include "core/registers/read/settings_history.h"
#include "core/registers/restore_plan.h"
#include "tests/pipeline/workbench.h"

#include <QtTest/QTest>
#include <array>

namespace servolane::tests {

using journal::CommandState;

class RegistersPipelineTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { bench_ = std::make_unique<Workbench>(); }
    void cleanup() { bench_.reset(); }

    void aBackupIsRestoredToAnotherServoAsOneCommand() {
        bench_->connect("dynamixel2:2@1000000");
        // First: it sets the gains back.
        QVERIFY(done(motion::SetOperatingMode{{1}, registers::OperatingMode::extendedPosition}));
        QVERIFY(done(registers::WriteRegister{{1}, "position_p_gain", 901}));
        QVERIFY(done(registers::WriteRegister{{1}, "homing_offset", -77}));
        const auto backup = registers::backupOf(*bench_->axis(1).axis, table(1), {});
        QVERIFY(backup.registers.size() > 60);
        const auto plan = registers::planRestore(backup, *bench_->axis(2).axis->model, {2}, table(2));
        QCOMPARE(plan.writes.size(), std::size_t{3});
        const std::size_t before = entries();
        QVERIFY(done(registers::WriteRegisters{{2}, plan.staged(), "clone"}));
        QCOMPARE(entries(), before + 1);
        QVERIFY(registers::notHeld(plan, table(2)).empty());
        QVERIFY(bench_->axis(2).mode == registers::OperatingMode::extendedPosition);
        // One version of the settings, to be undone as one.
        const auto history = bench_->workstation->readModels().settings->read();
        const auto& versions = history->axes.at(AxisId{2})->versions;
        const auto version = std::find_if(versions.begin(), versions.end(),
                                          [](const auto& one) { return one.kind == "WriteRegisters"; });
        QVERIFY(version != versions.end());
        QVERIFY(version->changes.size() >= 3);
    }

    /// Bug: it waited until all axes that were found had been looked at: 7 s with 50 of them.
    void aWriteOfAPersonGoesBeforeWhatIsLookedAtWhenAxesAreFound() {
        bus::LinkSettings link;
        link.line.path = "sim:dynamixel2:50@1000000";
        link.line.baud = 1'000'000;
        static_cast<void>(bench_->workstation->send(bus::ConnectBus{link}, bench_->asker));
        const auto axes = [&] { return bench_->workstation->readModels().axes.read(); };
        const auto lookedAt = [&] {
            return std::ranges::count_if(axes()->axes,
                                         [](const auto& axis) { return axis.torque.has_value(); });
        };
        const bool isFound = bench_->runUntil([&] { return axes()->axes.size() == 50 && lookedAt() > 0; },
                                              std::chrono::minutes{1});
        QVERIFY2(
            isFound,
            qPrintable(QStringLiteral("%1 axes, %2 looked at").arg(axes()->axes.size()).arg(lookedAt())));
        const auto before = lookedAt();
        QVERIFY(before < 10);
        const auto written = bench_->perform(registers::WriteRegister{{50}, "led", 1});
        QVERIFY(written.state == CommandState::confirmed);
        QVERIFY2(lookedAt() <= before + 3, qPrintable(QString::number(lookedAt() - before)));
        QVERIFY2(written.latency < std::chrono::milliseconds{100},
                 qPrintable(QString::number(milliseconds(written.latency))));
        // They are looked at all the same.
        QVERIFY(bench_->runUntil([&] { return lookedAt() == 50; }, std::chrono::minutes{1}));
    }

    void eepromIsKeptOverAReboot() {
        bench_->connect("dynamixel2:1@1000000");
        QVERIFY(done(registers::WriteRegisters{{1}, {{"homing_offset", 12}, {"position_p_gain", 901}}, {}}));
        QVERIFY(done(motion::RebootAxis{{1}}));
        bench_->run(std::chrono::seconds{2});
        const auto now = table(1);
        QCOMPARE(now.at("homing_offset"), 12);
        QVERIFY(now.at("position_p_gain") != 901); // RAM
    }

    void aChangeOfModeTellsTheGainsThatItHasSetBack() {
        bench_->connect("dynamixel2:1@1000000");
        QVERIFY(done(registers::WriteRegister{{1}, "position_p_gain", 901}));
        QVERIFY(done(motion::SetOperatingMode{{1}, registers::OperatingMode::velocity}));
        QVERIFY(table(1).at("position_p_gain") != 901);
        const auto gain = table(1).at("position_p_gain");
        QVERIFY(done(registers::ReadRegister{{1}, "position_p_gain"}));
        QCOMPARE(table(1).at("position_p_gain"), gain);
    }

    /// With two cycles a second a restart falls between two of them.
    void aRestartIsNoticedHoweverSeldomTheAxisIsAsked() {
        bench_->connect("dynamixel2:1@1000000", 2.0);
        QVERIFY(done(registers::WriteRegisters{{1}, {{"led", 1}, {"position_p_gain", 901}}, {}}));
        QVERIFY(done(motion::RebootAxis{{1}}));
        QVERIFY(bench_->axis(1).silent);
        bench_->run(std::chrono::seconds{3});
        QVERIFY(!bench_->axis(1).silent);
        QCOMPARE(table(1).at("led"), 0);
        QVERIFY(table(1).at("position_p_gain") != 901);
    }

    void withTorqueOnNothingOfABatchIsWritten() {
        bench_->connect("dynamixel2:1@1000000");
        QVERIFY(done(motion::SetTorque{{1}, true}));
        const auto entry = bench_->perform(
            registers::WriteRegisters{{1}, {{"position_p_gain", 901}, {"homing_offset", 1}}, {}});
        QVERIFY(entry.state == CommandState::rejected);
        QVERIFY(table(1).at("position_p_gain") != 901);
    }

    void aNewIdIsTheSameAxis() {
        bench_->connect("dynamixel2:2@1000000");
        QVERIFY(done(motion::RenameAxis{{2}, "Lift"}));
        QVERIFY(done(registers::SetServoId{{2}, {9}}));
        bench_->run(std::chrono::seconds{1});
        QCOMPARE(int(bench_->axis(2).axis->servo.value), 9);
        QCOMPARE(bench_->axis(2).axis->name, std::string("Lift"));
        QVERIFY(!bench_->axis(2).silent);
        QVERIFY(done(registers::ReadRegister{{2}, "id"}));
        QCOMPARE(bench_->workstation->readModels().registers.read()->find({2}, "id")->raw, 9);
        QVERIFY(bench_->axis(2)[telemetry::Channel::position].at >
                bench_->clock.now() - std::chrono::milliseconds{100});
    }

    void anIdUnderWhichAStrangerAnswersIsNotGiven() {
        bench_->connect("dynamixel2:2@1000000");
        // Servo 2 is silent for as long as it takes to be forgotten, and then there again.
        QVERIFY(done(bus::InjectFault{{1}, "silent=2"}));
        bench_->runUntil([&] { return bench_->axis(2).silent; });
        QVERIFY(done(bus::ClearFaults{{1}}));
        const auto entry = bench_->perform(registers::SetServoId{{1}, {2}});
        QVERIFY(entry.state == CommandState::failed || entry.state == CommandState::rejected);
        if (entry.state == CommandState::failed)
            QVERIFY2(entry.error.detail.find("id 2 is taken") != std::string::npos,
                     entry.error.detail.c_str());
        QCOMPARE(int(bench_->axis(1).axis->servo.value), 1);
    }

    void aServoThatIsLostOverAChangeOfIdSaysBothIds() {
        bench_->connect("dynamixel2:1@1000000");
        QVERIFY(done(bus::InjectFault{{1}, "silent=1"}));
        const auto entry = bench_->perform(registers::SetServoId{{1}, {5}});
        QVERIFY(entry.state == CommandState::timedOut);
        QVERIFY2(entry.error.detail.find("neither under id 1 nor under 5") != std::string::npos,
                 entry.error.detail.c_str());
    }

    void theWholeLineChangesItsRate() {
        bench_->connect("dynamixel2:2@57600", 50.0, 57'600);
        for (const std::uint16_t axis : std::array<std::uint16_t, 2>{1, 2})
            QVERIFY(done(registers::SetServoBaud{{axis}, 1'000'000}));
        QVERIFY(bench_->runUntil([&] { return bench_->axis(1).silent && bench_->axis(2).silent; }));
        QVERIFY(done(bus::SetLinkBaud{{1}, 1'000'000}));
        QVERIFY(bench_->runUntil([&] { return !bench_->axis(1).silent && !bench_->axis(2).silent; }));
        QCOMPARE(bench_->workstation->readModels().buses.read()->find({1})->link.line.baud, 1'000'000u);
        QCOMPARE(table(1).at("baud_rate"), 3);
    }

    void aServoThatIsLostOverAChangeOfRateSaysBothRates() {
        bench_->connect("dynamixel2:2@57600", 50.0, 57'600);
        QVERIFY(done(bus::InjectFault{{1}, "silent=1"}));
        const auto entry = bench_->perform(registers::SetServoBaud{{1}, 1'000'000});
        QVERIFY(entry.state == CommandState::timedOut);
        QVERIFY2(entry.error.detail.find("neither at 57600 bit/s nor at 1000000 bit/s") != std::string::npos,
                 entry.error.detail.c_str());
        // The line is at its old rate again: the other servo is spoken with as before.
        QVERIFY(done(registers::ReadRegister{{2}, "led"}));
    }

    void whatIsKeptOfAnAxisMovesToItsNewId() {
        bench_->connect("dynamixel2:2@1000000");
        QVERIFY(done(motion::RenameAxis{{2}, "Lift"}));
        QVERIFY(done(registers::SetServoId{{2}, {9}}));
        bench_->run(std::chrono::milliseconds{100});
        const auto machine = bench_->workstation->readModels().machine.read();
        QCOMPARE(machine->machine.axes.size(), std::size_t{1});
        QCOMPARE(int(machine->machine.axes[0].identity.servo.value), 9);
        QCOMPARE(machine->machine.axes[0].settings.name, std::string("Lift"));
    }

private:
    bool done(api::CommandBody body) {
        const auto entry = bench_->perform(std::move(body));
        return entry.state == CommandState::confirmed || entry.state == CommandState::sentOnly;
    }
    std::size_t entries() { return bench_->workstation->readModels().commands.read()->entries.size(); }
    /// Read anew.
    registers::RawValues table(std::uint16_t axis) {
        registers::RawValues values;
        if (!done(registers::ReadAllRegisters{{axis}})) return values;
        for (const auto& [name, known] : bench_->workstation->readModels().registers.read()->axes.at({axis}))
            values[name] = known.raw;
        return values;
    }

    std::unique_ptr<Workbench> bench_;
};

SERVOLANE_TEST(RegistersPipelineTest)

} // namespace servolane::tests

#include "registers_test.moc"
