// SPDX-License-Identifier: GPL-3.0-or-later
// Controls that must not do what nobody asked of them, and states that must not look like another.
#include "tests/support/test_registry.h"
#include "tests/ui/stage.h"
#include "ui/binding/refusal_text.h"
#include "ui/binding/value_text.h"
#include "ui/bus/bus_tree.h"
#include "ui/shell/main_window.h"
#include "ui/shell/stop_banner.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/row_delegate.h"
#include "ui/widgets/state_mark.h"

#include <QtGui/QAction>
#include <QtGui/QWheelEvent>
#include <QtTest/QTest>
#include <QtWidgets/QAbstractItemView>
#include <QtWidgets/QAbstractSpinBox>
#include <QtWidgets/QApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QDockWidget>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMenuBar>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QToolButton>
#include <algorithm>

namespace servolane::tests {

using ui::MainWindow;
using ui::Workspace;

class SafeControlsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        stage_ = std::make_unique<Stage>();
        stage_->addSimulatedBus(3);
        window_ = std::make_unique<MainWindow>(stage_->context());
        window_->show();
        QApplication::setActiveWindow(window_.get());
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
        refresh();
    }
    void cleanup() { window_.reset(); }

    /// After Enter "5" made 205 of 20, and the axis went there.
    void whatIsTypedAfterEnterIsAnotherNumber() {
        ui::NumberField field("deg", QStringLiteral("target"), nullptr);
        field.show();
        auto* line = field.findChild<QLineEdit*>();
        QTest::keyClicks(line, QStringLiteral("20"));
        QTest::keyClick(line, Qt::Key_Return);
        QTest::keyClicks(line, QStringLiteral("15"));
        QCOMPARE(line->text(), QStringLiteral("15"));
        QTest::keyClick(line, Qt::Key_Return);
        QTest::keyClick(line, Qt::Key_Home); // who moves in it wants to change it
        QTest::keyClicks(line, QStringLiteral("1"));
        QCOMPARE(line->text(), QStringLiteral("115"));
    }

    /// Bug: right after a gain was applied its field kept Ctrl+Z, and nothing was undone.
    void undoIsThatOfSettingsUnlessSomethingIsBeingTyped() {
        ui::NumberField field("deg", QStringLiteral("target"), nullptr);
        auto* line = field.findChild<QLineEdit*>();
        field.setIsSetting();
        const auto keeps = [&] {
            QKeyEvent undo(QEvent::ShortcutOverride, Qt::Key_Z, Qt::ControlModifier);
            undo.ignore();
            QCoreApplication::sendEvent(line, &undo);
            return undo.isAccepted();
        };
        QTest::keyClicks(line, QStringLiteral("20"));
        QVERIFY(keeps());
        QTest::keyClick(line, Qt::Key_Return);
        field.settle();
        QVERIFY(!keeps());
    }

    /// Scrolling the axis panel changed the reaction on stop and the operating mode, each confirmed.
    void theWheelChangesNoBoxAndSendsNothing() {
        buildEverything();
        stage_->axis(0).torque = false; // the mode may be chosen
        refresh();
        const std::size_t sent = stage_->commands.sent.size();
        const auto boxes = window_->findChildren<QComboBox*>();
        QVERIFY2(boxes.size() > 20, qPrintable(QString::number(boxes.size())));
        for (QComboBox* box : boxes) {
            const int before = box->currentIndex();
            turnOver(box);
            QVERIFY2(box->currentIndex() == before, qPrintable(box->objectName()));
        }
        for (auto* box : window_->findChildren<QAbstractSpinBox*>()) {
            const QString before = box->text();
            turnOver(box);
            QCOMPARE(box->text(), before);
        }
        QCOMPARE(stage_->commands.sent.size(), sent);
    }

    /// "Torque is off: reset moves nothing" stood beside an axis that nobody could reach.
    void aStopThatIsNotConfirmedIsAStateOfItsOwn() {
        stopWithASilentAxis();
        const auto* tree = find<ui::BusTree>(*window_, "busTree");
        const auto word = [&](int row) {
            return tree->topLevelItem(0)->child(row)->data(0, ui::RowDelegate::wordRole).toString();
        };
        QCOMPARE(word(0), QStringLiteral("Stop not confirmed"));
        QCOMPARE(word(1), QStringLiteral("Stopped"));
        QCOMPARE(find<ui::StateMark>(*window_, "axisState")->look().word,
                 QStringLiteral("Stop not confirmed"));
        const QString banner = window_->findChild<ui::StopBanner*>()->text();
        QVERIFY2(!banner.contains(QStringLiteral("Torque is off")), qPrintable(banner));
        QVERIFY2(banner.contains(QStringLiteral("Torque may be on at 1 · Pan")), qPrintable(banner));
        window_->chooseWorkspace(Workspace::line);
        refresh();
        QCOMPARE(find<ui::StateMark>(*window_, "lineCount0")->look().word,
                 QStringLiteral("1 stop not confirmed"));
        QCOMPARE(find<ui::StateMark>(*window_, "lineCount2")->look().word, QStringLiteral("2 stopped"));
    }
    void anAxisThatFallsSilentWhileItHoldsIsNoLongerConfirmed() {
        stopWithASilentAxis();
        motion::AxisView& axis = stage_->axis(1);
        axis.torque = true; // it holds
        refresh();
        QVERIFY(ui::stopPartOf(axis, stage_->axes.stop) == ui::StopPart::stopped);
        axis.silent = true;
        QVERIFY(ui::stopPartOf(axis, stage_->axes.stop) == ui::StopPart::doubtful);
    }

    /// Ctrl+F12 stopped again instead of resetting, as if the menu promised nothing.
    void controlF12ResetsAndEveryOtherF12Stops() {
        QTest::keyClick(window_.get(), Qt::Key_F12, Qt::ControlModifier);
        QCOMPARE(stage_->commands.stops, 1); // nothing is latched: whoever presses F12 wants a stop
        stage_->axes.stop = {true, StopGeneration{7}, stage_->clock.now(), CommandId{}, {}};
        refresh();
        QTest::keyClick(window_.get(), Qt::Key_F12, Qt::ControlModifier);
        QCOMPARE(stage_->commands.stops, 1);
        QCOMPARE(stage_->commands.all<motion::ResetStop>().size(), std::size_t{1});
        int stops = 1;
        for (const Qt::KeyboardModifiers with :
             {Qt::KeyboardModifiers(Qt::ShiftModifier), Qt::KeyboardModifiers(Qt::AltModifier),
              Qt::KeyboardModifiers(Qt::MetaModifier), Qt::ControlModifier | Qt::ShiftModifier}) {
            QTest::keyClick(window_.get(), Qt::Key_F12, with);
            QCOMPARE(stage_->commands.stops, ++stops);
        }
    }
    void aStopPressedAgainKeepsTheFiguresOfTheFirst() {
        const auto finished = [&](std::uint64_t generation, int microseconds) {
            motion::StopFinished stop{
                StopGeneration{generation}, {}, std::chrono::microseconds{microseconds}};
            for (const auto& axis : stage_->axes.axes)
                stop.axes.push_back({axis.axis->id, true, {}});
            return stop;
        };
        stage_->axes.stop = {true, StopGeneration{7}, stage_->clock.now(), CommandId{}, finished(7, 3100)};
        refresh();
        stage_->axes.stop = {true, StopGeneration{8}, stage_->clock.now(), CommandId{}, finished(8, 400)};
        refresh();
        const QString text = window_->findChild<ui::StopBanner*>()->text();
        QVERIFY2(text.startsWith(QStringLiteral("3 of 3 axes confirmed torque off, 3.1 ms")),
                 qPrintable(text));
        QVERIFY2(text.contains(QStringLiteral("Asked for once more since: 3 of 3")), qPrintable(text));
        window_->resetStop();
        QCOMPARE(stage_->commands.all<motion::ResetStop>().at(0).generation.value, std::uint64_t{8});
    }

    /// After "Torque off" the ring stood on Discard, after × of a note on Torque Off: Space did the rest.
    void noControlIsFocusedThatNobodyChose() {
        auto* on = find<QPushButton>(*window_, "torqueOn");
        on->setFocus();
        QTest::keyClick(on, Qt::Key_Space);
        QVERIFY(!on->isEnabled()); // until the servo has confirmed it
        QVERIFY(!qobject_cast<QAbstractButton*>(QApplication::focusWidget()));
        stage_->tell(stage_->commands.idOf<motion::SetTorque>(), journal::CommandState::confirmed,
                     "SetTorque");
        refresh();
        QCOMPARE(QApplication::focusWidget(), on);

        type("goTo", "400");
        auto& refused = stage_->tell(stage_->commands.idOf<motion::MoveAxis>(),
                                     journal::CommandState::rejected, "MoveAxis");
        refused.rejection.code = api::RejectionCode::stopLatched;
        refresh();
        auto* close = find<QWidget>(*window_, "moveSectionNote")->findChild<QToolButton*>();
        QVERIFY(close->isVisible());
        close->setFocus();
        QTest::mouseClick(close, Qt::LeftButton);
        QVERIFY(!close->isVisible());
        QVERIFY(!qobject_cast<QAbstractButton*>(QApplication::focusWidget()));
    }
    /// Bug: "400° is outside the limit" stayed beside the target of before, which was none.
    void aRefusedTargetThatIsGivenUpIsRefusedNoMore() {
        const auto refuse = [&] {
            type("goTo", "400");
            auto& refused = stage_->tell(stage_->commands.idOf<motion::MoveAxis>(),
                                         journal::CommandState::rejected, "MoveAxis");
            refused.rejection.code = api::RejectionCode::stopLatched;
            refresh();
        };
        const auto* note = find<QWidget>(*window_, "moveSectionNote");
        refuse();
        QVERIFY(note->isVisible());
        QTest::keyClick(find<QLineEdit>(*window_, "goTo"), Qt::Key_Escape);
        QVERIFY(!note->isVisible());
        refuse();
        QVERIFY(note->isVisible());
        QTest::keyClicks(find<QLineEdit>(*window_, "goTo"), QStringLiteral("9"));
        QVERIFY(!note->isVisible());
    }
    /// Go to, Go, Torque off, On, Mode: in the order in which they were made.
    void tabVisitsTheAxisPanelFromTopToBottom() {
        auto* panel = find<QWidget>(*window_, "axisPanel");
        std::vector<QWidget*> visited;
        for (QWidget* at = panel->nextInFocusChain(); at != panel; at = at->nextInFocusChain())
            if (panel->isAncestorOf(at) && (at->focusPolicy() & Qt::TabFocus) && at->isVisible())
                visited.push_back(at);
        QVERIFY(visited.size() > 12);
        for (std::size_t at = 1; at < visited.size(); ++at) {
            const auto rowOf = [&](std::size_t which) { return visited[which]->mapTo(panel, QPoint()).y(); };
            QVERIFY2(rowOf(at) + 4 >= rowOf(at - 1), qPrintable(visited[at]->objectName()));
        }
    }
    void theFirstStartFocusesNothingThatActs() {
        QVERIFY(QApplication::focusWidget());
        QVERIFY2(!qobject_cast<QAbstractButton*>(QApplication::focusWidget()),
                 qPrintable(QApplication::focusWidget()->objectName()));
    }
    /// At 1280×800 gains and limits had to be scrolled to.
    void profileGainsAndLimitsAreSeenWithoutScrolling() {
        window_->resize(1280, 800);
        for (int round = 0; round < 3; ++round) { // until the rows have found their room
            refresh();
            QApplication::processEvents();
        }
        for (const char* name :
             {"goTo", "profileVelocity", "profileAcceleration", "gainP", "gainD", "limitLow", "limitHigh"}) {
            const auto* line = find<QLineEdit>(*window_, name);
            const QRect seen = line->visibleRegion().boundingRect();
            const QString where = QStringLiteral("%1: %2 of %3 px, at %4 of %5")
                                      .arg(QLatin1String(name))
                                      .arg(seen.height())
                                      .arg(line->height())
                                      .arg(line->mapTo(window_.get(), QPoint()).y())
                                      .arg(window_->height());
            QVERIFY2(seen.height() == line->height(), qPrintable(where));
        }
    }
    /// What was staged or refused in a row stands beneath all of them, with the name of the row.
    void aRefusedSettingIsToldUntilItIsTypedAnew() {
        auto* apply = find<QPushButton>(*window_, "applyLimits");
        type("limitLow", "-30");
        auto& refused = stage_->tell(stage_->commands.idOf<motion::SetTravelLimits>(),
                                     journal::CommandState::rejected, "SetTravelLimits");
        refused.rejection.code = api::RejectionCode::stopLatched;
        refresh();
        auto* note = find<QWidget>(*window_, "limitsSectionNote");
        QVERIFY(note->isVisible());
        QVERIFY(apply->isVisible()); // what was typed is still staged
        QApplication::processEvents();
        QVERIFY2(!note->visibleRegion().isEmpty(), "it lay below the edge of a window of 800");
        QVERIFY(!find<QWidget>(*window_, "profileSectionNote")->isVisible());
        QTest::keyClicks(find<QLineEdit>(*window_, "limitLow"), "5");
        refresh();
        QVERIFY(!note->isVisible());
        QVERIFY(find<QLabel>(*window_, "applyLimitsUnderstood")->isVisible());
    }
    /// A gain was typed into the profile, since a row had appeared meanwhile.
    void nothingMovesInTheAxisPanelWhenRowsAndNotesComeAndGo() {
        const auto places = [&] {
            QApplication::processEvents();
            QMap<QString, int> rows;
            for (const char* name : {"torqueOff", "modeChoice", "goTo", "profileVelocity", "gainP",
                                     "limitLow", "stopReaction", "ownVelocity", "axisName"})
                rows[QString::fromLatin1(name)] =
                    find<QWidget>(*window_, name)->mapTo(find<QWidget>(*window_, "axisPanel"), QPoint()).y();
            return rows;
        };
        auto* gain = find<QLineEdit>(*window_, "gainP");
        const QString held = gain->text();
        const auto type = [&](const QString& text) {
            gain->setFocus();
            gain->selectAll();
            QTest::keyClicks(gain, text);
            refresh();
        };
        type(QStringLiteral("900"));
        QVERIFY(find<QPushButton>(*window_, "applyGains")->isVisible());
        const auto before = places();
        type(held);
        QCOMPARE(places(), before);
        type(QStringLiteral("900"));
        QCOMPARE(places(), before);
        QTest::mouseClick(find<QPushButton>(*window_, "torqueOn"), Qt::LeftButton);
        stage_->tell(stage_->commands.idOf<motion::SetTorque>(), journal::CommandState::confirmed,
                     "SetTorque");
        refresh();
        QVERIFY(find<QWidget>(*window_, "torqueSectionNote")->isVisible());
        QCOMPARE(places(), before);
    }
    void theTabsOfARangeStayWhereTheyAre() {
        window_->chooseWorkspace(Workspace::sessions);
        auto* desk = window_->findChild<QWidget*>(QStringLiteral("rangeDesk"));
        QVERIFY(desk);
        auto* button = desk->findChild<QPushButton*>(QStringLiteral("deskNotes"));
        const auto beneath = [&] { return desk->height() - button->mapTo(desk, QPoint()).y(); };
        desk->resize(900, desk->sizeHint().height());
        desk->layout()->activate();
        const int before = beneath();
        button->click();
        desk->resize(900, desk->sizeHint().height());
        desk->layout()->activate();
        QCOMPARE(beneath(), before);
    }
    void whichTorqueStateHoldsIsSeenWhileNothingCanBeSwitched() {
        stage_->axis(0).silent = true;
        refresh();
        const auto shade = [&](const char* name) {
            auto* button = find<QPushButton>(*window_, name);
            const QImage image = button->grab().toImage();
            return image.pixelColor(image.width() / 2, 4);
        };
        QVERIFY(!find<QPushButton>(*window_, "torqueOn")->isEnabled());
        QVERIFY(shade("torqueOn") != shade("torqueOff"));
        for (const char* name : {"profileVelocity", "gainP", "limitLow"})
            QVERIFY2(!find<QLineEdit>(*window_, name)->isEnabled(), name);
    }
    /// "88743680.0 … 38743679.9": sign and first digit were cut off.
    void aLimitThatIsNoneSaysSo() {
        auto axis = std::make_shared<motion::Axis>(*stage_->axis(0).axis);
        axis->limits.travel = {Position{-188743680.0}, Position{188743679.9}};
        stage_->axis(0).axis = axis;
        refresh();
        auto* low = find<QLineEdit>(*window_, "limitLow");
        QVERIFY2(low->text().isEmpty(), qPrintable(low->text()));
        QCOMPARE(low->placeholderText(), QStringLiteral("none"));
        auto* high = find<QLineEdit>(*window_, "limitHigh");
        high->setFocus();
        QTest::keyClicks(high, QStringLiteral("90"));
        QTest::mouseClick(find<QPushButton>(*window_, "applyLimits"), Qt::LeftButton);
        const auto sent = stage_->commands.all<motion::SetTravelLimits>();
        QCOMPARE(sent.size(), std::size_t{1});
        QCOMPARE(sent[0].travel.low.value, -188743680.0); // the end that nobody touched
        QCOMPARE(sent[0].travel.high.value, 90.0);
    }
    void aProfileOfZeroReadsAsUnlimited() {
        const auto* of = stage_->axis(0).axis->model->find(registers::Role::profileVelocity);
        QVERIFY(of);
        stage_->registers.axes[stage_->axis(0).axis->id][of->name] = {0, stage_->clock.now()};
        refresh();
        const auto words = [&](const char* name) {
            QStringList said;
            for (const auto* label : find<QLineEdit>(*window_, name)->findChildren<QLabel*>())
                said << label->text();
            return said;
        };
        QVERIFY(words("profileVelocity").contains(QStringLiteral("no limit")));
        QCOMPARE(find<QLabel>(*window_, "ownAccelerationUnderstood")->text(), QStringLiteral("no limit"));
    }
    /// Bug: the acceleration that nobody had typed went back as it was rounded for the eye, and one below a
    /// half as none at all.
    void aProfileIsNotWrittenBackAsRounded() {
        motion::Axis small = *stage_->axis(0).axis;
        small.scale.unitsPerTurn = 5.0;
        small.scale.unit = "mm";
        stage_->axis(0).axis = std::make_shared<const motion::Axis>(small);
        const auto* of = small.model->find(registers::Role::profileAcceleration);
        QVERIFY(of);
        stage_->registers.axes[small.id][of->name] = {1, stage_->clock.now()};
        const auto* velocity = small.model->find(registers::Role::profileVelocity);
        stage_->registers.axes[small.id][velocity->name] = {20, stage_->clock.now()};
        refresh();
        auto* line = find<QLineEdit>(*window_, "profileVelocity");
        line->setFocus();
        line->selectAll();
        QTest::keyClicks(line, QStringLiteral("12"));
        QTest::mouseClick(find<QPushButton>(*window_, "applyProfile"), Qt::LeftButton);
        const auto sent = stage_->commands.all<motion::SetProfile>();
        QCOMPARE(sent.size(), std::size_t{1});
        QCOMPARE(sent[0].velocity.value, 12.0);
        QCOMPARE(small.rawProfileAcceleration(sent[0].acceleration), std::int64_t{1});
        QVERIFY(find<QLineEdit>(*window_, "profileAcceleration")->text() != QStringLiteral("0"));
    }
    /// The position loop's gains stood there unnamed, and the field beside Turn was called "Go to".
    void inVelocityModeTheControlsAreThoseOfVelocity() {
        QCOMPARE(labelOf("gainP"), QStringLiteral("Pos. gains"));
        QCOMPARE(labelOf("goTo"), QStringLiteral("Go to"));
        stage_->axis(0).mode = registers::OperatingMode::velocity;
        refresh();
        QCOMPARE(labelOf("gainP"), QStringLiteral("Vel. gains"));
        QCOMPARE(labelOf("goTo"), QStringLiteral("Turn at"));
        QVERIFY(find<QLineEdit>(*window_, "goTo")->placeholderText().isEmpty()); // no value that nobody typed
        auto* gain = find<QLineEdit>(*window_, "gainP");
        gain->setFocus();
        gain->selectAll();
        QTest::keyClicks(gain, QStringLiteral("120"));
        QTest::keyClick(gain, Qt::Key_Return);
        const auto* of = stage_->axis(0).axis->model->find(registers::Role::velocityPGain);
        QVERIFY(of);
        QCOMPARE(stage_->commands.all<registers::WriteRegister>().at(0).name, of->name);
    }
    /// They were the servo's own numbers here and scaled ones on the command line.
    void gainsAreTheNumbersOfTheCommandLine() {
        auto axis = std::make_shared<motion::Axis>(*stage_->axis(0).axis);
        auto model = std::make_shared<registers::ServoModel>(*axis->model);
        for (registers::Register& each : model->registers)
            if (each.role == registers::Role::positionPGain) each.scale = 1.0 / 128;
        axis->model = model;
        stage_->axis(0).axis = axis;
        refresh();
        const auto* of = model->find(registers::Role::positionPGain);
        const auto* known = stage_->registers.find(stage_->axis(0).axis->id, of->name);
        QVERIFY(known);
        auto* gain = find<QLineEdit>(*window_, "gainP");
        QVERIFY(std::abs(gain->text().toDouble() - of->valueFrom(known->raw)) < of->scale / 2);
        QVERIFY2(gain->toolTip().contains(QString::number(known->raw)), qPrintable(gain->toolTip()));
        const auto type = [&](const char* text) {
            gain->setFocus();
            gain->selectAll();
            QTest::keyClicks(gain, QString::fromLatin1(text));
            QTest::keyClick(gain, Qt::Key_Return);
        };
        type("999");
        QVERIFY(stage_->commands.all<registers::WriteRegister>().empty());
        const QString said = find<QLabel>(*window_, "gainsSectionNoteText")->text();
        QVERIFY2(said.startsWith(QStringLiteral("999.000 is outside 0.000 … 127.992")), qPrintable(said));
        type("7.03125");
        QCOMPARE(stage_->commands.all<registers::WriteRegister>().at(0).raw, std::int64_t{900});
    }
    void aRefusedTorqueByKeyIsToldBesideItsButtons() {
        QTest::keyClick(window_.get(), Qt::Key_T, Qt::ControlModifier);
        auto& refused = stage_->tell(stage_->commands.idOf<motion::SetTorque>(),
                                     journal::CommandState::rejected, "SetTorque");
        refused.rejection.code = api::RejectionCode::stopLatched;
        refresh();
        QVERIFY(!find<QLabel>(*window_, "torqueSectionNoteText")->text().isEmpty());
    }
    /// "End jog · Confirmed" stood over the refusal.
    void aJogThatWasRefusedIsNotEnded() {
        auto* jog = find<QPushButton>(*window_, "jogForward");
        QTest::mousePress(jog, Qt::LeftButton);
        auto& refused = stage_->tell(stage_->commands.idOf<motion::StartJog>(),
                                     journal::CommandState::rejected, "StartJog");
        refused.rejection.code = api::RejectionCode::stopLatched;
        refresh();
        QTest::mouseRelease(jog, Qt::LeftButton);
        QVERIFY(stage_->commands.all<motion::EndJog>().empty());
        QVERIFY(find<QWidget>(*window_, "moveSectionNote")->isVisible());
    }
    void whatConfirmedAJogGoesWithIt() {
        auto* jog = find<QPushButton>(*window_, "jogForward");
        QTest::mousePress(jog, Qt::LeftButton);
        stage_->tell(stage_->commands.idOf<motion::StartJog>(), journal::CommandState::confirmed, "StartJog");
        refresh();
        QVERIFY(find<QWidget>(*window_, "moveSectionNote")->isVisible());
        QTest::keyClick(window_.get(), Qt::Key_F12);
        QVERIFY(!find<QWidget>(*window_, "moveSectionNote")->isVisible());
        QCOMPARE(stage_->commands.all<motion::EndJog>().size(), std::size_t{1});
        QTest::mouseRelease(jog, Qt::LeftButton);
    }
    /// Held, the buttons became slivers and Hold an ellipsis.
    void theToolsOfTheScopeAreNeverSqueezed() {
        for (const QSize size : {QSize(1280, 800), QSize(1024, 700)}) {
            window_->resize(size);
            QApplication::processEvents();
            refresh();
            auto* scope = find<QWidget>(*window_, "scope");
            scope->setFocus();
            QTest::keyClick(scope, Qt::Key_Space);
            refresh();
            QApplication::processEvents();
            for (const auto* button :
                 find<QLabel>(*window_, "scopeState")->parentWidget()->findChildren<QToolButton*>()) {
                if (!button->isVisible()) continue;
                const QString about = QStringLiteral("%1: %2 < %3")
                                          .arg(button->toolTip())
                                          .arg(button->width())
                                          .arg(button->sizeHint().width());
                QVERIFY2(button->width() >= std::min(button->sizeHint().width(), 36), qPrintable(about));
                QVERIFY2(button->geometry().right() <= button->parentWidget()->width(), qPrintable(about));
            }
            QTest::keyClick(scope, Qt::Key_Space);
        }
    }
    /// A recording pushed View and Stop behind a button without a picture.
    void aRecordingHidesNoMenu() {
        window_->resize(1280, 800);
        stage_->recording.named =
            session::RecordingView{"/r.servolane", "r", stage_->clock.now(), 2'100'000, 0, 0};
        refresh();
        QApplication::processEvents();
        const auto* bar = window_->findChild<QMenuBar*>();
        for (QAction* action : bar->actions())
            QVERIFY2(bar->actionGeometry(action).right() <= bar->width() &&
                         !bar->actionGeometry(action).isEmpty(),
                     qPrintable(action->text()));
        QVERIFY(!bar->findChild<QToolButton*>(QStringLiteral("qt_menubar_ext_button"))->isVisible());
    }
    void anOpenListShowsEachOfItsEntries() {
        for (const char* name : {"stopReaction", "modeChoice"}) {
            auto* box = find<QComboBox>(*window_, name);
            box->setEnabled(true);
            box->showPopup();
            QApplication::processEvents();
            const QAbstractItemView* view = box->view();
            const QRect last = view->visualRect(view->model()->index(box->count() - 1, 0));
            QVERIFY2(last.bottom() <= view->viewport()->height(),
                     qPrintable(QStringLiteral("%1: %2 of %3")
                                    .arg(QLatin1String(name))
                                    .arg(last.bottom())
                                    .arg(view->viewport()->height())));
            box->hidePopup();
        }
    }
    void theRoleThatHoldsIsMarked() {
        const auto* engineer = window_->findChild<QAction*>(QStringLiteral("role_engineer"));
        QVERIFY(engineer && engineer->isCheckable() && engineer->isChecked());
    }
    void whatTookNoTimeHasNoLatency() {
        journal::CommandEntry entry;
        entry.state = journal::CommandState::confirmed;
        QCOMPARE(ui::outcomeText(entry, stage_->axes, stage_->buses), QStringLiteral("Confirmed"));
        QCOMPARE(ui::unitText("us"), QStringLiteral("µs"));
    }

