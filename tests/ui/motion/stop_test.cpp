// SPDX-License-Identifier: GPL-3.0-or-later
// What a person is told of stop: what an axis does, what protects it, why it stopped, what a reset will do.
// Qt's first (through the registry): moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include "tests/support/test_registry.h"

#include "tests/ui/stage.h"
#include "ui/binding/state_text.h"
#include "ui/shell/main_window.h"
#include "ui/shell/stop_banner.h"

#include <QtTest/QTest>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>

namespace servolane::tests {

namespace {

using motion::StopDoubt;
using motion::StopReaction;
using motion::Watchdog;

} // namespace

class StopTextsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        stage_ = std::make_unique<Stage>();
        stage_->addSimulatedBus(3);
        window_ = std::make_unique<ui::MainWindow>(stage_->context());
        window_->show();
        refresh();
    }
    void cleanup() { window_.reset(); }

    void theReactionOfAnAxisIsChosenWithAWordAboutVerticalLoads() {
        auto* choice = find<QComboBox>(*window_, "stopReaction");
        auto* consequence = find<QLabel>(*window_, "stopConsequence");
        QCOMPARE(choice->currentText(), QStringLiteral("Torque off"));
        QVERIFY(consequence->text().contains(QStringLiteral("vertical load drops")));
        choice->setCurrentIndex(1);
        Q_EMIT choice->activated(1);
        QVERIFY(stage_->commands.all<motion::SetStopReaction>().at(0).reaction == StopReaction::hold);
        refresh();
        QVERIFY(!choice->isEnabled()); // pending
    }

    void whatProtectsAnAxisAndWhatDoesNotIsShown() {
        auto* line = find<QLabel>(*window_, "axisProtection");
        QCOMPARE(line->text(), QStringLiteral("No bus watchdog: a go to runs to its end if the link breaks"));
        stage_->axis(0).mode = registers::OperatingMode::velocity;
        refresh();
        QCOMPARE(
            line->text(),
            QStringLiteral("No bus watchdog: a speed goes on until somebody ends it if the link breaks"));
        stage_->axis(0).watchdog = Watchdog::armed;
        stage_->axis(0).watchdogAfter = std::chrono::milliseconds{200};
        refresh();
        QCOMPARE(line->text(), QStringLiteral("Bus watchdog 200 ms: it halts by itself if the link breaks"));
        stage_->axis(0).watchdog = Watchdog::off;
        refresh();
        QVERIFY(line->text().startsWith(QStringLiteral("Bus watchdog not armed")));
        stage_->axis(0).torque = false;
        refresh();
        QCOMPARE(line->text(), QStringLiteral("Bus watchdog: armed with the torque"));
        QVERIFY(line->toolTip().contains(ui::wiredStopText()));
        QVERIFY(find<QPushButton>(*window_, "stopAll")->toolTip().contains(ui::wiredStopText()));
    }

    void theBannerTellsCauseDoubtsAndWhatAResetWillDo() {
        stage_->tell(CommandId{9}, journal::CommandState::timedOut, "Stop").asker = api::Asker::commandLine;
        stage_->axes.stop = {true, {1}, stage_->clock.now(), CommandId{9}, {}};
        stage_->axes.stop.finished = motion::StopFinished{{1},
                                                          {{{1}, true, std::chrono::milliseconds{2}},
                                                           {{2}, false, {}, StopDoubt::silent},
                                                           {{3}, false, {}, StopDoubt::unreadable}},
                                                          std::chrono::milliseconds{2}};
        stage_->axis(1).torque = false;
        stage_->axis(2).torque = false;
        refresh();
        const QString text = find<ui::StopBanner>(*window_, "stopBanner")->text();
        for (const char* part :
             {"1 of 3 axes confirmed", "Stopped from the command line.", "axis 2 Lift (does not answer)",
              "axis 3 Grip (hears, but is set to answer pings only)", "Look at them before you reset.",
              "Reset first sets the goals of 1 · Pan to where they are now", "no substitute for a wired one"})
            QVERIFY2(text.contains(QString::fromUtf8(part)), qPrintable(text));
    }

    void aResetThatMovesNothingSaysSo() {
        stage_->axes.stop = {true, {1}, stage_->clock.now(), CommandId{9}, {}};
        for (std::size_t at = 0; at < 3; ++at)
            stage_->axis(at).torque = false;
        refresh();
        const QString text = find<ui::StopBanner>(*window_, "stopBanner")->text();
        QVERIFY2(text.contains(QStringLiteral("reset moves nothing")), qPrintable(text));
    }

    void aTimedOutCommandIsSaidToBeSo() {
        QCOMPARE(ui::lookOf(journal::CommandState::timedOut).word, QStringLiteral("Timed out"));
    }

    void theWindowSaysThatItIsAliveEvenWhileItIsHidden() {
        QVERIFY(stage_->commands.heartbeats > 0);
        window_->hide();
        const int before = stage_->commands.heartbeats;
        QTRY_VERIFY(stage_->commands.heartbeats > before + 1);
    }

private:
    void refresh() {
        stage_->publish();
        for (int frame = 0; frame < 6; ++frame) // figures change in every sixth
            window_->tick();
    }

    std::unique_ptr<Stage> stage_;
    std::unique_ptr<ui::MainWindow> window_;
};

SERVOLANE_TEST(StopTextsTest)

} // namespace servolane::tests

#include "stop_test.moc"
