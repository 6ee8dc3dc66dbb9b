// SPDX-License-Identifier: GPL-3.0-or-later
// The working tools of the scope: box, history of views, value ranges, panes, steps of cursors.
#include "core/api/command.h"
#include "core/journal/read/command_log.h"
#include "core/telemetry/read/math_board.h"
#include "core/telemetry/read/trace_writer.h"
#include "tests/support/test_registry.h"
#include "tests/ui/scope/fed_scope.h"
#include "ui/scope/chart_frame.h"
#include "ui/scope/column_ring.h"
#include "ui/scope/cursor_pair.h"
#include "ui/scope/cursor_readout.h"
#include "ui/scope/scope_view.h"
#include "ui/scope/time_window.h"
#include "ui/scope/trace_arrangement.h"
#include "ui/scope/trace_drag.h"
#include "ui/scope/trigger_tool.h"

#include <QAction>
#include <QApplication>
#include <QDropEvent>
#include <QLabel>
#include <QMenu>
#include <QMimeData>
#include <QMouseEvent>
#include <QPaintDevice>
#include <QPaintEngine>
#include <QPainter>
#include <QSignalSpy>
#include <QTableWidget>
#include <QWheelEvent>
#include <QtTest/QTest>
#include <cmath>

using namespace servolane;
using namespace servolane::ui::scope;
using namespace std::chrono_literals;
using servolane::telemetry::Channel;
using servolane::telemetry::EdgeCondition;
using servolane::telemetry::FactCondition;
using servolane::telemetry::FactKind;
using servolane::telemetry::Slope;
using servolane::telemetry::TriggerMode;
using servolane::telemetry::TriggerState;
using servolane::tests::TracedAxis;

namespace {

/// Keeps the words of what is painted.
class TextCatcher final : public QPaintDevice {
public:
    explicit TextCatcher(QSize size)
        : size_(size) {}
    [[nodiscard]] QPaintEngine* paintEngine() const override { return &engine_; }
    [[nodiscard]] const QStringList& texts() const { return engine_.texts; }

private:
    struct Engine final : QPaintEngine {
        Engine()
            : QPaintEngine(AllFeatures) {}
        bool begin(QPaintDevice*) override { return true; }
        bool end() override { return true; }
        void updateState(const QPaintEngineState&) override {}
        void drawPixmap(const QRectF&, const QPixmap&, const QRectF&) override {}
        void drawPolygon(const QPointF*, int, PolygonDrawMode) override {}
        void drawPath(const QPainterPath&) override {}
        void drawTextItem(const QPointF&, const QTextItem& item) override { texts << item.text(); }
        [[nodiscard]] Type type() const override { return User; }
        QStringList texts;
    };
    [[nodiscard]] int metric(PaintDeviceMetric metric) const override {
        switch (metric) {
        case PdmWidth:
            return size_.width();
        case PdmHeight:
            return size_.height();
        case PdmDpiX:
        case PdmDpiY:
        case PdmPhysicalDpiX:
        case PdmPhysicalDpiY:
            return 96;
        default:
            return 1;
        }
    }
    QSize size_;
    mutable Engine engine_;
};

} // namespace

class ScopeToolsTest : public tests::FedScope {
    Q_OBJECT

private Q_SLOTS:
    void init() { setUp(); }
    void cleanup() { tearDown(); }

    /// A running picture took no notice of the hand, and gave no hint that it has to be held first.
    void aRunningPictureIsHeldByTheHandThatDragsIt() {
        feed(30s);
        view_->setSpan(4s);
        view_->tick();
        const auto range = view_->visibleRange();
        const QPoint middle = firstPane().center();
        drag(middle, middle + QPoint(1, 0), Qt::NoModifier);
        QVERIFY(!view_->isHeld()); // a click
        drag(middle, middle + QPoint(80, 0), Qt::NoModifier);
        QVERIFY(view_->isHeld());
        QVERIFY(view_->visibleRange().second < range.second);
    }

