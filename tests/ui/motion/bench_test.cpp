// SPDX-License-Identifier: GPL-3.0-or-later
// What the axis panel of the bench shows for a snapshot, and what it sends when pressed.
// Qt's first (through the registry): moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include "tests/support/test_registry.h"

#include "tests/ui/bench_stage.h"
#include "ui/journal/trouble.h"
#include "ui/widgets/state_mark.h"
#include "ui/widgets/value_label.h"

#include <QtGui/QAction>
#include <QtTest/QTest>
#include <QtWidgets/QDockWidget>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QTableView>

namespace servolane::tests {

class BenchTest : public BenchStage {
    Q_OBJECT
private Q_SLOTS:
    void init() { openBench(); }
    void cleanup() { closeBench(); }

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
};

} // namespace servolane::tests

using namespace servolane::tests;
SERVOLANE_TEST(BenchTest)
#include "bench_test.moc"
