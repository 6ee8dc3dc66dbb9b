// SPDX-License-Identifier: GPL-3.0-or-later
// Math channels, spectrum and XY view in the window, by typing and looking.
// Qt's first: moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include <QtCore/QSettings>

#include "core/telemetry/read/math_board.h"
#include "tests/support/test_registry.h"
#include "tests/ui/stage.h"
#include "ui/analysis/analysis_desk.h"
#include "ui/analysis/formula_text.h"
#include "ui/analysis/plot_frame.h"
#include "ui/analysis/spectrum_panel.h"
#include "ui/analysis/trace_menu.h"
#include "ui/analysis/xy_view.h"
#include "ui/scope/scope_view.h"
#include "ui/session/session_view.h"
#include "ui/shell/main_window.h"
#include "ui/shell/text_entry.h"

#include <QtGui/QAction>
#include <QtTest/QTest>
#include <QtWidgets/QAbstractItemView>
#include <QtWidgets/QApplication>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QDockWidget>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListView>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTreeWidget>

namespace servolane::tests {

using telemetry::Channel;
using ui::MainWindow;

class AnalysisTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    /// Beside a plot "5.00·10⁻⁷" was cut.
    void numbersBesideAPlotAreShort() {
        QCOMPARE(ui::figureText(5e-7), QStringLiteral("5·10⁻⁷"));
        QCOMPARE(ui::figureText(1.25e-7), QStringLiteral("1.25·10⁻⁷"));
        QCOMPARE(ui::figureText(0.5), QStringLiteral("0.5"));
    }

    /// The last grid line had none, since the title stood there, and the first number ran into the lowest
    /// one beside the plot.
    void everyGridLineOfAPlotHasItsNumber() {
        QFont font;
        font.setPointSize(9);
        const QFontMetrics metrics(font);
        for (const int width : {420, 560, 700, 980, 1280, 1900})
            for (const auto& [low, high] : {std::pair(0.0, 100.0), std::pair(0.0, 99.9),
                                            std::pair(179.0, 180.5), std::pair(-1234.0, 99.5)}) {
                ui::PlotFrame frame;
                frame.x = {low, high, false};
                frame.xTitle = QStringLiteral("Frequency, Hz");
                frame.layOut(QRect(0, 0, width, 160));
                const auto line = frame.levelLine(metrics);
                QVERIFY(line.ticks.size() >= 2 && line.labels.size() == line.ticks.size());
                const double step = line.ticks[1].at - line.ticks[0].at;
                QVERIFY2(line.ticks.back().at + step > high, qPrintable(QString::number(width)));
                QVERIFY(line.labels.front().left() > frame.area.left() - 6);
                QVERIFY(!line.title.isEmpty() && line.title.right() < width);
                for (std::size_t i = 0; i < line.labels.size(); ++i) {
                    QVERIFY(!line.labels[i].intersects(line.title));
                    QVERIFY(i == 0 || !line.labels[i].intersects(line.labels[i - 1]));
                }
            }
    }

    void init() {
        stage_ = std::make_unique<Stage>();
        window_.reset();
    }
    void cleanup() { window_.reset(); }

    /// Bug: the focus was on a button, and the letters of a name jogged the axis.
    void whatIsTypedAfterOpeningMathIsAName() {
        open(2);
        QApplication::setActiveWindow(window_.get());
        press("dockMathShow");
        QCOMPARE(QApplication::focusWidget(), find<QLineEdit>("mathName"));
    }

