// SPDX-License-Identifier: GPL-3.0-or-later
// The whole history below the scope, the memory for it, and what of it is saved.
// Qt's first (through the registry): moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include "tests/support/test_registry.h"

#include "tests/ui/telemetry/scope_stage.h"
#include "ui/scope/scope_view.h"
#include "ui/telemetry/history_strip.h"
#include "ui/theme/fonts.h"

#include <QtCore/QDir>
#include <QtGui/QAction>
#include <QtGui/QClipboard>
#include <QtGui/QFontMetrics>
#include <QtGui/QImage>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QLabel>

namespace servolane::tests {

class ScopeHistoryTest : public ScopeStage {
    Q_OBJECT
private Q_SLOTS:
    void init() { setUp(); }
    void cleanup() { tearDown(); }

    void memoryForSamplesIsSetInTheWindowAndKept() {
        std::vector<unsigned> given;
        const auto openWith = [&](unsigned fromCommandLine) {
            window_.reset();
            auto context = stage_->context();
            context.traceMegabytes = fromCommandLine;
            context.setTraceMegabytes = [&given](unsigned megabytes) { given.push_back(megabytes); };
            window_ = std::make_unique<MainWindow>(std::move(context));
            window_->show();
            refresh();
        };
        openWith(0);
        QCOMPARE(given, std::vector<unsigned>{512});
        window_->findChild<QAction*>(QStringLiteral("actionTraceMemory"))->trigger();
        refresh();
        QVERIFY2(find<QLabel>("traceMemoryUse")->text().contains(QStringLiteral("in use by")),
                 qPrintable(find<QLabel>("traceMemoryUse")->text()));
        type("traceMemory", "3");
        QCOMPARE(find<QLabel>("traceMemoryUse")->text(),
                 QStringLiteral("Enter a number from 16 to 65536 MB"));
        type("traceMemory", "128");
        QCOMPARE(given, (std::vector<unsigned>{512, 128}));
        window_->keepLayout();
        openWith(0);
        QCOMPARE(given.back(), 128U);
        openWith(64); // the command line, for this run
        QCOMPARE(given.back(), 64U);
        window_->keepLayout();
        openWith(0);
        QCOMPARE(given.back(), 128U);
    }
    void copyPutsThePictureWithItsTitleOnTheClipboard() {
        QApplication::clipboard()->clear();
        view().activateWindow();
        view().setFocus();
        QTest::keyClick(&view(), Qt::Key_C, Qt::ControlModifier);
        const QImage image = QApplication::clipboard()->image();
        QVERIFY(image.width() >= 2400);
        int written = 0; // the title
        for (int y = 12; y < 50; ++y)
            for (int x = 24; x < 400; ++x)
                written += image.pixelColor(x, y).lightness() < 100 ? 1 : 0;
        QVERIFY2(written > 100, qPrintable(QString::number(written)));
    }
    void pictureAndPageAreSaved() {
        const QString png = folder() + QStringLiteral("/a.png");
        const QString pdf = folder() + QStringLiteral("/a.pdf");
        save("scopePng", png);
        settleExport();
        QVERIFY(!QImage(png).isNull());
        save("scopePdf", pdf);
        settleExport();
        QFile file(pdf);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray page = file.readAll();
        QVERIFY(page.startsWith("%PDF"));
        QVERIFY2(!page.contains("/Subtype /Image"), "a page is lines, not pixels");
        save("scopePng", folder() + QStringLiteral("/no/such/folder/a.png"));
        settleExport();
        QVERIFY2(find<QLabel>("scopeExportText")->text().contains(QStringLiteral("cannot be written")),
                 qPrintable(find<QLabel>("scopeExportText")->text()));
    }
    /// The live scope had no way back but to drag the picture, ten seconds at a time.
    void theWholeHistoryLiesBelowWithTheViewAsAWindow() {
        const auto now = stage_->clock.now();
        auto* strip = find<HistoryStrip>("historyStrip");
        QVERIFY(strip->isVisible());
        QVERIFY(strip->start() == now - std::chrono::seconds{20});
        QVERIFY(strip->caption().isEmpty());
        // The view is the right half of twenty seconds: press beside it.
        const auto at = [strip](double share) {
            return QPoint(strip->picture().left() + static_cast<int>(strip->picture().width() * share), 10);
        };
        QTest::mousePress(strip, Qt::LeftButton, {}, at(0.25));
        QVERIFY(view().isHeld());
        const auto [from, to] = view().visibleRange();
        QVERIFY(to - from == std::chrono::seconds{10});
        QVERIFY2(std::abs(seconds(now - from) - 20.0) < 0.3,
                 qPrintable(QString::number(seconds(now - from))));
        QTest::mouseMove(strip, at(0.5));
        QVERIFY(std::abs(seconds(now - view().visibleRange().first) - 15.0) < 0.3);
        refresh();
        // 5 s … 15 s ago, as the clock on the wall had it.
        QVERIFY2(strip->caption().contains(QStringLiteral(" … ")), qPrintable(strip->caption()));
        const int room = strip->width() - strip->picture().right();
        QVERIFY(QFontMetrics(ui::fontOf(ui::TextSize::small)).horizontalAdvance(strip->caption()) < room);
        QTest::mouseMove(strip, {strip->width() + 50, 10});
        QTest::mouseRelease(strip, Qt::LeftButton, {}, {strip->width() + 50, 10});
        QVERIFY(view().isFollowing());
        refresh();
        QVERIFY(strip->caption().isEmpty());
    }
    /// It showed the position alone, and took 44 pixels from the panes.
    void theHistoryShowsATraceOfEachPane() {
        auto* strip = find<HistoryStrip>("historyStrip");
        panel().showChannels({Channel::setpoint, Channel::position, Channel::velocity, Channel::current});
        refresh();
        QCOMPARE(strip->drawn(), std::size_t{3});
        QVERIFY(strip->height() < 30);
        // A second axis in one of them, as it looks in the scope.
        panel().showChannels({Channel::position});
        listChannelsOf(1);
        find<QCheckBox>("channel_position")->click();
        refresh();
        QCOMPARE(strip->drawn(), std::size_t{2});
        find<QCheckBox>("channel_position")->click();
        panel().showChannels({Channel::setpoint, Channel::position});
        refresh();
        QCOMPARE(strip->drawn(), std::size_t{1});
    }
    void theHistoryIsWalkedByKeys() {
        auto* strip = find<HistoryStrip>("historyStrip");
        const Time now = stage_->clock.now();
        QTest::keyClick(strip, Qt::Key_Home);
        QVERIFY(view().visibleRange().first == now - std::chrono::seconds{20});
        refresh();
        QTest::keyClick(strip, Qt::Key_Right);
        QVERIFY(view().visibleRange().first == now - std::chrono::seconds{19});
        QTest::keyClick(strip, Qt::Key_End);
        QVERIFY(view().isFollowing());
    }
    void visibleDataAreSavedAsATable() {
        panel().showChannels({Channel::position, Channel::velocity});
        view().setHeld(true);
        refresh();
        const QString csv = folder() + QStringLiteral("/a.csv");
        save("scopeCsv", csv);
        QTRY_VERIFY_WITH_TIMEOUT(
            (refresh(), find<QLabel>("scopeExportText")->text().startsWith(QStringLiteral("Saved"))),
            workerPatienceMs);
        QFile file(csv);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QList<QByteArray> lines = file.readAll().split('\n');
        QCOMPARE(lines.front(),
                 QByteArray("time_s,utc,Pan.position[deg],Pan.velocity[deg/s],gap,simulated\r"));
        QVERIFY(lines.size() > 100);
        QVERIFY(lines[1].split(',').at(0).toDouble() >= 0.0);
        QCOMPARE(lines[1].split(',').size(), 6);
        QVERIFY(QDir(folder()).entryList({QStringLiteral("a.csv*")}).size() == 1);
    }
};

} // namespace servolane::tests

using namespace servolane::tests;
SERVOLANE_TEST(ScopeHistoryTest)
#include "scope_history_test.moc"
