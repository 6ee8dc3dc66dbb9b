// SPDX-License-Identifier: GPL-3.0-or-later
// Axis settings, own limits and the role: what is shown for a snapshot, and what is sent when pressed.
// Qt's first (through the registry): moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include "tests/support/test_registry.h"

#include "tests/ui/bench_stage.h"
#include "ui/shell/machine_files.h"
#include "ui/shell/main_window.h"
#include "ui/widgets/state_mark.h"

#include <QtGui/QAction>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QToolButton>

namespace servolane::tests {

class AxisSettingsPanel : public BenchStage {
    Q_OBJECT
private Q_SLOTS:
    void init() { openBench(); }
    void cleanup() { closeBench(); }

    void aScaleIsSentAsTyped() {
        QCOMPARE(find<QLineEdit>(*window_, "axisGear")->text(), QStringLiteral("1.000"));
        type("axisGear", "2,5");
        type("axisOffset", "-10");
        type("axisPerTurn", "5");
        auto* unit = find<QLineEdit>(*window_, "axisUnit");
        unit->selectAll();
        QTest::keyClicks(unit, QStringLiteral("mm"));
        find<QCheckBox>(*window_, "axisReversed")->click();
        refresh();
        find<QPushButton>(*window_, "applyScale")->click();
        const auto sent = stage_->commands.all<motion::SetAxisScale>();
        QCOMPARE(sent.size(), std::size_t{1});
        QVERIFY((sent[0].scale == motion::AxisScale{2.5, -10.0, true, 5.0, "mm"}));
    }

    void aTypedNameStaysUntilItIsSent() {
        auto* name = find<QLineEdit>(*window_, "axisName");
        QCOMPARE(name->text(), QStringLiteral("Pan"));
        name->selectAll();
        QTest::keyClicks(name, QStringLiteral("Wrist"));
        find<QPushButton>(*window_, "renameAxis")->setFocus();
        refresh();
        QCOMPARE(name->text(), QStringLiteral("Wrist"));
        find<QPushButton>(*window_, "renameAxis")->click();
        QCOMPARE(stage_->commands.all<motion::RenameAxis>().at(0).name, std::string("Wrist"));
    }

    void zeroIsSetHere() {
        find<QPushButton>(*window_, "setZeroHere")->click();
        QCOMPARE(stage_->commands.all<motion::SetZeroHere>().size(), std::size_t{1});
        stage_->axis(0).activity = motion::Activity::move;
        refresh();
        QVERIFY(!find<QPushButton>(*window_, "setZeroHere")->isEnabled());
    }

    void onlyTheLimitsTypedAreChangedAndZeroIsNone() {
        auto axis = std::make_shared<motion::Axis>(*stage_->axis(0).axis);
        axis->own.current = Current{1.0};
        axis->own.travel = Range<Position>{{-10.0}, {10.0}};
        axis->limits.current = {1.0};
        stage_->axis(0).axis = axis;
        refresh();
        QVERIFY(!find<QPushButton>(*window_, "applyOwnLimits")->isEnabled());
        type("ownVelocity", "45");
        type("ownCurrent", "0");
        refresh();
        find<QPushButton>(*window_, "applyOwnLimits")->click();
        const auto sent = stage_->commands.all<motion::SetAxisLimits>().at(0).limits;
        QVERIFY(sent.velocity == Velocity{45.0});
        QVERIFY(!sent.current && !sent.step);
        QVERIFY((sent.travel == Range<Position>{{-10.0}, {10.0}}));
    }

    void aLostReferenceIsToldAndConfirmed() {
        auto* confirm = find<QPushButton>(*window_, "confirmPosition");
        QVERIFY(!confirm->isVisible());
        stage_->axis(0).referenced = false;
        stage_->axis(0).mode = registers::OperatingMode::extendedPosition;
        refresh();
        QVERIFY(find<QLabel>(*window_, "axisCause")->text().contains(QStringLiteral("whole turns")));
        confirm->click();
        QCOMPARE(stage_->commands.all<motion::ReferenceAxis>().size(), std::size_t{1});
    }

    void anotherModelIsToldAndAdopted() {
        stage_->axis(0).keptModel = "XL430-W250";
        refresh();
        QCOMPARE(find<ui::StateMark>(*window_, "axisState")->look().word, QStringLiteral("Other model"));
        QVERIFY(find<QLabel>(*window_, "axisCause")->text().contains(QStringLiteral("XL430-W250")));
        find<QPushButton>(*window_, "adoptModel")->click();
        QCOMPARE(stage_->commands.all<motion::AdoptModel>().size(), std::size_t{1});
    }