    void aWrongFormulaIsExplainedAndCannotBeApplied() {
        open(2);
        press("dockMathShow");
        auto* field = find<QLineEdit>("mathExpression");
        auto* verdict = find<QLabel>("mathVerdict");
        auto* apply = find<QPushButton>("mathApply");
        QVERIFY(!apply->isEnabled());
        field->setText(QStringLiteral("a1.setpoint - a1.positon"));
        QCOMPARE(
            verdict->text(),
            QStringLiteral("At character 15: there is no channel a1.positon; did you mean a1.position?"));
        QVERIFY(field->property("invalid").toBool());
        QVERIFY(!apply->isEnabled());
        QTest::keyClick(field, Qt::Key_Return);
        QCOMPARE(field->selectedText(), QStringLiteral("a1.positon"));
        QVERIFY(book().channels().empty());
        field->setText(QStringLiteral("a1.setpoint -"));
        QCOMPARE(verdict->text(), QStringLiteral("At the end: a channel, a number or “(” is expected"));
        field->setText(QStringLiteral("a1.setpoint - a1.position"));
        QCOMPARE(verdict->text(), QStringLiteral("Reads a1.setpoint, a1.position · gives °"));
        QCOMPARE(find<QLineEdit>("mathUnit")->placeholderText(), QStringLiteral("°"));
        QVERIFY(!field->property("invalid").toBool());
        QVERIFY(apply->isEnabled());
    }

    void aMathChannelRunsInTheScopeIsKeptAndGoesCleanly() {
        open(2);
        press("dockMathShow");
        type("mathName", "Error");
        type("mathExpression", "a1.setpoint - a1.position");
        find<QPushButton>("mathApply")->click();
        QCOMPARE(book().channels().size(), std::size_t{1});
        const AxisId id = telemetry::mathAxis(1);
        QTRY_VERIFY_WITH_TIMEOUT((tick(), desk().traces()->find(id, Channel::position)), workerPatienceMs);
        const auto set = desk().traces();
        const auto trace = set->find(id, Channel::position)->trace;
        QCOMPARE(trace->count(), std::uint64_t{4000});
        const Time at = stage_->clock.now() - std::chrono::seconds{3};
        QCOMPARE(trace->valueAt(at)->value,
                 set->find(AxisId{1}, Channel::setpoint)->trace->valueAt(at)->value -
                     set->find(AxisId{1}, Channel::position)->trace->valueAt(at)->value);
        // Kept between starts.
        QCOMPARE(QSettings(stage_->folder.path() + QStringLiteral("/math.ini"), QSettings::IniFormat)
                     .value(QStringLiteral("channels/1/expression"))
                     .toString(),
                 QStringLiteral("a1.setpoint - a1.position"));
        window_.reset();
        open(0);
        QCOMPARE(book().channels().size(), std::size_t{1});
        QCOMPARE(book().channels()[0].name, QStringLiteral("Error"));
        // Not shown: not calculated.
        QTRY_VERIFY_WITH_TIMEOUT((tick(), desk().traces()->find(id, Channel::position)), workerPatienceMs);
        book().show(1, false);
        tick();
        QCOMPARE(desk().traces(), stage_->context().models.traces.read());
        book().show(1, true);
        QTRY_VERIFY_WITH_TIMEOUT((tick(), desk().traces()->find(id, Channel::position)), workerPatienceMs);
        // Removed.
        press("dockMathShow");
        auto* list = find<QTreeWidget>("mathList");
        list->setCurrentItem(list->topLevelItem(0));
        find<QPushButton>("mathRemove")->click();
        tick();
        QVERIFY(book().channels().empty());
        QCOMPARE(list->topLevelItemCount(), 0);
        QCOMPARE(desk().traces(), stage_->context().models.traces.read());
        QVERIFY(!QSettings(stage_->folder.path() + QStringLiteral("/math.ini"), QSettings::IniFormat)
                     .contains(QStringLiteral("channels/1/expression")));
    }

