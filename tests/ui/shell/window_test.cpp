// SPDX-License-Identifier: GPL-3.0-or-later
// The window as a person finds it: keys, stop, workspaces, leaving.
#include "tests/support/test_registry.h"
#include "tests/ui/stage.h"
#include "ui/binding/state_text.h"
#include "ui/binding/value_text.h"
#include "ui/journal/trouble.h"
#include "ui/shell/main_window.h"
#include "ui/shell/stop_banner.h"
#include "ui/widgets/banner.h"

#include <QtGui/QAction>
#include <QtGui/QKeyEvent>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QAbstractItemView>
#include <QtWidgets/QApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QDialog>
#include <QtWidgets/QDockWidget>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPushButton>

namespace servolane::tests {

using ui::MainWindow;
using ui::Workspace;

namespace {

void showActive(MainWindow& window) {
    window.show();
    QApplication::setActiveWindow(&window);
    QVERIFY(QTest::qWaitForWindowActive(&window));
    window.tick(); // panels are built for what there is to see
}

} // namespace

class WindowTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { stage_ = std::make_unique<Stage>(); }

    void firstFrameHasTheStopButtonAndPanelsComeAfterIt() {
        stage_->addSimulatedBus(2);
        ui::WindowContext context = stage_->context();
        context.panelsAfterFirstFrame = true;
        MainWindow window(std::move(context));
        QSignalSpy stood(&window, &MainWindow::stood);
        window.show();
        QVERIFY(!window.findChild<QWidget*>("axisPanel") && stood.isEmpty());
        window.tick(); // may come before the first frame
        QVERIFY(!window.findChild<QWidget*>("axisPanel"));
        QVERIFY(find<QPushButton>(window, "stopAll")->isVisible());
        QTRY_COMPARE(stood.count(), 1);
        QVERIFY(find<QWidget>(window, "axisPanel")->isVisible());
        QVERIFY(find<QWidget>(window, "busPanel")->isVisible());
        window.repaint();
        QApplication::processEvents();
        QCOMPARE(stood.count(), 1);
    }

