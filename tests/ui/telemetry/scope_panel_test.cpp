// SPDX-License-Identifier: GPL-3.0-or-later
// The scope of the bench: what triggers it, and which channels it shows.
// Qt's first (through the registry): moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include "tests/support/test_registry.h"

#include "core/telemetry/read/math_board.h"
#include "tests/ui/telemetry/scope_stage.h"
#include "ui/scope/scope_view.h"
#include "ui/scope/trace_drag.h"
#include "ui/telemetry/trigger_row.h"
#include "ui/theme/theme.h"

#include <QtCore/QMimeData>
#include <QtGui/QAction>
#include <QtGui/QDropEvent>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMenu>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QToolButton>

namespace servolane::tests {

class ScopePanelTest : public ScopeStage {
    Q_OBJECT
private Q_SLOTS:
    void init() { setUp(); }
    void cleanup() { tearDown(); }

    void theTriggerRowSaysWhatTheScopeWaitsFor() {
        // It costs nothing before it is asked for.
        QVERIFY(!window_->findChild<QWidget*>("triggerRow"));
        action("scopeTrigger")->trigger();
        QVERIFY(find<QWidget>("triggerRow")->isVisible());
        find<QComboBox>("triggerSource")->setCurrentText(QStringLiteral("position"));
        type("triggerLevel", "12,5");
        type("triggerHysteresis", "0.5");
        type("triggerHoldOff", "250");
        find<QComboBox>("triggerMode")->setCurrentIndex(1);
        find<QSpinBox>("triggerBefore")->setValue(20);
        const auto& setup = view().trigger();
        QVERIFY(setup);
        QVERIFY(std::get<EdgeCondition>(setup->settings.condition) ==
                (EdgeCondition{telemetry::Slope::rising, 12.5, 0.5}));
        QVERIFY(setup->settings.mode == TriggerMode::normal);
        QCOMPARE(setup->settings.before, 0.2);
        QCOMPARE(setup->settings.holdOff, Duration(std::chrono::milliseconds{250}));
        QVERIFY(setup->channel == Channel::position);
        find<QComboBox>("triggerCondition")->setCurrentText(QStringLiteral("Command"));
        QVERIFY(!find<QLineEdit>("triggerLevel")->isVisible());
        find<QComboBox>("triggerCommand")->setCurrentText(QStringLiteral("Go to"));
        QVERIFY(std::get<FactCondition>(view().trigger()->settings.condition) ==
                (FactCondition{telemetry::FactKind::command, AxisId{1}, "MoveAxis"}));
        find<QComboBox>("triggerWhose")->setCurrentIndex(1);
        QCOMPARE(std::get<FactCondition>(view().trigger()->settings.condition).axis, AxisId{});
        action("scopeTrigger")->trigger();
        QVERIFY(!view().trigger());
    }
    /// "this axis" was that of the source, which the row hides then: with a math channel as source no error
    /// of any axis was one of it.
    void theTriggerOnAnEventIsOfTheAxisThatTheRowNames() {
        panel().showBeside({{telemetry::mathAxis(0), Channel::position, QStringLiteral("lag"), {}}});
        refresh();
        action("scopeTrigger")->trigger();
        auto* source = find<QComboBox>("triggerSource");
        source->setCurrentText(QStringLiteral("lag"));
        Q_EMIT source->activated(source->currentIndex());
        find<QComboBox>("triggerCondition")->setCurrentText(QStringLiteral("Hardware error"));
        auto* whose = find<QComboBox>("triggerWhose");
        const auto axis = [this] {
            return std::get<FactCondition>(view().trigger()->settings.condition).axis;
        };
        QCOMPARE(whose->currentText(), QStringLiteral("this axis: Pan"));
        QCOMPARE(axis(), AxisId{1});
        window_->selectAxis(AxisId{2});
        refresh();
        QCOMPARE(whose->currentText(), QStringLiteral("this axis: Lift"));
        QCOMPARE(axis(), AxisId{2});
        whose->setCurrentText(QStringLiteral("any axis"));
        QCOMPARE(axis(), AxisId{});
        window_->selectAxis(AxisId{1});
        refresh();
        QCOMPARE(whose->currentText(), QStringLiteral("any axis"));
    }
    void aTriggerWithoutALevelSaysSo() {
        action("scopeTrigger")->trigger();
        find<QLineEdit>("triggerLevel")->clear();
        type("triggerLevel", "-");
        refresh();
        QVERIFY(!view().trigger());
        QCOMPARE(find<QWidget>("triggerState")->accessibleName(), QStringLiteral("Enter a level"));
    }
    /// Bug: while its axis was away for a moment the trigger took another one for good.
    void anEventOfAnAxisThatIsAwayIsWaitedForAgainWhenItIsBack() {
        const Theme theme([] { return false; });
        TriggerRow row(
            theme, [](const scope::TraceChoice&) { return std::pair(0.0, 0.0); }, nullptr);
        const TriggerRow::Owner shown{AxisId{1}, QStringLiteral("this axis")};
        const TriggerRow::Owner other{AxisId{2}, QStringLiteral("Lift")};
        const auto axis = [&row] {
            return std::get<FactCondition>(row.setup()->settings.condition).axis.value;
        };
        row.setOwners({shown, other});
        scope::TriggerSetup setup;
        setup.settings.condition = FactCondition{telemetry::FactKind::hardwareError, AxisId{2}, {}};
        setup.axis = AxisId{2};
        row.show(setup);
        QCOMPARE(axis(), std::uint16_t{2});
        row.setOwners({shown});
        QCOMPARE(axis(), std::uint16_t{1}); // as the row says
        row.setOwners({shown, other});
        QCOMPARE(axis(), std::uint16_t{2});
        // The axis that is shown is whichever is shown.
        setup.settings.condition = FactCondition{telemetry::FactKind::hardwareError, AxisId{1}, {}};
        row.show(setup);
        row.setOwners({other, shown});
        QCOMPARE(axis(), std::uint16_t{2});
    }
    void theNextAxisKeepsTheTrigger() {
        action("scopeTrigger")->trigger();
        type("triggerLevel", "7");
        window_->selectAxis(AxisId{2});
        refresh();
        QCOMPARE(view().trigger()->axis, AxisId{2});
        QCOMPARE(std::get<EdgeCondition>(view().trigger()->settings.condition).level, 7.0);
    }
    /// With a trace of another axis beside it, the last of the same channel was taken.
    void theTriggerLooksAtTheAxisThatWasChosen() {
        const auto data = scope::mimeOf({AxisId{2}, Channel::position, QStringLiteral("Lift position"), {}});
        auto* surface = view().findChild<QWidget*>(QStringLiteral("scopeSurface"));
        QDragEnterEvent enter(surface->rect().center(), Qt::CopyAction, data.get(), Qt::LeftButton, {});
        QApplication::sendEvent(surface, &enter);
        QDropEvent drop(surface->rect().center(), Qt::CopyAction, data.get(), Qt::LeftButton, {});
        QApplication::sendEvent(surface, &drop);
        refresh();
        QVERIFY(labels().contains(QStringLiteral("Lift position")));
        action("scopeTrigger")->trigger();
        refresh();
        QCOMPARE(view().trigger()->axis, AxisId{1});
        type("triggerLevel", "7");
        find<QComboBox>("triggerMode")->setCurrentIndex(1);
        refresh();
        QCOMPARE(view().trigger()->axis, AxisId{1});
    }
    /// 0.0137 A became 0.01 A, and the twentieth of a small range 0.00.
    void aLevelKeepsItsDecimals() {
        action("scopeTrigger")->trigger();
        auto* source = find<QComboBox>("triggerSource");
        for (int i = 0; i < source->count(); ++i)
            if (source->itemText(i).contains(QStringLiteral("current"))) source->setCurrentIndex(i);
        Q_EMIT source->activated(source->currentIndex());
        type("triggerLevel", "0.0137");
        Q_EMIT view().triggerMoved();
        find<QComboBox>("triggerMode")->setCurrentIndex(1);
        QCOMPARE(std::get<EdgeCondition>(view().trigger()->settings.condition).level, 0.0137);
    }
    void keysInTheChannelListMoveALineAmongThePanes() {
        panel().showChannels({Channel::setpoint, Channel::position, Channel::velocity});
        refresh();
        QCOMPARE(view().paneUnit(0), QStringLiteral("°"));
        find<QToolButton>("channelMenu")->menu()->popup(QPoint(10, 10));
        auto* box = find<QCheckBox>("channel_velocity");
        box->setFocus();
        QTest::keyClick(box, Qt::Key_Up, Qt::ControlModifier);
        refresh();
        QCOMPARE(view().paneUnit(0), QStringLiteral("°/s"));
        QTest::keyClick(find<QCheckBox>("channel_position"), Qt::Key_Down,
                        Qt::ControlModifier | Qt::ShiftModifier);
        refresh();
        QCOMPARE(view().paneUnit(1), QStringLiteral("°"));
        QCOMPARE(view().paneUnit(2), QStringLiteral("°"));
        // What is not shown yet comes first.
        QTest::keyClick(find<QCheckBox>("channel_current"), Qt::Key_Up, Qt::ControlModifier);
        refresh();
        QVERIFY(panel().shownChannels().size() == 4);
        QCOMPARE(view().paneUnit(2), QStringLiteral("A"));
        find<QToolButton>("channelMenu")->menu()->close();
    }
    /// Only the axis that is shown had lines, and what was dropped of another one was refused.
    void channelsOfAnotherAxisStayInTheScope() {
        panel().showChannels({Channel::position});
        refresh();
        find<QToolButton>("channelMenu")->menu()->popup(QPoint(10, 10));
        auto* whose = find<QComboBox>("channelAxis");
        QCOMPARE(whose->currentText(), QStringLiteral("1 · Pan"));
        listChannelsOf(1);
        auto* box = find<QCheckBox>("channel_position");
        QVERIFY(!box->isChecked());
        QTest::keyClick(box, Qt::Key_Space);
        QCOMPARE(labels(), QStringList({QStringLiteral("position"), QStringLiteral("Lift position")}));
        find<QToolButton>("channelMenu")->menu()->close();
        window_->selectAxis(AxisId{2});
        refresh();
        QVERIFY(labels() == QStringList(QStringLiteral("position"))); // not twice
        window_->selectAxis(AxisId{1});
        refresh();
        QCOMPARE(labels().size(), 2);
        // Another one, dropped on the chart.
        const auto data = scope::mimeOf({AxisId{2}, Channel::current, QStringLiteral("Lift current"), {}});
        auto* surface = view().findChild<QWidget*>(QStringLiteral("scopeSurface"));
        QVERIFY(surface);
        QDragEnterEvent enter(surface->rect().center(), Qt::CopyAction, data.get(), Qt::LeftButton, {});
        QApplication::sendEvent(surface, &enter);
        QDropEvent drop(surface->rect().center(), Qt::CopyAction, data.get(), Qt::LeftButton, {});
        QApplication::sendEvent(surface, &drop);
        QVERIFY(labels().contains(QStringLiteral("Lift current")));
        QVERIFY(view().traces().back().unit == QStringLiteral("A"));
        // And out again, in the context menu.
        QMenu menu;
        Q_EMIT view().paneMenuOpened(&menu, 0);
        auto* pins = menu.findChild<QMenu*>(QStringLiteral("scopePins"));
        QVERIFY(pins);
        QCOMPARE(pins->actions().size(), 3); // with the one of the axis that is shown, to be kept too
        for (QAction* offered : pins->actions())
            if (offered->text() == QStringLiteral("Lift position")) offered->trigger();
        QVERIFY(labels() == QStringList({QStringLiteral("position"), QStringLiteral("Lift current")}));
    }
    void aFullScopeRefusesAnotherTraceWithAWord() {
        const std::vector<Channel> all(std::begin(telemetry::allChannels), std::end(telemetry::allChannels));
        panel().showChannels(all);
        refresh();
        find<QToolButton>("channelMenu")->menu()->popup(QPoint(10, 10));
        listChannelsOf(1);
        for (const Channel channel : all) {
            auto* box = find<QCheckBox>(("channel_" + std::string(telemetry::toString(channel))).c_str());
            if (box->isVisible()) box->click();
        }
        QCOMPARE(view().traces().size(), scope::maximumTraces);
        QVERIFY(find<QLabel>("channelSaid")->text().contains(QStringLiteral("16")));
        // A channel of the axis that is shown pushed a kept one out without a word.
        const auto boxOf = [&](Channel channel) {
            return find<QCheckBox>(("channel_" + std::string(telemetry::toString(channel))).c_str());
        };
        listChannelsOf(0);
        boxOf(Channel::position)->click();
        refresh();
        listChannelsOf(1);
        for (const Channel channel : all)
            if (boxOf(channel)->isVisible() && !boxOf(channel)->isChecked()) boxOf(channel)->click();
        refresh();
        QCOMPARE(view().traces().size(), scope::maximumTraces);
        const QStringList before = labels();
        listChannelsOf(0);
        boxOf(Channel::position)->click();
        refresh();
        QVERIFY(!boxOf(Channel::position)->isChecked());
        QVERIFY(labels() == before);
        QVERIFY(find<QLabel>("channelSaid")->text().contains(QStringLiteral("16")));
        find<QToolButton>("channelMenu")->menu()->close();
    }
    /// At the beginning of a replay it was said that a bus should be connected.
    void beforeTheFirstAxisOfARecordingNoBusIsAskedFor() {
        Frame frame = stage_->frame();
        frame.axes = std::make_shared<const motion::AxisBoard>();
        frame.isReplay = true;
        panel().startAnew(std::make_shared<ui::scope::AxisColours>());
        panel().tick(frame);
        QStringList said;
        for (const QLabel* label : panel().findChildren<QLabel*>())
            if (label->isVisible()) said << label->text();
        const QString all = said.join(QLatin1Char('|'));
        QVERIFY2(all.contains(QStringLiteral("recording")) && !all.contains(QStringLiteral("bus")),
                 qPrintable(all));
    }
    /// A refusal was told in the list of channels alone, which may be closed: a trace that was dropped onto a
    /// full scope went without a word, and so did what no longer fits.
    void whatDoesNotFitIsToldInSight() {
        const std::vector<Channel> all(std::begin(telemetry::allChannels), std::end(telemetry::allChannels));
        panel().showChannels(all);
        refresh();
        listChannelsOf(1);
        for (const Channel channel : all)
            find<QCheckBox>(("channel_" + std::string(telemetry::toString(channel))).c_str())
                ->setChecked(true);
        refresh();
        QCOMPARE(view().traces().size(), scope::maximumTraces);
        const auto* note = find<QLabel>("scopeNote");
        QVERIFY(note->isVisible());
        QVERIFY2(note->text().contains(QStringLiteral("16")), qPrintable(note->text()));
        for (int figures = 0; figures < 80; ++figures)
            refresh();
        QVERIFY(!note->isVisible()); // a refusal is read once
        panel().showBeside({{telemetry::mathAxis(1), Channel::position, QStringLiteral("Error"), {}}});
        refresh();
        QVERIFY(note->isVisible());
        QVERIFY2(note->text().contains(QStringLiteral("left out")), qPrintable(note->text()));
        panel().showBeside({});
        refresh();
        QVERIFY(!note->isVisible());
    }
    void theChannelListTellsHowEachChannelArrives() {
        auto* menu = find<QToolButton>("channelMenu");
        menu->menu()->popup(QPoint(10, 10));
        refresh();
        QVERIFY2(find<QLabel>("channel_position1")->text().endsWith(QStringLiteral(" Hz")),
                 qPrintable(find<QLabel>("channel_position1")->text()));
        QVERIFY(find<QLabel>("channel_position2")->text().startsWith(QStringLiteral("±")));
        stage_->clock.advance(std::chrono::seconds{60});
        refresh();
        QVERIFY2(find<QLabel>("channel_position3")->text().endsWith(QStringLiteral(" old")),
                 qPrintable(find<QLabel>("channel_position3")->text()));
        QCOMPARE(find<QLabel>("channel_position3")->property("role").toString(), QStringLiteral("muted"));
        menu->menu()->close();
    }
};

} // namespace servolane::tests

using namespace servolane::tests;
SERVOLANE_TEST(ScopePanelTest)
#include "scope_panel_test.moc"