    void aBoxZoomsInAndBackspaceLeadsBack() {
        feed(12s);
        view_->fixPane(0, -40.0, 40.0);
        view_->tick();
        const auto before = view_->visibleRange();
        const QRect pane = firstPane();
        drag({pane.left() + pane.width() / 4, pane.top() + pane.height() / 4},
             {pane.left() + pane.width() / 2, pane.top() + pane.height() / 2}, Qt::ShiftModifier);
        view_->tick();
        QVERIFY(view_->isHeld());
        const auto [from, to] = view_->visibleRange();
        QVERIFY(std::abs(seconds(from - before.first) - 2.5) < 0.1);
        QVERIFY(std::abs(seconds(to - from) - 2.5) < 0.1);
        const auto [low, high] = view_->paneRange(0);
        QVERIFY2(std::abs(high - 20.0) < 1.0 && std::abs(low) < 1.0,
                 qPrintable(QString("%1 %2").arg(low).arg(high)));
        QTest::keyClick(view_.get(), Qt::Key_Backspace);
        view_->tick();
        QCOMPARE(view_->paneRange(0), std::pair(-40.0, 40.0));
        QVERIFY(!view_->isHeld()); // as it was: following
        QCOMPARE(view_->span(), before.second - before.first);
        QTest::keyClick(view_.get(), Qt::Key_Backspace); // the fixed range
        view_->tick();
        QVERIFY(view_->paneRange(0) != std::pair(-40.0, 40.0));
    }

    void theWheelOverTheValueAxisScalesThatPaneAlone() {
        feed(12s);
        const auto first = view_->paneRange(0);
        const auto second = view_->paneRange(1);
        const QPoint at(20, firstPane().center().y());
        QWheelEvent wheel(at, surface()->mapToGlobal(at), {}, {0, 120}, Qt::NoButton, Qt::NoModifier,
                          Qt::NoScrollPhase, false);
        QApplication::sendEvent(surface(), &wheel);
        feed(13s);
        const auto scaled = view_->paneRange(0);
        QVERIFY(std::abs((scaled.second - scaled.first) * 1.25 - (first.second - first.first)) < 1e-9);
        QCOMPARE(view_->paneRange(1), second);
        QCOMPARE(view_->span(), Duration(10s));
        level_ = 400.0;
        feed(15s);
        QCOMPARE(view_->paneRange(0), scaled); // data that leave it do not move it
        QTest::keyClick(view_.get(), Qt::Key_F);
        view_->tick();
        QVERIFY(view_->paneRange(0).second >= 400.0);
    }

    void arrowKeysMoveTheCursorBySamples() {
        feed(12s);
        view_->setHeld(true);
        view_->setCursors(start_ + 8s, std::nullopt);
        view_->tick();
        QTest::keyClick(view_.get(), Qt::Key_Right);
        view_->tick();
        QCOMPARE(timesText(), QString("A −3.995 s"));
        QTest::keyClick(view_.get(), Qt::Key_Left, Qt::ShiftModifier);
        view_->tick();
        QCOMPARE(timesText(), QString("A −4.045 s"));
        QTest::keyClick(view_.get(), Qt::Key_B);
        QTest::keyClick(view_.get(), Qt::Key_Left); // the one that was placed last
        view_->tick();
        QVERIFY2(timesText().startsWith("A −4.045 s"), qPrintable(timesText()));
    }

    void statisticsGoOnWhileDataStream() {
        feed(12s);
        view_->setCursors(start_ + 11s, start_ + 14s);
        view_->tick();
        const auto* table = view_->findChild<QTableWidget*>();
        const QString before = table->item(0, 5)->text();
        level_ = 90.0;
        feed(14s);
        QVERIFY(table->item(0, 5)->text() != before);
        QCOMPARE(table->item(0, 5)->text(), QString("90.000"));
    }

