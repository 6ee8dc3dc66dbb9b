// SPDX-License-Identifier: GPL-3.0-or-later
// The scope of the bench as a whole: its trigger rows, its layouts, what it saves.
#include "ui/telemetry/scope_panel.h"

#include "core/telemetry/read/math_board.h"
#include "tests/support/test_registry.h"
#include "tests/ui/stage.h"
#include "ui/scope/scope_view.h"
#include "ui/scope/trace_drag.h"
#include "ui/session/work_queue.h"
#include "ui/shell/main_window.h"
#include "ui/telemetry/history_strip.h"
#include "ui/telemetry/layout_shelf.h"
#include "ui/telemetry/scope_export.h"
#include "ui/telemetry/scope_layouts.h"
#include "ui/theme/fonts.h"

#include <QtCore/QDir>
#include <QtCore/QMimeData>
#include <QtGui/QAction>
#include <QtGui/QClipboard>
#include <QtGui/QDropEvent>
#include <QtGui/QFontMetrics>
#include <QtGui/QImage>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QToolButton>
#include <algorithm>

namespace servolane::tests {

using namespace ui;
using telemetry::Channel;
using telemetry::EdgeCondition;
using telemetry::FactCondition;
using telemetry::TriggerMode;
using telemetry::WindowCondition;

class ScopePanelTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        stage_ = std::make_unique<Stage>();
        stage_->addSimulatedBus(2);
        stage_->addTraces();
        open();
    }
    void cleanup() { window_.reset(); }

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

    void aTriggerWithoutALevelSaysSo() {
        action("scopeTrigger")->trigger();
        find<QLineEdit>("triggerLevel")->clear();
        type("triggerLevel", "-");
        refresh();
        QVERIFY(!view().trigger());
        QCOMPARE(find<QWidget>("triggerState")->accessibleName(), QStringLiteral("Enter a level"));
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

    void aLayoutReadsBackAsItWasWritten() {
        ScopeLayout layout;
        layout.name = QStringLiteral("Übergang ½ / A:B");
        layout.channels = {Channel::velocity, Channel::hardwareError};
        layout.look = {
            {{QStringLiteral("velocity"), QStringLiteral("setpoint")}, {{QStringLiteral("velocity"), 2}}},
            true,
            {{QStringLiteral("Velocity|°/s|0"), {-0.125, 1.0 / 3.0}}},
            std::chrono::milliseconds{250}};
        const telemetry::TriggerCondition conditions[] = {
            EdgeCondition{telemetry::Slope::either, 1.0 / 7.0, 0.25},
            telemetry::LevelCondition{telemetry::Side::below, -3.0},
            WindowCondition{telemetry::Passage::enters, -1.5, 2.5},
            FactCondition{telemetry::FactKind::command, AxisId{1}, "MoveAxis"},
            FactCondition{telemetry::FactKind::hardwareError, AxisId{}, {}}};
        for (const auto& condition : conditions) {
            layout.trigger =
                scope::TriggerSetup{{condition, TriggerMode::single, 0.75, std::chrono::milliseconds{40}},
                                    AxisId{1},
                                    Channel::current};
            const auto back = layoutFrom(textOf(layout));
            QVERIFY2(back.has_value(), qPrintable(back ? QString() : back.error()));
            QVERIFY(*back == layout);
        }
    }

    void aBrokenLayoutIsNamedAndLeftAlone() {
        const LayoutShelf shelf(folder());
        QVERIFY(shelf.save({QStringLiteral("Good"), {Channel::position}, {}, {}}, false));
        const QByteArray broken = "{\n \"kind\": \"servolane scope layout\",\n \"vers";
        QFile file(shelf.pathOf(QStringLiteral("Bad")));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(broken) > 0);
        file.close();
        QCOMPARE(shelf.names(), QStringList({QStringLiteral("Bad"), QStringLiteral("Good")}));
        openMenu();
        layoutAction("Bad")->trigger();
        settleFiles();
        const QString told = find<QLabel>("layoutText")->text();
        QVERIFY2(told.contains(QStringLiteral("Bad.json")) && told.contains(QStringLiteral("line 3")),
                 qPrintable(told));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), broken);
        for (const char* text : {"[]", R"({"kind":"servolane scope layout","version":9})",
                                 R"({"kind":"servolane scope layout","version":1,"channels":["speed"]})",
                                 R"({"kind":"servolane scope layout","version":1,"span_s":-1})",
                                 R"({"kind":"servolane scope layout","version":1,"ranges":{"a":[2,1]}})"})
            QVERIFY2(!layoutFrom(text), text);
    }

    void aLayoutIsSavedLoadedRenamedAndDeleted() {
        panel().showChannels({Channel::velocity});
        action("scopeOverlay")->trigger();
        saveAs("Mine");
        QCOMPARE(shelf().names(), QStringList(QStringLiteral("Mine")));
        panel().showChannels({Channel::position, Channel::current});
        action("scopeOverlay")->trigger();
        saveAs("Mine"); // there is one already
        QVERIFY(find<QLabel>("layoutText")->text().contains(QStringLiteral("already")));
        openMenu();
        layoutAction("Mine")->trigger();
        settleFiles();
        QVERIFY(panel().shownChannels() == std::vector{Channel::velocity});
        QVERIFY(view().look().overlaid);
        openMenu();
        layoutAction("Rename “Mine”…")->trigger();
        type("layoutName", "Yours");
        settleFiles();
        QCOMPARE(shelf().names(), QStringList(QStringLiteral("Yours")));
        openMenu();
        layoutAction("Delete “Yours”…")->trigger();
        find<QPushButton>("layoutAccept")->click();
        settleFiles();
        QVERIFY(shelf().names().isEmpty());
    }

    void layoutsAreWrittenBeforeTheWindowIsGone() {
        panel().showChannels({Channel::velocity});
        window_->keepLayout();
        window_.reset();
        const auto last = shelf().loadLast();
        QVERIFY(last && *last);
        QVERIFY((*last)->channels == std::vector{Channel::velocity});
    }

    void allWorkOfAQueueIsDoneBeforeItGoes() {
        std::vector<int> done;
        {
            WorkQueue<int> queue;
            for (int i = 0; i < 20; ++i)
                queue.add([&done, i] {
                    done.push_back(i);
                    return i;
                });
            std::optional<int> first; // taken once: the macro looks again at what came true
            QTRY_VERIFY_WITH_TIMEOUT((first = first ? first : queue.take()).has_value(), workerPatienceMs);
            QCOMPARE(*first, 0);
            QVERIFY(queue.isBusy());
        }
        QCOMPARE(done.size(), std::size_t{20});
        QVERIFY(std::is_sorted(done.begin(), done.end()));
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
        panel().startAnew();
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

    /// Its trace came back with the layout, but the trigger looked at the axis that happened to be shown.
    void aLayoutKeepsTheAxisThatItsTriggerLooksAt() {
        panel().showChannels({Channel::position});
        listChannelsOf(1);
        find<QCheckBox>("channel_velocity")->click();
        refresh();
        action("scopeTrigger")->trigger();
        auto* source = find<QComboBox>("triggerSource");
        source->setCurrentText(QStringLiteral("Lift velocity"));
        Q_EMIT source->activated(source->currentIndex());
        type("triggerLevel", "7");
        refresh();
        QCOMPARE(view().trigger()->axis, AxisId{2});
        saveAs("Watch Lift");
        const auto layout = shelf().load(QStringLiteral("Watch Lift"));
        QVERIFY(layout && layout->triggerOf);
        QCOMPARE(layout->triggerOf->axis, QStringLiteral("Lift"));
        QVERIFY(layoutFrom(textOf(*layout)) == *layout);
        action("scopeTrigger")->trigger();
        openMenu();
        layoutAction("Watch Lift")->trigger();
        settleFiles();
        refresh();
        QVERIFY(view().trigger());
        QCOMPARE(view().trigger()->axis, AxisId{2});
        // Left like that, it comes back like that, although axes are known only later.
        window_->keepLayout();
        open();
        refresh();
        QVERIFY(view().trigger());
        QCOMPARE(view().trigger()->axis, AxisId{2});
        QVERIFY(view().trigger()->channel == Channel::velocity);
    }

    /// Which axis the lane was limited to was forgotten, and ids of another run mean other axes.
    void aLayoutKeepsWhatTheLaneOfEventsShows() {
        auto* axes = view().findChild<QMenu*>(QStringLiteral("laneAxisMenu"));
        QCOMPARE(axes->actions().at(1)->text(), QStringLiteral("Lift"));
        axes->actions().at(1)->trigger();
        view().findChild<QMenu*>(QStringLiteral("laneMenu"))->actions().front()->trigger();
        const scope::LaneFilter filter = view().look().lane;
        QCOMPARE(filter.axis, AxisId{2});
        QCOMPARE(filter.hidden.size(), std::size_t{1});
        saveAs("Lift alone");
        const auto layout = shelf().load(QStringLiteral("Lift alone"));
        QVERIFY(layout && layout->laneOf && layout->laneOf->axis == QStringLiteral("Lift"));
        QVERIFY(layout->look.lane.hidden == filter.hidden);
        QVERIFY(layoutFrom(textOf(*layout)) == *layout);
        view().setLaneFilter({});
        openMenu();
        layoutAction("Lift alone")->trigger();
        settleFiles();
        QVERIFY(view().look().lane == filter);
        // Left like that, it comes back like that, although axes are known only later.
        window_->keepLayout();
        open();
        QVERIFY(view().look().lane == filter);
    }

    void aLayoutIsFoundByTheCommandPalette() {
        panel().showChannels({Channel::velocity});
        saveAs("Tuning");
        panel().showChannels({Channel::position});
        find<QAction>("actionPalette")->trigger();
        auto* search = find<QLineEdit>("paletteSearch");
        search->setText(QStringLiteral("layout tuning"));
        const auto* list = find<QListWidget>("paletteList");
        QStringList found;
        for (int row = 0; row < list->count(); ++row)
            found << list->item(row)->text();
        QVERIFY2(found.contains(QStringLiteral("Layouts: Tuning")), qPrintable(found.join(QLatin1Char('|'))));
        QTest::keyClick(search, Qt::Key_Return);
        settleFiles();
        QVERIFY(panel().shownChannels() == std::vector{Channel::velocity});
    }

    void pinnedChannelsComeBackWithTheirAxis() {
        panel().showChannels({Channel::position});
        listChannelsOf(1);
        find<QCheckBox>("channel_velocity")->click();
        saveAs("Both");
        window_->keepLayout();
        open();
        QVERIFY(labels().contains(QStringLiteral("Lift velocity")));
        const auto layout = shelf().load(QStringLiteral("Both"));
        QVERIFY(layout.has_value());
        QCOMPARE(layout->pinned.size(), std::size_t{1});
        QVERIFY(layoutFrom(textOf(*layout)) == *layout);
        QVERIFY(!layoutFrom(R"({"kind":"servolane scope layout","version":1,"pinned":[{"servo":999}]})"));
        // Its axis is not there: it waits.
        stage_->axes.axes.pop_back();
        stage_->publish();
        refresh();
        QVERIFY(labels() == QStringList(QStringLiteral("position")));
    }

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

    void theScopeComesBackAsItWasLeft() {
        panel().showChannels({Channel::velocity, Channel::position});
        view().setSpan(std::chrono::seconds{2});
        view().fixPane(0, -7.0, 7.0);
        action("scopeTrigger")->trigger();
        type("triggerLevel", "3");
        window_->keepLayout();
        open();
        QCOMPARE(view().span(), Duration(std::chrono::seconds{2}));
        QCOMPARE(panel().shownChannels().size(), std::size_t{2});
        QCOMPARE(view().paneRange(0), std::pair(-7.0, 7.0));
        QCOMPARE(std::get<EdgeCondition>(view().trigger()->settings.condition).level, 3.0);
    }

    void aBrokenLastLayoutIsKeptAside() {
        QFile file(folder() + QStringLiteral("/scope-last.json"));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("{") > 0);
        file.close();
        open();
        QVERIFY(find<QLabel>("layoutText")->text().contains(QStringLiteral("scope-last.json")));
        window_->keepLayout();
        settleFiles();
        QVERIFY(QFile::exists(file.fileName() + QStringLiteral(".broken")));
        QVERIFY(LayoutShelf(folder()).loadLast());
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
        QCOMPARE(lines.front(), QByteArray("time_s,utc,Pan.position[deg],Pan.velocity[deg/s]\r"));
        QVERIFY(lines.size() > 100);
        QVERIFY(lines[1].split(',').at(0).toDouble() >= 0.0);
        QCOMPARE(lines[1].split(',').size(), 4);
        QVERIFY(QDir(folder()).entryList({QStringLiteral("a.csv*")}).size() == 1);
    }

