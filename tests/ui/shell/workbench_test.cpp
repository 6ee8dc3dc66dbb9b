// SPDX-License-Identifier: GPL-3.0-or-later
// What a person with both hands on the keyboard expects of the window, and what must not move in it.
#include "tests/support/test_registry.h"
#include "tests/ui/stage.h"
#include "ui/binding/details_text.h"
#include "ui/binding/refusal_text.h"
#include "ui/scope/scope_view.h"
#include "ui/shell/dock.h"
#include "ui/shell/layout_store.h"
#include "ui/shell/main_window.h"
#include "ui/telemetry/scope_panel.h"

#include <QtGui/QAction>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QDialog>
#include <QtWidgets/QDockWidget>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListView>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableWidget>
#include <QtWidgets/QTextBrowser>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QTreeWidget>

namespace servolane::tests {

using ui::MainWindow;
using ui::Workspace;

class WorkbenchTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        stage_ = std::make_unique<Stage>();
        window_.reset();
    }
    void cleanup() { window_.reset(); }

    void theWorkspacesStandStillWhenARecordingBegins() {
        open(1);
        const auto* sessions = find<QPushButton>(*window_, "workspaceSessions");
        const QPoint before = sessions->mapTo(window_.get(), QPoint());
        stage_->recording.named =
            session::RecordingView{"/a/b.servolane", "b", stage_->clock.now(), 2'100'000, 0, 0};
        refresh();
        QVERIFY(find<QLabel>(*window_, "recordingState")->isVisible());
        QCOMPARE(sessions->mapTo(window_.get(), QPoint()), before);
        const int width = find<QLabel>(*window_, "recordingState")->width();
        stage_->recording.named->bytes = 900;
        refresh();
        QCOMPARE(find<QLabel>(*window_, "recordingState")->width(), width);
    }
    void figuresInTheStatusBarKeepTheirWidth() {
        open(1);
        const qsizetype before = find<QLabel>(*window_, "statusBuses")->text().size();
        stage_->buses.buses[0].measured.cyclesPerSecond = 7.0;
        stage_->buses.buses[0].measured.wireShare = 0.04;
        refresh();
        QCOMPARE(find<QLabel>(*window_, "statusBuses")->text().size(), before);
    }
    /// Three of eight buses were shown, and then an ellipsis.
    void moreBusesThanFitAreCountedAndWithinReach() {
        open(1);
        for (int bus = 0; bus < 7; ++bus)
            stage_->addSimulatedBus(1);
        for (std::size_t at = 0; at < 8; ++at)
            stage_->buses.buses[at].name = "bus" + std::to_string(at + 1);
        refresh();
        refresh();
        auto* more = find<QToolButton>(*window_, "statusMore");
        QVERIFY(more->isVisible());
        const QString shown = find<QLabel>(*window_, "statusBuses")->text();
        const auto whole = shown.count(QStringLiteral("wire"));
        QVERIFY2(whole >= 1 && !shown.contains(QChar(0x2026)), qPrintable(shown));
        QCOMPARE(more->text(), QStringLiteral("%1 more").arg(8 - whole));
        stage_->buses.buses[7].state = bus::LinkState::lost;
        refresh();
        QVERIFY(more->text().startsWith(QStringLiteral("▲")));
        QCOMPARE(more->menu()->actions().size(), qsizetype{8});
        more->menu()->actions().back()->trigger();
        refresh();
        QCOMPARE(window_->selectedAxis(), AxisId{8});
        stage_->buses.buses.resize(1);
        refresh();
        QVERIFY(!more->isVisible());
    }
    /// Letters went into a field that came up later, in place of jogging.
    void goToWithoutAnAxisTakesNoFocus() {
        open(0);
        find<QAction>("actionGoTo")->trigger();
        QVERIFY(find<QLabel>(*window_, "statusBuses")->text().contains(QStringLiteral("no axis")));
        stage_->addSimulatedBus(1);
        refresh();
        QVERIFY(!find<QLineEdit>(*window_, "goTo")->hasFocus());
    }
    /// Connecting reads the profile for itself; the gains stayed empty.
    void gainsAreReadAlthoughSomeRegistersAreKnown() {
        stage_->addSimulatedBus(1);
        stage_->registers.axes.begin()->second.erase("position_p_gain");
        stage_->publish();
        open(0);
        QCOMPARE(stage_->commands.all<registers::ReadAllRegisters>().size(), std::size_t{1});
        refresh();
        QCOMPARE(stage_->commands.all<registers::ReadAllRegisters>().size(), std::size_t{1});
    }
    void whatWasTypedIsShownAsUnderstoodBeforeItIsApplied() {
        open(1);
        auto* apply = find<QPushButton>(*window_, "applyProfile");
        QVERIFY(!apply->isVisible());
        auto* line = find<QLineEdit>(*window_, "profileVelocity");
        line->setFocus();
        line->selectAll();
        QTest::keyClicks(line, QStringLiteral("12,5"));
        QVERIFY(apply->isVisible());
        QCOMPARE(find<QLabel>(*window_, "applyProfileUnderstood")->text(),
                 QStringLiteral("= 12.50\u202F°/s"));
        QTest::keyClick(line, Qt::Key_Escape);
        refresh();
        QVERIFY(!apply->isVisible());
    }
    void thePaletteGivesTheFocusBack() {
        open(1);
        auto* line = find<QLineEdit>(*window_, "goTo");
        line->setFocus();
        window_->openPalette();
        auto* search = find<QLineEdit>(*window_, "paletteSearch");
        QVERIFY(search->hasFocus());
        QTest::keyClicks(search, QStringLiteral("torque on"));
        QVERIFY(find<QListWidget>(*window_, "paletteList")
                    ->currentItem()
                    ->text()
                    .startsWith(QStringLiteral("Torque on · ")));
        QTest::keyClick(search, Qt::Key_Escape);
        QVERIFY(line->hasFocus());
    }
    /// Only menus had them, under names such as "A" and "+".
    void thePaletteHasTheActionsOfTheScope() {
        open(1);
        for (const char* wanted : {"hold the picture", "place cursor A", "zoom in", "zoom into a box",
                                   "Save picture as PNG", "panes over each other"}) {
            window_->openPalette();
            auto* search = find<QLineEdit>(*window_, "paletteSearch");
            search->setText(QString::fromLatin1(wanted));
            const auto* item = find<QListWidget>(*window_, "paletteList")->currentItem();
            QVERIFY2(item->flags() & Qt::ItemIsSelectable, wanted);
            QTest::keyClick(search, Qt::Key_Escape);
        }
        window_->openPalette();
        auto* search = find<QLineEdit>(*window_, "paletteSearch");
        QTest::keyClicks(search, QStringLiteral("hold the picture"));
        QTest::keyClick(search, Qt::Key_Return);
        QVERIFY(scope().isHeld());
    }
    /// They did nothing but in the scope itself.
    void cursorsArePlacedFromAllOfTheBench() {
        open(1);
        auto* stop = find<QPushButton>(*window_, "stopAll");
        stop->setFocus();
        QTest::keyClick(stop, Qt::Key_A);
        QVERIFY(scope().cursors().first && !scope().cursors().second);
        auto* line = find<QLineEdit>(*window_, "goTo");
        line->setFocus();
        QTest::keyClick(line, Qt::Key_B); // a letter
        QVERIFY(!scope().cursors().second);
        stop->setFocus();
        QTest::keyClick(stop, Qt::Key_B);
        QVERIFY(scope().cursors().second);
        scope().setCursors(std::nullopt, std::nullopt);
        window_->chooseWorkspace(Workspace::line);
        QTest::keyClick(window_.get(), Qt::Key_A);
        QVERIFY(!scope().cursors().first);
    }
    void aBusThatIsReadTooSeldomWarns() {
        open(1);
        auto* status = find<QLabel>(*window_, "statusBuses");
        stage_->buses.buses[0].link.pollRate = 200.0;
        stage_->buses.buses[0].measured.cyclesPerSecond = 182.0;
        refresh();
        QVERIFY(!status->text().contains(QStringLiteral("of 200"))); // a hiccup
        stage_->clock.advance(std::chrono::seconds{3});
        refresh();
        QVERIFY2(status->text().contains(QStringLiteral("182 of 200 Hz")), qPrintable(status->text()));
        QCOMPARE(status->property("role").toString(), QStringLiteral("smallWarn"));
        QVERIFY(status->toolTip().contains(QStringLiteral("Doctor")));
        stage_->buses.buses[0].measured.cyclesPerSecond = 199.0;
        refresh();
        QCOMPARE(status->property("role").toString(), QStringLiteral("small"));
        QVERIFY(status->toolTip().isEmpty());
    }
    void helpTellsKeysGuideAndLicences() {
        open(1);
        find<QAction>("actionKeys")->trigger();
        auto* help = find<QDialog>(*window_, "helpWindow");
        QVERIFY(help->isVisible() && !help->isModal());
        const auto* keys = find<QTableWidget>(*help, "helpKeys");
        QStringList told;
        for (int row = 0; row < keys->rowCount(); ++row)
            told << keys->item(row, 1)->text() + QLatin1Char('=') + keys->item(row, 2)->text();
        for (const char* wanted : {"Stop all=F12", "Place cursor A=A", "Hold the picture=Space"})
            QVERIFY2(told.contains(QString::fromLatin1(wanted)), wanted);
        find<QAction>("actionGuide")->trigger();
        auto* text = find<QTextBrowser>(*help, "helpText");
        QVERIFY(!text->toPlainText().isEmpty());
        // Links between its pages lead to them, also to one that is no chapter.
        const auto* chapters = find<QComboBox>(*help, "helpChapters");
        Q_EMIT text->anchorClicked(QUrl(QStringLiteral("resources/GUIDE.md")));
        QCOMPARE(chapters->currentText(), QStringLiteral("Guide"));
        Q_EMIT text->anchorClicked(QUrl(QStringLiteral("../README.md")));
        QCOMPARE(chapters->currentText(), QStringLiteral("Read me first"));
        Q_EMIT text->anchorClicked(QUrl(QStringLiteral("resources/adapters/README.md")));
        QVERIFY2(text->toPlainText().contains(QStringLiteral("adapter"), Qt::CaseInsensitive),
                 qPrintable(chapters->currentText()));
        QVERIFY(chapters->currentText().contains(QStringLiteral("adapters")));
        find<QAction>("actionAbout")->trigger();
        QVERIFY(find<QLabel>(*help, "helpLicence")->isVisible());
        QVERIFY(find<QTableWidget>(*help, "helpParts")->rowCount() > 5);
        help->close();
    }
    void tabVisitsTheFormulaAfterItsName() {
        open(1);
        find<QAction>("dockMathShow")->trigger();
        refresh();
        QStringList order;
        auto* name = find<QLineEdit>(*window_, "mathName");
        for (QWidget* at = name; order.size() < 5; at = at->nextInFocusChain())
            if ((at->focusPolicy() & Qt::TabFocus) && !at->objectName().isEmpty()) order << at->objectName();
        QCOMPARE(order, QStringList({"mathName", "mathUnit", "mathExpression", "mathApart", "mathRemove"}));
    }
    void aPaletteWithoutAMatchSaysSoAndDoesNothing() {
        open(1);
        window_->openPalette();
        auto* search = find<QLineEdit>(*window_, "paletteSearch");
        QTest::keyClicks(search, QStringLiteral("xyzzy"));
        QVERIFY(find<QListWidget>(*window_, "paletteList")
                    ->item(0)
                    ->text()
                    .startsWith(QStringLiteral("No action")));
        QTest::keyClick(search, Qt::Key_Return);
        QVERIFY(find<QWidget>(*window_, "commandPalette")->isVisible());
    }
    void returnConnectsAndEscapeClosesTheForm() {
        open(0);
        find<QAction>("actionConnect")->trigger();
        auto* form = find<QWidget>(*window_, "connectPanel");
        QVERIFY(form->isVisible());
        QTest::keyClick(find<QWidget>(*window_, "portChoice"), Qt::Key_Return);
        QCOMPARE(stage_->commands.all<bus::ConnectBus>().at(0).link.line.path, std::string("/dev/ttyUSB0"));
        QTest::keyClick(find<QWidget>(*window_, "portChoice"), Qt::Key_Escape);
        QVERIFY(!form->isVisible());
    }
    void escapeIsCancelInTheQuestionAtLeaving() {
        open(1);
        QVERIFY(!window_->close());
        auto* banner = find<QWidget>(*window_, "quitBanner");
        QVERIFY(banner->isVisible());
        QTest::keyClick(find<QPushButton>(*window_, "quitCancel"), Qt::Key_Escape);
        QVERIFY(!banner->isVisible());
        QVERIFY(window_->isVisible());
    }
    void theSessionsBeginInTheirList() {
        stage_->sessions.sessions = {sampleSession("/a.servolane", "first", 12.0, 2)};
        open(1);
        window_->chooseWorkspace(Workspace::sessions);
        QVERIFY(find<QListView>(*window_, "sessionList")->hasFocus());
        find<QAction>("actionExport")->trigger();
        QVERIFY(
            find<QLabel>(*window_, "statusBuses")->text().contains(QStringLiteral("Open a recording first")));
    }
    /// A signal ends the program although torque is on; the layout was lost then.
    void theLayoutIsKeptWithoutClosing() {
        open(1);
        window_->chooseWorkspace(Workspace::line);
        window_->keepLayout();
        QCOMPARE(ui::LayoutStore(stage_->folder.path().toStdString()).load().workspace, Workspace::line);
    }
    /// Who worked with the table found the tiles again at the next start.
    void theTableOfTheLineIsThereAgain() {
        open(1);
        window_->chooseWorkspace(Workspace::line);
        find<QPushButton>(*window_, "lineTable")->click();
        window_->keepLayout();
        window_.reset();
        open(0);
        window_->chooseWorkspace(Workspace::line);
        QVERIFY(find<QPushButton>(*window_, "lineTable")->isChecked());
        refresh();
        QVERIFY(find<QWidget>("axisTable")->isVisible());
        find<QAction>("actionLineTable")->trigger();
        refresh();
        QVERIFY(find<QWidget>("tileGrid")->isVisible());
        window_->keepLayout();
        QVERIFY(!ui::LayoutStore(stage_->folder.path().toStdString()).load().lineIsTable);
    }
    /// Grid and numbers stayed as wide as the page had been before the docks came back.
    void theScopeLooksTheSameAfterAnotherWorkspace() {
        stage_->addSimulatedBus(1);
        stage_->addTraces();
        open(0);
        auto* scope = find<ui::scope::ScopeView>("scope");
        refresh();
        window_->setFocus();
        const QImage before = scope->picture();
        for (const Workspace there : {Workspace::line, Workspace::sessions}) {
            window_->chooseWorkspace(there);
            refresh();
            window_->chooseWorkspace(Workspace::bench);
            window_->setFocus();
            refresh();
            QCOMPARE(scope->picture(), before);
        }
    }
    /// Start to first frame was eight times that of a bare window when all were built before it, and a tab
    /// behind another counted as visible, so that it was brought up to date sixty times a second.
    void aPanelIsBuiltWhenItIsFirstSeen() {
        open(1);
        const auto built = [this](const char* name) {
            return window_->findChild<QWidget*>(QString::fromLatin1(name)) != nullptr;
        };
        for (const char* unseen : {"registerPanel", "historyPanel", "sessionsWorkspace", "lineWorkspace"})
            QVERIFY2(!built(unseen), unseen);
        QVERIFY(built("journalPanel"));
        find<QAction>("dockRegistersShow")->trigger();
        QVERIFY(find<QWidget>("registerPanel")->isVisible());
        QVERIFY(!find<ui::Dock>("dockJournal")->isSeen());
        window_->chooseWorkspace(Workspace::line);
        QVERIFY(find<QWidget>("lineWorkspace")->isVisible());
        QVERIFY(!find<ui::Dock>("dockRegisters")->isSeen());
        QVERIFY(!built("sessionsWorkspace"));
    }
    void aPanelIsShownByItsKey() {
        open(1);
        window_->chooseWorkspace(Workspace::line);
        find<QAction>("dockRegistersShow")->trigger();
        QCOMPARE(window_->workspace(), Workspace::bench);
        QVERIFY(find<QWidget>(*window_, "registerPanel")->isVisible());
        QVERIFY(find<QWidget>(*window_, "registerPanel")->isAncestorOf(QApplication::focusWidget()));
    }
    void channelsAreTickedWhileTheirListIsOpen() {
        open(1);
        auto* temperature = find<QCheckBox>(*window_, "channel_temperature");
        QVERIFY(!temperature->isChecked());
        temperature->setChecked(true);
        window_->keepLayout();
        QVERIFY(ui::LayoutStore(stage_->folder.path().toStdString())
                    .load()
                    .channels.contains(QStringLiteral("temperature")));
    }
    void anUnnamedAxisSaysItsNumberOnce() {
        open(1);
        auto unnamed = std::make_shared<motion::Axis>(*stage_->axis(0).axis);
        unnamed->name = "Axis 1";
        stage_->axis(0).axis = unnamed;
        refresh();
        QCOMPARE(find<QLabel>(*window_, "axisTitle")->text(), QStringLiteral("Axis 1"));
        QCOMPARE(ui::axisPhrase(AxisId{1}, stage_->axes), QStringLiteral("axis 1"));
    }
    void theLineSaysThatItIsLooking() {
        open(1);
        stage_->axes.axes.clear();
        stage_->buses.buses[0].scan.running = true;
        stage_->buses.buses[0].scan.done = 0.4;
        window_->chooseWorkspace(Workspace::line);
        refresh();
        bool isSaid = false;
        for (const QLabel* label : window_->findChildren<QLabel*>())
            isSaid =
                isSaid || (label->isVisible() && label->text().contains(QStringLiteral("40 %, 0 found")));
        QVERIFY(isSaid);
    }
    void detailsReadAsPeopleSayThem() {
        QCOMPARE(ui::detailsText("target=90 velocity=-27.480000000000004"),
                 QStringLiteral("to 90.0° at −27.5\u202F°/s"));
        QCOMPARE(ui::detailsText("target=12.5", "mm"), QStringLiteral("to 12.50\u202Fmm"));
        QCOMPARE(ui::detailsText("/dev/ttyUSB0 baud=57600"), QStringLiteral("/dev/ttyUSB0 at 57.6 kbit/s"));
        QCOMPARE(ui::detailsText("rate=0"), QStringLiteral("as fast as the wire allows"));
        QCOMPARE(ui::detailsText("position_p_gain 800→900"), QStringLiteral("position_p_gain 800→900"));
        QCOMPARE(ui::detailsText("hold-then-off"), QStringLiteral("hold, then torque off"));
        QCOMPARE(ui::detailsText("led raw=1"), QStringLiteral("led raw 1"));
        // The recording's list of events said "Go to to".
        QVERIFY(ui::factText("kind=MoveAxis details=target=90").startsWith(QStringLiteral("Go to 90.0")));
        QCOMPARE(ui::detailsText("P=5 squeaks"), QStringLiteral("P=5 squeaks")); // a person's words
    }
    /// "Arrived actual=179.56", "Go to rejected: torque-on", "Fault silent=1" stood in the lane.
    void eventsReadAsPeopleSayThem() {
        const auto told = [](journal::LaneKind kind, const char* name, const char* details) {
            return ui::textOf(journal::LaneMark{Time{}, kind, AxisId{1}, name, details, {}});
        };
        using journal::LaneKind;
        QCOMPARE(told(LaneKind::outcome, "MoveArrived", "arrived actual=179.56"),
                 QStringLiteral("Arrived at 179.6°"));
        QCOMPARE(told(LaneKind::outcome, "CommandRejected", "MoveAxis rejected: torque-on"),
                 QStringLiteral("Go to: rejected, torque on"));
        QCOMPARE(told(LaneKind::outcome, "CommandFailed", "failed: read-back-differs"),
                 QStringLiteral("Failed: read back differs"));
        QCOMPARE(told(LaneKind::outcome, "JogEnded", "jog ended: lease-lapsed"),
                 QStringLiteral("Jog ended: the jog was no longer held"));
        QCOMPARE(told(LaneKind::link, "FaultInjected", "fault silent=1"),
                 QStringLiteral("Injected fault: silent, axis 1"));
        QCOMPARE(told(LaneKind::link, "FaultInjected", "fault unplug@0ms-3000ms"),
                 QStringLiteral("Injected fault: unplug, 0 ms … 3000 ms"));
    }

private:
    void open(int axes) {
        if (axes > 0) stage_->addSimulatedBus(axes);
        window_ = std::make_unique<MainWindow>(stage_->context());
        window_->show();
        QApplication::setActiveWindow(window_.get());
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
        refresh();
    }
    void refresh() {
        stage_->publish();
        for (int frame = 0; frame < 7; ++frame)
            window_->tick();
        QCoreApplication::processEvents();
    }
    [[nodiscard]] ui::scope::ScopeView& scope() const { return find<ui::ScopePanel>("scopePanel")->view(); }
    template <class Object>
    Object* find(const char* name) const {
        auto* object = window_->findChild<Object*>(QString::fromLatin1(name));
        if (!object) qFatal("no object named %s", name);
        return object;
    }
    template <class Widget>
    Widget* find(const QWidget& window, const char* name) const {
        return servolane::tests::find<Widget>(window, name);
    }

    std::unique_ptr<Stage> stage_;
    std::unique_ptr<MainWindow> window_;
};

} // namespace servolane::tests

using namespace servolane::tests;
SERVOLANE_TEST(WorkbenchTest)
#include "workbench_test.moc"