    void panesOverEachOtherKeepTheirOwnScales() {
        feed(12s);
        const auto first = view_->paneRange(0);
        const QImage stacked = view_->picture();
        QTest::keyClick(view_.get(), Qt::Key_O);
        view_->tick();
        QVERIFY(view_->picture() != stacked);
        QCOMPARE(view_->paneRange(0), first);
        QTest::keyClick(view_.get(), Qt::Key_O);
        view_->tick();
        QCOMPARE(view_->picture(), stacked);
    }

    void aNameDraggedToAnotherPaneMovesItsLine() {
        view_->setTraces({{pan, Channel::setpoint, "setpoint", "°"},
                          {pan, Channel::position, "position", "°"},
                          {pan, Channel::velocity, "velocity", "°/s"}});
        feed(12s);
        QCOMPARE(view_->paneUnit(0), QString("°"));
        (void)view_->picture(); // names are where they were painted
        QSignalSpy arranged(view_.get(), &ScopeView::arranged);
        const int x = surface()->width() - ChartFrame::rightMargin + 40;
        const QRect traces = tracesArea();
        // velocity's name stands at 0 °/s; find it in the lower half.
        int y = traces.bottom() - 4;
        while (y > traces.center().y() && arranged.count() == 0) {
            drag({x, y}, {x, traces.top() + 1}, Qt::NoModifier);
            y -= 6;
        }
        QCOMPARE(arranged.count(), 1);
        view_->tick();
        QCOMPARE(view_->paneUnit(0), QString("°/s"));
        QCOMPARE(view_->paneUnit(1), QString("°"));
    }

    void aTraceDroppedFromAListComesIntoThatPane() {
        feed(12s);
        const TraceChoice setpoint{pan, Channel::setpoint, "setpoint", "°"};
        // Its owner adds what is not shown yet.
        connect(view_.get(), &ScopeView::traceDropped, view_.get(), [&](AxisId axis, Channel channel) {
            QCOMPARE(axis, pan);
            QVERIFY(channel == Channel::setpoint);
            view_->setTraces({{pan, Channel::position, "position", "°"},
                              {pan, Channel::velocity, "velocity", "°/s"},
                              setpoint});
        });
        QVERIFY(drop(setpoint, firstPane().center()));
        view_->tick();
        QCOMPARE(view_->traces().size(), std::size_t{3});
        QCOMPARE(view_->traces()[1].label, QString("setpoint"));
        QCOMPARE(view_->traces()[1].group, view_->traces()[0].group); // it joined the pane
        // Between two panes: one of its own, which it keeps when lines are chosen anew.
        QVERIFY(drop(setpoint, {firstPane().center().x(), firstPane().bottom() - 1}));
        view_->tick();
        QCOMPARE(view_->paneUnit(0), QString("°"));
        QCOMPARE(view_->paneUnit(1), QString("°"));
        QCOMPARE(view_->paneUnit(2), QString("°/s"));
        QCOMPARE(view_->look().arrangement.order[1], QString("setpoint"));
    }

    void whatIsNoTraceIsNotTaken() {
        feed(12s);
        QMimeData text;
        text.setText("position");
        QDropEvent event(firstPane().center(), Qt::CopyAction, &text, Qt::LeftButton, {});
        event.ignore();
        QApplication::sendEvent(surface(), &event);
        QVERIFY(!event.isAccepted());
        QVERIFY(!choiceFrom(text));
        const TraceChoice velocity{AxisId{3}, Channel::velocity, "Grip velocity", "°/s"};
        QVERIFY(choiceFrom(*mimeOf(velocity)) == velocity);
    }