    void namesAreOfferedWhileOneTypes() {
        open(2);
        press("dockMathShow");
        auto* field = find<QLineEdit>("mathExpression");
        field->setFocus();
        QTest::keyClicks(field, QStringLiteral("2*a2.vel"));
        auto* words = window_->findChild<QAbstractItemView*>(QStringLiteral("formulaWords"));
        if (!words)
            for (QWidget* top : QApplication::topLevelWidgets())
                if (top->objectName() == QStringLiteral("formulaWords"))
                    words = qobject_cast<QAbstractItemView*>(top);
        QVERIFY(words && words->isVisible());
        QTest::keyClick(words, Qt::Key_Down);
        QTest::keyClick(words, Qt::Key_Return);
        QCOMPARE(field->text(), QStringLiteral("2*a2.velocity"));
        QVERIFY(!words->isVisible());
        field->clear();
        QTest::keyClicks(field, QStringLiteral("lowp"));
        QVERIFY(words->isVisible());
        QTest::keyClick(words, Qt::Key_Return);
        QCOMPARE(field->text(), QStringLiteral("lowpass()"));
        QCOMPARE(field->cursorPosition(), 8);
    }

    void whatIsOftenWantedIsOnePress() {
        open(2);
        press("dockMathShow");
        auto* menu = find<QMenu>("mathPresetMenu");
        Q_EMIT menu->aboutToShow();
        QVERIFY(menu->actions().size() >= 4);
        menu->actions().front()->trigger();
        QCOMPARE(book().channels().size(), std::size_t{1});
        QCOMPARE(book().channels()[0].expression, QStringLiteral("a1.setpoint - a1.position"));
        QVERIFY(book().channels()[0].apart);
    }

    /// Bug: of a servo that measures no setpoint the following error was not there, and nothing said why.
    void withoutASetpointTheFollowingErrorIsAgainstTheCommandedGoal() {
        open(2);
        const auto whole = stage_->axis(0).axis->model;
        const auto stateOf = [&](bool setpoint, bool watched, double gear) {
            auto model = std::make_shared<registers::ServoModel>(*whole);
            std::erase_if(model->registers, [&](const registers::Register& of) {
                return !setpoint && of.role == registers::Role::positionTrajectory;
            });
            auto axis = std::make_shared<motion::Axis>(*stage_->axis(0).axis);
            axis->model = model;
            axis->scale.gear = gear;
            axis->watches[0] = {watched ? "goal_position" : "", watched};
            axis->channels = motion::channelScalesOf(*axis);
            stage_->axis(0).axis = axis;
            stage_->publish();
            tick();
            auto* menu = find<QMenu>("mathPresetMenu");
            Q_EMIT menu->aboutToShow();
            return menu->actions().front();
        };
        press("dockMathShow");
        QAction* missing = stateOf(false, false, 1.0);
        QVERIFY2(!missing->isEnabled() &&
                     missing->text().contains(QStringLiteral("measures no setpoint. Watch goal_position")),
                 qPrintable(missing->text()));
        auto* field = find<QLineEdit>("mathExpression");
        field->setText(QStringLiteral("a1.setpoint - a1.position"));
        QVERIFY2(
            find<QLabel>("mathVerdict")->text().contains(QStringLiteral("a1 measures no setpoint; watch")),
            qPrintable(find<QLabel>("mathVerdict")->text()));
        // Another unit on either side would make a number that means nothing.
        QAction* geared = stateOf(false, true, 10.0);
        QVERIFY2(!geared->isEnabled() &&
                     geared->text().contains(QStringLiteral("goal_position is in its own")),
                 qPrintable(geared->text()));
        QAction* offered = stateOf(false, true, 1.0);
        QVERIFY2(offered->isEnabled() && offered->text().startsWith(
                                             QStringLiteral("Following error against the commanded goal\t")),
                 qPrintable(offered->text()));
        offered->trigger();
        QCOMPARE(book().channels()[0].expression, QStringLiteral("a1.goal_position - a1.position"));
        QCOMPARE(book().channels()[0].name, QStringLiteral("Error to goal a1"));
        // One that measures it needs no goal.
        QVERIFY(stateOf(true, true, 1.0)->text().startsWith(QStringLiteral("Following error\t")));
    }

