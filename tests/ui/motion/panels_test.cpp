// SPDX-License-Identifier: GPL-3.0-or-later
// What the panels of the bench show for a snapshot, and what they send when pressed.
// Qt's first (through the registry): moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include "tests/support/test_registry.h"

#include "tests/support/sample_model.h"
#include "tests/ui/stage.h"
#include "ui/bus/simulation_panel.h"
#include "ui/journal/trouble.h"
#include "ui/motion/axis_table.h"
#include "ui/motion/line_workspace.h"
#include "ui/motion/tile_grid.h"
#include "ui/shell/main_window.h"
#include "ui/widgets/row_delegate.h"
#include "ui/widgets/state_mark.h"
#include "ui/widgets/value_label.h"

#include <QtGui/QAction>
#include <QtGui/QPaintEvent>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QDockWidget>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QTableView>
#include <QtWidgets/QTableWidget>
#include <QtWidgets/QTreeWidget>

namespace servolane::tests {

class BenchTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        stage_ = std::make_unique<Stage>();
        stage_->addSimulatedBus(3);
        window_ = std::make_unique<ui::MainWindow>(stage_->context());
        window_->show();
        QApplication::setActiveWindow(window_.get());
        refresh();
    }
    void cleanup() { window_.reset(); }

    void anAxisThatAnswersPingsOnlySaysSoAndOffersTheWayOut() {
        QVERIFY(find<QPushButton>(*window_, "letAnswer")->isHidden());
        stage_->axis(0).silent = true;
        stage_->axis(0).state = motion::AxisState::silent;
        stage_->axis(0).answers = bus::Answers::pingsOnly;
        refresh();
        QCOMPARE(find<ui::StateMark>(*window_, "axisState")->look().word, QStringLiteral("Pings only"));
        QTest::mouseClick(find<QPushButton>(*window_, "letAnswer"), Qt::LeftButton);
        const auto writes = stage_->commands.all<registers::WriteRegister>();
        QCOMPARE(writes.size(), std::size_t{1});
        QCOMPARE(writes[0].name, std::string("status_return_level"));
        QCOMPARE(writes[0].raw, std::int64_t{2});
        stage_->axis(0).silent = false;
        stage_->axis(0).state = motion::AxisState::ready;
        stage_->axis(0).answers = bus::Answers::all;
        refresh();
        QVERIFY(find<QPushButton>(*window_, "letAnswer")->isHidden());
    }
    void anIdThatTwoServosSeemToShareIsAnAlarm() {
        stage_->buses.buses.at(0).scan.doubled.push_back({stage_->buses.buses.at(0).id, {7}, 1'000'000});
        refresh();
        ui::TroubleBook book;
        book.fold(stage_->frame());
        const auto& all = book.all();
        QCOMPARE(all.size(), std::size_t{1});
        QCOMPARE(all[0].text, QStringLiteral("Two servos may have id 7"));
        QVERIFY(!all[0].remedy.isEmpty());
    }
    void theSelectedAxisIsShownWithStateModelAndValues() {
        stage_->axis(0).latest[indexOf(telemetry::Channel::position)].value = 12.345;
        refresh();
        QCOMPARE(find<QLabel>(*window_, "axisTitle")->text(), QStringLiteral("1 · Pan"));
        QCOMPARE(find<ui::StateMark>(*window_, "axisState")->look().word, QStringLiteral("Ready"));
        QCOMPARE(find<ui::ValueLabel>(*window_, "axisPosition")->text(), QStringLiteral("12.35°"));
    }
    /// Bug: for up to six frames the values of the axis before stood under the new one's name.
    void anotherAxisIsShownWithItsOwnFiguresAtOnce() {
        stage_->axis(0).latest[indexOf(telemetry::Channel::position)].value = 12.345;
        stage_->axis(1).latest[indexOf(telemetry::Channel::position)].value = 99.5;
        for (int frame = 0; frame < 6; ++frame) {
            refresh();
            for (int before = 0; before < frame; ++before)
                window_->tick();
            find<QAction>(*window_, "actionNextAxis")->trigger();
            window_->tick();
            QCOMPARE(find<QLabel>(*window_, "axisTitle")->text(), QStringLiteral("2 · Lift"));
            QCOMPARE(find<ui::ValueLabel>(*window_, "axisPosition")->text(), QStringLiteral("99.50°"));
            find<QAction>(*window_, "actionPreviousAxis")->trigger();
        }
    }
    /// Bug: the title of the dock lay over the first fifteen pixels of the panel.
    void theHeadingStandsClearOfTheTitleAboveIt() {
        auto* heading = find<QLabel>(*window_, "axisTitle");
        QDockWidget* dock = nullptr;
        for (QWidget* around = heading; around && !dock; around = around->parentWidget())
            dock = qobject_cast<QDockWidget*>(around);
        QVERIFY(dock);
        QVERIFY(dock->titleBarWidget()->geometry().bottom() < dock->widget()->y());
        QVERIFY(heading->mapTo(dock, QPoint()).y() >= dock->titleBarWidget()->geometry().bottom() + 8);
    }
    /// Bug: what was typed blindly moved the axis.
    void theGoToFieldIsInSightWhenItsKeyIsPressed() {
        auto* line = find<QLineEdit>(*window_, "goTo");
        QScrollArea* area = nullptr;
        for (QWidget* around = line; around && !area; around = around->parentWidget())
            area = qobject_cast<QScrollArea*>(around);
        QVERIFY(area);
        window_->resize(1280, 600);
        refresh();
        area->verticalScrollBar()->setValue(area->verticalScrollBar()->maximum());
        QVERIFY(line->visibleRegion().isEmpty());
        find<QAction>(*window_, "actionGoTo")->trigger();
        QVERIFY(!line->visibleRegion().isEmpty());
    }
    void aValueOlderThanThreePeriodsIsGreyAndCarriesItsAge() {
        auto* value = find<ui::ValueLabel>(*window_, "axisPosition");
        QVERIFY(!value->isStale());
        stage_->clock.advance(std::chrono::milliseconds{1500});
        refresh();
        QVERIFY(value->isStale());
        QVERIFY2(value->text().endsWith(QStringLiteral("1.5 s")), qPrintable(value->text()));
    }
    /// Bug: On, Go and the jog buttons looked as if they could be used, and were refused.
    void whatALatchedStopStandsInTheWayOfIsNotOfferedAndSaysWhy() {
        const char* const barred[] = {"torqueOn", "go", "jogBack", "jogForward", "jogFastBack", "modeChoice"};
        const auto control = [&](const char* name) { return find<QWidget>(*window_, name); };
        QMap<QString, QString> before;
        for (const char* name : barred) {
            QVERIFY2(control(name)->isEnabled(), name);
            before[name] = control(name)->toolTip();
        }
        stage_->axes.stop.latched = true;
        refresh();
        for (const char* name : barred) {
            QVERIFY2(!control(name)->isEnabled(), name);
            QVERIFY2(control(name)->toolTip().contains("Stop is latched"), name);
        }
        for (const char* name : {"torqueOff", "stopAll"})
            QVERIFY2(control(name)->isEnabled(), name);
        stage_->axes.stop.latched = false;
        refresh();
        for (const char* name : barred) {
            QVERIFY2(control(name)->isEnabled(), name);
            QCOMPARE(control(name)->toolTip(), before[name]);
        }
    }
    void aSilentAxisSaysSince() {
        stage_->axis(0).state = motion::AxisState::silent;
        stage_->axis(0).silent = true;
        stage_->clock.advance(std::chrono::seconds{4});
        refresh();
        QCOMPARE(find<ui::StateMark>(*window_, "axisState")->look().word, QStringLiteral("No answer"));
        QVERIFY(find<QLabel>(*window_, "axisCause")->text().contains(QStringLiteral("4.0 s ago")));
        QVERIFY(!find<QPushButton>(*window_, "go")->isEnabled());
    }
    void goToShowsTheValueAsUnderstoodAndSendsIt() {
        auto* line = find<QLineEdit>(*window_, "goTo");
        line->setFocus();
        line->selectAll();
        QTest::keyClicks(line, QStringLiteral("1,000"));
        QCOMPARE(find<QLabel>(*window_, "goToUnderstood")->text(), QStringLiteral("= 1.00°"));
        QTest::keyClick(line, Qt::Key_Return);
        const auto moves = stage_->commands.all<motion::MoveAxis>();
        QCOMPARE(moves.size(), std::size_t{1});
        QCOMPARE(moves[0].target.value, 1.0);
        QCOMPARE(moves[0].axis.value, std::uint16_t{1});
    }
    void whatIsNoNumberIsNotSent() {
        auto* line = find<QLineEdit>(*window_, "goTo");
        line->setFocus();
        line->selectAll();
        QTest::keyClicks(line, QStringLiteral("1.000,5"));
        QTest::keyClick(line, Qt::Key_Return);
        QTest::mouseClick(find<QPushButton>(*window_, "go"), Qt::LeftButton);
        QVERIFY(stage_->commands.all<motion::MoveAxis>().empty());
        QCOMPARE(find<QLabel>(*window_, "goToUnderstood")->text(), QStringLiteral("not a number"));
        QVERIFY(find<QWidget>(*window_, "moveSectionNote")->isVisible());
    }
    void aRejectionStaysBesideItsControlUntilDismissed() {
        send("120");
        auto& entry = stage_->tell(stage_->commands.idOf<motion::MoveAxis>(), journal::CommandState::rejected,
                                   "MoveAxis");
        entry.rejection = {
            api::RejectionCode::outsideTravelLimits, AxisId{1}, BusId{1}, 120.0, -90.0, 90.0, "deg", ""};
        refresh();
        auto* text = find<QLabel>(*window_, "moveSectionNoteText");
        QVERIFY(text->isVisible());
        QCOMPARE(text->text(), QStringLiteral("120.0° is outside the limit −90.0° … 90.0° of axis 1 Pan"));
        stage_->clock.advance(std::chrono::minutes{10});
        refresh();
        QVERIFY(text->isVisible());
        QCOMPARE(find<QLineEdit>(*window_, "goTo")->text(), QStringLiteral("120"));
    }
    void aPendingCommandShowsUntilConfirmedAndGoodNewsGoes() {
        send("45");
        auto* note = find<QWidget>(*window_, "moveSectionNote");
        auto* text = find<QLabel>(*window_, "moveSectionNoteText");
        stage_->tell(stage_->commands.idOf<motion::MoveAxis>(), journal::CommandState::sent, "MoveAxis");
        refresh();
        stage_->clock.advance(std::chrono::milliseconds{100});
        refresh();
        QVERIFY(note->isVisible());
        QVERIFY(text->text().startsWith(QStringLiteral("Sent")));
        stage_->tell(stage_->commands.idOf<motion::MoveAxis>(), journal::CommandState::confirmed, "MoveAxis");
        refresh();
        QCOMPARE(text->text(), QStringLiteral("Confirmed, 2.1 ms"));
        refresh();
        stage_->clock.advance(std::chrono::seconds{4});
        refresh();
        QVERIFY(!note->isVisible());
    }
    void torqueIsShownAsConfirmedNotAsPressed() {
        auto* off = find<QPushButton>(*window_, "torqueOff");
        auto* on = find<QPushButton>(*window_, "torqueOn");
        QVERIFY(on->isChecked());
        QTest::mouseClick(off, Qt::LeftButton);
        refresh();
        QVERIFY(on->isChecked());
        QVERIFY(!off->isChecked());
        QCOMPARE(off->text(), QStringLiteral("Off …"));
        stage_->tell(stage_->commands.idOf<motion::SetTorque>(), journal::CommandState::confirmed,
                     "SetTorque");
        stage_->axis(0).torque = false;
        refresh();
        QVERIFY(off->isChecked());
        QCOMPARE(off->text(), QStringLiteral("Off"));
        QVERIFY(!stage_->commands.all<motion::SetTorque>()[0].on);
    }
    void unreadTorqueIsNeitherOnNorOff() {
        stage_->axis(0).torque.reset();
        refresh();
        QVERIFY(!find<QPushButton>(*window_, "torqueOff")->isChecked());
        QVERIFY(!find<QPushButton>(*window_, "torqueOn")->isChecked());
    }
    void inVelocityModeTheFieldTurns() {
        stage_->axis(0).mode = registers::OperatingMode::velocity;
        refresh();
        QCOMPARE(find<QPushButton>(*window_, "go")->text(), QStringLiteral("Turn"));
        send("30");
        QCOMPARE(stage_->commands.all<motion::SetVelocity>().at(0).velocity.value, 30.0);
        QVERIFY(stage_->commands.all<motion::MoveAxis>().empty());
    }
    void gainsGoOneAfterTheOther() {
        type("gainP", "900");
        type("gainD", "40");
        QTest::mouseClick(find<QPushButton>(*window_, "applyGains"), Qt::LeftButton);
        auto writes = stage_->commands.all<registers::WriteRegister>();
        QCOMPARE(writes.size(), std::size_t{1});
        QCOMPARE(writes[0].name, std::string("position_p_gain"));
        QCOMPARE(writes[0].raw, std::int64_t{900});
        stage_->tell(stage_->commands.idOf<registers::WriteRegister>(), journal::CommandState::confirmed,
                     "WriteRegister");
        refresh();
        writes = stage_->commands.all<registers::WriteRegister>();
        QCOMPARE(writes.size(), std::size_t{2});
        QCOMPARE(writes[1].name, std::string("position_d_gain"));
    }
    void limitsTheWrongWayRoundAreNotSent() {
        type("limitLow", "50");
        type("limitHigh", "-50");
        QTest::mouseClick(find<QPushButton>(*window_, "applyLimits"), Qt::LeftButton);
        QVERIFY(stage_->commands.all<motion::SetTravelLimits>().empty());
        type("limitHigh", "75");
        QTest::mouseClick(find<QPushButton>(*window_, "applyLimits"), Qt::LeftButton);
        const auto set = stage_->commands.all<motion::SetTravelLimits>();
        QCOMPARE(set.at(0).travel.low.value, 50.0);
        QCOMPARE(set.at(0).travel.high.value, 75.0);
    }
    void aTypedValueIsNotOverwrittenByTheServo() {
        type("limitLow", "-30");
        refresh();
        QCOMPARE(find<QLineEdit>(*window_, "limitLow")->text(), QStringLiteral("-30"));
        window_->stepAxis(1);
        refresh();
        QCOMPARE(find<QLineEdit>(*window_, "limitLow")->text(), QStringLiteral("-90.0"));
    }
    void aRegisterIsStagedThenWrittenInRawUnits() {
        find<QDockWidget>(*window_, "dockRegisters")->raise();
        QTest::qWait(0);
        refresh();
        auto* table = find<QTableWidget>(*window_, "registerTable");
        QCOMPARE(table->rowCount(), static_cast<int>(sampleModel()->registers.size()));
        for (int row = 0; row < table->rowCount(); ++row)
            if (table->item(row, 2)->text() == QStringLiteral("max_voltage_limit"))
                table->setCurrentCell(row, 0);
        refresh();
        QCOMPARE(find<QLineEdit>(*window_, "registerValue")->text(), QStringLiteral("16.0"));
        type("registerValue", "14,5");
        QTest::mouseClick(find<QPushButton>(*window_, "stageRegister"), Qt::LeftButton);
        refresh();
        QVERIFY(stage_->commands.all<registers::WriteRegisters>().empty());
        // EEPROM, and torque is on: offered, not done.
        QVERIFY(!find<QPushButton>(*window_, "applyRegisters")->isEnabled());
        QVERIFY(find<QPushButton>(*window_, "registerTorqueOff")->isVisible());
        QTest::mouseClick(find<QPushButton>(*window_, "registerTorqueOff"), Qt::LeftButton);
        QCOMPARE(stage_->commands.all<motion::SetTorque>().at(0).on, false);
        stage_->axis(0).torque = false;
        stage_->publish();
        refresh();
        QTest::mouseClick(find<QPushButton>(*window_, "applyRegisters"), Qt::LeftButton);
        const auto writes = stage_->commands.all<registers::WriteRegisters>().at(0).writes;
        QCOMPARE(writes.size(), std::size_t{1});
        QCOMPARE(writes.at(0).raw, std::int64_t{145});
    }
    /// The strip beneath went on with "Model Number", which the filter had taken out of the table.
    void whatIsEditedIsSeenInTheFilteredTable() {
        find<QDockWidget>(*window_, "dockRegisters")->raise();
        QTest::qWait(0);
        refresh();
        auto* table = find<QTableWidget>(*window_, "registerTable");
        table->setCurrentCell(0, 2);
        find<QLineEdit>(*window_, "registerSearch")->setText(QStringLiteral("max_voltage"));
        QVERIFY(table->currentRow() > 0);
        QVERIFY(!table->isRowHidden(table->currentRow()));
        find<QLineEdit>(*window_, "registerSearch")->setText(QStringLiteral("no such register"));
        QCOMPARE(table->currentRow(), -1);
    }
    /// Inject, Stage and the button for connecting looked as if they could be used.
    void whatTheRoleMayNotSendIsOutOfUse() {
        find<QDockWidget>(*window_, "dockRegisters")->raise();
        QTest::qWait(0);
        auto* table = find<QTableWidget>(*window_, "registerTable");
        refresh();
        for (int row = 0; row < table->rowCount(); ++row)
            if (table->item(row, 2)->text() == QStringLiteral("max_voltage_limit"))
                table->setCurrentCell(row, 0);
        refresh();
        auto* stage = find<QPushButton>(*window_, "stageRegister");
        auto* connect = find<QWidget>(*window_, "titleConnect");
        QVERIFY(stage->isEnabled() && connect->isEnabled());
        stage_->access.roles[api::Asker::window] = access::Role::lineOperator;
        refresh();
        QVERIFY(!stage->isEnabled() && !connect->isEnabled());
        QVERIFY(stage->toolTip().contains(QStringLiteral("operator")));
        QVERIFY(find<QPushButton>(*window_, "readAllRegisters")->isEnabled());
        stage_->access.roles[api::Asker::window] = access::Role::engineer;
        refresh();
        QVERIFY(stage->isEnabled() && connect->isEnabled());
    }
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
    void aRegisterThatCanOnlyBeReadCannotBeEdited() {
        find<QDockWidget>(*window_, "dockRegisters")->raise();
        QTest::qWait(0);
        refresh();
        find<QTableWidget>(*window_, "registerTable")->setCurrentCell(0, 0);
        QVERIFY(!find<QPushButton>(*window_, "stageRegister")->isEnabled());
    }
    void theJournalTellsNewestFirstAndWhy() {
        stage_->tell(CommandId{500}, journal::CommandState::confirmed, "SetTorque");
        auto& entry = stage_->tell(CommandId{501}, journal::CommandState::failed, "WriteRegister");
        entry.error = {ErrorCode::timeout, "servo 3, 3 tries"};
        refresh();
        const auto* model = find<QTableView>(*window_, "journalTable")->model();
        QCOMPARE(model->index(0, 1).data().toString(), QStringLiteral("■ Failed"));
        QCOMPARE(model->index(0, 4).data().toString(), QStringLiteral("No answer in time: servo 3, 3 tries"));
        QCOMPARE(model->index(1, 2).data().toString(), QStringLiteral("Torque"));
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

private:
    void refresh() {
        stage_->publish();
        for (int frame = 0; frame < 6; ++frame)
            window_->tick();
    }
    void type(const char* name, const char* text) {
        auto* line = find<QLineEdit>(*window_, name);
        line->setFocus();
        line->selectAll();
        QTest::keyClicks(line, QString::fromLatin1(text));
        refresh();
    }
    void send(const char* text) {
        type("goTo", text);
        QTest::mouseClick(find<QPushButton>(*window_, "go"), Qt::LeftButton);
    }

    std::unique_ptr<Stage> stage_;
    std::unique_ptr<ui::MainWindow> window_;
};

