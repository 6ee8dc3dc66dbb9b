// SPDX-License-Identifier: GPL-3.0-or-later
// What the panels about buses show for a snapshot, and what they send when pressed.
// Qt's first (through the registry): moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include "tests/support/test_registry.h"

#include "core/bus/read/bus_doctor.h"
#include "tests/ui/bench_stage.h"
#include "ui/bus/simulation_panel.h"

#include <QtTest/QTest>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QDockWidget>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableWidget>
#include <QtWidgets/QTreeWidget>

namespace servolane::tests {

class BusPanelsTest : public BenchStage {
    Q_OBJECT
private Q_SLOTS:
    void init() { openBench(); }
    void cleanup() { closeBench(); }

    /// 250 axes at 56 Hz, and nothing said that 200 were asked for.
    void aBusThatCannotKeepItsRateSaysWhatWasAsked() {
        auto& bus = stage_->buses.buses.at(0);
        bus.link.pollRate = 200.0;
        bus.measured.cyclesPerSecond = 56.0;
        refresh();
        const auto* tree = find<QTreeWidget>(*window_, "busTree");
        const auto told = [&] { return tree->topLevelItem(0)->data(0, Qt::AccessibleTextRole).toString(); };
        QVERIFY2(told().contains(QStringLiteral("56 of 200 Hz")), qPrintable(told()));
        bus.measured.cyclesPerSecond = 199.0;
        refresh();
        QVERIFY2(told().contains(QStringLiteral("199 Hz")), qPrintable(told()));
    }
    void aFaultIsSentInTheGrammarThatIsShown() {
        find<QDockWidget>(*window_, "dockSimulation")->raise();
        QTest::qWait(0);
        refresh();
        auto* panel = window_->findChild<ui::SimulationPanel*>();
        auto* kind = find<QComboBox>(*window_, "faultKind");
        kind->setCurrentText(QStringLiteral("Silent servo"));
        find<QComboBox>(*window_, "faultAxis")->setCurrentIndex(1);
        QCOMPARE(panel->faultText(), QStringLiteral("silent=2"));
        kind->setCurrentText(QStringLiteral("Late answers"));
        find<QLineEdit>(*window_, "faultParameter")->setText(QStringLiteral("2,5"));
        QCOMPARE(panel->faultText(), QStringLiteral("late=0.025:20ms"));
        QTest::mouseClick(find<QPushButton>(*window_, "injectFault"), Qt::LeftButton);
        QCOMPARE(stage_->commands.all<bus::InjectFault>().at(0).fault, std::string("late=0.025:20ms"));
        kind->setCurrentText(QStringLiteral("Adapter unplugged"));
        QCOMPARE(panel->faultText(), QStringLiteral("unplug@0ms-3000ms"));
        kind->setCurrentText(QStringLiteral("Id given twice"));
        QCOMPARE(panel->faultText(), QStringLiteral("duplicate-id=1:2"));
        find<QLineEdit>(*window_, "faultParameter")->setText(QStringLiteral("2"));
        QCOMPARE(panel->faultText(), QString()); // it has that id
    }
    /// Bug: the one check that was to be looked at stood below the edge, beneath those in which all was well.
    void theDoctorTellsTheWorstFirst() {
        ui::WindowContext context = stage_->context();
        const auto word = [](const bus::Finding& finding) { return std::string(toString(finding.check)); };
        context.doctor = {word, word, [](const bus::Finding&) { return std::string(); }, {}};
        window_ = std::make_unique<ui::MainWindow>(context);
        window_->show();
        find<QDockWidget>(*window_, "dockDoctor")->raise();
        QTest::qWait(0);
        auto& bus = stage_->buses.buses.at(0);
        bus.measured.answers = 1000;
        bus.measured.errors = 200;
        refresh();
        const auto* checks = find<QTableWidget>(*window_, "doctorChecks");
        QVERIFY(checks->rowCount() > 3);
        const auto told = [&](int row) { return checks->item(row, 0)->text(); };
        QVERIFY2(!told(0).contains(QStringLiteral("All well")) &&
                     !told(0).contains(QStringLiteral("Not judged")),
                 qPrintable(told(0)));
        bool well = false;
        for (int row = 0; row < checks->rowCount(); ++row) {
            const bool isWell = told(row).contains(QStringLiteral("All well"));
            QVERIFY2(isWell || !well || told(row).contains(QStringLiteral("Not judged")),
                     qPrintable(told(row)));
            well = well || isWell;
        }
    }
    void aRunningScanShowsProgressAndCancels() {
        auto& scan = stage_->buses.buses[0].scan;
        scan.running = true;
        scan.done = 0.4;
        scan.left = std::chrono::seconds{3};
        scan.baud = 57'600;
        refresh();
        QVERIFY(find<QWidget>(*window_, "scan")->isVisible());
        QTest::mouseClick(find<QPushButton>(*window_, "scanCancel"), Qt::LeftButton);
        QCOMPARE(stage_->commands.all<bus::CancelScan>().size(), std::size_t{1});
    }
    void whatABusReadsIsShownAndChanged() {
        using telemetry::Channel;
        find<QDockWidget>(*window_, "dockLink")->raise();
        refresh();
        auto* table = find<QTableWidget>(*window_, "pollPlanTable");
        QCOMPARE(table->rowCount(), static_cast<int>(telemetry::usualChannelCount));
        const auto row = static_cast<int>(indexOf(Channel::position));
        QVERIFY(table->item(row, 1)->text().contains(QStringLiteral("present_position")));
        QVERIFY(!find<QComboBox>(*window_, "pace_position")->isEnabled());
        auto* velocity = find<QComboBox>(*window_, "pace_velocity");
        QCOMPARE(velocity->currentText(), QStringLiteral("Every cycle"));
        velocity->setFocus();
        QTest::keyClick(velocity, Qt::Key_Down);
        refresh();
        QCOMPARE(velocity->currentText(), QStringLiteral("Between cycles")); // what a person chose stands
        QTest::mouseClick(find<QPushButton>(*window_, "applyPollPlan"), Qt::LeftButton);
        const auto sent = stage_->commands.all<bus::SetPollPlan>();
        QCOMPARE(sent.size(), std::size_t{1});
        QVERIFY(sent[0].plan[Channel::velocity] == bus::Pace::slow);
        QVERIFY(sent[0].plan[Channel::setpoint] == bus::Pace::everyCycle);
        QCOMPARE(sent[0].slowInterval, 0.2);
    }
    void aPortComesUpAsItWasUsedLast() {
        bus::LinkSettings last;
        last.line.path = "/dev/ttyUSB0";
        last.line.baud = 3'000'000;
        last.line.discardEcho = true;
        last.pollRate = 500.0;
        last.plan[telemetry::Channel::velocity] = bus::Pace::never;
        stage_->ports.at(0).last = last;
        QTest::mouseClick(find<QAbstractButton>(*window_, "titleConnect"), Qt::LeftButton);
        QVERIFY(find<QWidget>(*window_, "lineOptions")->isVisible());
        QVERIFY(find<QCheckBox>(*window_, "lineDiscardEcho")->isChecked());
        QTest::mouseClick(find<QPushButton>(*window_, "connectBus"), Qt::LeftButton);
        const auto connects = stage_->commands.all<bus::ConnectBus>();
        QVERIFY(connects.at(0).link == last);
    }
    void aRateThatIsNotKnownIsLookedFor() {
        QTest::mouseClick(find<QAbstractButton>(*window_, "titleConnect"), Qt::LeftButton);
        QVERIFY(!find<QWidget>(*window_, "lineOptions")->isVisible());
        find<QComboBox>(*window_, "baudChoice")->setCurrentIndex(0);
        QTest::mouseClick(find<QPushButton>(*window_, "connectBus"), Qt::LeftButton);
        QCOMPARE(stage_->commands.all<bus::ConnectBus>().at(0).link.line.baud, std::uint32_t{0});
    }
    void aPortThatCannotBeOpenedSaysWhatHelps() {
        QTest::mouseClick(find<QAbstractButton>(*window_, "titleConnect"), Qt::LeftButton);
        auto* port = find<QComboBox>(*window_, "portChoice");
        port->setCurrentIndex(1);
        QVERIFY(find<QLabel>(*window_, "portAdvice")->text().contains(QStringLiteral("dialout")));
        QVERIFY(!find<QPushButton>(*window_, "connectBus")->isEnabled());
        port->setCurrentIndex(0);
        find<QComboBox>(*window_, "baudChoice")->setCurrentText(QStringLiteral("2000000"));
        QTest::mouseClick(find<QPushButton>(*window_, "connectBus"), Qt::LeftButton);
        const auto connects = stage_->commands.all<bus::ConnectBus>();
        QCOMPARE(connects.at(0).link.line.path, std::string("/dev/ttyUSB0"));
        QCOMPARE(connects.at(0).link.line.baud, std::uint32_t{2'000'000});
        QCOMPARE(connects.at(0).link.pollRate, 200.0);
    }
};

} // namespace servolane::tests

using namespace servolane::tests;
SERVOLANE_TEST(BusPanelsTest)
#include "bus_panels_test.moc"
