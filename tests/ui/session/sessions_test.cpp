// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/test_registry.h"
#include "tests/ui/stage.h"
#include "ui/scope/scope_view.h"
#include "ui/session/background_job.h"
#include "ui/session/range_overview.h"
#include "ui/session/trigger_finder.h"
#include "ui/shell/main_window.h"
#include "ui/telemetry/scope_export.h"
#include "ui/telemetry/scope_layouts.h"
#include "ui/widgets/job_strip.h"
#include "ui/widgets/row_delegate.h"

#include <QtCore/QFile>
#include <QtGui/QAction>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
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
        QTest::mouseClick(widget<QPushButton>("emptyRecord"), Qt::LeftButton);
        QCOMPARE(stage_->commands.all<session::StartRecording>().size(), std::size_t{1});
    }
    void recordingsAreListedWithTheirFigures() {
        stage_->sessions.sessions = {sampleSession("/tmp/a.servolane", "Pick test", 92.0, 3)};
        start();
        auto* list = widget<QTreeWidget>("sessionList");
        QTRY_VERIFY_WITH_TIMEOUT(tickAnd([list] { return list->topLevelItemCount() == 1; }),
                                 workerPatienceMs);
        const QTreeWidgetItem* item = list->topLevelItem(0);
        QCOMPARE(item->data(0, ui::RowDelegate::titleRole).toString(), QStringLiteral("Pick test"));
        QVERIFY(item->data(0, ui::RowDelegate::badgeRole).toBool());
        const QString detail = item->data(0, ui::RowDelegate::detailRole).toString();
        QVERIFY2(detail.contains(QStringLiteral("00:01:32 · 3 axes · 331.2 kB")), qPrintable(detail));
        QCOMPARE(item->data(0, ui::RowDelegate::moreRole).toString(),
                 QStringLiteral("55\u202F200 samples · 0 lost"));
    }
    void anOpenedOneShowsItsTracesAndExportsTheChosenRange() {
        stage_->sessions.sessions = {sampleSession("/tmp/a.servolane", "Pick test", 20.0, 2)};
        open();
        const auto* scope = widget<ui::scope::ScopeView>("sessionScope");
        QCOMPARE(scope->visibleRange().first, Time{std::chrono::seconds{100}});
        QCOMPARE(widget<QLineEdit>("exportPath")->text(), QStringLiteral("/tmp/a.csv"));
        auto* overview = widget<ui::RangeOverview>("rangeOverview");
        const int y = 10;
        QTest::mousePress(overview, Qt::LeftButton, {}, QPoint(overview->width() / 4, y));
        QTest::mouseMove(overview, QPoint(overview->width() / 2, y));
        QTest::mouseRelease(overview, Qt::LeftButton, {}, QPoint(overview->width() / 2, y));
        QTest::mouseClick(widget<QPushButton>("exportCsv"), Qt::LeftButton);
        auto* result = widget<QLabel>("exportResult");
        QTRY_VERIFY_WITH_TIMEOUT(tickAnd([result] { return result->isVisible(); }), workerPatienceMs);
        QVERIFY2(result->text().startsWith(QStringLiteral("Wrote 4\u202F800 rows")),
                 qPrintable(result->text()));
        const auto& request = stage_->exporter.requests.at(0);
        QVERIFY(std::abs(*request.fromSeconds - 5.0) < 0.2);
        QVERIFY(std::abs(*request.toSeconds - 10.0) < 0.2);
    }
    void aFailedExportStaysVisible() {
        stage_->sessions.sessions = {sampleSession("/tmp/a.servolane", "Pick test", 20.0, 1)};
        stage_->exporter.failure = Error{ErrorCode::diskFull, "/tmp/a.csv"};
        open();
        QTest::mouseClick(widget<QPushButton>("exportCsv"), Qt::LeftButton);
        auto* result = widget<QLabel>("exportResult");
        QTRY_VERIFY_WITH_TIMEOUT(tickAnd([result] { return result->isVisible(); }), workerPatienceMs);
        QCOMPARE(result->text(), QStringLiteral("The disk is full: /tmp/a.csv"));
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
                 QByteArray("time_s,utc,Pan setpoint[deg],Pan position[deg],Pan current[A]\r\n"));
        QVERIFY(file.readLine().contains("2026-")); // dated by the recording
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
        auto* list = widget<QTreeWidget>("sessionList");
        QTRY_VERIFY_WITH_TIMEOUT(tickAnd([list] { return list->topLevelItemCount() == 1; }),
                                 workerPatienceMs);
        stage_->sessions.sessions.clear();
        list->setCurrentItem(list->topLevelItem(0));
        auto* failure = widget<QLabel>("sessionFailure");
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
    void start() {
        window_ = std::make_unique<ui::MainWindow>(stage_->context());
        window_->show();
        window_->chooseWorkspace(ui::Workspace::sessions);
    }
    void open() {
        start();
        auto* list = widget<QTreeWidget>("sessionList");
        QTRY_VERIFY_WITH_TIMEOUT(tickAnd([list] { return list->topLevelItemCount() == 1; }),
                                 workerPatienceMs);
        list->setCurrentItem(list->topLevelItem(0));
        auto* title = widget<QLabel>("sessionTitle");
        QTRY_VERIFY_WITH_TIMEOUT(tickAnd([title] { return title->text() == QStringLiteral("Pick test"); }),
                                 workerPatienceMs);
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