    void aLineIsMovedAmongThePanesByKeys() {
        view_->setTraces({{pan, Channel::setpoint, "setpoint", "°"},
                          {pan, Channel::position, "position", "°"},
                          {pan, Channel::velocity, "velocity", "°/s"}});
        feed(12s);
        view_->moveTrace(pan, Channel::position, 1, PaneStep::own);
        view_->tick();
        QCOMPARE(view_->paneUnit(1), QString("°"));
        QCOMPARE(view_->paneUnit(2), QString("°/s"));
        view_->moveTrace(pan, Channel::position, 1, PaneStep::beside); // past a pane of another unit
        view_->tick();
        QCOMPARE(view_->paneUnit(1), QString("°/s"));
        QCOMPARE(view_->paneUnit(2), QString("°"));
        view_->moveTrace(pan, Channel::position, -1, PaneStep::beside);
        view_->moveTrace(pan, Channel::position, -1, PaneStep::beside); // into the pane of its unit
        view_->tick();
        QCOMPARE(view_->paneUnit(1), QString("°/s"));
        QCOMPARE(view_->traces()[0].group, view_->traces()[1].group);
        view_->moveTrace(pan, Channel::setpoint, -1, PaneStep::beside); // there is none above
        QCOMPARE(view_->traces()[2].label, QString("velocity"));
    }

    /// Statistics of samples that were given up told nothing of it.
    void statisticsSayWhatIsMissing() {
        telemetry::TraceWriter writer;
        for (std::int64_t i = 1; i <= 3 * telemetry::chunkRows; ++i)
            writer.append(start_ + period * i, static_cast<float>(i));
        writer.dropOldestChunk();
        telemetry::TraceSet set;
        set.traces.push_back({pan, Channel::position, writer.snapshot()});
        const std::vector<TraceChoice> choices{{pan, Channel::position, "position", "°"}};
        const Time end = start_ + period * (3 * telemetry::chunkRows);
        const auto reading = readCursors({start_, end, false}, start_, choices, set);
        QCOMPARE(reading.rows[0].label, QString("position  ° · incomplete"));
        QVERIFY(reading.rows[0].missing.contains("no longer in memory"));
        QCOMPARE(reading.rows[0].cells.back(), QString("200.0 °/s")); // four figures
        const auto whole = readCursors({end - 5s, end, false}, start_, choices, set);
        QCOMPARE(whole.rows[0].label, QString("position  °"));
    }

    /// The figures of a stretch with a hole in it looked like those of any other.
    void figuresOverAGapSaySo() {
        TracedAxis axis;
        for (int i = 0; i < 100; ++i) {
            if (i == 50) axis.gap(pan, Channel::position);
            axis.append(pan, Channel::position, start_ + period * i, i);
            axis.append(pan, Channel::velocity, start_ + period * i, i);
        }
        const auto set = axis.publish();
        const std::vector<TraceChoice> choices{{pan, Channel::position, "Pan position", "°"},
                                               {pan, Channel::velocity, "Pan velocity", "°/s"}};
        const auto reading = readCursors({start_, start_ + period * 90, false}, start_, choices, *set);
        QCOMPARE(reading.gaps, QString("Has gaps between the cursors: Pan position"));
        QVERIFY(reading.rows[0].hasGap && !reading.rows[1].hasGap);
        QVERIFY(readCursors({start_, start_ + period * 40, false}, start_, choices, *set).gaps.isEmpty());
        // Also where a cursor stands in it.
        for (const auto& [a, b] : {std::pair(start_ + period * 49 + 2ms, start_ + period * 90),
                                   std::pair(start_, start_ + period * 49 + 2ms)})
            QVERIFY(readCursors({a, b, false}, start_, choices, *set).rows[0].hasGap);
        QVERIFY(
            readCursors({start_ + period * 50, start_ + 10s, false}, start_, choices, *set).gaps.isEmpty());
        CursorReadout readout(nullptr);
        readout.setReading(reading);
        auto* told = readout.findChild<QLabel*>("cursorGaps");
        QVERIFY(told && told->isVisibleTo(&readout) && told->wordWrap()); // wrapped rather than cut
        QCOMPARE(told->text(), reading.gaps);
    }

