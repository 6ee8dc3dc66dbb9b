// SPDX-License-Identifier: GPL-3.0-or-later
// What is written of a recording, or of several: formats, previews, failures.
// Qt's first (through the registry): moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include "tests/support/test_registry.h"

#include "tests/ui/session/sessions_stage.h"
#include "ui/scope/scope_view.h"
#include "ui/session/background_job.h"
#include "ui/telemetry/scope_export.h"
#include "ui/telemetry/scope_layouts.h"
#include "ui/widgets/job_strip.h"

#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtGui/QAction>
#include <QtTest/QTest>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableWidget>
#include <QtWidgets/QToolButton>
#include <future>

namespace servolane::tests {

class SessionExportTest : public SessionsStage {
    Q_OBJECT
private Q_SLOTS:
    void init() { setUp(); }
    void cleanup() { tearDown(); }

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
    /// The next one would replace what was just written, and nothing said so until something was changed.
    void whatWasJustWrittenIsSaidToBeReplaced() {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("a.csv"));
        stage_->sessions.sessions = {sampleSession("/tmp/a.servolane", "Pick test", 20.0, 1)};
        open();
        QTest::mouseClick(widget<QPushButton>("deskExport"), Qt::LeftButton);
        auto* field = widget<QLineEdit>("exportPath");
        field->clear();
        QTest::keyClicks(field, path);
        const auto* size = widget<QLabel>("exportSize");
        const auto says = [&](const QString& words) {
            return QTest::qWaitFor(
                [&] {
                    stage_->clock.advance(std::chrono::milliseconds{50});
                    return tickAnd([&] { return size->text().contains(words); });
                },
                workerPatienceMs);
        };
        QVERIFY(says(QStringLiteral("rows, about")));
        QVERIFY(!size->text().contains(QStringLiteral("replaces")));
        QFile written(path);
        QVERIFY(written.open(QIODevice::WriteOnly)); // as the exporter does
        QTest::mouseClick(widget<QPushButton>("exportStart"), Qt::LeftButton);
        waitForExport();
        QVERIFY(says(QStringLiteral("replaces the file that is there")));
        QVERIFY(widget<QLabel>("exportResult")->isVisible());
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
    /// The first failure ended it, and of the others nothing was said.
    void oneOfSeveralThatFailsKeepsNoOtherFromBeingExported() {
        const QTemporaryDir folder;
        for (const char* name : {"a", "b", "c"})
            stage_->sessions.sessions.push_back(
                sampleSession(std::string{"/tmp/"} + name + ".servolane", name, 20.0, 1));
        stage_->exporter.failures["/tmp/b.servolane"] = Error{ErrorCode::corrupt, "page 7"};
        start();
        list(3)->selectAll();
        window_->tick();
        const QString whole = widget<QLabel>("severalWhole")->text();
        QVERIFY2(whole.contains(QStringLiteral("From, to")), qPrintable(whole));
        widget<QLineEdit>("severalFolder")->setText(folder.path());
        QTest::mouseClick(widget<QPushButton>("severalStart"), Qt::LeftButton);
        auto* result = widget<QLabel>("severalResult");
        QTRY_VERIFY_WITH_TIMEOUT(
            tickAnd([&] { return result->text().startsWith(QStringLiteral("2 of 3 written")); }),
            workerPatienceMs);
        QCOMPARE(stage_->exporter.requests.size(), std::size_t{3});
        const QStringList lines = result->text().split(QLatin1Char('\n'));
        QVERIFY(lines.contains(QStringLiteral("a.csv")) && lines.contains(QStringLiteral("c.csv")));
        QVERIFY2(lines.last().startsWith(QStringLiteral("b.servolane: ")) &&
                     lines.last().contains(QStringLiteral("page 7")),
                 qPrintable(result->text()));
        QCOMPARE(result->property("role").toString(), QStringLiteral("fault"));
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
    void theViewOfARecordingIsSavedAndItsLayoutToo() {
        stage_->sessions.sessions = {sampleSession("/tmp/a.servolane", "Pick test", 20.0, 1)};
        open();
        auto* scope = widget<ui::scope::ScopeView>("sessionScope");
        const QString csv = stage_->folder.path() + QStringLiteral("/view.csv");
        scope->findChild<ui::ScopeExport*>(QStringLiteral("scopeExport"))->saveTable(csv);
        QVERIFY(tickUntil([&] { return QFile::exists(csv); }));
        QFile file(csv);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(
            file.readLine(),
            QByteArray("time_s,utc,Pan.setpoint[deg],Pan.position[deg],Pan.current[A],gap,simulated\r\n"));
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
};

} // namespace servolane::tests

using namespace servolane::tests;
SERVOLANE_TEST(SessionExportTest)
#include "session_export_test.moc"