/// What of a widget was painted.
class PaintedArea : public QObject {
public:
    QRegion region;
    bool eventFilter(QObject*, QEvent* event) override {
        if (event->type() == QEvent::Paint) region += static_cast<QPaintEvent*>(event)->region();
        return false;
    }
};

class LineTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { stage_ = std::make_unique<Stage>(); }

    void theWorstStandsFirst() {
        stage_->addSimulatedBus(4);
        stage_->axis(2).state = motion::AxisState::fault;
        stage_->axis(2).hardwareError = 0x20;
        stage_->axis(1).state = motion::AxisState::moving;
        stage_->publish();
        ui::MainWindow window(stage_->context());
        show(window);
        const auto& tiles = grid(window).tiles();
        QCOMPARE(tiles.at(0).axis.value, std::uint16_t{3});
        QVERIFY(tiles[0].detail.contains(QStringLiteral("Overload")));
        QCOMPARE(tiles.at(1).axis.value, std::uint16_t{2});
    }
    void nothingJumpsWhileATileHasTheFocus() {
        stage_->addSimulatedBus(3);
        ui::MainWindow window(stage_->context());
        show(window);
        grid(window).setFocus();
        QVERIFY(grid(window).hasFocus());
        QTest::keyClick(&grid(window), Qt::Key_Right);
        stage_->axis(2).state = motion::AxisState::fault;
        stage_->publish();
        refresh(window);
        QCOMPARE(grid(window).tiles().at(0).axis.value, std::uint16_t{1});
        QCOMPARE(grid(window).tiles().at(2).badness, static_cast<int>(motion::AxisState::fault));
        QVERIFY(find<QWidget>(window, "lineHeld")->isVisible());
        grid(window).clearFocus();
        refresh(window);
        QCOMPARE(grid(window).tiles().at(0).axis.value, std::uint16_t{3});
        QVERIFY(!find<QWidget>(window, "lineHeld")->isVisible());
    }
    /// Choosing the workspace gives the tiles the focus: they were never sorted again while it was shown.
    void theFocusAloneHoldsNoOrder() {
        stage_->addSimulatedBus(3);
        ui::MainWindow window(stage_->context());
        show(window);
        QVERIFY(grid(window).hasFocus());
        stage_->axis(2).state = motion::AxisState::fault;
        stage_->publish();
        refresh(window);
        QCOMPARE(grid(window).tiles().at(0).axis.value, std::uint16_t{3});
        QTest::keyClick(&grid(window), Qt::Key_Right);
        stage_->axis(1).state = motion::AxisState::fault;
        stage_->axis(2).state = motion::AxisState::ready;
        stage_->publish();
        refresh(window);
        QCOMPARE(grid(window).tiles().at(0).axis.value, std::uint16_t{3});
        stage_->clock.advance(std::chrono::seconds{6}); // the hand has gone
        refresh(window);
        QCOMPARE(grid(window).tiles().at(0).axis.value, std::uint16_t{2});
    }
    /// An axis that came or went while the order was held sorted all of them anew.
    void whoComesWhileTheOrderIsHeldStandsAtTheEnd() {
        stage_->addSimulatedBus(3);
        ui::MainWindow window(stage_->context());
        show(window);
        QTest::keyClick(&grid(window), Qt::Key_Right);
        stage_->addSimulatedBus(1);
        stage_->axis(1).state = motion::AxisState::fault;
        stage_->axis(3).state = motion::AxisState::fault;
        stage_->publish();
        refresh(window);
        QCOMPARE(grid(window).tiles().size(), std::size_t{4});
        for (std::uint16_t at = 0; at < 4; ++at)
            QCOMPARE(grid(window).tiles().at(at).axis.value, static_cast<std::uint16_t>(at + 1));
    }
    void onlyTilesThatLookDifferentArePaintedAnew() {
        Stage stage;
        stage.addSimulatedBus(250);
        ui::MainWindow window(stage.context());
        window.resize(1280, 800);
        show(window);
        QTest::qWait(0);
        PaintedArea painted;
        grid(window).installEventFilter(&painted);
        for (int turn = 0; turn < 3; ++turn) {
            for (auto& axis : stage.axes.axes)
                axis.latest[indexOf(telemetry::Channel::position)].value += 1.0; // not told in a small tile
            stage.publish();
            refresh(window);
            QTest::qWait(0);
        }
        QVERIFY2(painted.region.isEmpty(), "nothing looks different");
        stage.axis(0).state = motion::AxisState::moving;
        stage.publish();
        refresh(window);
        QTest::qWait(0);
        QVERIFY(!painted.region.isEmpty());
        QVERIFY(painted.region.boundingRect().height() < grid(window).height());
    }
    void aMinimisedWindowLooksSeldom() {
        stage_->addSimulatedBus(1);
        ui::MainWindow window(stage_->context());
        show(window);
        window.showMinimized();
        QCoreApplication::processEvents();
        QVERIFY(window.isMinimized());
        QVERIFY(window.frameInterval() >= std::chrono::milliseconds{250});
        window.showNormal();
        QCoreApplication::processEvents();
        QVERIFY(window.frameInterval() < std::chrono::milliseconds{20});
    }
    void from12To250AxesFitTheWindow() {
        for (const int count : {12, 60, 250}) {
            Stage stage;
            stage.addSimulatedBus(count);
            ui::MainWindow window(stage.context());
            window.resize(1920, 1080);
            show(window);
            const ui::TileGrid& tiles = grid(window);
            const QRect last = tiles.rectOf(static_cast<std::size_t>(count) - 1);
            QVERIFY2(last.bottom() <= tiles.parentWidget()->height(), qPrintable(QString::number(count)));
            QVERIFY(last.right() <= tiles.parentWidget()->width());
            if (count == 250) QCOMPARE(tiles.tileSize(), ui::TileSize::small);
        }
    }
    /// Among 250 it was the palest tile of all, and "torque off" was cut off.
    void aStopThatIsNotConfirmedIsSeenBeforeEverythingElse() {
        stage_->addSimulatedBus(250);
        motion::StopFinished finished{StopGeneration{1}, {}, std::chrono::milliseconds{3}};
        for (auto& axis : stage_->axes.axes) {
            axis.state = motion::AxisState::stopped;
            axis.torque = false;
            finished.axes.push_back({axis.axis->id, axis.axis->id.value != 3, {}, motion::StopDoubt::none});
        }
        stage_->axes.stop = {true, StopGeneration{1}, stage_->clock.now(), CommandId{}, finished};
        stage_->axis(7).state = motion::AxisState::fault;
        stage_->publish();
        ui::MainWindow window(stage_->context());
        window.chooseTheme(ui::ThemeChoice::light);
        window.resize(1920, 1080);
        show(window);
        auto& tiles = grid(window);
        QCOMPARE(tiles.tileSize(), ui::TileSize::small);
        QVERIFY(tiles.tiles()[0].grave && !tiles.tiles()[1].grave);
        const QImage image = tiles.grab().toImage();
        const auto saturationOf = [&](std::size_t at) {
            return image.pixelColor(tiles.rectOf(at).right() - 8, tiles.rectOf(at).bottom() - 6)
                .saturationF();
        };
        QVERIFY2(saturationOf(0) > 0.6F, qPrintable(QString::number(saturationOf(0))));
        for (std::size_t at = 1; at < 9; ++at)
            QVERIFY(saturationOf(at) < saturationOf(0) / 2.0F);
    }
    void theTableFillsTheRowOfAStopThatIsNotConfirmed() {
        stage_->addSimulatedBus(3);
        motion::StopFinished finished{StopGeneration{1}, {}, std::chrono::milliseconds{3}};
        for (auto& axis : stage_->axes.axes) {
            axis.state = motion::AxisState::stopped;
            finished.axes.push_back({axis.axis->id, axis.axis->id.value != 2, {}, motion::StopDoubt::none});
        }
        stage_->axes.stop = {true, StopGeneration{1}, stage_->clock.now(), CommandId{}, finished};
        stage_->publish();
        ui::MainWindow window(stage_->context());
        window.chooseTheme(ui::ThemeChoice::light);
        show(window);
        QTest::mouseClick(find<QPushButton>(window, "lineTable"), Qt::LeftButton);
        refresh(window);
        auto* table = find<ui::AxisTable>(window, "axisTable");
        QCOMPARE(table->rows().axisAt(0).value, std::uint16_t{2});
        const QImage image = table->viewport()->grab().toImage();
        const auto saturationOf = [&](int row) {
            const QRect box = table->visualRect(table->model()->index(row, ui::AxisRows::voltage));
            return image.pixelColor(box.left() + 3, box.top() + 3).saturationF();
        };
        QVERIFY(saturationOf(0) > 0.6F);
        QVERIFY(saturationOf(1) < 0.3F);
    }
    void theTableIsSortedByAnyColumn() {
        stage_->addSimulatedBus(250);
        stage_->axis(4).state = motion::AxisState::fault;
        stage_->axis(9).latest[indexOf(telemetry::Channel::temperature)].value = 71.0;
        stage_->axis(8).latest[indexOf(telemetry::Channel::temperature)] = {};
        stage_->publish();
        ui::MainWindow window(stage_->context());
        show(window);
        QTest::mouseClick(find<QPushButton>(window, "lineTable"), Qt::LeftButton);
        refresh(window);
        auto* table = find<ui::AxisTable>(window, "axisTable");
        QVERIFY(table->isVisible());
        QCOMPARE(table->rows().rowCount(), 250);
        QCOMPARE(table->rows().axisAt(0).value, std::uint16_t{5}); // the worst
        table->sortByColumn(ui::AxisRows::temperature, Qt::DescendingOrder);
        QCOMPARE(table->rows().axisAt(0).value, std::uint16_t{10});
        QCOMPARE(table->rows().axisAt(249).value, std::uint16_t{9}); // not known
        table->sortByColumn(ui::AxisRows::temperature, Qt::AscendingOrder);
        QCOMPARE(table->rows().axisAt(249).value, std::uint16_t{9});
        table->sortByColumn(ui::AxisRows::axis, Qt::AscendingOrder);
        QCOMPARE(table->rows().axisAt(1).value, std::uint16_t{2});
        table->selectRow(3);
        QCOMPARE(window.selectedAxis().value, std::uint16_t{4});
        window.selectAxis(AxisId{1});
        refresh(window);
        QCOMPARE(table->currentIndex().row(), 0);
    }
    void noRowOfTheTableMovesWhileKeysArePressedInIt() {
        stage_->addSimulatedBus(6);
        ui::MainWindow window(stage_->context());
        show(window);
        QTest::mouseClick(find<QPushButton>(window, "lineTable"), Qt::LeftButton);
        refresh(window);
        auto* table = find<ui::AxisTable>(window, "axisTable");
        table->setFocus();
        QTest::keyClick(table, Qt::Key_Down);
        stage_->axis(5).state = motion::AxisState::fault;
        stage_->publish();
        refresh(window);
        QCOMPARE(table->rows().axisAt(5).value, std::uint16_t{6});
        QVERIFY(find<QLabel>(window, "lineHeld")->isVisible());
        const AxisId chosen = window.selectedAxis();
        stage_->clock.advance(std::chrono::seconds{6});
        stage_->publish();
        refresh(window);
        QCOMPARE(table->rows().axisAt(0).value, std::uint16_t{6});
        QVERIFY(table->rows().axisAt(table->currentIndex().row()) == chosen); // it went with its axis
    }
    /// In a large window six axes were one row of small tiles, and the rest was empty.
    void fewTilesGrowWithTheWindow() {
        stage_->addSimulatedBus(6);
        ui::MainWindow window(stage_->context());
        window.resize(1920, 1080);
        show(window);
        const ui::TileGrid& tiles = grid(window);
        QVERIFY2(tiles.rectOf(0).height() > 300, qPrintable(QString::number(tiles.rectOf(0).height())));
        QVERIFY(tiles.rectOf(5).bottom() <= tiles.parentWidget()->height());
        QVERIFY(tiles.fitsAll());
    }
    /// In tiles of medium size neither was told: of twenty-four axes at 1280×800.
    void mediumTilesTellTemperatureAndLoad() {
        stage_->addSimulatedBus(24);
        ui::MainWindow window(stage_->context());
        window.chooseTheme(ui::ThemeChoice::light);
        window.resize(1280, 800);
        show(window);
        auto& tiles = grid(window);
        QCOMPARE(tiles.tileSize(), ui::TileSize::medium);
        // What is too high is amber: the temperature at the left, the load at the right.
        const auto amberIn = [&](bool right) {
            refresh(window);
            const QImage image = tiles.grab().toImage();
            const QRect tile = tiles.rectOf(0);
            int count = 0;
            for (int x = 0; x < tile.width() / 2; ++x)
                for (int y = tile.center().y(); y < tile.bottom(); ++y)
                    count += image.pixelColor(tile.left() + x + (right ? tile.width() / 2 : 0), y) ==
                             ui::lightTokens().warn;
            return count;
        };
        QCOMPARE(amberIn(false), 0);
        const motion::Axis& axis = *stage_->axis(0).axis;
        const double limit = axis.limits.temperature.value;
        stage_->axis(0).latest[indexOf(telemetry::Channel::temperature)].value = limit * 0.9;
        stage_->publish();
        QVERIFY(amberIn(false) > 50);
        QCOMPARE(amberIn(true), 0);
        stage_->axis(0).latest[indexOf(telemetry::Channel::current)].value =
            axis.model->nominal.stallCurrent * 0.7;
        stage_->publish();
        QVERIFY(amberIn(true) > 50);
        // With the banner of an alarm above them they were the small ones, only larger.
        stage_->axis(1).hardwareError = 0x20;
        stage_->publish();
        refresh(window);
        QApplication::processEvents();
        refresh(window);
        QVERIFY(find<QWidget>(window, "lineBanner")->isVisible());
        QCOMPARE(tiles.tileSize(), ui::TileSize::medium);
    }
    /// 320 pixels said "No alarms" beside tiles of which not half were to be seen.
    void anEmptyListOfAlarmsLeavesItsRoomToTiles() {
        stage_->addSimulatedBus(250);
        ui::MainWindow window(stage_->context());
        window.resize(1280, 800);
        show(window);
        refresh(window);
        auto* alarms = find<QWidget>(window, "alarmList");
        QVERIFY(!alarms->isVisible());
        stage_->axis(1).hardwareError = 0x20;
        stage_->publish();
        refresh(window);
        QVERIFY(alarms->isVisible());
    }
    void theBannerCarriesTheNewestUntilAcknowledged() {
        stage_->addSimulatedBus(2);
        ui::MainWindow window(stage_->context());
        show(window);
        auto* banner = find<QWidget>(window, "lineBanner");
        QVERIFY(!banner->isVisible());
        stage_->axis(1).silent = true;
        stage_->axis(1).state = motion::AxisState::silent;
        stage_->publish();
        refresh(window);
        QVERIFY(banner->isVisible());
        QTest::mouseClick(find<QPushButton>(window, "lineAcknowledge"), Qt::LeftButton);
        refresh(window);
        QVERIFY(!banner->isVisible());
    }
    void anAlarmThatClearedStaysUntilSeen() {
        stage_->addSimulatedBus(1);
        ui::TroubleBook book;
        stage_->axis(0).hardwareError = 0x04;
        stage_->publish();
        book.fold(stage_->frame());
        QCOMPARE(book.count(), 1);
        stage_->axis(0).hardwareError = 0;
        stage_->clock.advance(std::chrono::seconds{30});
        stage_->publish();
        book.fold(stage_->frame());
        QCOMPARE(book.count(), 1); // it waits for somebody; the tab of the alarms counted it no more
        QVERIFY(book.newestUnseen() != nullptr);
        QVERIFY(book.newestUnseen()->cleared - book.newestUnseen()->since == std::chrono::seconds{30});
        QVERIFY(!book.newestUnseen()->active);
        book.acknowledgeAll();
        book.fold(stage_->frame());
        QVERIFY(book.all().empty());
    }
    /// A plug that was pulled gave seven alarms, and the banner told the last of them: "Does not answer".
    void aLostBusIsOneAlarmAndNotOneForEachAxis() {
        stage_->addSimulatedBus(6);
        ui::TroubleBook book;
        const auto silence = [&](bool silent) {
            for (auto& axis : stage_->axes.axes)
                axis.silent = silent;
        };
        stage_->axis(0).silent = true; // the first sign
        stage_->publish();
        book.fold(stage_->frame());
        silence(true);
        stage_->buses.buses.at(0).state = bus::LinkState::lost;
        stage_->publish();
        book.fold(stage_->frame());
        book.fold(stage_->frame());
        QCOMPARE(book.all().size(), std::size_t{1});
        QCOMPARE(book.newestUnseen()->text, QStringLiteral("Bus lost, with its 6 axes"));
        // It is back; they answer a moment later.
        stage_->buses.buses.at(0).state = bus::LinkState::open;
        stage_->publish();
        book.fold(stage_->frame());
        QVERIFY(!book.newestUnseen()->active);
        silence(false);
        stage_->axis(3).silent = true; // but one
        stage_->clock.advance(std::chrono::seconds{4});
        stage_->publish();
        book.fold(stage_->frame());
        QCOMPARE(book.count(), 2); // the lost bus waits for somebody to see it
        QCOMPARE(book.newestUnseen()->text, QStringLiteral("No answer"));
    }
    void controlsAreTallEnoughForAGlove() {
        stage_->addSimulatedBus(2);
        stage_->axis(1).hardwareError = 0x20;
        stage_->publish();
        ui::MainWindow window(stage_->context());
        show(window);
        for (const char* name :
             {"stopAll", "record", "lineFullScreen", "lineAcknowledgeOne", "lineAcknowledgeAll"})
            QVERIFY2(find<QPushButton>(window, name)->height() >= 42, name);
    }
    void theAlarmsStandBesideTheTiles() {
        stage_->addSimulatedBus(3);
        stage_->axis(2).hardwareError = 0x20;
        stage_->publish();
        ui::MainWindow window(stage_->context());
        show(window);
        auto* list = find<QListWidget>(window, "lineAlarms");
        QCOMPARE(list->count(), 1);
        QVERIFY(list->isVisible());
        QVERIFY(list->item(0)->data(ui::RowDelegate::titleRole).toString().contains(QLatin1String("Grip")));
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualItemRect(list->item(0)).center());
        QCOMPARE(window.selectedAxis(), stage_->axis(2).axis->id);
        find<QPushButton>(window, "lineAcknowledgeOne")->click();
        refresh(window);
        QVERIFY(!list->item(0)
                     ->data(ui::RowDelegate::detailRole)
                     .toString()
                     .contains(QLatin1String("unacknowledged")));
        stage_->axis(2).hardwareError = 0;
        stage_->publish();
        refresh(window);
        QCOMPARE(list->count(), 0); // seen and over
    }
    void aDoubleClickOpensTheAxisAtTheBench() {
        stage_->addSimulatedBus(3);
        ui::MainWindow window(stage_->context());
        show(window);
        QTest::mouseDClick(&grid(window), Qt::LeftButton, {}, grid(window).rectOf(1).center());
        QCOMPARE(window.workspace(), ui::Workspace::bench);
        QCOMPARE(window.selectedAxis().value, std::uint16_t{2});
    }

private:
    static void refresh(ui::MainWindow& window) {
        for (int frame = 0; frame < 6; ++frame)
            window.tick();
    }
    static void show(ui::MainWindow& window) {
        window.show();
        QApplication::setActiveWindow(&window);
        window.chooseWorkspace(ui::Workspace::line);
        QTest::qWait(0);
        refresh(window);
    }
    static ui::TileGrid& grid(const ui::MainWindow& window) {
        return *find<ui::TileGrid>(window, "tileGrid");
    }

    std::unique_ptr<Stage> stage_;
};

} // namespace servolane::tests

using namespace servolane::tests;
SERVOLANE_TEST(BenchTest)
SERVOLANE_TEST(LineTest)
#include "panels_test.moc"