    /// Beside the scope another figure of the same moment stood: each was renewed in its own time.
    void valuesAreRenewedWithTheOtherFigures() {
        level_ = 10.0;
        feed(12s);
        for (const int pane : {0, 1})
            view_->fixPane(pane, -1e6, 1e6); // the label stays where it is
        const auto values = [&](ScopeView::Values how) {
            set_ = axis_.publish();
            now_ = fed_;
            view_->tick(how);
            const QImage picture = view_->picture();
            return picture.copy(picture.width() - 80, 0, 80, picture.height() - 60);
        };
        const QImage before = values(ScopeView::Values::renewed);
        level_ = 12.0;
        for (int sample = 0; sample < 20; ++sample)
            append(level_);
        QCOMPARE(values(ScopeView::Values::stay), before);
        append(14.0);
        const QImage after = values(ScopeView::Values::renewed);
        QVERIFY(after != before);
        append(16.0);
        QCOMPARE(values(ScopeView::Values::stay), after);
        // As the other figures have them.
        view_->setNewest([&](const TraceChoice& choice) {
            return telemetry::TraceSample{fed_, choice.channel == Channel::position ? 14.0F : 7.0F};
        });
        QCOMPARE(values(ScopeView::Values::renewed), after);
        view_->setNewest([&](const TraceChoice& choice) {
            return telemetry::TraceSample{fed_, choice.channel == Channel::position ? 15.0F : 7.5F};
        });
        // Also where the traces are as they were: those of a replay are.
        view_->tick(ScopeView::Values::renewed);
        const QImage renewed = values(ScopeView::Values::stay);
        QVERIFY(renewed != after);
        view_->setHeld(true);
        QVERIFY(values(ScopeView::Values::stay) != renewed); // they stand still, and are those of the picture
    }

    /// Cursor A stood before the first sample, and min, mean, rms looked as if they were of all of Δt.
    void figuresOfLessThanTheStretchSayFromWhenOn() {
        TracedAxis axis;
        for (int i = 0; i < 100; ++i) {
            axis.append(pan, Channel::position, start_ + period * i, i);
            if (i >= 20) axis.append(pan, Channel::velocity, start_ + period * i, i);
        }
        const auto set = axis.publish();
        const std::vector<TraceChoice> choices{{pan, Channel::position, "Pan position", "°"},
                                               {pan, Channel::velocity, "Pan velocity", "°/s"}};
        const auto gapsFrom = [&](Time from, Time to) {
            return readCursors({from, to, false}, start_ + 1s, choices, *set).gaps;
        };
        QCOMPARE(gapsFrom(start_ - 1s, start_ + 400ms),
                 QString("Data from −1.000 s on only: Pan position  ·  "
                         "Data from −900.0 ms on only: Pan velocity"));
        QCOMPARE(gapsFrom(start_ + 10ms, start_ + 400ms),
                 QString("Data from −900.0 ms on only: Pan velocity"));
        QVERIFY(gapsFrom(start_ + 100ms, start_ + 400ms).isEmpty());
        QVERIFY(gapsFrom(start_ - 2s, start_ - 1s).isEmpty()); // there are no figures
        const auto alone = readCursors({start_ - 1s, start_ + 400ms, false}, start_, {choices.front()}, *set);
        QCOMPARE(alone.gaps, QString("Data from 0 µs on only"));
    }

    /// A saved picture had the cursors and nothing of what they read.
    void aSavedPictureHasWhatItsCursorsRead() {
        feed(12s);
        view_->setHeld(true);
        view_->tick();
        const auto print = [this] {
            TextCatcher page({1200, 700});
            QPainter painter(&page);
            view_->print(painter, {0, 0, 1200, 700}, "Pan", "today", view_->colours());
            painter.end();
            return page.texts().join(QString()); // one text comes in parts where its script changes
        };
        QVERIFY(!print().contains("rms"));
        view_->setCursors(start_ + 6s, start_ + 8s);
        view_->tick();
        const QString page = print();
        const auto reading = view_->findChild<CursorReadout*>()->reading();
        QVERIFY(reading.times.contains("1/Δt 0.500 Hz"));
        QVERIFY2(page.contains(reading.times), qPrintable(page));
        QVERIFY(page.contains("rms") && page.contains(reading.rows[1].label));
        for (const QString& cell : reading.rows[0].cells)
            QVERIFY2(page.contains(cell), qPrintable(cell));
    }

