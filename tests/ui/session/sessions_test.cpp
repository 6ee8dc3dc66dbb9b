// SPDX-License-Identifier: GPL-3.0-or-later
// Recordings in their workspace: listed, found, named, thrown away.
// Qt's first (through the registry): moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include "tests/support/test_registry.h"

#include "tests/ui/session/sessions_stage.h"
#include "ui/scope/scope_view.h"
#include "ui/session/session_filter.h"
#include "ui/session/session_view.h"
#include "ui/widgets/row_delegate.h"

#include <QtCore/QFile>
#include <QtTest/QTest>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListView>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTreeWidget>

namespace servolane::tests {

class SessionsTest : public SessionsStage {
    Q_OBJECT
private Q_SLOTS:
    void init() { setUp(); }
    void cleanup() { tearDown(); }

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
    /// Bug: one whose -wal was missing was listed as a recording of nothing.
    void aRecordingThatLacksItsLogIsNotListedAsWhole() {
        auto session = sampleSession("/tmp/a.servolane", "Pick test", 92.0, 3);
        session.walDamage = "/tmp/a.servolane: its -wal is missing";
        stage_->sessions.sessions = {session};
        start();
        const auto item = list(1)->model()->index(0, 0);
        QVERIFY(item.data(ui::RowDelegate::moreRole).toString().startsWith(QStringLiteral("not whole · ")));
        QCOMPARE(item.data(Qt::ToolTipRole).toString(), QString::fromStdString(session.walDamage));
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
    /// Bug: all of them were "flight_2026-11-28_0…".
    void segmentsOfTheFlightRecorderAreToldByTheirTime() {
        auto segment = sampleSession("/tmp/flight_2026.servolane", "flight_2026", 42.0, 1);
        const QString name = QStringLiteral("flight_2026");
        const QDate day = QDateTime::fromString(ui::recordingDate(segment.startedUtc),
                                                QStringLiteral("yyyy-MM-dd hh:mm:ss"))
                              .date();
        QCOMPARE(ui::recordingTitle(segment, day), name); // a recording has the name that it was given
        segment.flightSegment = true;
        const QString from = ui::recordingDate(segment.startedUtc).mid(11);
        const QString until = ui::recordingDate(segment.startedUtc + std::chrono::seconds{42}).mid(11);
        QCOMPARE(ui::recordingTitle(segment, day), from + QStringLiteral(" – ") + until);
        QCOMPARE(ui::recordingTitle(segment, day.addDays(1)),
                 day.toString(QStringLiteral("MM-dd ")) + from + QStringLiteral(" – ") + until);
        segment.name = "Jam";
        QCOMPARE(ui::recordingTitle(segment, day), QStringLiteral("Jam"));
    }
    /// Bug: each recording that was opened used up colours of the live axes, by the numbers of its own.
    void aRecordingHasTheColoursOfTheLiveAxesOfItsNamesAndUsesUpNone() {
        stage_->addSimulatedBus(3); // Pan, Lift, Grip
        ui::scope::AxisColours live;
        QCOMPARE(live.numberOf(AxisId{2}), std::size_t{0});
        QCOMPARE(live.numberOf(AxisId{3}), std::size_t{1});
        const auto own = ui::coloursOfRecording({{AxisId{2}, "Other", "ttyUSB0", 9},
                                                 {AxisId{7}, "Grip", "ttyUSB0", 3},
                                                 {AxisId{9}, "Lift", "ttyUSB0", 2}},
                                                live, stage_->axes);
        QCOMPARE(own->numberOf(AxisId{7}), std::size_t{1});
        QCOMPARE(own->numberOf(AxisId{9}), std::size_t{0});
        QCOMPARE(own->numberOf(AxisId{2}), std::size_t{2}); // of the same id, but another axis
        QVERIFY(!live.find(AxisId{7}));
        QCOMPARE(live.numberOf(AxisId{1}), std::size_t{2});
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
};

} // namespace servolane::tests

using namespace servolane::tests;
SERVOLANE_TEST(SessionsTest)
#include "sessions_test.moc"
