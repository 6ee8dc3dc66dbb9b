// SPDX-License-Identifier: GPL-3.0-or-later
// Controls that must not do what nobody asked of them, and states that must not look like another.
#include "tests/support/test_registry.h"
#include "tests/ui/stage.h"
#include "ui/bus/bus_tree.h"
#include "ui/shell/main_window.h"
#include "ui/shell/stop_banner.h"
#include "ui/widgets/row_delegate.h"
#include "ui/widgets/state_mark.h"

#include <QtGui/QWheelEvent>
#include <QtTest/QTest>
#include <QtWidgets/QAbstractSpinBox>
#include <QtWidgets/QApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QDockWidget>

namespace servolane::tests {

using ui::MainWindow;
using ui::Workspace;

class SafeControlsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        stage_ = std::make_unique<Stage>();
        stage_->addSimulatedBus(3);
        window_ = std::make_unique<MainWindow>(stage_->context());
        window_->show();
        QApplication::setActiveWindow(window_.get());
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
        refresh();
    }
    void cleanup() { window_.reset(); }

    /// Scrolling the axis panel changed the reaction on stop and the operating mode, each confirmed.
    void theWheelChangesNoBoxAndSendsNothing() {
        buildEverything();
        stage_->axis(0).torque = false; // the mode may be chosen
        refresh();
        const std::size_t sent = stage_->commands.sent.size();
        const auto boxes = window_->findChildren<QComboBox*>();
        QVERIFY2(boxes.size() > 20, qPrintable(QString::number(boxes.size())));
        for (QComboBox* box : boxes) {
            const int before = box->currentIndex();
            turnOver(box);
            QVERIFY2(box->currentIndex() == before, qPrintable(box->objectName()));
        }
        for (auto* box : window_->findChildren<QAbstractSpinBox*>()) {
            const QString before = box->text();
            turnOver(box);
            QCOMPARE(box->text(), before);
        }
        QCOMPARE(stage_->commands.sent.size(), sent);
    }

    /// "Torque is off: reset moves nothing" stood beside an axis that nobody could reach.
    void aStopThatIsNotConfirmedIsAStateOfItsOwn() {
        stopWithASilentAxis();
        const auto* tree = find<ui::BusTree>(*window_, "busTree");
        const auto word = [&](int row) {
            return tree->topLevelItem(0)->child(row)->data(0, ui::RowDelegate::wordRole).toString();
        };
        QCOMPARE(word(0), QStringLiteral("Stop not confirmed"));
        QCOMPARE(word(1), QStringLiteral("Stopped"));
        QCOMPARE(find<ui::StateMark>(*window_, "axisState")->look().word,
                 QStringLiteral("Stop not confirmed"));
        const QString banner = window_->findChild<ui::StopBanner*>()->text();
        QVERIFY2(!banner.contains(QStringLiteral("Torque is off")), qPrintable(banner));
        QVERIFY2(banner.contains(QStringLiteral("Torque may be on at 1 · Pan")), qPrintable(banner));
        window_->chooseWorkspace(Workspace::line);
        refresh();
        QCOMPARE(find<ui::StateMark>(*window_, "lineCount0")->look().word,
                 QStringLiteral("1 stop not confirmed"));
        QCOMPARE(find<ui::StateMark>(*window_, "lineCount2")->look().word, QStringLiteral("2 stopped"));
    }
    void anAxisThatFallsSilentWhileItHoldsIsNoLongerConfirmed() {
        stopWithASilentAxis();
        motion::AxisView& axis = stage_->axis(1);
        axis.torque = true; // it holds
        refresh();
        QVERIFY(ui::stopPartOf(axis, stage_->axes.stop) == ui::StopPart::stopped);
        axis.silent = true;
        QVERIFY(ui::stopPartOf(axis, stage_->axes.stop) == ui::StopPart::doubtful);
    }

    /// Ctrl+F12 stopped again instead of resetting, as if the menu promised nothing.
    void controlF12ResetsAndEveryOtherF12Stops() {
        QTest::keyClick(window_.get(), Qt::Key_F12, Qt::ControlModifier);
        QCOMPARE(stage_->commands.stops, 1); // nothing is latched: whoever presses F12 wants a stop
        stage_->axes.stop = {true, StopGeneration{7}, stage_->clock.now(), CommandId{}, {}};
        refresh();
        QTest::keyClick(window_.get(), Qt::Key_F12, Qt::ControlModifier);
        QCOMPARE(stage_->commands.stops, 1);
        QCOMPARE(stage_->commands.all<motion::ResetStop>().size(), std::size_t{1});
        int stops = 1;
        for (const Qt::KeyboardModifiers with :
             {Qt::KeyboardModifiers(Qt::ShiftModifier), Qt::KeyboardModifiers(Qt::AltModifier),
              Qt::KeyboardModifiers(Qt::MetaModifier), Qt::ControlModifier | Qt::ShiftModifier}) {
            QTest::keyClick(window_.get(), Qt::Key_F12, with);
            QCOMPARE(stage_->commands.stops, ++stops);
        }
    }
    void aStopPressedAgainKeepsTheFiguresOfTheFirst() {
        const auto finished = [&](std::uint64_t generation, int microseconds) {
            motion::StopFinished stop{
                StopGeneration{generation}, {}, std::chrono::microseconds{microseconds}};
            for (const auto& axis : stage_->axes.axes)
                stop.axes.push_back({axis.axis->id, true, {}});
            return stop;
        };
        stage_->axes.stop = {true, StopGeneration{7}, stage_->clock.now(), CommandId{}, finished(7, 3100)};
        refresh();
        stage_->axes.stop = {true, StopGeneration{8}, stage_->clock.now(), CommandId{}, finished(8, 400)};
        refresh();
        const QString text = window_->findChild<ui::StopBanner*>()->text();
        QVERIFY2(text.startsWith(QStringLiteral("3 of 3 axes confirmed torque off, 3.1 ms")),
                 qPrintable(text));
        QVERIFY2(text.contains(QStringLiteral("Asked for once more since: 3 of 3")), qPrintable(text));
        window_->resetStop();
        QCOMPARE(stage_->commands.all<motion::ResetStop>().at(0).generation.value, std::uint64_t{8});
    }