    /// What is calculated comes later than what it is made of: the math of the last moments came after the
    /// picture was held, and never into it or its table.
    void aHeldPictureGetsTheEndOfWhatIsCalculated() {
        const AxisId math = telemetry::mathAxis(0);
        view_->setTraces({{pan, Channel::position, "position", "°"}, {math, Channel::position, "lag", "°"}});
        feed(12s);
        const Time held = fed_;
        for (Time at = start_ + period; at < held - 8 * period; at += period)
            axis_.append(math, Channel::position, at, 1.0);
        publish();
        view_->setHeld(true);
        view_->tick();
        for (Time at = held - 8 * period; at <= held; at += period)
            axis_.append(math, Channel::position, at, 1.0);
        now_ += 3s; // however late
        set_ = axis_.publish();
        view_->tick();
        QCOMPARE(view_->traceSet()->find(math, Channel::position)->lastTime(), held);
    }

    /// The bin of the replay's moment was fetched whole: in a view of 24 hours it told minutes of what was to
    /// come.
    void aReplayShowsNothingOfWhatLiesAhead() {
        feed(6s);
        const Time moment = fed_;
        level_ = 500.0;
        while (fed_ < start_ + 12s)
            append(level_);
        set_ = axis_.publish();
        view_->setSpan(20min);
        now_ = moment;
        view_->tick();
        QVERIFY2(view_->paneRange(0).second < 100.0, qPrintable(QString::number(view_->paneRange(0).second)));
        now_ = moment + 2 * period;
        view_->tick();
        QVERIFY(view_->paneRange(0).second >= 500.0);
    }

    /// Bug: cursors, names and tables told what lies ahead, in a picture that stood still while a replay had
    /// not come to its end.
    void figuresOfAReplayEndAtItsMoment() {
        feed(6s);
        const Time moment = fed_;
        level_ = 500.0;
        while (fed_ < start_ + 12s)
            append(level_);
        set_ = axis_.publish();
        now_ = moment;
        view_->showStretch(start_ + 2s, start_ + 10s);
        view_->tick();
        QCOMPARE(view_->visibleRange().second, start_ + 10s);
        QCOMPARE(view_->shownRange(), std::pair(start_ + 2s, moment));
        const auto read = [&](Time a, Time b, Time until) {
            return readCursors({a, b, false}, start_, view_->traces(), *set_, until).rows.at(0);
        };
        const auto ahead = read(start_ + 3s, start_ + 9s, moment);
        QCOMPARE(ahead.cells[0], QString("0.000"));
        QCOMPARE(ahead.cells[1], noFigure());
        QCOMPARE(ahead.cells[4], QString("0.000")); // max
        QVERIFY(ahead.label.endsWith("incomplete") && ahead.missing.contains("replay"));
        QCOMPARE(read(start_ + 7s, start_ + 9s, moment).cells, std::vector<QString>(10, noFigure()));
        QVERIFY(read(start_ + 3s, moment, moment).missing.isEmpty());
        QCOMPARE(read(start_ + 3s, start_ + 9s, Time::max()).cells[1].left(4), QString("500."));
        // Live, nothing lies ahead, and a cursor there makes nothing incomplete.
        QVERIFY(read(start_ + 3s, start_ + 20s, fed_).missing.isEmpty());
        view_->setCursors(moment, std::nullopt);
        QTest::keyClick(view_.get(), Qt::Key_Right);
        QCOMPARE(view_->cursors().first, std::optional(moment));
        // On the screen the same: the readout is that of the moment.
        view_->setCursors(start_ + 3s, start_ + 9s);
        view_->tick();
        const QImage until = view_->picture();
        now_ = start_ + 10s;
        view_->tick();
        QVERIFY(view_->picture() != until);
        QCOMPARE(view_->shownRange(), view_->visibleRange());
    }