    void aFormulaOfWhatIsNotConnectedIsKeptAndSaysSo() {
        open(2);
        book().put({0, QStringLiteral("Other"), QStringLiteral("a9.position"), {}, false, true});
        book().put({0, QStringLiteral("Ratio"), QStringLiteral("1 / (a1.moving * 0)"), {}, false, true});
        press("dockMathShow");
        auto* list = find<QTreeWidget>("mathList");
        QCOMPARE(list->topLevelItem(0)->text(3), QStringLiteral("names what is not there"));
        QTRY_COMPARE_WITH_TIMEOUT((tick(), list->topLevelItem(1)->text(3)),
                                  QStringLiteral("4\u202F000 without value"), workerPatienceMs);
    }

    void aRecordingHasMathChannelsToo() {
        stage_->sessions.sessions = {sampleSession("/tmp/a.servolane", "First", 92.0, 1)};
        open(1);
        book().put({0, QStringLiteral("Twice"), QStringLiteral("2 * a0.position"), {}, false, true});
        book().put({0, QStringLiteral("Other"), QStringLiteral("a77.position"), {}, false, true});
        window_->chooseWorkspace(ui::Workspace::sessions);
        auto* list = find<QListView>("sessionList");
        QTRY_COMPARE_WITH_TIMEOUT((tick(), list->model()->rowCount()), 1, workerPatienceMs);
        list->setCurrentIndex(list->model()->index(0, 0));
        auto* channels = find<QTreeWidget>("sessionChannels");
        const auto mathItem = [&]() -> QTreeWidgetItem* {
            auto* last = channels->topLevelItem(channels->topLevelItemCount() - 1);
            return last && last->text(0) == QStringLiteral("Math") ? last : nullptr;
        };
        QTRY_VERIFY_WITH_TIMEOUT((tick(), mathItem()), workerPatienceMs);
        QCOMPARE(mathItem()->childCount(), 1); // a77 is not in it
        mathItem()->child(0)->setCheckState(0, Qt::Checked);
        auto* view = find<ui::SessionView>("sessionView");
        const AxisId id = telemetry::mathAxis(1);
        const auto trace = [&] {
            const auto set = view->traces();
            const auto* found = set ? set->find(id, Channel::position) : nullptr;
            return found ? found->trace : nullptr;
        };
        QTRY_VERIFY_WITH_TIMEOUT((tick(), trace()), workerPatienceMs);
        const auto measured = view->traces()->find(AxisId{1}, Channel::position)->trace;
        // The recording is read as the formula goes on.
        QTRY_COMPARE_WITH_TIMEOUT((tick(), trace()->count()), measured->count(), workerPatienceMs);
        const auto newest = measured->lastBefore(Time::max()); // read by now
        QVERIFY(newest);
        QCOMPARE(trace()->last()->value, 2.0F * newest->value);
    }