private:
    void refresh() {
        stage_->publish();
        for (int frame = 0; frame < 6; ++frame) // figures change in every sixth
            window_->tick();
    }
    void buildEverything() {
        for (auto* dock : window_->findChildren<QDockWidget*>()) {
            dock->show();
            dock->raise();
            QApplication::processEvents();
        }
        for (const Workspace workspace : {Workspace::line, Workspace::sessions, Workspace::bench})
            window_->chooseWorkspace(workspace);
        refresh();
    }
    static void turnOver(QWidget* widget) {
        const QPointF at = widget->rect().center();
        for (const int delta : {-120, 120}) {
            QWheelEvent wheel(at, widget->mapToGlobal(at), {}, {0, delta}, Qt::NoButton, Qt::NoModifier,
                              Qt::NoScrollPhase, false);
            QApplication::sendEvent(widget, &wheel);
        }
    }
    /// Axis 1 had torque on and does not answer; the other two are confirmed.
    void stopWithASilentAxis() {
        motion::StopFinished finished{StopGeneration{1}, {}, std::chrono::milliseconds{3}};
        for (std::size_t at = 0; at < 3; ++at) {
            motion::AxisView& axis = stage_->axis(at);
            axis.silent = at == 0;
            axis.torque = at == 0;
            axis.state = motion::AxisState::stopped;
            finished.axes.push_back(
                {axis.axis->id, at != 0, {}, at == 0 ? motion::StopDoubt::silent : motion::StopDoubt::none});
        }
        stage_->axes.stop = {true, StopGeneration{1}, stage_->clock.now(), CommandId{}, finished};
        refresh();
    }

    std::unique_ptr<Stage> stage_;
    std::unique_ptr<MainWindow> window_;
};

SERVOLANE_TEST(SafeControlsTest)

} // namespace servolane::tests

#include "safe_controls_test.moc"
