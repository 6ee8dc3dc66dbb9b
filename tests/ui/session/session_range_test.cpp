// SPDX-License-Identifier: GPL-3.0-or-later
// What is done with a range of an opened recording: notes, statistics, keeping, looking for places.
// Qt's first (through the registry): moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include "tests/support/test_registry.h"

#include "core/telemetry/read/trace_writer.h"
#include "tests/ui/session/sessions_stage.h"
#include "ui/scope/cursor_readout.h"
#include "ui/scope/scope_view.h"
#include "ui/session/range_statistics.h"
#include "ui/session/trigger_finder.h"

#include <QtGui/QAction>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableWidget>

namespace servolane::tests {

class SessionRangeTest : public SessionsStage {
    Q_OBJECT
private Q_SLOTS:
    void init() { setUp(); }
    void cleanup() { tearDown(); }

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
        // Bug: it did not say that it goes into what runs, and not into the recording that is shown.
        const auto* target = widget<QLabel>("noteBarTarget");
        const auto saysOf = [&](bool named, bool flight) {
            stage_->recording = {};
            if (named) stage_->recording.named.emplace().name = "Belt";
            if (flight) stage_->recording.flight.emplace();
            stage_->publish();
            tickAnd([] { return true; });
            return target->text();
        };
        QCOMPARE(saysOf(true, true), QStringLiteral("goes into the running recording Belt"));
        QCOMPARE(saysOf(false, true), QStringLiteral("goes into the running flight recorder"));
        QCOMPARE(saysOf(false, false), QStringLiteral("nothing records now"));
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
        QCOMPARE(table->item(0, 1)->text(), QStringLiteral("°, mm"));
        QCOMPARE(table->item(0, 6)->text(), QStringLiteral("—"));
        QVERIFY(note->text().contains(QStringLiteral("unit of a channel changes")));
        show(1, 3);
        QCOMPARE(table->item(0, 1)->text(), QStringLiteral("°"));
        QVERIFY(table->item(0, 6)->text() != QStringLiteral("—"));
        show(4, 9);
        QCOMPARE(table->item(0, 1)->text(), QStringLiteral("mm"));
        QVERIFY(!note->text().contains(QStringLiteral("unit of a channel changes")));
    }
    /// "Axis 1 setpo…" stood beside figures with room to spare.
    void namesInTheStatisticsAreNotCut() {
        ui::RangeStatistics statistics(nullptr);
        telemetry::TraceWriter writer;
        for (int second = 0; second < 10; ++second)
            writer.append(Time{std::chrono::seconds{second}}, static_cast<float>(second));
        auto set = std::make_shared<telemetry::TraceSet>();
        set->traces.push_back({AxisId{1}, telemetry::Channel::position, writer.snapshot()});
        statistics.setTraces(
            {{AxisId{1}, telemetry::Channel::position, "Gripper left velocity setpoint", "°"}}, set);
        statistics.setRange(ui::TimeRange{Time{}, Time{std::chrono::seconds{9}}});
        statistics.show();
        const auto* table = find<QTableWidget>(statistics, "statisticsTable");
        for (const int width : {1200, 500, 900}) {
            statistics.resize(width, 200);
            statistics.tick();
            QTest::qWait(0); // laid out
            QVERIFY(table->columnWidth(0) >=
                    static_cast<const QAbstractItemView*>(table)->sizeHintForColumn(0));
        }
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
        // Bug: it stood between two samples, and what it read was below the level that had been reached.
        const auto reads = [&] {
            const auto set = scope->traceSet();
            return set->find(AxisId{1}, telemetry::Channel::position)
                ->trace->valueAt(*scope->cursors().first);
        };
        QVERIFY(reads() && reads()->time == *first);
        QVERIFY2(reads()->value >= 65.0F, qPrintable(QString::number(reads()->value)));
        QVERIFY(next("finderNext"));
        QVERIFY(reads()->value >= 65.0F);
        QVERIFY(std::abs(seconds(*scope->cursors().first - *first) - 4.0) < 0.05);
        QVERIFY(next("finderPrevious"));
        QVERIFY(*scope->cursors().first == *first);
        QVERIFY(next("finderPrevious"));
        QCOMPARE(widget<QLabel>("finderText")->text(), QStringLiteral("Not met before"));
        QVERIFY(*scope->cursors().first == *first);
        // With any hysteresis: it tells which crossings count, not where they are.
        auto* hysteresis = finder->findChild<QLineEdit*>(QStringLiteral("triggerHysteresis"));
        for (const char* each : {"20", "0"}) {
            hysteresis->selectAll();
            QTest::keyClicks(hysteresis, QString::fromLatin1(each));
            QTest::keyClick(hysteresis, Qt::Key_Return);
            scope->setCursors(start, std::nullopt);
            QVERIFY(next("finderNext"));
            QVERIFY(*scope->cursors().first == *first);
        }
        // From between two samples, either way leads to one that lies there.
        scope->setCursors(*first - Duration{1}, std::nullopt);
        QVERIFY(next("finderNext"));
        QVERIFY(*scope->cursors().first == *first);
        scope->setCursors(*first + Duration{1}, std::nullopt);
        QVERIFY(next("finderPrevious"));
        QVERIFY(*scope->cursors().first == *first);
    }
    /// Bug: in a low window the readings of the cursors were drawn over the traces.
    void aLowWindowKeepsTheReadingsApartFromTheTraces() {
        stage_->sessions.sessions = {sampleSession("/tmp/a.servolane", "Pick test", 20.0, 1)};
        open();
        window_->resize(1280, 800);
        auto* scope = widget<ui::scope::ScopeView>("sessionScope");
        auto* readout = scope->findChild<ui::scope::CursorReadout*>();
        action("finderShow")->trigger();
        scope->setCursors(Time{std::chrono::seconds{102}}, std::nullopt);
        for (const char* page : {"deskExport", "deskNotes", "deskStatistics", "deskKeep"}) {
            QTest::mouseClick(widget<QPushButton>(page), Qt::LeftButton);
            tickAnd([] { return true; });
            QTRY_VERIFY2(readout->isVisible() && scope->height() >= scope->minimumSizeHint().height(),
                         qPrintable(QStringLiteral("%1: %2 of %3")
                                        .arg(page)
                                        .arg(scope->height())
                                        .arg(scope->minimumSizeHint().height())));
            QVERIFY(readout->geometry().top() >= 0);
        }
    }
    void oneCursorHasOneColumn() {
        stage_->sessions.sessions = {sampleSession("/tmp/a.servolane", "Pick test", 20.0, 1)};
        open();
        auto* scope = widget<ui::scope::ScopeView>("sessionScope");
        scope->setCursors(Time{std::chrono::seconds{102}}, std::nullopt);
        tickAnd([] { return true; });
        auto* table = scope->findChild<ui::scope::CursorReadout*>()->findChild<QTableWidget*>();
        QVERIFY(!table->isColumnHidden(1));
        for (int column = 2; column < table->columnCount(); ++column)
            QVERIFY2(table->isColumnHidden(column), qPrintable(QString::number(column)));
        scope->setCursors(Time{std::chrono::seconds{102}}, Time{std::chrono::seconds{103}});
        tickAnd([] { return true; });
        for (int column = 1; column < table->columnCount(); ++column)
            QVERIFY2(!table->isColumnHidden(column), qPrintable(QString::number(column)));
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
        auto* view = listOfTwo();
        auto* scope = widget<ui::scope::ScopeView>("sessionScope");
        chooseTitled(view, QStringLiteral("Pick test"));
        scope->setCursors(Time{std::chrono::seconds{101}}, Time{std::chrono::seconds{104}});
        chooseTitled(view, QStringLiteral("Place test"));
        QVERIFY(!scope->cursors().first && !scope->cursors().second);
    }
    /// Bug: the lane stayed limited to an id that means another axis there, or none.
    void theAxisOfTheLaneGoesWithItsRecording() {
        auto* view = listOfTwo();
        auto* scope = widget<ui::scope::ScopeView>("sessionScope");
        chooseTitled(view, QStringLiteral("Pick test"));
        ui::scope::LaneFilter filter;
        filter.axis = AxisId{3};
        scope->setLaneFilter(filter);
        chooseTitled(view, QStringLiteral("Place test"));
        QVERIFY(scope->look().lane.axis == AxisId{});
    }

private:
    QListView* listOfTwo() {
        stage_->sessions.sessions = {sampleSession("/tmp/a.servolane", "Pick test", 20.0, 1),
                                     sampleSession("/tmp/b.servolane", "Place test", 20.0, 1)};
        start();
        return list(2);
    }
};

} // namespace servolane::tests

using namespace servolane::tests;
SERVOLANE_TEST(SessionRangeTest)
#include "session_range_test.moc"
