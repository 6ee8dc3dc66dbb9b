// SPDX-License-Identifier: GPL-3.0-or-later
// The journal: what it shows of this run and of earlier ones, and what can be done with its rows.
// Qt's first (through the registry): moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include "tests/support/test_registry.h"

#include "tests/support/sample_model.h"
#include "tests/ui/stage.h"
#include "ui/scope/scope_view.h"
#include "ui/shell/main_window.h"
#include "ui/telemetry/scope_panel.h"

#include <QtGui/QClipboard>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QTableView>
#include <QtWidgets/QTableWidget>

namespace servolane::tests {

using journal::CommandState;

class JournalPanelTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        stage_ = std::make_unique<Stage>();
        stage_->addSimulatedBus(2);
    }
    void cleanup() { window_.reset(); }

    void withoutCommandsItSaysWhatWillBeHere() {
        open();
        QVERIFY(!view()->isVisible());
        QVERIFY(find<QWidget>("journalPanel")->isVisible());
    }
    void aRowTellsTheWayOfItsCommand() {
        auto& entry = tell(7, CommandState::confirmed, "WriteRegister", AxisId{2});
        entry.readBack = 900;
        entry.retries = 2;
        entry.asker = api::Asker::commandLine;
        open();
        QCOMPARE(cell(0, 3), QStringLiteral("2 · Lift"));
        QCOMPARE(cell(0, 5), QStringLiteral("900"));
        QCOMPARE(cell(0, 6), QStringLiteral("2.1 ms"));
        QCOMPARE(cell(0, 7), QStringLiteral("2"));
        QCOMPARE(cell(0, 8), QStringLiteral("command line"));
    }
    // Bug: at 1280 pixels the last column, who asked, was cut off.
    void whoAskedIsInSightHoweverNarrowTheTable() {
        tell(7, CommandState::confirmed, "MoveAxis").asker = {api::AskerKind::commandLine, 88};
        open();
        constexpr int asker = 8;
        constexpr int took = 6;
        for (const int width : {2200, 1280}) {
            window_->resize(width, 800);
            refresh();
            QVERIFY(!view()->isColumnHidden(asker));
            QVERIFY(view()->columnViewportPosition(asker) + view()->columnWidth(asker) <=
                    view()->viewport()->width());
            const int needed = view()->fontMetrics().horizontalAdvance(cell(0, asker));
            QVERIFY(view()->columnWidth(asker) > needed);
            if (width == 2200) QVERIFY(!view()->isColumnHidden(took));
        }
    }
    void aStateChangesInItsPlace() {
        tell(7, CommandState::sent, "MoveAxis");
        open();
        tell(8, CommandState::sent, "MoveAxis");
        refresh();
        stage_->tell(CommandId{7}, CommandState::confirmed, "MoveAxis");
        refresh();
        QCOMPARE(cell(1, 1), QStringLiteral("● Confirmed"));
        QCOMPARE(cell(0, 1), QStringLiteral("◆ Sent"));
    }
    void filtersByAxisKindOutcomeAndText() {
        tell(1, CommandState::confirmed, "MoveAxis", AxisId{1}).description.details = "target=90";
        tell(2, CommandState::failed, "WriteRegister", AxisId{1}).description.details =
            "position_p_gain raw=900";
        tell(3, CommandState::confirmed, "WriteRegister", AxisId{2}).description.details = "led raw=1";
        open();
        QCOMPARE(rows(), 3);
        find<QComboBox>("journalAxis")->setCurrentText(QStringLiteral("2 · Lift"));
        QCOMPARE(rows(), 1);
        find<QComboBox>("journalAxis")->setCurrentIndex(0);
        find<QComboBox>("journalKind")->setCurrentText(QStringLiteral("Settings"));
        QCOMPARE(rows(), 2);
        find<QComboBox>("journalOutcome")->setCurrentText(QStringLiteral("Failed"));
        QCOMPARE(rows(), 1);
        QTest::mouseClick(find<QPushButton>("journalClear"), Qt::LeftButton);
        QCOMPARE(rows(), 3);
        find<QLineEdit>("journalText")->setText(QStringLiteral("P_GAIN"));
        QCOMPARE(rows(), 1);
        find<QLineEdit>("journalText")->setText(QStringLiteral("nothing like it"));
        QCOMPARE(rows(), 0);
        QVERIFY(!view()->isVisible());
    }
    void newRowsWaitWhileOneIsLookedAt() {
        tell(1, CommandState::confirmed, "MoveAxis");
        open();
        view()->selectRow(0);
        tell(2, CommandState::confirmed, "SetTorque");
        refresh();
        QCOMPARE(rows(), 1);
        auto* news = find<QPushButton>("journalNews");
        QVERIFY(news->isVisible());
        QCOMPARE(news->text(), QStringLiteral("1 new"));
        QTest::mouseClick(news, Qt::LeftButton);
        QCOMPARE(rows(), 2);
        QCOMPARE(cell(0, 2), QStringLiteral("Torque"));
    }
    void earlierRunsAreReadPageByPage() {
        stage_->archive = std::make_shared<MemoryArchive>();
        for (int place = 450; place > 0; --place)
            stage_->archive->commands.push_back(older(place));
        open();
        waitFor([&] { return rows() >= 200; });
        QCOMPARE(rows(), 200);
        view()->verticalScrollBar()->setValue(view()->verticalScrollBar()->maximum());
        waitFor([&] { return rows() >= 400; });
        view()->verticalScrollBar()->setValue(view()->verticalScrollBar()->maximum());
        waitFor([&] { return rows() >= 450; });
        QCOMPARE(rows(), 450);
        QCOMPARE(cell(449, 4), QStringLiteral("to 1.0°"));
        QCOMPARE(stage_->archive->pages.load(), 3);
    }
    void aRefusalOfAnEarlierRunNamesTheAxisOfThen() {
        stage_->archive = std::make_shared<MemoryArchive>();
        auto command = older(1);
        command.entry.state = CommandState::rejected;
        command.entry.rejection = {
            api::RejectionCode::outsideTravelLimits, AxisId{1}, BusId{1}, 120.0, -90.0, 90.0, "deg", ""};
        stage_->archive->commands.push_back(command);
        open();
        waitFor([&] { return rows() == 1; });
        QVERIFY2(
            cell(0, 4).endsWith(QStringLiteral("120.0° is outside the limit −90.0° … 90.0° of axis 9 Old")),
            qPrintable(cell(0, 4)));
    }
    void aFilterLooksThroughOlderPagesByItself() {
        stage_->archive = std::make_shared<MemoryArchive>();
        for (int place = 450; place > 0; --place)
            stage_->archive->commands.push_back(older(place));
        open();
        waitFor([&] { return rows() >= 200; });
        find<QLineEdit>("journalText")->setText(QStringLiteral("to 7"));
        waitFor([&] { return rows() == 11; }); // 7, 70…79
        QCOMPARE(rows(), 11);
    }
    void aRowOpensToItsFacts() {
        stage_->archive = std::make_shared<MemoryArchive>();
        const UtcTime at = stage_->clock.utcNow();
        stage_->archive->facts = {{at, "CommandAccepted", "kind=WriteRegister"},
                                  {at + std::chrono::milliseconds{2}, "RegisterWritten",
                                   "after=900 before=800 name=position_p_gain"},
                                  {at + std::chrono::milliseconds{3}, "CommandConfirmed", "confirmed=true"}};
        tell(1, CommandState::confirmed, "WriteRegister", AxisId{1}).readBack = 900;
        open();
        view()->selectRow(0);
        QTest::keyClick(view(), Qt::Key_Return);
        auto* facts = find<QTableWidget>("journalFacts");
        waitFor([&] { return facts->rowCount() == 3; });
        QCOMPARE(facts->item(1, 0)->text(), QStringLiteral("+2.0 ms"));
        QCOMPARE(facts->item(1, 1)->text(), QStringLiteral("Register written"));
        // As people say it; as the journal has it only on the clipboard, for who asks.
        QCOMPARE(facts->item(0, 2)->text(), QStringLiteral("Write register"));
        QCOMPARE(facts->item(1, 2)->text(), QStringLiteral("position p gain: 800 → 900"));
        QCOMPARE(facts->item(2, 2)->text(), QStringLiteral("confirmed yes"));
        // Facts that are read at once are there before the details are laid out, and a button without a size
        // hears no click.
        auto* copy = find<QPushButton>("journalCopyRaw");
        waitFor([copy] { return !copy->visibleRegion().isEmpty(); });
        QTest::mouseClick(copy, Qt::LeftButton);
        QVERIFY(QApplication::clipboard()->text().contains(
            QStringLiteral("RegisterWritten after=900 before=800 name=position_p_gain")));
        QVERIFY(find<QLabel>("journalWords")->text().contains(QStringLiteral("read back 900")));
        QTest::keyClick(view(), Qt::Key_Escape);
        QVERIFY(!find<QWidget>("journalDetails")->isVisible());
    }
    void aRowOfThisRunMovesTheScopeToItsMoment() {
        stage_->addTraces();
        auto& entry = tell(1, CommandState::confirmed, "MoveAxis", AxisId{2});
        entry.at = stage_->clock.now() - std::chrono::seconds{8};
        const Time moment = entry.at;
        open();
        view()->selectRow(0);
        QTest::keyClick(view(), Qt::Key_Return);
        QTest::qWait(0);
        QTest::mouseClick(find<QPushButton>("journalMoment"), Qt::LeftButton);
        auto& scope = find<ui::ScopePanel>("scopePanel")->view();
        QVERIFY(scope.isHeld());
        const auto [from, to] = scope.visibleRange();
        QVERIFY(from + (to - from) / 2 == moment);
        QCOMPARE(window_->selectedAxis().value, std::uint16_t{2});
    }
    /// Live, a click on a mark of the lane did nothing.
    void anEventOfTheLaneOpensItsCommand() {
        stage_->addTraces();
        tell(7, CommandState::confirmed, "MoveAxis", AxisId{2});
        tell(8, CommandState::confirmed, "SetTorque", AxisId{1});
        open();
        find<QLineEdit>("journalText")->setText(QStringLiteral("nothing like it"));
        find<QWidget>("dockHistory")->raise();
        auto& scope = find<ui::ScopePanel>("scopePanel")->view();
        Q_EMIT scope.eventActivated(CommandId{7}, stage_->clock.now());
        refresh();
        QVERIFY(view()->isVisible());
        QCOMPARE(rows(), 2); // the filter that hid it is gone
        QCOMPARE(view()->currentIndex().row(), 1);
        QCOMPARE(view()->selectionModel()->selectedRows().size(), 1);
        QVERIFY(find<QWidget>("journalDetails")->isVisible());
        // One that waits, since a row is selected.
        tell(9, CommandState::sent, "MoveAxis", AxisId{1});
        refresh();
        Q_EMIT scope.eventActivated(CommandId{9}, stage_->clock.now());
        refresh();
        QCOMPARE(view()->currentIndex().row(), 0);
        QCOMPARE(rows(), 3);
        Q_EMIT scope.eventActivated(CommandId{}, stage_->clock.now()); // nobody asked for it
        Q_EMIT scope.eventActivated(CommandId{4711}, stage_->clock.now());
        refresh();
        QCOMPARE(view()->currentIndex().row(), 0);
    }
    void theScopeHasNothingOfEarlierRuns() {
        stage_->archive = std::make_shared<MemoryArchive>();
        stage_->archive->commands.push_back(older(1));
        open();
        waitFor([&] { return rows() == 1; });
        view()->selectRow(0);
        QTest::keyClick(view(), Qt::Key_Return);
        QVERIFY(!find<QPushButton>("journalMoment")->isEnabled());
    }
    void rowsAreCopiedAsLinesOfCells() {
        tell(1, CommandState::confirmed, "MoveAxis", AxisId{1}).description.details = "target=90";
        tell(2, CommandState::confirmed, "SetTorque", AxisId{1});
        open();
        view()->setFocus();
        view()->selectAll();
        QTest::keyClick(view(), Qt::Key_C, Qt::ControlModifier);
        const QStringList lines = QApplication::clipboard()->text().split(QLatin1Char('\n'));
        QCOMPARE(lines.size(), 3);
        QVERIFY(lines[0].startsWith(QStringLiteral("Time\tState\tCommand")));
        QVERIFY(lines[2].contains(QStringLiteral("\tGo to\t1 · Pan\tto 90.0°\t")));
    }

