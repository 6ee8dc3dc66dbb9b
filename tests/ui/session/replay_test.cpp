// SPDX-License-Identifier: GPL-3.0-or-later
// A recording in the panels of the live buses: what it shows, what it lets through, and the way back.
#include <QtTest/QTest> // before core: moc 6.4 stumbles over <compare> where it comes first

#include "core/telemetry/read/math_board.h"
#include "tests/support/memory_recording.h"
#include "tests/support/sample_model.h"
#include "tests/support/test_registry.h"
#include "tests/ui/stage.h"
#include "ui/analysis/analysis_desk.h"
#include "ui/analysis/spectrum_panel.h"
#include "ui/analysis/trace_menu.h"
#include "ui/analysis/xy_view.h"
#include "ui/binding/setting_text.h"
#include "ui/scope/scope_view.h"
#include "ui/session/opened_session.h"
#include "ui/session/replay_bar.h"
#include "ui/session/replay_strip.h"
#include "ui/shell/main_window.h"
#include "ui/theme/theme.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/command_note.h"
#include "ui/widgets/row_delegate.h"

#include "core/runtime/replay/player.h"

#include <QtGui/QAction>
#include <QtWidgets/QApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QDockWidget>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableView>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QTreeWidget>

namespace servolane::tests {

namespace {

const Time start{std::chrono::seconds{900}};

/// A minute of one axis called Recorded: torque goes on after 20 s, a hardware error comes at 40 s.
std::vector<api::Event> minute() {
    std::vector<api::Event> events;
    const auto tell = [&](Time at, api::EventBody body) {
        events.push_back({Sequence{events.size() + 1}, at, {}, std::move(body)});
    };
    bus::LinkSettings link;
    link.alias = "recorded bus";
    link.pollRate = 50.0;
    tell(start, bus::BusConnected{BusId{4}, link, true});
    auto axis = std::make_shared<motion::Axis>(*sampleAxis(7, 4, 1));
    axis->name = "Recorded";
    tell(start, motion::AxisConfigured{axis});
    tell(start, motion::AxisObserved{AxisId{7}, false, registers::OperatingMode::position});
    for (int number = 0; number < 3000; ++number) {
        const Time at = start + std::chrono::milliseconds{20} * number;
        auto cycle = std::make_shared<telemetry::FeedbackCycle>();
        cycle->bus = BusId{4};
        cycle->cycle = static_cast<std::uint64_t>(number);
        cycle->time = at;
        telemetry::AxisSample sample;
        sample.axis = AxisId{7};
        sample.set(telemetry::Channel::position, number);
        cycle->samples.push_back(sample);
        tell(at, api::FeedbackPointer(std::move(cycle)));
        if (number == 1000) tell(at, motion::TorqueEnabled{AxisId{7}});
        if (number == 1500) tell(at, motion::MoveArrived{AxisId{7}, Position{12.0}, {}});
        if (number == 2000) tell(at, motion::HardwareErrorRaised{AxisId{7}, 4});
    }
    return events;
}

} // namespace

class ReplayTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        stage_ = std::make_unique<Stage>();
        stage_->addSimulatedBus(2);
        stage_->publish();
        window_ = std::make_unique<ui::MainWindow>(stage_->context());
        window_->show();
        window_->tick();
        window_->selectAxis(AxisId{2});
        store_ = std::make_unique<MemoryStore>(minute());
        player_ = std::make_shared<runtime::Player>(stage_->clock, *store_, "memory");
        step();
    }
    void cleanup() {
        window_.reset();
        player_.reset();
        stage_.reset();
    }

    void theSamePanelsShowTheRecording() {
        replay(20.5);
        QCOMPARE(busTitle(), QStringLiteral("recorded bus"));
        QCOMPARE(window_->selectedAxis(), AxisId{7});
        const auto* banner = widget<ui::Banner>("replayBanner");
        QVERIFY(banner->isVisible());
        QCOMPARE(banner->title(), QStringLiteral("Replay of In memory"));
        QVERIFY(banner->text().contains(QStringLiteral("Stop and F12 act on the live buses")));
        QCOMPARE(widget<QLineEdit>("replayTime")->text(), QStringLiteral("00:00:20.50"));
        QCOMPARE(axisWord(), QStringLiteral("Ready"));
        seek(10.0);
        QCOMPARE(axisWord(), QStringLiteral("Torque off"));
        seek(45.0);
        QVERIFY2(axisWord() != QStringLiteral("Ready"), qPrintable(axisWord()));
    }

    /// One damaged event had kept the whole recording from being opened.
    void damagedEventsAreToldInTheBanner() {
        store_->damagedEach = 4;
        player_ = std::make_shared<runtime::Player>(stage_->clock, *store_, "memory");
        step();
        replay(5.0);
        const auto* banner = widget<ui::Banner>("replayBanner");
        QVERIFY2(banner->text().contains("damaged event is left out: memory: fact 4"),
                 qPrintable(banner->text()));
    }

    void backToLiveIsAsItWas() {
        const auto live = window_->selectedAxis();
        replay(5.0);
        QTest::mouseClick(widget<QPushButton>("backToLive"), Qt::LeftButton);
        step();
        QVERIFY(!widget<ui::Banner>("replayBanner")->isVisible());
        QCOMPARE(window_->selectedAxis(), live);
        QVERIFY(busTitle() != QStringLiteral("recorded bus"));
        QVERIFY(widget<QWidget>("titleScan")->isEnabled());
        QVERIFY(window_->findChild<QAction*>(QStringLiteral("actionTorqueOn"))->isEnabled());
    }

    void nothingButAStopReachesTheBuses() {
        replay(5.0);
        stage_->commands.sent.clear();
        for (const char* name : {"actionTorqueOn", "actionHalt", "actionScan", "actionUndo"})
            window_->findChild<QAction*>(QString::fromLatin1(name))->trigger();
        for (QPushButton* button : window_->findChildren<QPushButton*>())
            if (button->isVisible() && isCommand(*button)) QTest::mouseClick(button, Qt::LeftButton);
        QVERIFY2(stage_->commands.sent.empty(), "a command was sent");
        QVERIFY(!widget<QWidget>("titleScan")->isEnabled());
        QVERIFY(widget<QLabel>("axisReplayed")->isVisible());
        const int stops = stage_->commands.stops;
        QTest::keyClick(window_.get(), Qt::Key_F12);
        QCOMPARE(stage_->commands.stops, stops + 1);
        window_->stopAll();
        QCOMPARE(stage_->commands.stops, stops + 2);
    }

    void spacePlaysAndPauses() {
        replay(5.0);
        QApplication::setActiveWindow(window_.get());
        widget<ui::scope::ScopeView>("scope")->setFocus();
        QTest::keyClick(widget<ui::scope::ScopeView>("scope"), Qt::Key_Space);
        QVERIFY(player_->state()->playing);
        stage_->clock.advance(std::chrono::seconds{2});
        step();
        QCOMPARE(widget<QLineEdit>("replayTime")->text(), QStringLiteral("00:00:07.00"));
        QTest::keyClick(widget<ui::scope::ScopeView>("scope"), Qt::Key_Space);
        QVERIFY(!player_->state()->playing);
        QVERIFY(!widget<ui::scope::ScopeView>("scope")->isHeld());
    }

    void timeIsTypedAndStepped() {
        replay(0.0);
        auto* time = widget<QLineEdit>("replayTime");
        time->selectAll();
        QTest::keyClicks(time, QStringLiteral("0:33,25"));
        QTest::keyClick(time, Qt::Key_Return);
        step();
        QCOMPARE(player_->state()->at, start + std::chrono::milliseconds{33'250});
        QTest::mouseClick(widget<QToolButton>("replayNext"), Qt::LeftButton);
        step();
        QCOMPARE(player_->state()->at, start + std::chrono::seconds{40});
        QTest::mouseClick(widget<QToolButton>("replayPrevious"), Qt::LeftButton);
        step();
        QCOMPARE(player_->state()->at, start + std::chrono::seconds{30});
        auto* speed = widget<QComboBox>("replaySpeed");
        speed->lineEdit()->selectAll();
        QTest::keyClicks(speed->lineEdit(), QStringLiteral("7.5"));
        QTest::keyClick(speed->lineEdit(), Qt::Key_Return);
        QCOMPARE(player_->state()->speed, 7.5);
    }

    /// Three panels spoke of the live buses, and offered to search for servos.
    void beforeItsFirstBusThePanelsSpeakOfTheRecording() {
        auto events = minute();
        events.insert(
            events.begin(),
            {Sequence{}, start - std::chrono::seconds{2}, {}, session::NoteAdded{"before all", {}, {}}});
        player_.reset();
        store_ = std::make_unique<MemoryStore>(std::move(events));
        player_ = std::make_shared<runtime::Player>(stage_->clock, *store_, "memory");
        step();
        replay(-2.0);
        window_->findChild<QAction*>(QStringLiteral("dockXyShow"))->trigger();
        step();
        const auto text = [this](const char* name) {
            QStringList words;
            for (const QLabel* label : widget<QWidget>(name)->findChildren<QLabel*>())
                if (label->isVisible()) words << label->text();
            return words.join(QLatin1Char(' '));
        };
        QVERIFY(widget<QWidget>("noBusRecorded")->isVisible());
        for (const char* name : {"noBusRecorded", "noAxis", "xyPanel"})
            QVERIFY2(text(name).contains(QStringLiteral("moment of the recording")), qPrintable(text(name)));
        QVERIFY(!widget<QWidget>("noBus")->isVisible());
        seek(5.0);
        QVERIFY(!widget<QWidget>("noAxis")->isVisible() && !widget<QWidget>("noBusRecorded")->isVisible());
    }

    /// Each tick wrote the time anew and dropped what was chosen: a 1 typed over it stood behind it.
    void whatIsTypedWhileItPlaysIsNotWrittenOver() {
        replay(5.0);
        auto* time = widget<QLineEdit>("replayTime");
        auto* speed = widget<QComboBox>("replaySpeed");
        const auto passes = [this] {
            stage_->clock.advance(std::chrono::milliseconds{500});
            step();
        };
        QTest::mouseClick(widget<QToolButton>("replayPlay"), Qt::LeftButton);
        step();
        QVERIFY(player_->state()->playing);
        window_->activateWindow();
        widget<ui::ReplayBar>("replayBar")->focusTime();
        QTRY_VERIFY(time->hasFocus());
        passes();
        QTest::keyClick(time, Qt::Key_1);
        passes();
        QCOMPARE(time->text(), QStringLiteral("1"));
        QTest::keyClick(time, Qt::Key_Return);
        step();
        QCOMPARE(player_->state()->timeAt(stage_->clock.now()), start + std::chrono::seconds{1});
        passes();
        QCOMPARE(time->text(), QStringLiteral("00:00:01.50")); // goes on, and the next key takes its place
        QTest::keyClicks(time, QStringLiteral("20"));
        passes();
        QCOMPARE(time->text(), QStringLiteral("20"));
        QTest::keyClick(time, Qt::Key_Escape);
        passes();
        QCOMPARE(time->text(), QStringLiteral("00:00:02.50"));
        speed->setFocus(Qt::TabFocusReason);
        speed->lineEdit()->selectAll();
        for (const char* key : {"0", ".", "2"}) {
            QTest::keyClicks(speed, QString::fromLatin1(key));
            passes();
        }
        QCOMPARE(speed->currentText(), QStringLiteral("0.2"));
        QTest::keyClick(speed, Qt::Key_Return);
        QCOMPARE(player_->state()->speed, 0.2);
        step();
        QCOMPARE(speed->currentText(), QString::fromUtf8("0.2×"));
        // Left without Return it shows the time again, also while the replay stands still; and the window may
        // be closed over what is typed.
        QTest::mouseClick(widget<QToolButton>("replayPlay"), Qt::LeftButton);
        step();
        time->setFocus(Qt::TabFocusReason);
        QTest::keyClicks(time, QStringLiteral("33"));
        speed->setFocus(Qt::TabFocusReason);
        step();
        QVERIFY2(time->text().startsWith(QStringLiteral("00:00:0")), qPrintable(time->text()));
        time->setFocus(Qt::TabFocusReason);
        QTest::keyClicks(time, QStringLiteral("4"));
    }

    /// Bug: after a key on its way to a shortcut, or a speed chosen from the list, they stood still.
    void aKeyOnItsWayToAShortcutIsNoTyping() {
        replay(5.0);
        auto* time = widget<QLineEdit>("replayTime");
        auto* speed = widget<QComboBox>("replaySpeed");
        QTest::mouseClick(widget<QToolButton>("replayPlay"), Qt::LeftButton);
        step();
        window_->activateWindow();
        widget<ui::ReplayBar>("replayBar")->focusTime();
        QTRY_VERIFY(time->hasFocus());
        QTest::keyClick(time, Qt::Key_1);
        QTest::keyClick(time, Qt::Key_Return);
        for (const auto key : {Qt::Key_Control, Qt::Key_Shift})
            QTest::keyClick(time, key);
        stage_->clock.advance(std::chrono::milliseconds{500});
        step();
        QCOMPARE(time->text(), QStringLiteral("00:00:01.50"));
        QTest::mouseClick(speed->lineEdit(), Qt::LeftButton);
        speed->setCurrentIndex(0);
        Q_EMIT speed->textActivated(speed->currentText());
        player_->setSpeed(2.0);
        step();
        QCOMPARE(speed->currentText(), QString::fromUtf8("2×"));
    }

    void theStripSeeksAndLoops() {
        replay(0.0);
        auto* strip = widget<ui::ReplayStrip>("replayStrip");
        QTest::mouseClick(strip, Qt::LeftButton, {}, QPoint(strip->width() / 2, 20));
        step();
        QVERIFY(std::abs(seconds(player_->state()->at - start) - 30.0) < 0.5);
        QTest::keyClick(strip, Qt::Key_Home);
        QCOMPARE(player_->state()->at, start);
        const QPoint from(strip->width() / 4, 20);
        QTest::mousePress(strip, Qt::LeftButton, Qt::ShiftModifier, from);
        QMouseEvent drag(QEvent::MouseMove, QPointF(strip->width() / 2.0, 20),
                         strip->mapToGlobal(QPointF(strip->width() / 2.0, 20)), Qt::NoButton, Qt::LeftButton,
                         Qt::ShiftModifier);
        QApplication::sendEvent(strip, &drag);
        QTest::mouseRelease(strip, Qt::LeftButton, Qt::ShiftModifier, QPoint(strip->width() / 2, 20));
        step();
        const auto loop = player_->state()->loop;
        QVERIFY(loop);
        QVERIFY(std::abs(seconds(loop->first - start) - 15.0) < 0.5);
        QVERIFY(std::abs(seconds(loop->second - start) - 30.0) < 0.5);
        QVERIFY(widget<QToolButton>("replayLoop")->isChecked());
    }

    void theJournalIsThatOfTheRecording() {
        const auto* live = window_->findChild<QWidget*>(QStringLiteral("journalPanel"));
        replay(5.0);
        QVERIFY(window_->findChild<QWidget*>(QStringLiteral("replayJournal")));
        QVERIFY(!live->isVisible());
        window_->showReplay(nullptr, std::nullopt);
        QVERIFY(live->isVisible());
    }

    /// Its times were counted back from now: half a minute wrong, or years.
    void theJournalOfARecordingIsDatedByIt() {
        auto events = minute();
        const Time at = events.back().time;
        events.push_back({Sequence{events.size() + 1},
                          at,
                          {},
                          api::CommandAccepted{CommandId{5}, {}, {"SetTorque", AxisId{7}, {}, "on"}}});
        player_.reset();
        store_ = std::make_unique<MemoryStore>(std::move(events));
        player_ = std::make_shared<runtime::Player>(stage_->clock, *store_, "memory");
        step();
        replay(59.99);
        const auto* journal = widget<QWidget>("replayJournal");
        const auto* table = journal->findChild<QTableView*>();
        QTRY_VERIFY_WITH_TIMEOUT((step(), table->model()->rowCount() == 1), workerPatienceMs);
        const auto when = ui::datingOf(player_)(at);
        QCOMPARE(table->model()->index(0, 0).data().toString(),
                 ui::momentText(when, stage_->context().utcNow()));
    }

    /// Live alarms stood beside the tiles of a recording, with ages counted from a moment of the recording:
    /// "cleared · −22.3 s". The time axis called that moment "now", the empty journal asked for a bus.
    void whatIsNotOfTheRecordingSaysSo() {
        stage_->axis(1).silent = true;
        stage_->axis(1).state = motion::AxisState::silent;
        stage_->publish();
        stage_->clock.advance(std::chrono::seconds{1});
        step();
        replay(5.0);
        QVERIFY(widget<QDockWidget>("dockAlarms")->windowTitle().endsWith(QStringLiteral(" · live")));
        QVERIFY(widget<QLabel>("statusBuses")->text().startsWith(QStringLiteral("live   ")));
        const auto labels = window_->findChildren<QLabel*>();
        QVERIFY(std::any_of(labels.begin(), labels.end(), [](const QLabel* label) {
            return label->text() ==
                   QStringLiteral("Up to this moment of the recording nothing was commanded.");
        }));
        window_->chooseWorkspace(ui::Workspace::line);
        step();
        QVERIFY(widget<QLabel>("liveAlarms")->isVisible());
        const auto* alarms = widget<QListWidget>("lineAlarms");
        QCOMPARE(alarms->count(), 1);
        const QString age = alarms->item(0)->data(ui::RowDelegate::detailRole).toString();
        QVERIFY2(age.startsWith(QStringLiteral("active ")) && !age.contains(QChar(0x2212)) &&
                     !age.contains(QLatin1Char('-')),
                 qPrintable(age));
        QVERIFY(widget<ui::Banner>("lineBanner")
                    ->title()
                    .startsWith(QStringLiteral("Live alarm, not in the recording")));
        window_->showReplay(nullptr, std::nullopt);
        window_->chooseWorkspace(ui::Workspace::line);
        step();
        QVERIFY(!widget<QLabel>("liveAlarms")->isVisible());
        QCOMPARE(widget<QDockWidget>("dockAlarms")->windowTitle(), QStringLiteral("Alarms 1"));
    }

    /// A live rejection stood beneath the controls of the recorded axis.
    void aLiveRejectionWaitsForTheWayBack() {
        ui::Theme theme([] { return false; }, ui::ThemeChoice::light);
        ui::CommandNote note(theme, QStringLiteral("note"), window_.get());
        note.say(ui::Tone::fault, QStringLiteral("400.0° is outside"));
        ui::Frame frame = stage_->frame();
        frame.isReplay = true;
        note.tick(frame);
        QVERIFY(note.isHidden());
        frame.isReplay = false;
        note.tick(frame);
        QCOMPARE(note.text(), QStringLiteral("400.0° is outside"));
    }

    /// Math channels, spectrum and XY view were of the live buses, and off while a recording was shown.
    void mathSpectrumAndXyAreOfTheRecording() {
        auto& desk = *widget<ui::AnalysisDesk>("analysisDesk");
        desk.book().put({0, QStringLiteral("Twice"), QStringLiteral("2 * a1.position"), {}, false, true});
        replay(30.0);
        const AxisId math = telemetry::mathAxis(1);
        const auto samplesOf = [&](AxisId axis) {
            const auto set = desk.traces();
            const auto* view = set->find(axis, telemetry::Channel::position);
            return view ? view->trace->count() : 0;
        };
        QTRY_VERIFY_WITH_TIMEOUT((step(), samplesOf(math) == 3000), workerPatienceMs);
        const Time at = start + std::chrono::seconds{10};
        const auto set = desk.traces();
        const auto measured = set->find(AxisId{7}, telemetry::Channel::position)->trace;
        QTRY_VERIFY_WITH_TIMEOUT((step(), measured->valueAt(at)), workerPatienceMs);
        QVERIFY(qFuzzyCompare(set->find(math, telemetry::Channel::position)->trace->valueAt(at)->value,
                              2.0F * measured->valueAt(at)->value));
        const auto& drawn = widget<ui::scope::ScopeView>("scope")->traces();
        QVERIFY(
            std::any_of(drawn.begin(), drawn.end(), [&](const auto& choice) { return choice.axis == math; }));
        window_->findChild<QAction*>(QStringLiteral("dockSpectrumShow"))->trigger();
        auto* spectrum = widget<ui::SpectrumPanel>("spectrumPanel");
        widget<ui::TraceMenu>("spectrumChannels")->choose({QStringLiteral("position")});
        QTRY_VERIFY_WITH_TIMEOUT(
            (step(), !spectrum->curves().empty() && spectrum->curves()[0].found->samples == 251),
            workerPatienceMs); // five seconds up to the moment that is shown, at 50 Hz
        QVERIFY(!spectrum->curves()[0].found->isWaiting);
        window_->findChild<QAction*>(QStringLiteral("dockXyShow"))->trigger();
        auto* y = widget<ui::TraceMenu>("xyY");
        step();
        y->choose({QStringLiteral("math1")});
        QCOMPARE(y->text(), QStringLiteral("Twice"));
        auto* xy = widget<ui::XyView>("xyView");
        QTRY_VERIFY_WITH_TIMEOUT((step(), xy->isVisible()), workerPatienceMs);
        QVERIFY2(widget<QLabel>("xyFacts")->text().startsWith(QStringLiteral("501 samples")),
                 qPrintable(widget<QLabel>("xyFacts")->text()));
        window_->showReplay(nullptr, std::nullopt);
        step();
        QCOMPARE(samplesOf(math), std::uint64_t{0}); // of the live buses nothing was sampled
        QCOMPARE(samplesOf(AxisId{7}), std::uint64_t{0});
    }

    void timesAreReadAsPeopleWriteThem() {
        using ui::replayTimeFrom;
        QVERIFY(replayTimeFrom(QStringLiteral("83,5")) == Duration{std::chrono::milliseconds{83'500}});
        QVERIFY(replayTimeFrom(QStringLiteral("1:23.5")) == Duration{std::chrono::milliseconds{83'500}});
        QVERIFY(replayTimeFrom(QStringLiteral("1:00:01")) == Duration{std::chrono::seconds{3601}});
        for (const char* wrong : {"", "a", "1:75", "-3", "1:2:3:4", "nan", "1e99"})
            QVERIFY2(!replayTimeFrom(QString::fromLatin1(wrong)), wrong);
        QCOMPARE(ui::replayTimeText(std::chrono::milliseconds{3'723'450}), QStringLiteral("01:02:03.45"));
    }

private:
    void step() {
        static_cast<void>(player_->step(stage_->clock.now()));
        for (int i = 0; i < 6; ++i) // figures are due in every sixth
            window_->tick();
    }
    void replay(double at) {
        window_->showReplay(player_, start + fromSeconds(at));
        step();
        step();
    }
    void seek(double at) {
        player_->seek(start + fromSeconds(at));
        step();
    }
    QString busTitle() {
        return tree()->topLevelItem(0)->data(0, Qt::AccessibleTextRole).toString().section(',', 0, 0);
    }
    QString axisWord() {
        return tree()
            ->topLevelItem(0)
            ->child(0)
            ->data(0, Qt::AccessibleTextRole)
            .toString()
            .section(QStringLiteral(", "), 1);
    }
    QTreeWidget* tree() { return widget<QTreeWidget>("busTree"); }
    /// Not those that only change what is seen, and not what is live all the time.
    static bool isCommand(const QPushButton& button) {
        static const QStringList others{QStringLiteral("backToLive"), QStringLiteral("stopAll"),
                                        QStringLiteral("stopButton"), QStringLiteral("record")};
        for (const QWidget* parent = &button; parent; parent = parent->parentWidget())
            if (parent->objectName() == QLatin1String("headerBar") ||
                parent->objectName() == QLatin1String("statusStrip"))
                return false;
        return !others.contains(button.objectName());
    }
    template <class Widget>
    Widget* widget(const char* name) {
        return window_->findChild<Widget*>(QString::fromLatin1(name));
    }

    std::unique_ptr<Stage> stage_;
    std::unique_ptr<MemoryStore> store_;
    std::shared_ptr<runtime::Player> player_;
    std::unique_ptr<ui::MainWindow> window_;
};

} // namespace servolane::tests

using namespace servolane::tests;
SERVOLANE_TEST(ReplayTest)
#include "replay_test.moc"