    /// Bug: in a picture that stands still the times kept their places when it became narrower: up to a tenth
    /// of it beside the traces.
    void theTimesOfAPictureThatStandsStillMoveWithItsWidth() {
        ChartAxes axes;
        axes.timeLow = 0.0;
        axes.timeHigh = 6.4;
        for (int second = 0; second <= 6; ++second)
            axes.time.push_back({static_cast<double>(second), QString::number(second)});
        const auto paintedIn = [&axes](QSize first, QSize then) {
            QWidget window;
            window.resize(1000, 600);
            ChartFrame chart(&window);
            chart.setColours(ScopePalette::light());
            chart.widget()->resize(first);
            window.show();
            chart.setAxes(axes);
            QCoreApplication::processEvents();
            chart.widget()->resize(then);
            chart.setAxes(axes);
            QImage image(then, QImage::Format_RGB32);
            QPainter painter(&image);
            chart.paint(painter);
            return image;
        };
        QCOMPARE(paintedIn({900, 500}, {800, 500}), paintedIn({800, 500}, {800, 500}));
    }

    /// Bug: it lost what lies behind the moment to which the recording was set back.
    void aHeldPictureOfAReplayStaysWhenItIsSetBack() {
        feed(6s);
        level_ = 500.0;
        feed(10s);
        while (fed_ < start_ + 12s)
            append(level_);
        set_ = axis_.publish(); // a recording has what lies ahead as well
        view_->setSpan(8s);
        view_->tick();
        view_->setHeld(true);
        view_->tick();
        const auto range = view_->paneRange(0);
        const QImage held = view_->picture();
        now_ = start_ + 5s;
        view_->setCursors(start_ + 3s, std::nullopt); // it is drawn anew
        view_->setCursors(std::nullopt, std::nullopt);
        set_ = axis_.publish();
        view_->tick();
        QCOMPARE(view_->paneRange(0), range);
        QCOMPARE(view_->picture(), held);
    }

    void columnsUpToAMomentAreTheSameHoweverItWasReached() {
        TracedAxis axis;
        for (int i = 0; i < 4000; ++i) {
            if (i % 700 == 0) axis.gap(pan, Channel::position);
            axis.append(pan, Channel::position, start_ + period * i, (i * 37) % 101);
        }
        const auto trace = axis.publish()->find(pan, Channel::position)->trace;
        ColumnRing ring;
        TimeWindow window;
        Time until = start_ + 1s;
        for (const Duration step :
             std::initializer_list<Duration>{3ms, 40ms, 7s, -2s, 5ms, 0ms, 900ms, -4s, 12s, 5s}) {
            until += step;
            for (const bool moves : {true, false}) {
                if (moves) window.follow(until);
                const auto grid = window.grid(100);
                static_cast<void>(ring.update(grid, trace, until));
                ColumnRing fresh;
                static_cast<void>(fresh.update(grid, trace, until));
                for (auto bin = grid.first; bin < grid.first + 100; ++bin)
                    QCOMPARE(ring[bin], fresh[bin]);
                until += 1ms;
            }
        }
    }

    /// Each range began to count anew: a moment had another time in each of them, and one more in the list.
    void oneMomentHasOneTimeInEveryRangeOfARecording() {
        feed(12s);
        view_->setRecording(start_, start_ + 12s);
        view_->setCursors(start_ + 6s, std::nullopt);
        view_->tick();
        QCOMPARE(timesText(), QString("A 6.000 s"));
        view_->setReplayRange(start_ + 5s, start_ + 7s);
        view_->tick();
        QCOMPARE(timesText(), QString("A 6.000 s"));
    }