    void f12StopsFromTheWindowATextAndAMenu() {
        stage_->addSimulatedBus(2);
        MainWindow window(stage_->context());
        showActive(window);
        QTest::keyClick(&window, Qt::Key_F12);
        QCOMPARE(stage_->commands.stops, 1);

        auto* line = find<QLineEdit>(window, "goTo");
        line->setFocus();
        QTest::keyClick(line, Qt::Key_F12);
        QCOMPARE(stage_->commands.stops, 2);

        QMenu menu(&window);
        menu.addAction(QStringLiteral("one"));
        menu.popup(window.mapToGlobal(QPoint(10, 10)));
        QVERIFY(QTest::qWaitForWindowExposed(&menu));
        QTest::keyClick(&menu, Qt::Key_F12);
        QCOMPARE(stage_->commands.stops, 3);
    }
    void f12StopsOverADialogAndAnOpenComboBox() {
        stage_->addSimulatedBus(1);
        MainWindow window(stage_->context());
        showActive(window);
        window.tick();
        auto* combo = find<QComboBox>(window, "modeChoice");
        combo->showPopup();
        QTest::keyClick(combo->view(), Qt::Key_F12);
        QCOMPARE(stage_->commands.stops, 1);
        combo->hidePopup();

        QDialog dialog(&window);
        dialog.setModal(true);
        dialog.show();
        QVERIFY(QTest::qWaitForWindowExposed(&dialog));
        QTest::keyClick(&dialog, Qt::Key_F12);
        QCOMPARE(stage_->commands.stops, 2);
        // The way real keys take: through the platform to the dialog's window.
        QTest::keyClick(dialog.windowHandle(), Qt::Key_F12);
        QCOMPARE(stage_->commands.stops, 3);
    }
    void aHeldF12StopsOnce() {
        MainWindow window(stage_->context());
        showActive(window);
        key(QEvent::KeyPress, Qt::Key_F12, false);
        key(QEvent::KeyPress, Qt::Key_F12, true);
        key(QEvent::KeyPress, Qt::Key_F12, true);
        QCOMPARE(stage_->commands.stops, 1);
    }
    void theStopButtonIsThereInEveryWorkspaceAndActsOnPress() {
        MainWindow window(stage_->context());
        showActive(window);
        auto* stop = find<QPushButton>(window, "stopAll");
        const QPoint place = stop->mapTo(&window, QPoint());
        for (const Workspace workspace : {Workspace::bench, Workspace::line, Workspace::sessions}) {
            window.chooseWorkspace(workspace);
            QVERIFY(stop->isVisible());
            QCOMPARE(stop->mapTo(&window, QPoint()), place);
        }
        QTest::mousePress(stop, Qt::LeftButton);
        QCOMPARE(stage_->commands.stops, 1);
        QTest::mouseRelease(stop, Qt::LeftButton);
        QCOMPARE(stage_->commands.stops, 1);
    }
    void withoutABusTheStopSaysSo() {
        MainWindow window(stage_->context());
        showActive(window);
        window.stopAll();
        QVERIFY(find<QLabel>(window, "statusBuses")->text().contains(QStringLiteral("no live bus")));
    }
    /// Bug: "stop armed" stood there while nothing could be reached.
    void aLostBusIsNotArmed() {
        stage_->addSimulatedBus(1);
        stage_->publish();
        MainWindow window(stage_->context());
        showActive(window);
        window.tick();
        QCOMPARE(find<QLabel>(window, "statusStop")->text(), QStringLiteral("stop armed"));
        stage_->buses.buses.at(0).state = bus::LinkState::lost;
        stage_->publish();
        for (int frame = 0; frame < 6; ++frame) // as often as texts are told
            window.tick();
        QCOMPARE(find<QLabel>(window, "statusStop")->text(), QStringLiteral("stop: bus lost"));
    }
    void aLatchedStopTellsWhatItDidAndResetNamesIt() {
        stage_->addSimulatedBus(2);
        stage_->axes.stop = {true, StopGeneration{7}, stage_->clock.now(), CommandId{},
                             motion::StopFinished{StopGeneration{7},
                                                  {{AxisId{1}, true, {}}, {AxisId{2}, true, {}}},
                                                  std::chrono::microseconds{3100}}};
        stage_->publish();
        MainWindow window(stage_->context());
        showActive(window);
        window.tick();
        auto* banner = window.findChild<ui::StopBanner*>();
        QVERIFY(banner->isVisible());
        QVERIFY2(banner->text().contains(QStringLiteral("2 of 2 axes confirmed torque off, 3.1 ms")),
                 qPrintable(banner->text()));
        QVERIFY2(banner->text().contains(QStringLiteral("1 · Pan, 2 · Lift")), qPrintable(banner->text()));
        QTest::mouseClick(find<QPushButton>(window, "resetStop"), Qt::LeftButton);
        const auto resets = stage_->commands.all<motion::ResetStop>();
        QCOMPARE(resets.size(), std::size_t{1});
        QCOMPARE(resets[0].generation.value, std::uint64_t{7});
        stage_->axes.stop = {};
        stage_->publish();
        window.tick();
        QVERIFY(!banner->isVisible());
    }
    void aRefusedResetStaysBesideItsButton() {
        stage_->addSimulatedBus(1);
        stage_->axes.stop.latched = true;
        stage_->publish();
        MainWindow window(stage_->context());
        showActive(window);
        window.tick();
        window.resetStop();
        auto& entry = stage_->tell(stage_->commands.idOf<motion::ResetStop>(),
                                   journal::CommandState::rejected, "ResetStop");
        entry.rejection.code = api::RejectionCode::otherStop;
        stage_->publish();
        window.tick();
        QVERIFY(find<QLabel>(window, "resetNoteText")->text().contains(QStringLiteral("another stop")));
    }
    void workspacesFollowTheirKeysAndDocksBelongToTheBench() {
        MainWindow window(stage_->context());
        showActive(window);
        auto* dock = find<QDockWidget>(window, "dockAxis");
        QVERIFY(dock->isVisible());
        QTest::keyClick(&window, Qt::Key_2, Qt::ControlModifier);
        QCOMPARE(window.workspace(), Workspace::line);
        QVERIFY(!dock->isVisible());
        QTest::keyClick(&window, Qt::Key_3, Qt::ControlModifier);
        QCOMPARE(window.workspace(), Workspace::sessions);
        QTest::keyClick(&window, Qt::Key_1, Qt::ControlModifier);
        QVERIFY(dock->isVisible());
    }
    void layoutThemeAndWorkspaceComeBack() {
        {
            MainWindow window(stage_->context());
            showActive(window);
            find<QDockWidget>(window, "dockAxis")->hide();
            window.chooseTheme(ui::ThemeChoice::dark);
            window.chooseWorkspace(Workspace::sessions);
            QVERIFY(window.close());
        }
        MainWindow window(stage_->context());
        showActive(window);
        QCOMPARE(window.workspace(), Workspace::sessions);
        QVERIFY(window.theme().tokens().dark);
        window.chooseWorkspace(Workspace::bench);
        QVERIFY(!find<QDockWidget>(window, "dockAxis")->isVisible());
        QVERIFY(find<QDockWidget>(window, "dockBuses")->isVisible());
        window.resetLayout();
        QVERIFY(find<QDockWidget>(window, "dockAxis")->isVisible());
        window.chooseTheme(ui::ThemeChoice::light);
    }
    void lettersActOutsideTextOnly() {
        stage_->addSimulatedBus(1);
        MainWindow window(stage_->context());
        showActive(window);
        window.tick();
        window.setFocus();
        QTest::keyClick(&window, Qt::Key_R);
        QCOMPARE(stage_->commands.all<session::StartRecording>().size(), std::size_t{1});
        QTest::keyClick(&window, Qt::Key_G);
        auto* line = find<QLineEdit>(window, "goTo");
        QCOMPARE(QApplication::focusWidget(), line);
        QTest::keyClick(line, Qt::Key_R);
        QTest::keyClick(line, Qt::Key_J);
        QCOMPARE(stage_->commands.all<session::StartRecording>().size(), std::size_t{1});
        QVERIFY(stage_->commands.all<motion::StartJog>().empty());
    }
    void escapeLeavesTheFieldAndLettersActAgain() {
        stage_->addSimulatedBus(1);
        stage_->axis(0).target = Position{12.5};
        stage_->publish();
        MainWindow window(stage_->context());
        showActive(window);
        window.tick();
        QTest::keyClick(&window, Qt::Key_G);
        auto* line = find<QLineEdit>(window, "goTo");
        QTest::keyClicks(line, QStringLiteral("77"));
        QTest::keyClick(line, Qt::Key_Escape);
        QCOMPARE(line->text(), QStringLiteral("12.5"));
        QVERIFY(!line->hasFocus());
        key(QEvent::KeyPress, Qt::Key_L, false);
        QCOMPARE(stage_->commands.all<motion::StartJog>().size(), std::size_t{1});
    }
    void recordingGoesToTheFolderAndEndsWithTheSameKey() {
        stage_->addSimulatedBus(1);
        stage_->publish();
        MainWindow window(stage_->context());
        window.resize(1600, 900); // in a narrower one the clock alone has room
        showActive(window);
        window.toggleRecording();
        const auto started = stage_->commands.all<session::StartRecording>();
        QVERIFY(started.at(0).path.starts_with(stage_->context().sessionsFolder + "/"));
        QVERIFY(started.at(0).path.ends_with(".servolane"));
        stage_->recording.named = session::RecordingView{started[0].path,
                                                         started[0].name,
                                                         stage_->clock.now() - std::chrono::seconds{751},
                                                         2'100'000,
                                                         0,
                                                         0};
        stage_->publish();
        for (int frame = 0; frame < 7; ++frame)
            window.tick();
        QCOMPARE(find<QLabel>(window, "recordingState")->text(), QStringLiteral("● REC 00:12:31 · 2.1 MB"));
        window.toggleRecording();
        QCOMPARE(stage_->commands.all<session::StopRecording>().size(), std::size_t{1});
    }
    /// Bug: "Recording" was said before the recorder had answered; REC vanished when the disk was full.
    void recordingIsSaidWhenTheRecorderSaysSoAndAFullDiskStaysTold() {
        stage_->addSimulatedBus(1);
        stage_->publish();
        MainWindow window(stage_->context());
        window.resize(1600, 900); // in a narrower one the clock alone has room
        showActive(window);
        const auto refresh = [&] { publishTo(window); };
        const auto said = [&] { return find<QLabel>(window, "statusBuses")->text(); };
        window.toggleRecording();
        refresh();
        QVERIFY2(!said().contains(QStringLiteral("Recording")), qPrintable(said()));
        const auto started = stage_->commands.all<session::StartRecording>().at(0);
        stage_->recording.named =
            session::RecordingView{started.path, started.name, stage_->clock.now(), 2'100'000, 0, 0};
        refresh();
        QVERIFY2(said().contains(QStringLiteral("Recording, with up to")), qPrintable(said()));
        auto* rec = find<QLabel>(window, "recordingState");
        stage_->recording.named->disk = {900'000'000, std::chrono::seconds{500}, true};
        refresh();
        QCOMPARE(rec->text(), QStringLiteral("● REC · full in 8 min"));
        stage_->recording.named.reset();
        stage_->recording.error = {ErrorCode::diskFull, started.path};
        stage_->recording.full = session::FullDisk{started.path, 20'000'000};
        refresh();
        QVERIFY(rec->isVisible());
        QCOMPARE(rec->text(), QStringLiteral("■ REC: disk full"));
        stage_->recording.full.reset();
        refresh();
        QVERIFY(!rec->isVisible());
    }
    /// Bug: what was said of a recording outlived it, and hid rates, errors and the share of the wire.
    void theEndOfARecordingIsSaidAndTheBusesStaySeen() {
        stage_->addSimulatedBus(1);
        MainWindow window(stage_->context());
        showActive(window);
        const auto said = [&] {
            publishTo(window);
            return find<QLabel>(window, "statusBuses")->text();
        };
        window.toggleRecording();
        const auto started = stage_->commands.all<session::StartRecording>().at(0);
        stage_->recording.named =
            session::RecordingView{started.path, "run", stage_->clock.now(), 209'000, 0, 0};
        const QString first = said();
        QVERIFY2(first.startsWith(QStringLiteral("Recording, with up to")), qPrintable(first));
        QVERIFY2(first.contains(QStringLiteral(" Hz   err ")), qPrintable(first));
        QVERIFY(find<QLabel>(window, "recordingState")->property("role") != QStringLiteral("fault"));
        stage_->clock.advance(std::chrono::seconds{2});
        said();
        stage_->recording.named.reset();
        const QString last = said();
        QVERIFY2(last.startsWith(
                     QStringLiteral("Recording ended: run, 2.0 s and up to 60 s from before, 209.0 kB")),
                 qPrintable(last));
        QVERIFY(last.contains(QStringLiteral(" Hz   err ")));
    }
    /// Bug: a recording whose file another program held looked like any other.
    void aRecordingThatWaitsForAForeignLockSaysSo() {
        stage_->addSimulatedBus(1);
        stage_->recording.named =
            session::RecordingView{"/r/run.servolane", "run", stage_->clock.now(), 2'100'000, 0, 0};
        MainWindow window(stage_->context());
        window.resize(1600, 900); // in a narrower one the clock alone has room
        showActive(window);
        const auto refresh = [&] {
            publishTo(window);
            return find<QLabel>(window, "statusSession")->text();
        };
        QCOMPARE(refresh(), QStringLiteral("session run"));
        stage_->recording.named->waiting = 12'345;
        QCOMPARE(refresh(),
                 QStringLiteral("waits for a foreign lock of run.servolane, 12\u202F345 rows in memory"));
        QCOMPARE(find<QLabel>(window, "recordingState")->text(), QStringLiteral("● REC · file held"));
        ui::TroubleBook book;
        book.fold(stage_->frame());
        const auto troubles = book.all();
        QVERIFY(std::any_of(troubles.begin(), troubles.end(), [](const ui::Trouble& each) {
            return each.text == QStringLiteral("Waits for a foreign lock of its file");
        }));
        stage_->recording.named->waiting = 0;
        QCOMPARE(refresh(), QStringLiteral("session run"));
    }
    void leavingWithTorqueOnAsksInPlace() {
        stage_->addSimulatedBus(2);
        stage_->axis(1).torque = false;
        stage_->publish();
        MainWindow window(stage_->context());
        showActive(window);
        QVERIFY(!window.close());
        QVERIFY(window.isVisible());
        QCOMPARE(QApplication::activeModalWidget(), nullptr);
        auto* banner = find<QWidget>(window, "quitBanner");
        QVERIFY(banner->isVisible());
        // Bug: it did not say what it asked about, and offered as the main choice what lets a load drop.
        QCOMPARE(find<ui::Banner>(window, "quitBannerLine")->title(),
                 QStringLiteral("Quit? %1 holds torque").arg(ui::axisTitle(*stage_->axis(0).axis)));
        for (const QPushButton* button : banner->findChildren<QPushButton*>())
            QVERIFY(button->property("role") != QStringLiteral("primary"));
        QTest::mouseClick(find<QPushButton>(window, "quitCancel"), Qt::LeftButton);
        QVERIFY(!banner->isVisible());

        QVERIFY(!window.close());
        QTest::mouseClick(find<QPushButton>(window, "quitTorqueOff"), Qt::LeftButton);
        const auto asked = stage_->commands.all<motion::SetTorque>();
        QCOMPARE(asked.size(), std::size_t{1});
        QCOMPARE(asked[0].axis.value, std::uint16_t{1});
        QVERIFY(!asked[0].on);
        window.tick();
        QVERIFY(window.isVisible());
        stage_->axis(0).torque = false;
        stage_->publish();
        window.tick();
        QVERIFY(!window.isVisible());
    }
    void torqueThatStaysOnKeepsTheWindowAndSaysSo() {
        stage_->addSimulatedBus(1);
        MainWindow window(stage_->context());
        showActive(window);
        QVERIFY(!window.close());
        QTest::mouseClick(find<QPushButton>(window, "quitTorqueOff"), Qt::LeftButton);
        window.tick();
        stage_->clock.advance(std::chrono::milliseconds{2100});
        window.tick();
        QVERIFY(window.isVisible());
        bool said = false;
        for (const QLabel* label : find<QWidget>(window, "quitBanner")->findChildren<QLabel*>())
            said = said || label->text().contains(QStringLiteral("did not confirm"));
        QVERIFY(said);
        QTest::mouseClick(find<QPushButton>(window, "quitLeaveOn"), Qt::LeftButton);
        QVERIFY(!window.isVisible());
    }
    /// Bug: the answer let go whatever bus was chosen by then.
    void theAnswerIsAboutTheBusThatWasAskedAbout() {
        stage_->addSimulatedBus(1);
        MainWindow window(stage_->context());
        showActive(window);
        find<QAction>(window, "actionDisconnect")->trigger();
        auto* banner = find<QWidget>(window, "disconnectBanner");
        QVERIFY(banner->isVisible());
        QVERIFY(stage_->commands.all<bus::DisconnectBus>().empty());
        stage_->addSimulatedBus(1);
        stage_->publish();
        window.tick();
        window.selectAxis(stage_->axis(1).axis->id);
        QTest::mouseClick(find<QPushButton>(window, "disconnectLeaveOn"), Qt::LeftButton);
        QVERIFY(!banner->isVisible());
        const auto left = stage_->commands.all<bus::DisconnectBus>();
        QCOMPARE(left.size(), std::size_t{1});
        QCOMPARE(left[0].bus.value, stage_->axis(0).axis->bus.value);
    }
    void thePaletteFindsActionsAndAxes() {
        stage_->addSimulatedBus(2);
        MainWindow window(stage_->context());
        showActive(window);
        QTest::keyClick(&window, Qt::Key_K, Qt::ControlModifier);
        auto* search = find<QLineEdit>(window, "paletteSearch");
        QVERIFY(search->isVisible());
        QTest::keyClicks(search, QStringLiteral("axis lift"));
        QCOMPARE(find<QListWidget>(window, "paletteList")->count(), 1);
        QTest::keyClick(search, Qt::Key_Return);
        QVERIFY(!search->isVisible());
        QCOMPARE(window.selectedAxis().value, std::uint16_t{2});
    }
    /// Bug: "Torque on" did not say of which axis.
    void thePaletteSaysWhichAxisAnActionIsAbout() {
        stage_->addSimulatedBus(2);
        MainWindow window(stage_->context());
        showActive(window);
        window.selectAxis(stage_->axis(1).axis->id);
        const auto firstOf = [&](const char* words) {
            window.openPalette();
            QTest::keyClicks(find<QLineEdit>(window, "paletteSearch"), QString::fromLatin1(words));
            return find<QListWidget>(window, "paletteList")->item(0)->text();
        };
        const QString of = QStringLiteral(" · ") + ui::axisTitle(*stage_->axis(1).axis);
        QCOMPARE(firstOf("torque on"), QStringLiteral("Torque on") + of);
        QCOMPARE(firstOf("reset stop"), QStringLiteral("Reset stop"));
    }
    /// Bug: the name of the program left an indent where it had no room.
    void theHeadBeginsWithTheNameOrItsMark() {
        stage_->addSimulatedBus(1);
        MainWindow window(stage_->context());
        showActive(window);
        for (const int width : {1024, 1280, 1920}) {
            window.resize(width, 800);
            publishTo(window);
            const QWidget& head = *find<QWidget>(window, "headerBar");
            int left = width;
            for (const QLabel* label : head.findChildren<QLabel*>())
                if (label->isVisible()) left = std::min(left, label->x());
            QVERIFY2(left <= 16, qPrintable(QString::number(width)));
        }
    }
    void everyActionIsInAMenuAndNoShortcutIsTakenTwice() {
        MainWindow window(stage_->context());
        QSet<QString> taken;
        for (const QAction* action : window.actions()) {
            if (action->shortcut().isEmpty()) continue;
            const QString keys = action->shortcut().toString();
            QVERIFY2(!taken.contains(keys), qPrintable(keys));
            taken.insert(keys);
            bool inMenu = false;
            for (const QObject* object : action->associatedObjects())
                inMenu = inMenu || qobject_cast<const QMenu*>(object);
            QVERIFY2(inMenu, qPrintable(action->text()));
        }
        QVERIFY(taken.size() >= 12);
    }
    void anEmptyWindowTeachesWithTwoButtons() {
        MainWindow window(stage_->context());
        showActive(window);
        window.tick();
        QTest::mouseClick(find<QPushButton>(window, "emptySimulate"), Qt::LeftButton);
        const auto connects = stage_->commands.all<bus::ConnectBus>();
        QCOMPARE(connects.size(), std::size_t{1});
        QVERIFY(connects[0].link.line.path.starts_with("sim:"));
        // Bug: each of them had another width.
        QCOMPARE(find<QPushButton>(window, "emptySimulate")->width(),
                 find<QPushButton>(window, "emptyConnect")->width());
        QTest::mouseClick(find<QPushButton>(window, "emptyConnect"), Qt::LeftButton);
        QVERIFY(find<QWidget>(window, "connectPanel")->isVisible());
        QCOMPARE(QApplication::activeModalWidget(), nullptr);
    }

private:
    /// Figures are shown with one frame of several.
    void publishTo(MainWindow& window) {
        stage_->publish();
        for (int frame = 0; frame < 7; ++frame)
            window.tick();
    }
    std::unique_ptr<Stage> stage_;
};

} // namespace servolane::tests

using namespace servolane::tests;
SERVOLANE_TEST(WindowTest)
#include "window_test.moc"
