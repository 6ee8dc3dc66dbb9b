// SPDX-License-Identifier: GPL-3.0-or-later
// What a person is told of stop: what an axis does, what protects it, why it stopped, what a reset will do.
// Qt's first (through the registry): moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include "tests/support/test_registry.h"

#include "tests/ui/stage.h"
#include "ui/binding/state_text.h"
#include "ui/shell/main_window.h"
#include "ui/shell/stop_banner.h"

#include <QtGui/QAction>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
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
        QVERIFY2(text.contains(QStringLiteral("Resetting moves nothing")), qPrintable(text));
    }

    /// The buttons were off and said why; menus, keys and the palette offered the same commands all the same.
    void whileStopIsLatchedMenusAndKeysSayWhyNothingMoves() {
        QApplication::setActiveWindow(window_.get());
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
        stage_->axis(0).torque = false;
        stage_->axes.stop = {true, {1}, stage_->clock.now(), CommandId{9}, {}};
        refresh();
        for (const char* name :
             {"actionGoTo", "actionJogBack", "actionJogForward", "actionTorqueOn", "actionHalt"}) {
            const auto* action = window_->findChild<QAction*>(QString::fromLatin1(name));
            QVERIFY2(!action->isEnabled(), name);
            QVERIFY2(action->toolTip().contains(QStringLiteral("press Reset stop first")), name);
        }
        for (const char* name : {"actionTorqueOff", "actionResetStop", "actionScan"})
            QVERIFY2(window_->findChild<QAction*>(QString::fromLatin1(name))->isEnabled(), name);
        const std::size_t before = stage_->commands.sent.size();
        const auto* line = find<QLabel>(*window_, "statusBuses");
        const auto press = [&](int code, Qt::KeyboardModifiers modifiers) {
            stage_->clock.advance(std::chrono::seconds{6}); // what was said goes
            refresh();
            QVERIFY(!line->text().contains(QStringLiteral("Reset stop")));
            window_->setFocus();
            QTest::keyClick(window_.get(), static_cast<Qt::Key>(code), modifiers);
            refresh();
            QVERIFY2(line->text().contains(QStringLiteral("press Reset stop first")),
                     qPrintable(QString::number(code) + line->text()));
        };
        press(Qt::Key_T, Qt::ControlModifier);
        press(Qt::Key_G, Qt::NoModifier);
        press(Qt::Key_L, Qt::NoModifier);
        QCOMPARE(stage_->commands.sent.size(), before);
        stage_->axes.stop.latched = false;
        refresh();
        QVERIFY(window_->findChild<QAction*>(QStringLiteral("actionTorqueOn"))->isEnabled());
        QTest::keyClick(window_.get(), Qt::Key_T, Qt::ControlModifier);
        QVERIFY(stage_->commands.all<motion::SetTorque>().at(0).on);
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
