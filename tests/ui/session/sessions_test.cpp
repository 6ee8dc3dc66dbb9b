// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/test_registry.h"
#include "tests/ui/stage.h"
#include "ui/scope/scope_view.h"
#include "ui/session/background_job.h"
#include "ui/session/range_overview.h"
#include "ui/shell/main_window.h"
#include "ui/widgets/job_strip.h"
#include "ui/widgets/row_delegate.h"

#include <QtTest/QTest>
#include <QtWidgets/QApplication>
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