    /// The stage's current carries ripples of 97 and 311 rad/s, 12 mA and 6 mA.
    void theSpectrumFindsWhatIsInTheSignal() {
        open(1);
        QVERIFY(!window_->findChild<ui::SpectrumPanel*>()); // not before it is wanted
        press("dockSpectrumShow");
        auto* panel = find<ui::SpectrumPanel>("spectrumPanel");
        chooseData("spectrumSpan", QStringLiteral("10"));
        chooseData("spectrumWindow", static_cast<int>(telemetry::Window::flatTop));
        QTRY_VERIFY_WITH_TIMEOUT((tick(), panel->curves().size() == 1), workerPatienceMs);
        QTRY_VERIFY_WITH_TIMEOUT((tick(), panel->curves()[0].found->samples == 2000), workerPatienceMs);
        const auto& found = *panel->curves()[0].found;
        const auto peak = std::find_if(found.peaks.begin(), found.peaks.end(), [](const auto& one) {
            return std::abs(one.frequency - 15.438) < 0.05;
        });
        QVERIFY(peak != found.peaks.end());
        QVERIFY(std::abs(peak->amplitude - 0.012) < 0.0003);
        const QString facts = find<QLabel>("spectrumFacts")->text();
        QVERIFY2(facts.contains(QStringLiteral("grid of 200.0 Hz")), qPrintable(facts));
        QVERIFY2(facts.contains(QStringLiteral("Nyquist 100.0 Hz")), qPrintable(facts));
        auto* view = find<ui::SpectrumView>("spectrumView");
        const QPoint at(static_cast<int>(view->frame().xOf(15.44)), view->frame().area.center().y());
        QVERIFY2(view->readingAt(at).join(QLatin1Char(' ')).startsWith(QStringLiteral("current: 15.4")),
                 qPrintable(view->readingAt(at).join(QLatin1Char(' '))));
        // Cursors that are not set are asked for; two of them bound the span.
        chooseData("spectrumSpan", QStringLiteral("cursors"));
        tick();
        const auto labels = panel->findChildren<QLabel*>();
        QVERIFY(std::any_of(labels.begin(), labels.end(), [](const QLabel* label) {
            return label->isVisible() && label->text() == QStringLiteral("Cursors A and B are not both set");
        }));
        const Time now = stage_->clock.now();
        find<ui::scope::ScopeView>("scope")->setCursors(now - std::chrono::seconds{1},
                                                        now - std::chrono::seconds{3});
        QTRY_VERIFY_WITH_TIMEOUT((tick(), panel->curves().size() == 1), workerPatienceMs);
        QCOMPARE(panel->curves()[0].found->samples, std::size_t{401});
        // Behind another panel it calculates nothing.
        const auto before = panel->curves()[0].found;
        press("dockMathShow");
        stage_->clock.advance(std::chrono::seconds{1});
        chooseData("spectrumSpan", QStringLiteral("2"));
        for (int i = 0; i < 5; ++i)
            tick();
        tick();
        QCOMPARE(panel->curves()[0].found, before);
    }

    /// An empty plot over a scale down to 10⁻⁷, and a table of peaks without a word.
    void theSpectrumSaysThatThereIsNothingToShow() {
        open(1);
        press("dockSpectrumShow");
        auto* panel = find<ui::SpectrumPanel>("spectrumPanel");
        find<ui::TraceMenu>("spectrumChannels")->choose({QStringLiteral("setpoint")});
        const auto trace = desk().traces()->find(AxisId{1}, Channel::setpoint)->trace;
        const Duration span = std::chrono::milliseconds{600};
        const auto isFlat = [&](Time from) {
            const auto s = trace->statistics(from, from + span + std::chrono::milliseconds{10});
            return s.count > 100 && s.min == s.max;
        };
        Time from = stage_->clock.now() - std::chrono::seconds{5};
        while (!isFlat(from) && from < stage_->clock.now())
            from += std::chrono::milliseconds{20};
        QVERIFY(isFlat(from));
        find<ui::scope::ScopeView>("scope")->setCursors(from, from + span);
        chooseData("spectrumSpan", QStringLiteral("cursors"));
        const auto says = [&](const QString& words) {
            const auto labels = panel->findChildren<QLabel*>();
            return std::any_of(labels.begin(), labels.end(), [&](const QLabel* label) {
                return label->isVisible() && label->text() == words;
            });
        };
        QTRY_VERIFY_WITH_TIMEOUT((tick(), says(QStringLiteral("Constant here: nothing to show"))),
                                 workerPatienceMs);
        find<ui::TraceMenu>("spectrumChannels")->choose({QStringLiteral("current")});
        QTRY_VERIFY_WITH_TIMEOUT((tick(), find<ui::SpectrumView>("spectrumView")->isVisible()),
                                 workerPatienceMs);
        const auto* peaks = find<QTreeWidget>("spectrumPeaks");
        QCOMPARE(says(QStringLiteral("No peak stands out")), peaks->topLevelItemCount() == 0);
    }