    void anotherRecordingBeginsWithoutCursorsAndViewsOfTheOneBefore() {
        feed(12s);
        view_->setRecording(start_, start_ + 12s);
        view_->setCursors(start_ + 6s, start_ + 7s);
        view_->reveal(start_ + 20s, start_ + 20s);
        const QAction* back = nullptr;
        for (const QAction* action : view_->menuActions())
            if (action->objectName() == "scopeBack") back = action;
        QVERIFY(back && back->isEnabled());
        view_->setRecording(start_ + 100s, start_ + 112s);
        QVERIFY(!view_->cursors().first && !view_->cursors().second);
        QVERIFY(!back->isEnabled());
        QVERIFY(view_->visibleRange() == std::pair(start_ + 100s, start_ + 112s));
    }

    void whatIsRevealedIsOnTheScreenAndTheRestStaysAsItWas() {
        feed(12s);
        view_->setRecording(start_, start_ + 12s);
        view_->setReplayRange(start_ + 1s, start_ + 3s);
        view_->reveal(start_ + 2s, start_ + 2s);
        QVERIFY(view_->visibleRange() == std::pair(start_ + 1s, start_ + 3s));
        view_->reveal(start_ + 8s, start_ + 8s);
        QVERIFY(view_->visibleRange() == std::pair(start_ + 7s, start_ + 9s));
        view_->reveal(start_ + 2s, start_ + 6s);
        QVERIFY(view_->visibleRange().first <= start_ + 2s && view_->visibleRange().second >= start_ + 6s);
    }

    /// Between two samples the line is drawn from the one before; the figures began with the one behind.
    void theValueGoodAtCursorABelongsToTheStatistics() {
        telemetry::TraceWriter writer;
        for (int i = 0; i < 10; ++i)
            writer.append(start_ + i * 1s, i < 5 ? 80.0F : 10.0F);
        telemetry::TraceSet set;
        set.traces.push_back({pan, Channel::position, writer.snapshot()});
        const std::vector<TraceChoice> choices{{pan, Channel::position, "position", "°"}};
        const auto reading = readCursors({start_ + 4500ms, start_ + 8s, false}, start_, choices, set);
        QCOMPARE(reading.rows[0].cells[0], QString("80.000"));
        QCOMPARE(reading.rows[0].cells[4], QString("80.000")); // max
        QCOMPARE(reading.rows[0].cells[6], QString("24.000")); // mean of 80 and four times 10
        // Behind the end nothing is known any more; the last value was told for ever.
        const auto behind = readCursors({start_ + 60s, std::nullopt, false}, start_, choices, set);
        QCOMPARE(behind.rows[0].cells[0], noFigure());
    }

    void anArrangementHoldsForTheNextAxisToo() {
        std::vector<TraceChoice> choices{{pan, Channel::setpoint, "setpoint", "°"},
                                         {pan, Channel::position, "position", "°"},
                                         {pan, Channel::current, "current", "A"}};
        moveLine(choices, 1, 3, freeGroup(choices));
        QCOMPARE(choices[2].label, QString("position"));
        QCOMPARE(choices[2].group, 1);
        moveLine(choices, 2, 0, 1);
        QCOMPARE(choices[0].label, QString("position"));
        const auto arrangement = TraceArrangement::of(choices);
        const auto next = arrangement.apply({{AxisId{2}, Channel::setpoint, "setpoint", "°"},
                                             {AxisId{2}, Channel::position, "position", "°"},
                                             {AxisId{2}, Channel::voltage, "voltage", "V"}});
        QCOMPARE(next[0].label, QString("position"));
        QCOMPARE(next[0].group, 1);
        QCOMPARE(next[2].label, QString("voltage"));
    }
};

SERVOLANE_TEST(ScopeToolsTest)
#include "scope_tools_test.moc"
