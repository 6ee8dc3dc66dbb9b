// SPDX-License-Identifier: GPL-3.0-or-later
// From a key in the window to a gain in the servo and back: the whole way, on the simulated bus.
// Qt's first (through the registry): moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include "tests/support/test_registry.h"

#include "core/registers/read/settings_history.h"
#include "drivers/export/exporter.h"
#include "drivers/sqlite/session_library.h"
#include "tests/pipeline/workbench_window.h"

#include <QtTest/QTest>
#include <QtWidgets/QApplication>

namespace servolane::tests {

std::unique_ptr<QCoreApplication> makeApplication(int& argc, char** argv) {
    return std::make_unique<QApplication>(argc, argv);
}

namespace {

const std::string gain = "position_p_gain";

} // namespace

class SettingsPipelineTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        bench_ = std::make_unique<Workbench>();
        bench_->connect("dynamixel2:2@1000000");
        exporter_ = std::make_unique<drivers::Exporter>(bench_->store);
        window_ = std::make_unique<ui::MainWindow>(windowContextOf(*bench_, *exporter_, library_));
        window_->show();
        QApplication::setActiveWindow(window_.get());
        window_->setFocus();
        run();
        found_ = known();
    }
    void cleanup() {
        window_.reset();
        exporter_.reset();
        bench_.reset();
    }

    void aGainIsWrittenUndoneRedoneAndReturnedToItsBaseline() {
        QVERIFY(found_ != 900.0);
        const auto written = bench_->perform(registers::WriteRegister{{1}, gain, 900});
        QVERIFY(written.state == journal::CommandState::confirmed);
        QVERIFY(written.readBack == 900);
        run();
        press(Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(known(), found_);
        QCOMPARE(inTheServo(), found_);
        press(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(known(), 900.0);
        QCOMPARE(inTheServo(), 900.0);
        press(Qt::Key_F9);
        QCOMPARE(known(), 900.0);
        press(Qt::Key_F9);
        QCOMPARE(known(), found_);
        QCOMPARE(inTheServo(), found_);
        for (const auto& entry : bench_->workstation->readModels().commands.read()->entries)
            if (entry.description.kind == "WriteRegister") {
                QVERIFY(entry.state == journal::CommandState::confirmed);
                QVERIFY(entry.readBack.has_value());
            }
    }

    void aBaselineThatIsSetIsWhatF9ReturnsTo() {
        static_cast<void>(bench_->perform(registers::WriteRegister{{1}, gain, 850}));
        QVERIFY(bench_->perform(registers::SetBaseline{{1}}).state == journal::CommandState::confirmed);
        static_cast<void>(bench_->perform(registers::WriteRegister{{1}, gain, 900}));
        run();
        press(Qt::Key_F9);
        press(Qt::Key_F9);
        QCOMPARE(inTheServo(), 850.0);
    }

    void aProfileIsOneStepOfUndo() {
        const auto before = record()->now;
        QVERIFY(bench_->perform(motion::SetProfile{{1}, Velocity{90.0}, Acceleration{450.0}}).state ==
                journal::CommandState::confirmed);
        run();
        QVERIFY(record()->now.at("profile_velocity") != before.at("profile_velocity"));
        press(Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(record()->now.at("profile_velocity"), before.at("profile_velocity"));
        QCOMPARE(record()->now.at("profile_acceleration"), before.at("profile_acceleration"));
    }

    void limitsAreUndoneToo() {
        const double low = record()->now.at("axis.travel_low");
        QVERIFY(bench_->perform(motion::SetTravelLimits{{1}, {{100.0}, {200.0}}}).state ==
                journal::CommandState::confirmed);
        run();
        press(Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(bench_->axis(1).axis->limits.travel.low.value, low);
    }

    void theScaleAndTheLimitsOfAnAxisAreUndoneWhole() {
        const motion::AxisScale scale{2.0, 10.0, true, 360.0, "deg"};
        motion::OwnLimits own;
        own.travel = {{-150.0}, {-10.0}}; // of 10 to -170: half a turn, backwards
        own.velocity = Velocity{60.0};
        own.current = Current{0.5};
        own.step = Position{15.0};
        const auto before = motion::settingsOf(*bench_->axis(1).axis);
        QVERIFY(bench_->perform(motion::SetAxisScale{{1}, scale}).state == journal::CommandState::confirmed);
        QVERIFY(bench_->perform(motion::SetAxisLimits{{1}, own}).state == journal::CommandState::confirmed);
        run();
        const auto set = motion::settingsOf(*bench_->axis(1).axis);
        press(Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(bench_->axis(1).axis->own == motion::OwnLimits{});
        QVERIFY(bench_->axis(1).axis->scale == scale);
        press(Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(motion::settingsOf(*bench_->axis(1).axis) == before);
        press(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        press(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(motion::settingsOf(*bench_->axis(1).axis) == set);
    }

    void f9BringsBackGearOffsetDirectionUnitAndLimits() {
        const motion::AxisScale scale{4.0, -5.0, true, 8.0, "mm"};
        motion::OwnLimits own;
        own.travel = {{-6.5}, {-5.5}}; // of -5 to -7 mm
        own.acceleration = Acceleration{90.0};
        own.temperature = Temperature{60.0};
        own.followingError = Position{0.5};
        static_cast<void>(bench_->perform(motion::SetAxisScale{{1}, scale}));
        QVERIFY(bench_->perform(motion::SetAxisLimits{{1}, own}).state == journal::CommandState::confirmed);
        const auto wanted = motion::settingsOf(*bench_->axis(1).axis);
        QVERIFY(bench_->perform(registers::SetBaseline{{1}}).state == journal::CommandState::confirmed);
        // Another gear, in another unit, with one limit less and another that is narrower.
        static_cast<void>(bench_->perform(motion::SetAxisScale{{1}, {}}));
        motion::OwnLimits others;
        others.travel = {{100.0}, {200.0}};
        others.step = Position{5.0};
        QVERIFY(bench_->perform(motion::SetAxisLimits{{1}, others}).state ==
                journal::CommandState::confirmed);
        run();
        press(Qt::Key_F9);
        press(Qt::Key_F9);
        run();
        QVERIFY(motion::settingsOf(*bench_->axis(1).axis) == wanted);
    }

private:
    void run() {
        bench_->run(std::chrono::milliseconds{200});
        for (int frame = 0; frame < 6; ++frame)
            window_->tick();
    }
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        QTest::keyClick(window_.get(), key, modifiers);
        run();
        run();
    }
    std::shared_ptr<const registers::SettingsRecord> record() {
        const auto history = bench_->workstation->readModels().settings->read();
        return history->axes.at(AxisId{1});
    }
    double known() { return record()->now.at(gain); }
    /// Read anew from the servo.
    double inTheServo() {
        static_cast<void>(bench_->perform(registers::ReadRegister{{1}, gain}));
        const auto* value = bench_->workstation->readModels().registers.read()->find({1}, gain);
        return value ? static_cast<double>(value->raw) : -1.0;
    }

    std::unique_ptr<Workbench> bench_;
    std::unique_ptr<drivers::Exporter> exporter_;
    drivers::sqlite::SqliteSessionLibrary library_;
    std::unique_ptr<ui::MainWindow> window_;
    double found_ = 0.0;
};

SERVOLANE_TEST(SettingsPipelineTest)

} // namespace servolane::tests

#include "settings_test.moc"