    void theXyViewDrawsOneChannelAgainstAnother() {
        open(1);
        press("dockXyShow");
        auto* view = find<ui::XyView>("xyView");
        QTRY_VERIFY_WITH_TIMEOUT((tick(), view->isVisible()), workerPatienceMs);
        QCOMPARE(find<ui::TraceMenu>("xyX")->text(), QStringLiteral("Position"));
        QCOMPARE(find<QLabel>("xyFacts")->text(), QStringLiteral("2\u202F000 samples"));
        QCOMPARE(view->frame().yTitle, QStringLiteral("Current, A"));
        const auto position = desk().traces()->find(AxisId{1}, Channel::position)->trace->last()->value;
        const auto current = desk().traces()->find(AxisId{1}, Channel::current)->trace->last()->value;
        const QPoint last(static_cast<int>(view->frame().xOf(position)),
                          static_cast<int>(view->frame().yOf(current)));
        const QStringList reading = view->readingAt(last);
        QCOMPARE(reading.size(), qsizetype{3});
        QVERIFY2(reading[0].startsWith(QStringLiteral("position")) &&
                     reading[0].endsWith(QStringLiteral("°")),
                 qPrintable(reading[0]));
        QVERIFY(view->readingAt(QPoint(1, 1)).isEmpty());
        const double unitX = view->frame().xOf(1.0) - view->frame().xOf(0.0);
        const double unitY = view->frame().yOf(0.0) - view->frame().yOf(1.0);
        QVERIFY(std::abs(unitX - unitY) > 1.0);
        find<QCheckBox>("xyEqual")->setChecked(true);
        const double equalX = view->frame().xOf(1.0) - view->frame().xOf(0.0);
        QVERIFY(std::abs(equalX - (view->frame().yOf(0.0) - view->frame().yOf(1.0))) < 0.05 * equalX + 0.05);
    }

    /// "t20" was listed as "T20".
    void aMathChannelIsListedAsItWasNamed() {
        ui::TraceMenu menu(ui::TraceMenu::Choosing::one, nullptr);
        menu.offer(
            std::make_shared<const std::vector<ui::scope::TraceChoice>>(std::vector<ui::scope::TraceChoice>{
                {telemetry::mathAxis(1), telemetry::Channel::position, QStringLiteral("t20"), {}},
                {AxisId{1}, telemetry::Channel::position, QStringLiteral("position"), {}}}));
        menu.choose({QStringLiteral("math1")});
        menu.fill();
        QCOMPARE(menu.text(), QStringLiteral("t20"));
        QCOMPARE(menu.tree()->topLevelItem(0)->child(0)->text(0), QStringLiteral("t20"));
        QCOMPARE(menu.tree()->topLevelItem(1)->child(0)->text(0), QStringLiteral("Position"));
    }
    /// Spectrum and XY view offered the selected axis alone.
    void channelsOfEveryAxisAreOfferedAndFound() {
        open(3);
        press("dockSpectrumShow");
        auto* menu = find<ui::TraceMenu>("spectrumChannels");
        menu->choose({});
        menu->fill();
        QTreeWidget* tree = menu->tree();
        QStringList groups;
        for (int at = 0; at < tree->topLevelItemCount(); ++at)
            groups << tree->topLevelItem(at)->text(0);
        const QString other = axisName(2);
        QVERIFY2(groups.contains(other) && groups.front() == QStringLiteral("Selected axis"),
                 qPrintable(groups.join(QLatin1Char('|'))));
        find<QLineEdit>("traceSearch")->setText(other + QStringLiteral(" curr"));
        QTreeWidgetItem* found = nullptr;
        int seen = 0;
        for (int at = 0; at < tree->topLevelItemCount(); ++at)
            for (int child = 0; child < tree->topLevelItem(at)->childCount(); ++child)
                if (!tree->topLevelItem(at)->child(child)->isHidden()) {
                    found = tree->topLevelItem(at)->child(child);
                    ++seen;
                }
        QCOMPARE(seen, 1);
        found->setCheckState(0, Qt::Checked);
        QCOMPARE(menu->words(), QStringList{other + QStringLiteral(".current@simulated:2")});
        QCOMPARE(menu->chosen().front().axis, AxisId{2});
        auto* panel = find<ui::SpectrumPanel>("spectrumPanel");
        QTRY_VERIFY_WITH_TIMEOUT((tick(), panel->curves().size() == 1), workerPatienceMs);
        QCOMPARE(panel->curves()[0].choice.axis, AxisId{2});
        // Letters in it find entries: none of them jogs.
        QVERIFY(ui::isTextEntry(tree) && ui::isTextEntry(find<QLineEdit>("traceSearch")));
        QVERIFY(!ui::isTextEntry(menu));
        // The same trace by its axis' name and as the selected axis': once.
        menu->choose({QStringLiteral("current"), axisName(1) + QStringLiteral(".current")});
        QCOMPARE(menu->chosen().size(), std::size_t{1});
        // XY: one axis over the other.
        press("dockXyShow");
        find<ui::TraceMenu>("xyX")->choose({other + QStringLiteral(".position")});
        find<ui::TraceMenu>("xyY")->choose({QStringLiteral("position")});
        auto* view = find<ui::XyView>("xyView");
        QTRY_VERIFY_WITH_TIMEOUT((tick(), view->frame().xTitle.startsWith(other)), workerPatienceMs);
    }