private:
    void open() {
        window_.reset();
        window_ = std::make_unique<MainWindow>(stage_->context());
        window_->chooseTheme(ThemeChoice::light);
        window_->show();
        QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
        refresh();
    }
    void refresh() {
        stage_->publish();
        for (int i = 0; i < 7; ++i)
            window_->tick();
    }
    template <class Widget>
    Widget* find(const char* name) {
        auto* widget = window_->findChild<Widget*>(QString::fromLatin1(name));
        if (!widget) qFatal("no widget named %s", name);
        return widget;
    }
    QAction* action(const char* name) {
        for (QAction* action : view().actions())
            if (action->objectName() == QLatin1String(name)) return action;
        qFatal("no action named %s", name);
        return nullptr;
    }
    QStringList labels() {
        QStringList labels;
        for (const scope::TraceChoice& choice : view().traces())
            labels << choice.label;
        return labels;
    }
    void listChannelsOf(int place) {
        auto* whose = find<QComboBox>("channelAxis");
        whose->setCurrentIndex(place);
        Q_EMIT whose->activated(place);
    }
    ScopePanel& panel() { return *find<ScopePanel>("scopePanel"); }
    scope::ScopeView& view() { return panel().view(); }
    LayoutShelf shelf() { return LayoutShelf(folder()); }
    QString folder() { return QString::fromStdString(stage_->context().configFolder); }
    void type(const char* field, const char* text) {
        auto* line = find<QLineEdit>(field);
        line->selectAll();
        QTest::keyClicks(line, QString::fromLatin1(text));
        QTest::keyClick(line, Qt::Key_Return);
    }
    /// Files are read and written on a thread of their own.
    void settleFiles() {
        const auto* layouts = find<ScopeLayouts>("layoutRow");
        QTRY_VERIFY_WITH_TIMEOUT((refresh(), !layouts->isBusy()), workerPatienceMs);
    }
    void settleExport() {
        const auto* files = find<ScopeExport>("scopeExport");
        QTRY_VERIFY_WITH_TIMEOUT((refresh(), !files->isRunning()), workerPatienceMs);
    }
    /// The second time it knows what lies in the folder now.
    void openMenu() {
        for (int i = 0; i < 2; ++i) {
            Q_EMIT find<QMenu>("scopeLayouts")->aboutToShow();
            settleFiles();
        }
    }
    QAction* layoutAction(const char* text) {
        for (QAction* entry : find<QMenu>("scopeLayouts")->actions())
            if (entry->text() == QString::fromUtf8(text)) return entry;
        qFatal("no layout entry %s", text);
        return nullptr;
    }
    void saveAs(const char* name) {
        openMenu();
        layoutAction("Save layout as…")->trigger();
        type("layoutName", name);
        settleFiles();
    }
    void save(const char* actionName, const QString& path) {
        action(actionName)->trigger();
        QFileDialog* dialog = nullptr;
        for (auto* open : window_->findChildren<QFileDialog*>(QStringLiteral("scopeFileDialog")))
            if (open->isVisible()) dialog = open;
        QVERIFY(dialog && !dialog->isModal());
        Q_EMIT dialog->fileSelected(path);
        dialog->close();
    }

    std::unique_ptr<Stage> stage_;
    std::unique_ptr<MainWindow> window_;
};

} // namespace servolane::tests

using namespace servolane::tests;
SERVOLANE_TEST(ScopePanelTest)
#include "scope_panel_test.moc"