    void anotherServoIsToldAndConfirmedAsItIsShown() {
        auto* confirm = find<QPushButton>(*window_, "confirmServo");
        QVERIFY(!confirm->isVisibleTo(window_.get()));
        motion::AxisView& axis = stage_->axis(0);
        axis.silent = true;
        axis.state = motion::AxisState::silent;
        axis.other = motion::OtherServo{{axis.axis->servo, 1060, 45}, tests::sampleModelWithoutCurrent()};
        refresh();
        QCOMPARE(find<ui::StateMark>(*window_, "axisState")->look().word, QStringLiteral("Another servo"));
        const QString cause = find<QLabel>(*window_, "axisCause")->text();
        QVERIFY2(cause.contains(QStringLiteral("firmware 45")) &&
                     cause.contains(QStringLiteral("firmware %1").arg(axis.axis->firmware)),
                 qPrintable(cause));
        QVERIFY(find<QPushButton>(*window_, "torqueOff")->isEnabled());
        QVERIFY(!find<QPushButton>(*window_, "torqueOn")->isEnabled());
        confirm->click();
        const auto sent = stage_->commands.all<motion::ConfirmServo>();
        QCOMPARE(sent.size(), std::size_t{1});
        QCOMPARE(sent[0].modelNumber, std::uint32_t{1060});
        QCOMPARE(sent[0].firmware, std::uint32_t{45});
        // Nobody knows what this one's registers are.
        axis.other->model = std::make_shared<const registers::ServoModel>();
        refresh();
        QVERIFY(!confirm->isVisibleTo(window_.get()));
    }

    void theRoleIsChosenInTheStatusBar() {
        auto* role = find<QToolButton>(*window_, "statusRole");
        QCOMPARE(role->text(), QStringLiteral("engineer"));
        action("role_operator")->trigger();
        QVERIFY(stage_->commands.all<access::SetRole>().at(0).role == access::Role::lineOperator);
        stage_->access.roles[api::Asker::window] = access::Role::lineOperator;
        refresh();
        QCOMPARE(role->text(), QStringLiteral("operator"));
    }

    void whatTheCommandLineMayDoIsBoundedInTheSameMenuAndKept() {
        QVERIFY(stage_->commands.all<access::BoundClients>().empty());
        QVERIFY(action("clients_engineer")->isChecked());
        action("clients_viewer")->trigger();
        QVERIFY(stage_->commands.all<access::BoundClients>().at(0).most == access::Role::viewer);
        // What holds is checked, not what was clicked; and that is what is kept.
        refresh();
        QVERIFY(action("clients_engineer")->isChecked());
        stage_->access.clientsMost = access::Role::viewer;
        refresh();
        QVERIFY(action("clients_viewer")->isChecked());
        QVERIFY(!action("clients_engineer")->isChecked());
        stage_->commands.sent.clear();
        stage_->access.clientsMost = access::Role::engineer; // of the next run, until it is told
        stage_->publish();
        window_ = std::make_unique<ui::MainWindow>(stage_->context());
        const auto sent = stage_->commands.all<access::BoundClients>();
        QCOMPARE(sent.size(), std::size_t{1});
        QVERIFY(sent[0].most == access::Role::viewer);
        // Frames before it is decided do not undo it.
        window_->show();
        refresh();
        window_ = std::make_unique<ui::MainWindow>(stage_->context());
        QCOMPARE(stage_->commands.all<access::BoundClients>().size(), std::size_t{2});
    }

    void whatTheRoleMayNotDoIsDisabledAndSaysWhy() {
        QVERIFY(find<QPushButton>(*window_, "go")->isEnabled());
        stage_->access.roles[api::Asker::window] = access::Role::lineOperator;
        stage_->axis(0).activity = motion::Activity::move;
        refresh();
        for (const char* name : {"go", "applyScale", "setZeroHere", "torqueOn", "torqueOff"})
            QVERIFY2(!find<QPushButton>(*window_, name)->isEnabled(), name);
        QVERIFY(find<QPushButton>(*window_, "haltAxis")->isEnabled());
        const auto* lock = find<QLabel>(*window_, "moveSectionLock");
        QVERIFY(lock->isVisible());
        QVERIFY2(lock->text().contains(QStringLiteral("operator")), qPrintable(lock->text()));
        stage_->access.roles.clear();
        refresh();
        QVERIFY(!lock->isVisible());
    }

    void theMachineFileIsExportedWithoutAModalDialog() {
        action("actionExportMachine")->trigger();
        auto* dialog = find<QFileDialog>(*window_, "machineDialog");
        QVERIFY(!dialog->isModal());
        dialog->close();
        std::string exported;
        ui::MachineFiles files(
            [&](const std::string& path) {
                exported = path;
                return "done";
            },
            {}, window_.get());
        QSignalSpy told(&files, &ui::MachineFiles::told);
        files.run(ui::MachineFiles::Way::out, QStringLiteral("/tmp/m.json"));
        files.run(ui::MachineFiles::Way::in, QStringLiteral("nobody imports here"));
        QTRY_VERIFY_WITH_TIMEOUT((files.tick(), told.count() == 1), workerPatienceMs);
        QCOMPARE(exported, std::string("/tmp/m.json"));
        QCOMPARE(told.at(0).at(0).toString(), QStringLiteral("done"));
    }

private:
    QAction* action(const char* name) { return window_->findChild<QAction*>(QString::fromLatin1(name)); }
};

SERVOLANE_TEST(AxisSettingsPanel)

} // namespace servolane::tests

#include "axis_settings_test.moc"