    /// Both had one word: ticking one ticked the other, and their lines had one name.
    void axesOfOneNameAreToldApart() {
        stage_->addSimulatedBus(2);
        stage_->addTraces();
        auto twin = std::make_shared<motion::Axis>(*stage_->axis(1).axis);
        twin->name = stage_->axis(0).axis->name;
        stage_->axis(1).axis = twin;
        open(0);
        press("dockSpectrumShow");
        auto* menu = find<ui::TraceMenu>("spectrumChannels");
        menu->fill();
        QStringList groups;
        for (int at = 0; at < menu->tree()->topLevelItemCount(); ++at)
            groups << menu->tree()->topLevelItem(at)->text(0);
        QVERIFY2(groups.contains(QStringLiteral("Pan (id 1)")) &&
                     groups.contains(QStringLiteral("Pan (id 2)")),
                 qPrintable(groups.join(QLatin1Char('|'))));
        menu->choose({QStringLiteral("Pan (id 1).current"), QStringLiteral("Pan (id 2).current")});
        const auto chosen = menu->chosen();
        QCOMPARE(chosen.size(), std::size_t{2});
        QVERIFY(chosen[0].label != chosen[1].label);
        // Which line is whose stands above them: only hovering told it.
        auto* view = find<ui::SpectrumView>("spectrumView");
        const auto coloursAbove = [&] {
            tick();
            const QImage image = view->grab().toImage();
            QSet<QRgb> seen;
            for (int y = 0; y < view->frame().area.top() - 2; ++y)
                for (int x = 0; x < image.width(); ++x)
                    for (const QColor& colour : window_->theme().tokens().traces)
                        if (image.pixel(x, y) == colour.rgb()) seen.insert(colour.rgb());
            return seen.size();
        };
        QTRY_COMPARE_WITH_TIMEOUT(coloursAbove(), qsizetype{2}, workerPatienceMs);
    }