private:
    void type(const char* name, const char* text) {
        auto* line = find<QLineEdit>(*window_, name);
        line->setFocus();
        line->selectAll();
        QTest::keyClicks(line, QString::fromLatin1(text));
        QTest::keyClick(line, Qt::Key_Return);
    }
    /// What stands at the left of a field.
    QString labelOf(const char* name) const {
        for (auto* label : window_->findChildren<QLabel*>())
            if (label->buddy() && label->buddy()->isAncestorOf(find<QWidget>(*window_, name)))
                return label->text();
        return {};
    }
    void refresh() {
        stage_->publish();
        for (int frame = 0; frame < 6; ++frame) // figures change in every sixth
            window_->tick();
    }
    void buildEverything() {
        for (auto* dock : window_->findChildren<QDockWidget*>()) {
            dock->show();
            dock->raise();
            QApplication::processEvents();
        }
        for (const Workspace workspace : {Workspace::line, Workspace::sessions, Workspace::bench})
            window_->chooseWorkspace(workspace);
        refresh();
    }
    static void turnOver(QWidget* widget) {
        const QPointF at = widget->rect().center();
        for (const int delta : {-120, 120}) {
            QWheelEvent wheel(at, widget->mapToGlobal(at), {}, {0, delta}, Qt::NoButton, Qt::NoModifier,
                              Qt::NoScrollPhase, false);
            QApplication::sendEvent(widget, &wheel);
        }
    }
    /// Axis 1 had torque on and does not answer; the other two are confirmed.
    void stopWithASilentAxis() {
        motion::StopFinished finished{StopGeneration{1}, {}, std::chrono::milliseconds{3}};
        for (std::size_t at = 0; at < 3; ++at) {
            motion::AxisView& axis = stage_->axis(at);
            axis.silent = at == 0;
            axis.torque = at == 0;
            axis.state = motion::AxisState::stopped;
            finished.axes.push_back(
                {axis.axis->id, at != 0, {}, at == 0 ? motion::StopDoubt::silent : motion::StopDoubt::none});
        }
        stage_->axes.stop = {true, StopGeneration{1}, stage_->clock.now(), CommandId{}, finished};
        refresh();
    }

    std::unique_ptr<Stage> stage_;
    std::unique_ptr<MainWindow> window_;
};

SERVOLANE_TEST(SafeControlsTest)

} // namespace servolane::tests

#include "safe_controls_test.moc"