private:
    template <class Widget>
    Widget* find(const char* name) {
        auto* widget = window_->findChild<Widget*>(QString::fromLatin1(name));
        if (!widget) qFatal("no widget named %s", name);
        return widget;
    }
    QTableView* view() { return find<QTableView>("journalTable"); }
    int rows() { return view()->model()->rowCount(); }
    QString cell(int row, int column) { return view()->model()->index(row, column).data().toString(); }
    void open() {
        window_ = std::make_unique<ui::MainWindow>(stage_->context());
        window_->resize(1280, 800);
        window_->show();
        QApplication::setActiveWindow(window_.get());
        refresh();
    }
    void refresh() {
        stage_->publish();
        for (int frame = 0; frame < 6; ++frame)
            window_->tick();
    }
    template <class Condition>
    void waitFor(Condition reached) {
        QVERIFY(QTest::qWaitFor(
            [&] {
                refresh();
                return reached();
            },
            workerPatienceMs));
    }
    journal::CommandEntry& tell(std::uint64_t id, CommandState state, const char* kind,
                                AxisId axis = AxisId{1}) {
        auto& entry = stage_->tell(CommandId{id}, state, kind);
        entry.description.axis = axis;
        return entry;
    }
    journal::ArchivedCommand older(int place) {
        journal::ArchivedCommand command;
        command.place = place;
        command.run = 3;
        command.at = stage_->clock.utcNow() - std::chrono::hours{48} + std::chrono::seconds{place};
        command.entry.id = CommandId{(3ULL << 32) + static_cast<std::uint64_t>(place)};
        command.entry.state = CommandState::confirmed;
        command.entry.description = {"MoveAxis", AxisId{1}, {}, "target=" + std::to_string(place)};
        auto axis = std::make_shared<motion::Axis>(*sampleAxis(1, 1, 9));
        axis->name = "Old";
        command.axis = axis;
        return command;
    }

    std::unique_ptr<Stage> stage_;
    std::unique_ptr<ui::MainWindow> window_;
};

SERVOLANE_TEST(JournalPanelTest)

} // namespace servolane::tests

#include "journal_panel_test.moc"