    /// Bug: what was chosen of an axis was lost when another one of its name came or went.
    void aChoiceIsOfItsAxisWhateverNamesakeComesOrGoes() {
        open(2);
        press("dockSpectrumShow");
        auto* menu = find<ui::TraceMenu>("spectrumChannels");
        menu->choose({axisName(2) + QStringLiteral(".current")});
        const auto chosenAxis = [&] {
            stage_->publish();
            tick();
            const auto chosen = menu->chosen();
            return chosen.size() == 1 ? int{chosen.front().axis.value} : -static_cast<int>(chosen.size());
        };
        QCOMPARE(chosenAxis(), 2);
        stage_->addSimulatedBus(2); // of the same names and ids
        stage_->buses.buses.back().name = "ttyUSB1";
        QCOMPARE(chosenAxis(), 2);
        const auto first = stage_->axes.axes;
        stage_->axes.axes.erase(stage_->axes.axes.begin(), stage_->axes.axes.begin() + 2);
        QCOMPARE(chosenAxis(), 0); // it is waited for
        stage_->axes.axes = first;
        QCOMPARE(chosenAxis(), 2);
        // Two lines of one name are two places all the same.
        stage_->buses.buses.back().name = stage_->buses.buses.front().name;
        stage_->axes.axes[2].axis = std::make_shared<motion::Axis>(*stage_->axes.axes[2].axis);
        QCOMPARE(chosenAxis(), 2);
        menu->choose({QStringLiteral("Lift.current@simulated~2:2")});
        QCOMPARE(chosenAxis(), 4);
        stage_->buses.buses.back().name = "ttyUSB1";
        stage_->axes.axes[2].axis = std::make_shared<motion::Axis>(*stage_->axes.axes[2].axis);
        // The other one, too, can be chosen, and taken out again.
        menu->choose({QStringLiteral("Lift.current@ttyUSB1:2")});
        QCOMPARE(chosenAxis(), 4);
        const QStringList words = menu->words();
        menu->choose({});
        menu->choose(words); // as it was kept
        QCOMPARE(chosenAxis(), 4);
    }

    void aSeventeenthChannelOfASpectrumIsRefusedWhereItWasTicked() {
        open(3);
        press("dockSpectrumShow");
        auto* menu = find<ui::TraceMenu>("spectrumChannels");
        menu->choose({});
        menu->fill();
        QTreeWidgetItem* refused = nullptr;
        for (int at = 1; at < menu->tree()->topLevelItemCount() && !refused; ++at) // those by name
            for (int child = 0; child < menu->tree()->topLevelItem(at)->childCount() && !refused; ++child) {
                QTreeWidgetItem* item = menu->tree()->topLevelItem(at)->child(child);
                item->setCheckState(0, Qt::Checked);
                if (item->checkState(0) != Qt::Checked) refused = item;
            }
        QVERIFY(refused);
        QCOMPARE(menu->chosen().size(), ui::scope::maximumTraces);
        QVERIFY(find<QLabel>("traceSaid")->text().startsWith(QStringLiteral("16 channels at most")));
    }

private:
    [[nodiscard]] QString axisName(std::uint16_t axis) const {
        const auto board = stage_->context().models.axes.read();
        return QString::fromStdString(board->find(AxisId{axis})->axis->name);
    }
    void open(int axes) {
        if (axes > 0) {
            stage_->addSimulatedBus(axes);
            stage_->addTraces();
        }
        window_ = std::make_unique<MainWindow>(stage_->context());
        window_->show();
        QApplication::setActiveWindow(window_.get());
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
        stage_->publish();
        for (int frame = 0; frame < 7; ++frame)
            tick();
    }
    /// A frame that is due for everything.
    void tick() {
        stage_->stepReplays();
        for (int frame = 0; frame < 6; ++frame)
            window_->tick();
        QCoreApplication::processEvents();
    }
    void press(const char* action) {
        find<QAction>(action)->trigger();
        tick();
    }
    void type(const char* field, const char* text) {
        find<QLineEdit>(field)->setText(QString::fromLatin1(text));
    }
    void chooseData(const char* box, const QVariant& data) {
        auto* combo = find<QComboBox>(box);
        combo->setCurrentIndex(combo->findData(data));
    }
    ui::AnalysisDesk& desk() { return *find<ui::AnalysisDesk>("analysisDesk"); }
    ui::MathBook& book() { return desk().book(); }
    template <class Object>
    Object* find(const char* name) const {
        auto* object = window_->findChild<Object*>(QString::fromLatin1(name));
        if (!object) qFatal("no object named %s", name);
        return object;
    }

    std::unique_ptr<Stage> stage_;
    std::unique_ptr<MainWindow> window_;
};

} // namespace servolane::tests

using namespace servolane::tests;
SERVOLANE_TEST(AnalysisTest)
#include "analysis_test.moc"
