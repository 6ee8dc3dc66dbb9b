// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest/QTest> // before core: moc 6.4 stumbles over <compare> where it comes first

#include "tests/support/test_registry.h"
#include "tests/ui/stage.h"
#include "ui/scope/scope_view.h"
#include "ui/session/background_job.h"
#include "ui/session/range_overview.h"
#include "ui/session/range_statistics.h"
#include "ui/session/session_filter.h"
#include "ui/session/trigger_finder.h"
#include "ui/shell/main_window.h"
#include "ui/telemetry/scope_export.h"
#include "ui/telemetry/scope_layouts.h"
#include "ui/widgets/job_strip.h"
#include "ui/widgets/row_delegate.h"

#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtGui/QAction>
#include <QtWidgets/QApplication>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListView>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableWidget>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QTreeWidget>
#include <future>

namespace servolane::tests {

class SessionsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { stage_ = std::make_unique<Stage>(); }

    void withoutRecordingsItTeaches() {
        start();
        QTRY_VERIFY_WITH_TIMEOUT(tickAnd([this] { return widget<QWidget>("noSession")->isVisible(); }),
                                 workerPatienceMs);
        // It offered to record where there was nothing, and recorded nothing.
        QVERIFY(!widget<QPushButton>("emptyRecord")->isVisible());
        QVERIFY(widget<QPushButton>("sessionsConnect")->isVisible());
        action("actionRecord")->trigger();
        QVERIFY(stage_->commands.all<session::StartRecording>().empty());
        stage_->addSimulatedBus(1);
        stage_->publish();
        QTRY_VERIFY_WITH_TIMEOUT(tickAnd([this] { return widget<QPushButton>("emptyRecord")->isVisible(); }),
                                 workerPatienceMs);
        QVERIFY(!widget<QPushButton>("sessionsConnect")->isVisible());
        QTest::mouseClick(widget<QPushButton>("emptyRecord"), Qt::LeftButton);
        QCOMPARE(stage_->commands.all<session::StartRecording>().size(), std::size_t{1});
    }
    void recordingsAreListedWithTheirFigures() {
        stage_->sessions.sessions = {sampleSession("/tmp/a.servolane", "Pick test", 92.0, 3)};
        start();
        const auto* model = list(1)->model();
        const auto item = model->index(0, 0);
        QCOMPARE(item.data(ui::RowDelegate::titleRole).toString(), QStringLiteral("Pick test"));
        QVERIFY(item.data(ui::RowDelegate::badgeRole).toBool());
        const QString detail = item.data(ui::RowDelegate::detailRole).toString();
        QVERIFY2(detail.endsWith(QStringLiteral(" · 00:01:32")), qPrintable(detail));
        QCOMPARE(item.data(ui::RowDelegate::moreRole).toString(),
                 QStringLiteral("3 axes · 331.2 kB · 0 lost"));
    }
    /// A list that is filled whole would hold the window up.
    void thousandsArriveInPiecesNewestFirst() {
        for (int number = 0; number < 1500; ++number) {
            auto summary = sampleSession("/tmp/" + std::to_string(number) + ".servolane",
                                         "run " + std::to_string(number), 5.0, 1);
            summary.startedUtc += std::chrono::seconds{number};
            stage_->sessions.sessions.push_back(summary);
        }
        start();
        auto* model = widget<QListView>("sessionList")->model();
        int before = 0;
        QTRY_VERIFY_WITH_TIMEOUT(tickAnd([&] {
                                     const int rows = model->rowCount();
                                     const bool isSmall = rows - before <= 200;
                                     before = rows;
                                     return isSmall && rows == 1500;
                                 }),
                                 workerPatienceMs);
        QCOMPARE(model->index(0, 0).data(ui::RowDelegate::titleRole).toString(), QStringLiteral("run 1499"));
        QCOMPARE(model->index(1499, 0).data(ui::RowDelegate::titleRole).toString(), QStringLiteral("run 0"));
        QTest::keyClicks(widget<QLineEdit>("sessionSearch"), QStringLiteral("run 77"));
        // Every word, wherever it stands: 77, 177 … 1477, and 770 … 779 but 777, which was counted.
        QCOMPARE(model->rowCount(), 24);
        for (int row = 0; row < 24; ++row) {
            const QString title = model->index(row, 0).data(ui::RowDelegate::titleRole).toString();
            QVERIFY2(title.contains(QStringLiteral("77")), qPrintable(title));
        }
        QCOMPARE(widget<QLabel>("sessionCount")->text(), QStringLiteral("24 of 1\u202F500 found"));
    }
    void recordingsAreFoundByNoteTagAxisAndDate() {
        session::ListedSession listed;
        listed.summary = sampleSession("/tmp/a.servolane", "Pick test", 92.0, 2);
        listed.summary.tags = {"belt"};
        listed.summary.notes = {{1, Time{}, Time{}, "It squeaks at 40 mm", true}};
        const QString date = ui::recordingDate(listed.summary.startedUtc).left(10);
        const auto takes = [&](const QString& typed) { return ui::SessionFilter::from(typed).takes(listed); };
        for (const QString& typed :
             {QString(), QStringLiteral("pick"), QStringLiteral("SQUEAKS"), QStringLiteral("bel"),
              QStringLiteral("lift"), date, date.left(7), QStringLiteral("pick lift squeaks"),
              QStringLiteral("note:40"), QStringLiteral("tag:belt axis:Pan"), QStringLiteral("tag:"),
              QStringLiteral("from:") + date, QStringLiteral("to:") + date,
              QStringLiteral("from:2020 to:2099"), QStringLiteral("date:") + date})
            QVERIFY2(takes(typed), qPrintable(typed));
        for (const QString& typed :
             {QStringLiteral("place"), QStringLiteral("pick place"), QStringLiteral("note:belt"),
              QStringLiteral("tag:pan"), QStringLiteral("axis:belt"), QStringLiteral("name:belt"),
              QStringLiteral("date:1999"), QStringLiteral("from:2099"), QStringLiteral("to:2020-01-01")})
            QVERIFY2(!takes(typed), qPrintable(typed));
    }
    /// The tree had only the registers that held their places last.
    void aRegisterThatGaveItsPlaceAwayCanBeShown() {
        auto summary = sampleSession("/tmp/a.servolane", "Pick test", 20.0, 1);
        const auto place = telemetry::watchChannel(0);
        auto& axis = summary.axes.front();
        axis.channels[indexOf(place)] = {2.0, 0.0};
        axis.names[indexOf(place)] = "return_delay_time";
        axis.units[indexOf(place)] = "us";
        // In the memory of the test all samples lie in one piece, and a piece is of one register.
        axis.earlier.push_back(
            {place, summary.end + std::chrono::seconds{1}, {1.0, 0.0}, "", "position_p_gain"});
        stage_->sessions.sessions = {summary};
        open();
        auto* tree = widget<QTreeWidget>("sessionChannels");
        const auto found =
            tree->findItems(QStringLiteral("Position p gain"), Qt::MatchExactly | Qt::MatchRecursive);
        QCOMPARE(found.size(), qsizetype{1});
        QVERIFY(found.front()->toolTip(0).contains(QStringLiteral("Return delay time")));
        auto* scope = widget<ui::scope::ScopeView>("sessionScope");
        found.front()->setCheckState(0, Qt::Checked);
        const auto shown = scope->traces().back();
        QVERIFY2(shown.label.endsWith(QStringLiteral("position p gain")), qPrintable(shown.label));
        QVERIFY(shown.unit.isEmpty());
        window_->tick();
        const auto set = scope->traceSet();
        const auto* trace = set->find(shown.axis, shown.channel);
        QVERIFY(trace);
        QVERIFY(!trace->trace->isEmpty());
    }
    void aNameAndTagsAreChangedInPlace() {
        stage_->sessions.sessions = {sampleSession("/tmp/a.servolane", "Pick test", 20.0, 1)};
        open();
        QTest::mouseClick(widget<QPushButton>("sessionRename"), Qt::LeftButton);
        auto* edit = widget<QLineEdit>("sessionEdit");
        QVERIFY(edit->isVisible());
        QCOMPARE(edit->text(), QStringLiteral("Pick test"));
        edit->setText(QStringLiteral("Pick test, new belt"));
        QTest::keyClick(edit, Qt::Key_Return);
        auto* title = widget<QLabel>("sessionTitle");
        QTRY_VERIFY_WITH_TIMEOUT(
            tickAnd([&] { return title->text() == QStringLiteral("Pick test, new belt"); }),
            workerPatienceMs);
        QVERIFY(!edit->isVisible());
        QTest::mouseClick(widget<QPushButton>("sessionTags"), Qt::LeftButton);
        edit->setText(QStringLiteral(" belt, axis 2 ,"));
        QTest::mouseClick(widget<QPushButton>("sessionEditSave"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(tickAnd([&] { return stage_->library.changes.size() == 2; }),
                                 workerPatienceMs);
        QCOMPARE(*stage_->library.changes[1].tags, (std::vector<std::string>{"belt", "axis 2"}));
    }
    void aRecordingGoesToTheTrashAndComesBack() {
        const QString path = stage_->folder.filePath(QStringLiteral("a.servolane"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("what was recorded") > 0);
        file.close();
        const auto dataHome = qgetenv("XDG_DATA_HOME");
        qputenv("XDG_DATA_HOME", stage_->folder.filePath(QStringLiteral("data")).toUtf8());
        stage_->sessions.sessions = {sampleSession(path.toStdString(), "Pick test", 20.0, 1)};
        open();
        QTest::qWait(0);
        const QPoint place = widget<QPushButton>("sessionDelete")->mapTo(window_.get(), QPoint());
        QTest::mouseClick(widget<QPushButton>("sessionDelete"), Qt::LeftButton);
        auto* undo = widget<QPushButton>("sessionUndo");
        QTRY_VERIFY_WITH_TIMEOUT(tickAnd([&] { return undo->isVisible(); }), workerPatienceMs);
        QVERIFY(!QFile::exists(path));
        QVERIFY(!widget<QLabel>("sessionTitle")->isVisible()); // it was open
        // By the name that the list had told, not by its file's.
        QCOMPARE(widget<QLabel>("sessionUndoText")->text(), QStringLiteral("Pick test is in the trash"));
        QTest::qWait(0);
        QCOMPARE(widget<QPushButton>("sessionDelete")->mapTo(window_.get(), QPoint()), place);
        QTest::mouseClick(undo, Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(tickAnd([&] { return QFile::exists(path) && !undo->isVisible(); }),
                                 workerPatienceMs);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), QByteArray("what was recorded"));
        qputenv("XDG_DATA_HOME", dataHome);
    }
    void whatIsBeingRecordedCannotBeThrownAway() {
        stage_->sessions.sessions = {sampleSession("/tmp/a.servolane", "Pick test", 20.0, 1)};
        stage_->recording.named = session::RecordingView{};
        stage_->recording.named->path = "/tmp/a.servolane";
        stage_->publish();
        open();
        tickAnd([] { return true; });
        QVERIFY(!widget<QPushButton>("sessionDelete")->isEnabled());
        QVERIFY(widget<QPushButton>("sessionRename")->isEnabled());
    }
    void theFlightRecorderIsListedAndItsLastMinutesKept() {
        auto segment = sampleSession("/tmp/f.servolane", "flight", 20.0, 1);
        segment.flightSegment = true;
        stage_->sessions.sessions = {segment};
        start();
        QTRY_VERIFY_WITH_TIMEOUT(tickAnd([this] { return widget<QWidget>("noSession")->isVisible(); }),
                                 workerPatienceMs);
        QTest::mouseClick(widget<QPushButton>("showFlight"), Qt::LeftButton);
        QCOMPARE(list(1)->model()->rowCount(), 1);
        widget<QComboBox>("keepSpan")->setCurrentIndex(1);
        widget<QLineEdit>("keepName")->setText(QStringLiteral("The jam / 2"));
        QTest::mouseClick(widget<QPushButton>("keepLast"), Qt::LeftButton);
        auto* said = widget<QLabel>("sessionFailure");
        QTRY_VERIFY_WITH_TIMEOUT(tickAnd([&] { return said->isVisible(); }), workerPatienceMs);
        QCOMPARE(said->text(), QStringLiteral("Kept 5.0 s, 500 samples"));
        const auto& request = stage_->library.keeps.at(0);
        QVERIFY(request.until - request.from == std::chrono::minutes{5});
        QCOMPARE(request.name, std::string{"The jam / 2"});
        QVERIFY(QString::fromStdString(request.outPath)
                    .endsWith(QStringLiteral("/sessions/The jam _ 2.servolane")));
        QVERIFY(QString::fromStdString(request.source).endsWith(QStringLiteral("/flight")));
    }
    /// The new row was marked, and Export, Replay and F8 went on with the one shown before.
    void whatWasKeptIsMarkedAndShown() {
        auto segment = sampleSession("/tmp/f.servolane", "flight", 20.0, 1);
        segment.flightSegment = true;
        stage_->sessions.sessions = {segment, sampleSession("/tmp/a.servolane", "Pick test", 20.0, 1)};
        start();
        auto* view = list(1);
        chooseTitled(view, QStringLiteral("Pick test"));
        QTest::mouseClick(widget<QPushButton>("showFlight"), Qt::LeftButton);
        // A list of other recordings shows none of those before.
        QVERIFY(!widget<QLabel>("sessionTitle")->isVisible());
        list(1);
        // What the library will tell of the kept one.
        const std::string kept =
            stage_->folder.filePath(QStringLiteral("sessions/Jam.servolane")).toStdString();
        stage_->sessions.sessions.push_back(sampleSession(kept, "Jam", 5.0, 1));
        widget<QLineEdit>("keepName")->setText(QStringLiteral("Jam"));
        QTest::mouseClick(widget<QPushButton>("keepLast"), Qt::LeftButton);
        auto* title = widget<QLabel>("sessionTitle");
        QTRY_VERIFY_WITH_TIMEOUT(
            tickAnd([&] { return title->isVisible() && title->text() == QStringLiteral("Jam"); }),
            workerPatienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(tickAnd([&] { return view->currentIndex().isValid(); }), workerPatienceMs);
        QCOMPARE(view->currentIndex().data(ui::RowDelegate::titleRole).toString(), title->text());
    }
    void aRangeOfTheOpenRecordingIsKept() {
        stage_->sessions.sessions = {sampleSession("/tmp/a.servolane", "Pick test", 20.0, 1)};
        open();
        drag(0.25, 0.5);
        QTest::mouseClick(widget<QPushButton>("deskKeep"), Qt::LeftButton);
        tickAnd([] { return true; });
        QTest::mouseClick(widget<QPushButton>("keepRange"), Qt::LeftButton);
        auto* result = widget<QLabel>("keepResult");
        QTRY_VERIFY_WITH_TIMEOUT(tickAnd([&] { return result->isVisible(); }), workerPatienceMs);
        const auto& request = stage_->library.keeps.at(0);
        QCOMPARE(request.source, std::string{"/tmp/a.servolane"});
        QVERIFY(std::abs(seconds(request.until - request.from) - 5.0) < 0.2);
    }
    void aNoteAboutARangeIsAddedAndTakenOut() {
        stage_->sessions.sessions = {sampleSession("/tmp/a.servolane", "Pick test", 20.0, 1)};
        open();
        QTest::mouseClick(widget<QPushButton>("deskNotes"), Qt::LeftButton);
        drag(0.25, 0.5);
        tickAnd([] { return true; });
        QTest::keyClicks(widget<QLineEdit>("noteText"), QStringLiteral("it squeaks"));
        QTest::keyClick(widget<QLineEdit>("noteText"), Qt::Key_Return);
        auto* table = widget<QTableWidget>("noteTable");
        QTRY_VERIFY_WITH_TIMEOUT(tickAnd([&] { return table->rowCount() == 1; }), workerPatienceMs);
        QCOMPARE(table->item(0, 2)->text(), QStringLiteral("it squeaks"));
        const auto& note = stage_->library.changes.at(0).addedNotes.at(0);
        QVERIFY(std::abs(seconds(note.until - note.from) - 5.0) < 0.2);
        QCOMPARE(widget<QPushButton>("deskNotes")->text(), QStringLiteral("Notes · 1"));
        table->setCurrentCell(0, 0);
        const auto [a, b] = widget<ui::scope::ScopeView>("sessionScope")->cursors();
        QVERIFY(a == note.from && b == note.until);
        tickAnd([] { return true; });
        QTest::mouseClick(widget<QPushButton>("noteRemove"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(tickAnd([&] { return table->rowCount() == 0; }), workerPatienceMs);
    }
    void aNoteWhileItRunsIsACommand() {
        start();
        QApplication::setActiveWindow(window_.get());
        window_->findChild<QAction*>(QStringLiteral("actionNote"))->trigger();
        auto* text = widget<QLineEdit>("noteBarText");
        QVERIFY(text->isVisible() && text->hasFocus());
        widget<QComboBox>("noteBarSpan")->setCurrentIndex(1);
        QTest::keyClicks(text, QStringLiteral("it squeaks"));
        QTest::keyClick(text, Qt::Key_Return);
        const auto notes = stage_->commands.all<session::AddNote>();
        QCOMPARE(notes.size(), std::size_t{1});
        QCOMPARE(notes[0].text, std::string{"it squeaks"});
        QVERIFY(notes[0].ago == std::chrono::seconds{10} && notes[0].lasting == std::chrono::seconds{10});
        QTest::keyClick(text, Qt::Key_Escape);
        QVERIFY(!text->isVisible());
    }
    void statisticsOfARangeStandInATable() {
        stage_->sessions.sessions = {sampleSession("/tmp/a.servolane", "Pick test", 20.0, 1)};
        open();
        QTest::mouseClick(widget<QPushButton>("deskStatistics"), Qt::LeftButton);
        widget<QLineEdit>("rangeFrom")->setText(QStringLiteral("0"));
        auto* to = widget<QLineEdit>("rangeTo");
        to->clear();
        QTest::keyClicks(to, QStringLiteral("10"));
        auto* table = widget<QTableWidget>("statisticsTable");
        QTRY_VERIFY_WITH_TIMEOUT(tickAnd([&] {
                                     stage_->stepReplays();
                                     return table->rowCount() == 3 && table->item(0, 2) &&
                                            table->item(0, 2)->text() == QStringLiteral("501");
                                 }),
                                 workerPatienceMs);
        QVERIFY(table->item(0, 0)->text().startsWith(QStringLiteral("Pan")));
        QVERIFY(widget<ui::RangeStatistics>("rangeStatistics")
                    ->asText()
                    .startsWith(QStringLiteral("Channel\tUnit\tSamples")));
    }
    /// Bug: the field stayed framed in red after its number was mended.
    void aRangeThatWasMendedIsRedNoMore() {
        stage_->sessions.sessions = {sampleSession("/tmp/a.servolane", "Pick test", 20.0, 1)};
        open();
        auto* to = widget<QLineEdit>("rangeTo");
        const auto typed = [to](const QString& text) {
            to->setText(text);
            Q_EMIT to->textEdited(text);
            return to->grab().toImage();
        };
        const QImage valid = typed(QStringLiteral("10"));
        typed(QStringLiteral("x"));
        QVERIFY(to->property("invalid").toBool());
        QCOMPARE(typed(QStringLiteral("10")), valid);
    }
    /// What was given up or cannot be read was left out without a word.
    void statisticsSayWhatIsMissing() {
        telemetry::TraceWriter writer;
        for (int i = 0; i < 10'000; ++i)
            writer.append(Time{std::chrono::milliseconds{i}}, static_cast<float>(i));
        QVERIFY(writer.dropOldestChunk() > 0);
        auto set = std::make_shared<telemetry::TraceSet>();
        set->traces.push_back({AxisId{1}, telemetry::Channel::position, writer.snapshot()});
        ui::RangeStatistics statistics(nullptr);
        statistics.setTraces({{AxisId{1}, telemetry::Channel::position, QStringLiteral("position"), {}}},
                             set);
        const auto* table = find<QTableWidget>(statistics, "statisticsTable");
        const auto* note = find<QLabel>(statistics, "statisticsNote");
        statistics.setRange(ui::TimeRange{Time{std::chrono::seconds{1}}, Time{std::chrono::seconds{9}}});
        statistics.tick();
        QCOMPARE(table->item(0, 0)->text(), QStringLiteral("position (incomplete)"));
        QVERIFY(note->text().contains(QStringLiteral("missing")));
        statistics.setRange(ui::TimeRange{Time{std::chrono::seconds{6}}, Time{std::chrono::seconds{9}}});
        statistics.tick();
        QCOMPARE(table->item(0, 0)->text(), QStringLiteral("position"));
        QVERIFY(!note->text().contains(QStringLiteral("missing")));
    }
    /// Degrees and millimetres had one mean.
    void statisticsAreNotMadeOfTwoUnits() {
        telemetry::TraceWriter writer;
        for (int i = 0; i < 10'000; ++i)
            writer.append(Time{std::chrono::milliseconds{i}}, static_cast<float>(i));
        auto set = std::make_shared<telemetry::TraceSet>();
        set->traces.push_back({AxisId{1}, telemetry::Channel::position, writer.snapshot()});
        ui::RangeStatistics statistics(nullptr);
        statistics.setTraces(
            {{AxisId{1}, telemetry::Channel::position, QStringLiteral("position"), QStringLiteral("mm")}},
            set);
        session::SessionAxis axis;
        axis.id = AxisId{1};
        axis.units[indexOf(telemetry::Channel::position)] = "mm";
        axis.earlier = {{telemetry::Channel::position, Time{std::chrono::seconds{4}}, {1.0, 0.0}, "deg"}};
        statistics.setAxes({axis});
        const auto* table = find<QTableWidget>(statistics, "statisticsTable");
        const auto* note = find<QLabel>(statistics, "statisticsNote");
        const auto show = [&](int from, int to) {
            statistics.setRange(
                ui::TimeRange{Time{std::chrono::seconds{from}}, Time{std::chrono::seconds{to}}});
            statistics.tick();
        };
        show(1, 9);
        QCOMPARE(table->item(0, 0)->text(), QStringLiteral("position (unit changes)"));
        QCOMPARE(table->item(0, 1)->text(), QStringLiteral("deg, mm"));
        QCOMPARE(table->item(0, 6)->text(), QStringLiteral("—"));
        QVERIFY(note->text().contains(QStringLiteral("unit of a channel changes")));
        show(1, 3);
        QCOMPARE(table->item(0, 1)->text(), QStringLiteral("deg"));
        QVERIFY(table->item(0, 6)->text() != QStringLiteral("—"));
        show(4, 9);
        QCOMPARE(table->item(0, 1)->text(), QStringLiteral("mm"));
        QVERIFY(!note->text().contains(QStringLiteral("unit of a channel changes")));
    }
    void aTypedRangeMustLieInTheRecording() {
        stage_->sessions.sessions = {sampleSession("/tmp/a.servolane", "Pick test", 20.0, 1)};
        open();
        QTest::mouseClick(widget<QPushButton>("deskExport"), Qt::LeftButton);
        auto* to = widget<QLineEdit>("rangeTo");
        to->clear();
        QTest::keyClicks(to, QStringLiteral("25"));
        auto* problem = widget<QLabel>("rangeProblem");
        QVERIFY(problem->isVisible());
        QCOMPARE(problem->text(), QStringLiteral("must lie in 0 … 20.000 s, in this order"));
        QTest::mouseClick(widget<QPushButton>("exportStart"), Qt::LeftButton);
        QVERIFY(stage_->exporter.requests.empty());
        to->clear();
        QTest::keyClicks(to, QStringLiteral("0:12.5"));
        QVERIFY(!problem->isVisible());
        QTest::mouseClick(widget<QPushButton>("exportStart"), Qt::LeftButton);
        waitForExport();
        QCOMPARE(*stage_->exporter.requests.at(0).toSeconds, 12.5);
    }
    void anOpenedOneShowsItsTracesAndExportsTheChosenRange() {
        stage_->sessions.sessions = {sampleSession("/tmp/a.servolane", "Pick test", 20.0, 2)};
        open();
        const auto* scope = widget<ui::scope::ScopeView>("sessionScope");
        QCOMPARE(scope->visibleRange().first, Time{std::chrono::seconds{100}});
        QVERIFY(!widget<QLineEdit>("exportPath")->isVisible());
        window_->findChild<QAction*>(QStringLiteral("actionExport"))->trigger();
        QVERIFY(widget<QLineEdit>("exportPath")->isVisible());
        QCOMPARE(widget<QLineEdit>("exportPath")->text(), QStringLiteral("/tmp/a.csv"));
        drag(0.25, 0.5);
        tickAnd([] { return true; });
        QTest::mouseClick(widget<QPushButton>("exportStart"), Qt::LeftButton);
        const QString said = waitForExport();
        QVERIFY2(said.startsWith(QStringLiteral("Wrote 4\u202F800 rows")), qPrintable(said));
        QVERIFY(widget<QPushButton>("exportFolder")->isVisible());
        const auto& request = stage_->exporter.requests.at(0);
        QVERIFY(std::abs(*request.fromSeconds - 5.0) < 0.2);
        QVERIFY(std::abs(*request.toSeconds - 10.0) < 0.2);
    }
    void everyChoiceOfTheExportReachesTheExporter() {
        stage_->sessions.sessions = {sampleSession("/tmp/a.servolane", "Pick test", 20.0, 2)};
        open();
        QTest::mouseClick(widget<QPushButton>("deskExport"), Qt::LeftButton);
        widget<QCheckBox>("exportFacts")->setChecked(true);
        widget<QComboBox>("exportChannels")->setCurrentIndex(2);
        QTest::keyClicks(widget<QLineEdit>("exportPattern"), QStringLiteral("Pan.*, *.current"));
        widget<QComboBox>("exportRows")->setCurrentIndex(3);
        QTest::keyClicks(widget<QLineEdit>("exportRate"), QStringLiteral("12,5"));
        QTest::mouseClick(widget<QPushButton>("exportStart"), Qt::LeftButton);
        waitForExport();
        const auto first = stage_->exporter.requests.at(0);
        QCOMPARE(first.format, std::string{"csv"});
        QVERIFY(first.factsBeside && first.resampling == session::Resampling::mean);
        QCOMPARE(first.rowsPerSecond.value_or(0.0), 12.5);
        QCOMPARE(first.channels, (std::vector<std::string>{"Pan.*", "*.current"}));
        QVERIFY(!first.fromSeconds && !first.toSeconds);
        widget<QComboBox>("exportFormat")->setCurrentIndex(1);
        QCOMPARE(widget<QLineEdit>("exportPath")->text(), QStringLiteral("/tmp/a.mcap"));
        QVERIFY(!widget<QCheckBox>("exportFacts")->isVisible()); // it holds them by itself
        widget<QComboBox>("exportChannels")->setCurrentIndex(1);
        QTest::mouseClick(widget<QPushButton>("exportStart"), Qt::LeftButton);
        waitForExport();
        const auto& second = stage_->exporter.requests.at(1);
        QCOMPARE(second.format, std::string{"mcap"});
        QVERIFY(!second.factsBeside);
        QCOMPARE(second.channels, (std::vector<std::string>{"Pan.setpoint", "Pan.position", "Pan.current"}));
    }
    void theFirstRowsAndTheSizeAreShownBefore() {
        stage_->sessions.sessions = {sampleSession("/tmp/a.servolane", "Pick test", 20.0, 1)};
        open();
        QTest::mouseClick(widget<QPushButton>("deskExport"), Qt::LeftButton);
        auto* table = widget<QTableWidget>("exportPreview");
        QTRY_VERIFY_WITH_TIMEOUT(tickAnd([&] {
                                     stage_->clock.advance(std::chrono::milliseconds{50});
                                     return table->rowCount() == 5;
                                 }),
                                 workerPatienceMs);
        QCOMPARE(table->horizontalHeaderItem(2)->text(), QStringLiteral("Pan.position[deg]"));
        QCOMPARE(table->item(1, 2)->text(), QStringLiteral("12.5"));
        const QString size = widget<QLabel>("exportSize")->text();
        QVERIFY2(size.startsWith(QStringLiteral("about 4\u202F800 rows, about 510 kB")), qPrintable(size));
    }
    /// The one before was still "Wrote …" while the next was set up, and the buttons moved when it ended.
    void theNextExportIsSetUpWhereTheLastOneStood() {
        stage_->sessions.sessions = {sampleSession("/tmp/a.servolane", "Pick test", 20.0, 1)};
        open();
        QTest::mouseClick(widget<QPushButton>("deskExport"), Qt::LeftButton);
        auto* start = widget<QPushButton>("exportStart");
        const auto place = [&] {
            QTest::qWait(0); // laid out
            return start->mapTo(window_.get(), QPoint());
        };
        place();
        window_->tick();
        const QPoint before = place();
        QTest::mouseClick(start, Qt::LeftButton);
        window_->tick();
        QCOMPARE(place(), before);
        QVERIFY(waitForExport().startsWith(QStringLiteral("Wrote")));
        QCOMPARE(place(), before);
        widget<QComboBox>("exportRows")->setCurrentIndex(1);
        QVERIFY(!widget<QLabel>("exportResult")->isVisible());
        QVERIFY(!widget<QPushButton>("exportFolder")->isVisible());
        QCOMPARE(place(), before);
    }
    /// One had to be exported after the other.
    void severalRecordingsAreExportedAtOnce() {
        const QTemporaryDir folder;
        for (const char* name : {"a", "b", "c"})
            stage_->sessions.sessions.push_back(
                sampleSession(std::string{"/tmp/"} + name + ".servolane", name, 20.0, 1));
        start();
        auto* several = widget<QWidget>("severalExport");
        QVERIFY(!several->isVisible());
        auto* view = list(3);
        const auto click = [&](int row, Qt::KeyboardModifiers keys) {
            QTest::mouseClick(view->viewport(), Qt::LeftButton, keys,
                              view->visualRect(view->model()->index(row, 0)).center());
        };
        click(0, {});
        click(2, Qt::ControlModifier);
        window_->tick();
        QVERIFY(several->isVisible());
        QVERIFY(!widget<QPushButton>("sessionDelete")->isEnabled());
        QVERIFY(widget<QLabel>("severalTitle")->text().startsWith(QStringLiteral("2 recordings selected")));
        widget<QLineEdit>("severalFolder")->setText(QStringLiteral("/nowhere"));
        QTest::mouseClick(widget<QPushButton>("severalStart"), Qt::LeftButton);
        QCOMPARE(widget<QLabel>("severalResult")->text(), QStringLiteral("There is no folder /nowhere"));
        widget<QLineEdit>("severalFolder")->setText(folder.path());
        QTest::mouseClick(widget<QPushButton>("severalStart"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(
            tickAnd([&] {
                return widget<QLabel>("severalResult")->text().startsWith(QStringLiteral("Wrote 2 files"));
            }),
            workerPatienceMs);
        QCOMPARE(stage_->exporter.requests.size(), std::size_t{2});
        QVERIFY(stage_->exporter.requests[0].outPath.starts_with(folder.path().toStdString()));
        QVERIFY(stage_->exporter.requests[0].outPath != stage_->exporter.requests[1].outPath);
        click(1, {});
        window_->tick();
        QVERIFY(!several->isVisible());
        QVERIFY(widget<QPushButton>("sessionDelete")->isEnabled());
    }
    void aFailedExportStaysVisible() {
        stage_->sessions.sessions = {sampleSession("/tmp/a.servolane", "Pick test", 20.0, 1)};
        stage_->exporter.failure = Error{ErrorCode::diskFull, "/tmp/a.csv"};
        open();
        QTest::mouseClick(widget<QPushButton>("deskExport"), Qt::LeftButton);
        QTest::mouseClick(widget<QPushButton>("exportStart"), Qt::LeftButton);
        QCOMPARE(waitForExport(), QStringLiteral("The disk is full: /tmp/a.csv"));
        QVERIFY(!widget<QPushButton>("exportFolder")->isVisible());
    }
    void aPlaceOfTheRecordingIsFoundByItsCondition() {
        stage_->sessions.sessions = {sampleSession("/tmp/a.servolane", "Pick test", 20.0, 1)};
        open();
        auto* scope = widget<ui::scope::ScopeView>("sessionScope");
        auto* finder = widget<ui::TriggerFinder>("triggerFinder");
        QVERIFY(!finder->isVisible());
        action("finderShow")->trigger();
        QVERIFY(finder->isVisible());
        // Position swings between 20 and 110 degrees, up every four seconds.
        auto* source = finder->findChild<QComboBox*>(QStringLiteral("triggerSource"));
        source->setCurrentIndex(source->findText(QStringLiteral("Pan position")));
        Q_EMIT source->activated(source->currentIndex());
        auto* level = finder->findChild<QLineEdit*>(QStringLiteral("triggerLevel"));
        level->selectAll();
        QTest::keyClicks(level, QStringLiteral("65"));
        QTest::keyClick(level, Qt::Key_Return);
        const auto next = [&](const char* name) {
            action(name)->trigger();
            return tickUntil([&] { return !finder->isRunning(); });
        };
        const Time start = Time{std::chrono::seconds{100}};
        // They named keys that did something else.
        QVERIFY(action("finderNext")->toolTip().endsWith(QStringLiteral("(F3)")));
        QVERIFY(action("finderPrevious")->toolTip().endsWith(QStringLiteral("(Shift+F3)")));
        QVERIFY(next("finderNext"));
        const auto first = scope->cursors().first;
        QVERIFY(first);
        QVERIFY2(std::abs(seconds(*first - start) - 0.63) < 0.05,
                 qPrintable(QString::number(seconds(*first - start))));
        QVERIFY(next("finderNext"));
        QVERIFY(std::abs(seconds(*scope->cursors().first - *first) - 4.0) < 0.05);
        QVERIFY(next("finderPrevious"));
        QVERIFY(*scope->cursors().first == *first);
        QVERIFY(next("finderPrevious"));
        QCOMPARE(widget<QLabel>("finderText")->text(), QStringLiteral("Not met before"));
        QVERIFY(*scope->cursors().first == *first);
    }
    /// A click on a mark of the lane did nothing here.
    /// It proposed the hidden folder of the store, and another one could only be typed.
    void theFileOfAnExportIsChosenInADialogThatHoldsNothingUp() {
        stage_->sessions.sessions = {sampleSession("/tmp/a.servolane", "Pick test", 20.0, 1)};
        open();
        QTest::mouseClick(widget<QPushButton>("deskExport"), Qt::LeftButton);
        QTest::mouseClick(widget<QPushButton>("exportBrowse"), Qt::LeftButton);
        auto* dialog = widget<QFileDialog>("exportDialog");
        QVERIFY(dialog && dialog->isVisible() && !dialog->isModal());
        // Their pictures had shrunk to dots.
        auto* up = dialog->findChild<QToolButton*>(QStringLiteral("toParentButton"));
        const QImage button = up->grab().toImage();
        int seen = 0;
        for (int y = 4; y < button.height() - 4; ++y)
            for (int x = 4; x < button.width() - 4; ++x)
                seen += button.pixel(x, y) != button.pixel(4, 4) ? 1 : 0;
        QVERIFY2(seen > 60, qPrintable(QString::number(seen)));
        Q_EMIT dialog->fileSelected(QStringLiteral("/tmp/elsewhere/jam"));
        QVERIFY(widget<QLineEdit>("exportPath")->text().startsWith(QStringLiteral("/tmp/elsewhere/jam.")));
        dialog->close();
    }
    void anEventOfTheLaneIsGoneTo() {
        stage_->sessions.sessions = {sampleSession("/tmp/a.servolane", "Pick test", 20.0, 1)};
        open();
        auto* scope = widget<ui::scope::ScopeView>("sessionScope");
        const Time at = Time{std::chrono::seconds{106}}; // of the second of its events
        Q_EMIT scope->eventActivated(CommandId{}, at);
        QVERIFY(scope->cursors().first == at);
        auto* marks = widget<QListWidget>("sessionMarks");
        QVERIFY2(marks->currentItem() && marks->currentItem()->text().contains(QStringLiteral("6.00 s")),
                 qPrintable(marks->currentItem() ? marks->currentItem()->text() : QString()));
    }
    void anEventNamesItsAxis() {
        stage_->sessions.sessions = {sampleSession("/tmp/a.servolane", "Pick test", 20.0, 2)};
        open();
        QCOMPARE(widget<QListWidget>("sessionMarks")->item(0)->text(),
                 QStringLiteral("\u20072.00 s  Pan: Arrived at 110.0°"));
    }
    /// The segment that the flight recorder is writing was "not closed cleanly: up to 0.25 s may be missing".
    void whatIsBeingWrittenSaysSo() {
        auto summary = sampleSession("/tmp/a.servolane", "Pick test", 20.0, 1);
        summary.closedCleanly = false;
        stage_->sessions.sessions = {summary};
        stage_->recording.flight = session::RecordingView{};
        stage_->recording.flight->path = "/tmp/a.servolane";
        stage_->publish();
        open();
        tickAnd([] { return true; });
        const auto* facts = widget<QLabel>("sessionFacts");
        QVERIFY2(facts->text().contains(QStringLiteral("being written now")), qPrintable(facts->text()));
        QVERIFY(!facts->text().contains(QStringLiteral("cleanly")));
        stage_->recording.flight.reset();
        stage_->publish();
        tickAnd([] { return true; });
        QVERIFY2(facts->text().contains(QStringLiteral("choose it again")), qPrintable(facts->text()));
    }
    void anEventOutsideOfTheShownRangeIsScrolledTo() {
        stage_->sessions.sessions = {sampleSession("/tmp/a.servolane", "Pick test", 20.0, 1)};
        open();
        drag(0.6, 0.8);
        auto* scope = widget<ui::scope::ScopeView>("sessionScope");
        const Time at = Time{std::chrono::seconds{106}};
        QVERIFY(scope->visibleRange().first > at);
        widget<QListWidget>("sessionMarks")->setCurrentRow(1);
        QVERIFY(scope->cursors().first == at);
        QVERIFY(scope->visibleRange().first <= at && at <= scope->visibleRange().second);
    }
    /// They stood in the next recording, hours beside it, and read its last values.
    void cursorsGoWithTheirRecording() {
        stage_->sessions.sessions = {sampleSession("/tmp/a.servolane", "Pick test", 20.0, 1),
                                     sampleSession("/tmp/b.servolane", "Place test", 20.0, 1)};
        start();
        auto* view = list(2);
        auto* scope = widget<ui::scope::ScopeView>("sessionScope");
        chooseTitled(view, QStringLiteral("Pick test"));
        scope->setCursors(Time{std::chrono::seconds{101}}, Time{std::chrono::seconds{104}});
        chooseTitled(view, QStringLiteral("Place test"));
        QVERIFY(!scope->cursors().first && !scope->cursors().second);
    }
    void theViewOfARecordingIsSavedAndItsLayoutToo() {
        stage_->sessions.sessions = {sampleSession("/tmp/a.servolane", "Pick test", 20.0, 1)};
        open();
        auto* scope = widget<ui::scope::ScopeView>("sessionScope");
        const QString csv = stage_->folder.path() + QStringLiteral("/view.csv");
        scope->findChild<ui::ScopeExport*>(QStringLiteral("scopeExport"))->saveTable(csv);
        QVERIFY(tickUntil([&] { return QFile::exists(csv); }));
        QFile file(csv);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readLine(),
                 QByteArray("time_s,utc,Pan.setpoint[deg],Pan.position[deg],Pan.current[A]\r\n"));
        QVERIFY(file.readLine().contains("2026-")); // dated by the recording
        // … and by the pairs of clocks in it, as an export is: it was dated by its start alone.
        QByteArray last;
        while (!file.atEnd())
            last = file.readLine();
        const QList<QByteArray> cells = last.split(',');
        const auto utc = QDateTime::fromString(QString::fromLatin1(cells[1].left(23)), Qt::ISODateWithMs);
        const auto started = QDateTime::fromMSecsSinceEpoch(1'795'446'000'000, Qt::UTC);
        const double since = static_cast<double>(utc.toMSecsSinceEpoch() + utc.offsetFromUtc() * 1000 -
                                                 started.toMSecsSinceEpoch());
        const double asked = cells[0].toDouble() * 1e3;
        QVERIFY2(asked > 5e3 && std::abs(since - asked * 1.001) < 2.0, last.constData());
        auto* layouts = scope->findChild<ui::ScopeLayouts*>(QStringLiteral("layoutRow"));
        layouts->saveAs(QStringLiteral("Session"));
        QVERIFY(tickUntil([&] { return !layouts->isBusy(); }));
        scope->setTraces({});
        layouts->load(QStringLiteral("Session"));
        QVERIFY(tickUntil([&] { return !layouts->isBusy(); }));
        QCOMPARE(scope->traces().size(), std::size_t{3});
    }
    void aFileThatIsGoneSaysSo() {
        stage_->sessions.sessions = {sampleSession("/tmp/a.servolane", "Pick test", 20.0, 1)};
        start();
        auto* view = list(1);
        stage_->sessions.sessions.clear();
        view->setCurrentIndex(view->model()->index(0, 0));
        auto* failure = widget<QLabel>("openFailure");
        QTRY_VERIFY_WITH_TIMEOUT(tickAnd([failure] { return failure->isVisible(); }), workerPatienceMs);
        QVERIFY(failure->text().startsWith(QStringLiteral("Not found")));
    }
    void aJobIsCancelledByItsOwnersEnd() {
        std::promise<void> started;
        bool sawCancel = false;
        {
            ui::BackgroundJob<int> job;
            job.start(
                [&](session::JobProgress& progress) {
                    started.set_value();
                    while (!progress.cancel)
                        std::this_thread::yield();
                    sawCancel = true;
                    return 1;
                },
                Time{});
            started.get_future().wait();
            QVERIFY(job.isRunning());
            QVERIFY(!job.take().has_value());
        }
        QVERIFY(sawCancel);
    }
    void theEstimateFollowsTheSpeedSoFar() {
        QCOMPARE(ui::JobStrip::estimate(std::chrono::seconds{2}, 0.25), Duration{std::chrono::seconds{6}});
        QCOMPARE(ui::JobStrip::estimate(std::chrono::seconds{2}, 0.0), Duration{});
    }
    void cleanup() { window_.reset(); }

private:
    void chooseTitled(QListView* view, const QString& wanted) {
        for (int row = 0; row < view->model()->rowCount(); ++row)
            if (view->model()->index(row, 0).data(ui::RowDelegate::titleRole).toString() == wanted)
                view->setCurrentIndex(view->model()->index(row, 0));
        auto* title = widget<QLabel>("sessionTitle");
        QTRY_VERIFY_WITH_TIMEOUT(tickAnd([&] { return title->isVisible() && title->text() == wanted; }),
                                 workerPatienceMs);
    }
    void start() {
        window_ = std::make_unique<ui::MainWindow>(stage_->context());
        window_->show();
        window_->chooseWorkspace(ui::Workspace::sessions);
    }
    void open() {
        start();
        auto* view = list(1);
        view->setCurrentIndex(view->model()->index(0, 0));
        auto* title = widget<QLabel>("sessionTitle");
        QTRY_VERIFY_WITH_TIMEOUT(tickAnd([title] { return title->text() == QStringLiteral("Pick test"); }),
                                 workerPatienceMs);
    }
    /// Once it has so many rows.
    QListView* list(int rows) {
        auto* view = widget<QListView>("sessionList");
        if (!QTest::qWaitFor([&] { return tickAnd([&] { return view->model()->rowCount() == rows; }); },
                             workerPatienceMs))
            qWarning("the list has %d rows", view->model()->rowCount());
        return view;
    }
    /// Shares of the recording, in the overview.
    void drag(double from, double to) {
        auto* overview = widget<ui::RangeOverview>("rangeOverview");
        const auto place = [&](double share) {
            return QPoint(static_cast<int>(overview->width() * share), 10);
        };
        QTest::mousePress(overview, Qt::LeftButton, {}, place(from));
        QTest::mouseMove(overview, place(to));
        QTest::mouseRelease(overview, Qt::LeftButton, {}, place(to));
    }
    QString waitForExport() {
        auto* result = widget<QLabel>("exportResult");
        const bool ended =
            QTest::qWaitFor([&] { return tickAnd([&] { return result->isVisible(); }); }, workerPatienceMs);
        return ended ? result->text() : QStringLiteral("the export did not end");
    }
    template <class Widget>
    Widget* widget(const char* name) {
        return window_->findChild<Widget*>(QString::fromLatin1(name));
    }
    QAction* action(const char* name) {
        auto* found = window_->findChild<QAction*>(QString::fromLatin1(name));
        if (!found) qFatal("no action named %s", name);
        return found;
    }
    template <class Condition>
    bool tickUntil(Condition condition) {
        return QTest::qWaitFor(
            [&] {
                stage_->stepReplays();
                window_->tick();
                return condition();
            },
            workerPatienceMs);
    }
    template <class Condition>
    bool tickAnd(Condition condition) {
        window_->tick();
        return condition();
    }

    std::unique_ptr<Stage> stage_;
    std::unique_ptr<ui::MainWindow> window_;
};

} // namespace servolane::tests

using namespace servolane::tests;
SERVOLANE_TEST(SessionsTest)
#include "sessions_test.moc"
