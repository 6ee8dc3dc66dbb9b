// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/scope/scope_view.h"

#include "core/journal/read/command_log.h"
#include "core/telemetry/read/math_board.h"
#include "tests/support/test_registry.h"
#include "tests/ui/scope/traced_axis.h"
#include "ui/scope/chart_frame.h"
#include "ui/scope/end_labels.h"
#include "ui/scope/pane.h"

#include <QAction>
#include <QApplication>
#include <QHelpEvent>
#include <QImage>
#include <QLabel>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QSignalSpy>
#include <QTableWidget>
#include <QToolTip>
#include <QWheelEvent>
#include <QtTest/QTest>
#include <cmath>

using namespace servolane;
using namespace servolane::ui::scope;
using servolane::telemetry::Channel;
using servolane::tests::TracedAxis;

namespace servolane::tests {
std::unique_ptr<QCoreApplication> makeApplication(int& argc, char** argv) {
    return std::make_unique<QApplication>(argc, argv);
}
} // namespace servolane::tests

namespace {

constexpr AxisId pan{1};
constexpr Duration period = std::chrono::milliseconds{5};
constexpr int plotLeft = 60;
constexpr int plotTop = 4;
constexpr int rightMargin = ChartFrame::rightMargin;
constexpr int lowerMargin = 28;

bool isNear(QRgb pixel, const QColor& colour) {
    const QColor found(pixel);
    return std::abs(found.red() - colour.red()) + std::abs(found.green() - colour.green()) +
               std::abs(found.blue() - colour.blue()) <
           12;
}

} // namespace

class ScopeViewTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void drawsTheTraceInItsColour();
    void drawsAGapAsAGap();
    void aGapShorterThanAPixelIsADottedLineOverThePane();
    void aStopLeavesNoStrayPixelAtThePanesBottom();
    void scrollingShowsTheSameAsDrawingAnew();
    void setpointIsDashedInTheColourOfThePosition();
    void holdFreezesThePictureWhileDataGoOn();
    void aHeldPictureSaysSoInThePlotAndMutesItsValues();
    void spaceHoldsOnlyWithTheFocus();
    void cursorsReadTimesAndValues();
    void keysPlaceCursorsAtThePointerOrAtQuarters();
    void draggedCursorMoves();
    void cursorsCoverNoTitle();
    void wheelZoomsAndDragPansAHeldView();
    void hoveringAMarkTellsItsText();
    void clickingAMarkSaysWhichCommand();
    void marksOnEachOtherAreListedByHoverAndByClick();
    void theLanesNameOpensItsFilter();
    void theLanesMenuStaysOpenWhileBoxesAreTicked();
    void aStaleTraceSaysItsAge();
    void aStaleTraceKeepsItsValueBesideItsAge();
    void aCalculatedTraceMayBeBehindTheOthers();
    void noTraceRunsThroughThePanesTitle();
    void lowPanesGiveTheirTitlesToTheTraces();
    void namesKeepTheirPlacesWhileLinesLieOverEachOther();
    void ofALongNameTheAxisStays();
    void replayShowsTheWholeRange();
    void saysSoWhenNoTraceIsChosen();
    void keepsAtMostSixteenTraces();
    void redrawsNothingWhileNothingChanges();

private:
    void feed(Duration until);
    void show(std::vector<TraceChoice> traces);
    [[nodiscard]] QRect plot() const;
    [[nodiscard]] int xOf(Duration beforeNow) const;
    [[nodiscard]] int colouredIn(const QImage& image, int x, const QColor& colour) const;
    void send(QEvent::Type type, QPoint at, Qt::MouseButton button, Qt::MouseButtons buttons);
    [[nodiscard]] QWidget* surface() const;

    std::unique_ptr<ScopeView> view_;
    TracedAxis axis_;
    std::shared_ptr<const telemetry::TraceSet> set_;
    std::shared_ptr<journal::EventLane> lane_;
    Time start_{std::chrono::seconds{1000}};
    Time fed_{};
    Time now_{};
};

void ScopeViewTest::init() {
    axis_ = {};
    set_ = std::make_shared<const telemetry::TraceSet>();
    lane_ = std::make_shared<journal::EventLane>();
    fed_ = now_ = start_;
    view_ = std::make_unique<ScopeView>();
    view_->setSource([this] { return set_; });
    view_->setEvents([this] { return std::shared_ptr<const journal::EventLane>(lane_); });
    view_->setNow([this] { return now_; });
    view_->resize(900, 500);
}

void ScopeViewTest::cleanup() {
    view_.reset();
}

/// Position: a slow sine; setpoint: the same, flat at 40.
void ScopeViewTest::feed(Duration until) {
    while (fed_ < start_ + until) {
        fed_ += period;
        axis_.append(pan, Channel::position, fed_, 30.0 * std::sin(seconds(fed_ - start_)));
        axis_.append(pan, Channel::setpoint, fed_, 40.0);
    }
    now_ = fed_;
    set_ = axis_.publish();
}

void ScopeViewTest::show(std::vector<TraceChoice> traces) {
    view_->setTraces(std::move(traces));
    view_->show();
    QVERIFY(QTest::qWaitForWindowExposed(view_.get()));
    view_->tick();
}

QWidget* ScopeViewTest::surface() const {
    return view_->findChild<QWidget*>(QStringLiteral("scopeSurface"));
}

QRect ScopeViewTest::plot() const {
    return surface()->rect().adjusted(plotLeft, plotTop, -rightMargin, -lowerMargin);
}

int ScopeViewTest::xOf(Duration beforeNow) const {
    return plot().right() -
           static_cast<int>(std::lround(seconds(beforeNow) / seconds(view_->span()) * plot().width()));
}

int ScopeViewTest::colouredIn(const QImage& image, int x, const QColor& colour) const {
    int count = 0;
    for (int y = plot().top(); y < plot().bottom() - 34; ++y)
        count += isNear(image.pixel(x, y), colour) ? 1 : 0;
    return count;
}

void ScopeViewTest::send(QEvent::Type type, QPoint at, Qt::MouseButton button, Qt::MouseButtons buttons) {
    QMouseEvent event(type, at, surface()->mapToGlobal(at), button, buttons, Qt::NoModifier);
    QApplication::sendEvent(surface(), &event);
}

void ScopeViewTest::drawsTheTraceInItsColour() {
    feed(std::chrono::seconds{20});
    show({{pan, Channel::position, "Pan position", "°"}});
    const QImage image = view_->picture();
    for (int x = plot().left() + 2; x < plot().right() - 2; x += 17)
        QVERIFY2(colouredIn(image, x, ScopePalette::light().traces[0]) > 0, qPrintable(QString::number(x)));
    QCOMPARE(colouredIn(image, plot().center().x(), ScopePalette::light().traces[1]), 0);
}

void ScopeViewTest::drawsAGapAsAGap() {
    feed(std::chrono::seconds{15});
    axis_.gap(pan, Channel::position);
    fed_ += std::chrono::seconds{2};
    feed(std::chrono::seconds{20});
    show({{pan, Channel::position, "Pan position", "°"}});
    const QImage image = view_->picture();
    const QColor colour = ScopePalette::light().traces[0];
    QVERIFY(colouredIn(image, xOf(std::chrono::milliseconds{5500}), colour) > 0);
    for (const int ms : {4800, 4000, 3200})
        QCOMPARE(colouredIn(image, xOf(std::chrono::milliseconds{ms}), colour), 0);
    QVERIFY(colouredIn(image, xOf(std::chrono::milliseconds{2500}), colour) > 0);
}

void ScopeViewTest::aGapShorterThanAPixelIsADottedLineOverThePane() {
    feed(std::chrono::seconds{15});
    axis_.gap(pan, Channel::position);
    feed(std::chrono::seconds{20});
    show({{pan, Channel::position, "Pan position", "°"}});
    const QImage image = view_->picture();
    int marked = 0;
    for (int x = plot().left() + 1; x < plot().right(); ++x) {
        int dots = 0;
        for (int y = plot().top() + 24; y < plot().bottom() - 34; ++y)
            dots += isNear(image.pixel(x, y), ScopePalette::light().muted) ? 1 : 0;
        if (dots == 0) continue;
        ++marked;
        QVERIFY2(dots > plot().height() / 4, qPrintable(QString::number(dots)));
    }
    QCOMPARE(marked, 1);
}

/// A stop takes a cycle's time on the wire: a gap too short to be seen. It was drawn as two pixels in the
/// trace's colour at the lower border, which looked like dirt.
void ScopeViewTest::aStopLeavesNoStrayPixelAtThePanesBottom() {
    feed(std::chrono::seconds{15});
    axis_.gap(pan, Channel::position);
    axis_.gap(pan, Channel::setpoint);
    feed(std::chrono::seconds{20});
    show({{pan, Channel::position, "Pan position", "°"}, {pan, Channel::setpoint, "Pan setpoint", "°"}});
    const QImage image = view_->picture();
    const int bottom = plot().bottom() - 26 - 6;
    for (int x = plot().left() + 1; x < plot().right(); ++x)
        for (int y = bottom - 4; y <= bottom; ++y)
            QVERIFY(!isNear(image.pixel(x, y), ScopePalette::light().traces[0]));
}

void ScopeViewTest::scrollingShowsTheSameAsDrawingAnew() {
    feed(std::chrono::seconds{12});
    show({{pan, Channel::position, "Pan position", "°"}, {pan, Channel::setpoint, "Pan setpoint", "°"}});
    for (int i = 1; i < 60; ++i) {
        if (i % 9 == 0) axis_.gap(pan, Channel::position);
        feed(std::chrono::seconds{12} + i * std::chrono::milliseconds{37});
        view_->tick();
    }
    const QImage scrolled = view_->picture();
    ScopeView fresh;
    fresh.setSource([this] { return set_; });
    fresh.setNow([this] { return now_; });
    fresh.setTraces(
        {{pan, Channel::position, "Pan position", "°"}, {pan, Channel::setpoint, "Pan setpoint", "°"}});
    fresh.resize(view_->size());
    fresh.show();
    QVERIFY(QTest::qWaitForWindowExposed(&fresh));
    fresh.tick();
    const QImage anew = fresh.picture();
    const QRect traces = plot().adjusted(0, 0, 0, -34);
    QCOMPARE(scrolled.copy(traces), anew.copy(traces));
}

void ScopeViewTest::setpointIsDashedInTheColourOfThePosition() {
    feed(std::chrono::seconds{20});
    show({{pan, Channel::setpoint, "Pan setpoint", "°"}});
    const QImage image = view_->picture();
    int drawn = 0;
    int empty = 0;
    for (int x = plot().left() + 2; x < plot().right() - 2; ++x)
        (colouredIn(image, x, ScopePalette::light().traces[0]) > 0 ? drawn : empty) += 1;
    QVERIFY2(std::abs(drawn - empty) < 12, qPrintable(QString("%1 drawn, %2 empty").arg(drawn).arg(empty)));
}

void ScopeViewTest::holdFreezesThePictureWhileDataGoOn() {
    feed(std::chrono::seconds{12});
    show({{pan, Channel::position, "Pan position", "°"}});
    view_->setHeld(true);
    view_->tick();
    const QImage held = view_->picture();
    const auto range = view_->visibleRange();
    for (int i = 1; i < 20; ++i) {
        feed(std::chrono::seconds{12} + i * std::chrono::milliseconds{100});
        view_->tick();
    }
    QCOMPARE(view_->picture(), held);
    QCOMPARE(view_->visibleRange(), range);
    view_->setHeld(false);
    view_->tick();
    QVERIFY(view_->picture() != held);
    QCOMPARE(view_->visibleRange().second, now_);
}

/// The row of tools had no room for the word, and the values of the past stood there in full brightness.
void ScopeViewTest::aHeldPictureSaysSoInThePlotAndMutesItsValues() {
    feed(std::chrono::seconds{20});
    Time told{};
    view_->setTimeText([&](Time at) {
        told = at;
        return QString("12:00");
    });
    show({{pan, Channel::position, "Pan position", "°"}});
    const ScopePalette colours = ScopePalette::light();
    const auto count = [&](const QRect& area, const QColor& colour) {
        const QImage image = view_->picture();
        int found = 0;
        for (int y = area.top(); y <= area.bottom(); ++y)
            for (int x = area.left(); x <= area.right(); ++x)
                found += isNear(image.pixel(x, y), colour) ? 1 : 0;
        return found;
    };
    const QRect corner(plot().right() + rightMargin - 68, plot().top(), 60, 16);
    const QRect values(plot().right() + 90, plot().top() + 20, rightMargin - 90, plot().height() - 60);
    QCOMPARE(count(corner, colours.accent), 0);
    QVERIFY(count(values, colours.text) > 10);
    view_->setHeld(true);
    view_->tick();
    QVERIFY(count(corner, colours.accent) > 300);
    QCOMPARE(told, now_);
    QCOMPARE(count(values, colours.text), 0);
    QVERIFY(count(values, colours.muted) > 10);
    view_->setHeld(false);
    view_->tick();
    QCOMPARE(count(corner, colours.accent), 0);
    QVERIFY(count(values, colours.text) > 10);
}

void ScopeViewTest::spaceHoldsOnlyWithTheFocus() {
    feed(std::chrono::seconds{12});
    show({{pan, Channel::position, "Pan position", "°"}});
    view_->activateWindow();
    view_->setFocus();
    QSignalSpy held(view_.get(), &ScopeView::heldChanged);
    QTest::keyClick(view_.get(), Qt::Key_Space);
    QVERIFY(view_->isHeld());
    QCOMPARE(held.count(), 1);
    QTest::keyClick(view_.get(), Qt::Key_Space);
    QVERIFY(!view_->isHeld());
    for (const QAction* action : view_->scopeActions()) {
        const bool isCursor =
            action->shortcut() == QKeySequence(Qt::Key_A) || action->shortcut() == QKeySequence(Qt::Key_B);
        QCOMPARE(action->shortcutContext(), isCursor ? Qt::WindowShortcut : Qt::WidgetWithChildrenShortcut);
    }
}

void ScopeViewTest::cursorsReadTimesAndValues() {
    for (int i = 0; i < 2400; ++i) {
        fed_ += period;
        axis_.append(pan, Channel::position, fed_, seconds(fed_ - start_) * 10.0);
    }
    now_ = fed_;
    set_ = axis_.publish();
    show({{pan, Channel::position, "Pan position", "°"}});
    view_->setHeld(true);
    view_->setCursors(start_ + std::chrono::seconds{6}, start_ + std::chrono::seconds{8});
    view_->tick();
    QCOMPARE(view_->findChild<QLabel*>("cursorTimes")->text(),
             QString("A −6.000 s    B −4.000 s    Δt 2.000 s    1/Δt 0.500 Hz"));
    const auto* table = view_->findChild<QTableWidget*>();
    QStringList cells;
    for (int column = 0; column < table->columnCount(); ++column)
        cells << table->item(0, column)->text();
    QCOMPARE(cells.mid(0, 7),
             QStringList({"Pan position  °", "60.000", "80.000", "20.000", "60.000", "80.000", "20.000"}));
    QCOMPARE(cells.mid(7, 1) + cells.mid(10, 1), QStringList({"70.000", "10.00 °/s"}));
    view_->setCursors(std::nullopt, std::nullopt);
    view_->tick();
    QVERIFY(!table->isVisible());
}

void ScopeViewTest::keysPlaceCursorsAtThePointerOrAtQuarters() {
    feed(std::chrono::seconds{12});
    show({{pan, Channel::position, "Pan position", "°"}});
    view_->activateWindow();
    view_->setFocus();
    view_->setHeld(true);
    view_->tick();
    send(QEvent::MouseMove, {xOf(std::chrono::seconds{3}), plot().center().y()}, Qt::NoButton, Qt::NoButton);
    QTest::keyClick(view_.get(), Qt::Key_A);
    view_->tick();
    auto* times = view_->findChild<QLabel*>("cursorTimes");
    QVERIFY2(times->text().startsWith("A −3.0") || times->text().startsWith("A −2.9"),
             qPrintable(times->text()));
    QEvent leave(QEvent::Leave);
    QApplication::sendEvent(surface(), &leave);
    QTest::keyClick(view_.get(), Qt::Key_B);
    view_->tick();
    QVERIFY2(times->text().contains("B −2.50") || times->text().contains("B −2.49"),
             qPrintable(times->text()));
}

void ScopeViewTest::draggedCursorMoves() {
    feed(std::chrono::seconds{12});
    show({{pan, Channel::position, "Pan position", "°"}});
    view_->setHeld(true);
    view_->setCursors(now_ - std::chrono::seconds{5}, std::nullopt);
    view_->tick();
    const QPoint from(xOf(std::chrono::seconds{5}), plot().center().y());
    const QPoint to(xOf(std::chrono::seconds{2}), plot().center().y());
    send(QEvent::MouseButtonPress, from, Qt::LeftButton, Qt::LeftButton);
    send(QEvent::MouseMove, to, Qt::NoButton, Qt::LeftButton);
    send(QEvent::MouseButtonRelease, to, Qt::LeftButton, Qt::NoButton);
    view_->tick();
    const QString text = view_->findChild<QLabel*>("cursorTimes")->text();
    QVERIFY2(text.startsWith("A −2.0") || text.startsWith("A −1.9"), qPrintable(text));
}

/// The line ran through "Position °" and "Velocity °/s", and the flag stood on them.
void ScopeViewTest::cursorsCoverNoTitle() {
    feed(std::chrono::seconds{12});
    show({{pan, Channel::position, "position", "°"}, {pan, Channel::velocity, "velocity", "°/s"}});
    view_->setHeld(true);
    view_->setCursors(now_, std::nullopt);
    view_->tick();
    QTest::qWait(0); // what it reads has its room
    const QColor accent = ScopePalette::light().accent;
    const auto countIn = [&](const QRect& area) {
        const QImage image = view_->picture();
        int found = 0;
        for (int y = area.top(); y <= area.bottom(); ++y)
            for (int x = area.left(); x <= area.right(); ++x)
                found += isNear(image.pixel(x, y), accent) ? 1 : 0;
        return found;
    };
    const int paneHeight = (plot().height() - 32 - 2 * 18) / 2;
    const auto titleAt = [&](int top) { return QRect(plot().left(), top, 60, 17); };
    const QRect titles[] = {titleAt(plot().top()), titleAt(plot().top() + 18 + paneHeight)};
    const QRect panes(plot().left(), plot().top() + 18, 60, paneHeight);
    for (const int x : {6, 30, 50}) {
        const double share = static_cast<double>(x) / plot().width();
        const Time at = view_->visibleRange().first + fromSeconds(seconds(view_->span()) * share);
        view_->setCursors(at, at + std::chrono::milliseconds{1});
        view_->tick();
        for (const QRect& title : titles)
            QCOMPARE(countIn(title), 0);
        QVERIFY(countIn(panes) > paneHeight - 20);
    }
    // Where no title stands, the flags are above the pane.
    view_->setCursors(now_ - std::chrono::seconds{5}, std::nullopt);
    view_->tick();
    QVERIFY(countIn(QRect(xOf(std::chrono::seconds{5}), plot().top() + 2, 16, 15)) > 120);
}

void ScopeViewTest::wheelZoomsAndDragPansAHeldView() {
    feed(std::chrono::seconds{30});
    show({{pan, Channel::position, "Pan position", "°"}});
    const auto turn = [this](QPoint at, int delta) {
        QWheelEvent wheel(at, surface()->mapToGlobal(at), {}, {0, delta}, Qt::NoButton, Qt::NoModifier,
                          Qt::NoScrollPhase, false);
        QApplication::sendEvent(surface(), &wheel);
        view_->tick();
    };
    turn(plot().center(), 120);
    QCOMPARE(view_->span(), Duration(std::chrono::seconds{8}));
    QCOMPARE(view_->visibleRange().second, now_);
    view_->setHeld(true);
    view_->tick();
    const Time middle = now_ - std::chrono::seconds{4};
    turn(plot().center(), 120);
    const auto range = view_->visibleRange();
    QVERIFY(std::abs(seconds(range.first + (range.second - range.first) / 2 - middle)) < 0.05);
    send(QEvent::MouseButtonPress, plot().center(), Qt::LeftButton, Qt::LeftButton);
    send(QEvent::MouseMove, plot().center() + QPoint(plot().width() / 4, 0), Qt::NoButton, Qt::LeftButton);
    view_->tick();
    QVERIFY(std::abs(seconds(range.first - view_->visibleRange().first) - seconds(view_->span()) / 4) < 0.05);
}

void ScopeViewTest::hoveringAMarkTellsItsText() {
    feed(std::chrono::seconds{12});
    lane_->marks.push_back(
        {now_ - std::chrono::seconds{4}, journal::LaneKind::command, pan, "MoveStarted", "target=90", {7}});
    show({{pan, Channel::position, "Pan position", "°"}});
    const QPoint at(xOf(std::chrono::seconds{4}), plot().bottom() - 12);
    QHelpEvent hover(QEvent::ToolTip, at, surface()->mapToGlobal(at));
    QApplication::sendEvent(surface(), &hover);
    QVERIFY2(QToolTip::text().startsWith("MoveStarted target=90\n−4.0"), qPrintable(QToolTip::text()));
}

void ScopeViewTest::clickingAMarkSaysWhichCommand() {
    feed(std::chrono::seconds{12});
    lane_->marks.push_back(
        {now_ - std::chrono::seconds{4}, journal::LaneKind::command, pan, "MoveStarted", "target=90", {7}});
    show({{pan, Channel::position, "Pan position", "°"}});
    QSignalSpy activated(view_.get(), &ScopeView::eventActivated);
    const QPoint at(xOf(std::chrono::seconds{4}), plot().bottom() - 12);
    send(QEvent::MouseButtonPress, at, Qt::LeftButton, Qt::LeftButton);
    send(QEvent::MouseButtonRelease, at, Qt::LeftButton, Qt::NoButton);
    QCOMPARE(activated.count(), 1);
    QCOMPARE(activated.front().front().value<CommandId>(), CommandId{7});
}

/// Only the worst of them could be seen and opened.
void ScopeViewTest::marksOnEachOtherAreListedByHoverAndByClick() {
    feed(std::chrono::seconds{12});
    for (int i = 0; i < 3; ++i)
        lane_->marks.push_back({now_ - std::chrono::seconds{4} + std::chrono::milliseconds{10 * i},
                                journal::LaneKind::command,
                                pan,
                                "MoveStarted",
                                "target=" + std::to_string(i),
                                {static_cast<std::uint64_t>(7 + i)}});
    show({{pan, Channel::position, "Pan position", "°"}});
    const QPoint at(xOf(std::chrono::seconds{4}), plot().bottom() - 12);
    QHelpEvent hover(QEvent::ToolTip, at, surface()->mapToGlobal(at));
    QApplication::sendEvent(surface(), &hover);
    for (const char* each : {"target=0", "target=1", "target=2"})
        QVERIFY2(QToolTip::text().contains(each), qPrintable(QToolTip::text()));
    QSignalSpy activated(view_.get(), &ScopeView::eventActivated);
    send(QEvent::MouseButtonPress, at, Qt::LeftButton, Qt::LeftButton);
    send(QEvent::MouseButtonRelease, at, Qt::LeftButton, Qt::NoButton);
    QCOMPARE(activated.count(), 0); // first it is asked which
    auto* menu = view_->findChild<QMenu*>("markMenu");
    QVERIFY(menu);
    QCOMPARE(menu->actions().size(), qsizetype{3});
    menu->actions()[1]->trigger();
    QCOMPARE(activated.count(), 1);
    QCOMPARE(activated.front().front().value<CommandId>(), CommandId{8});
    menu->close();
}

void ScopeViewTest::theLanesNameOpensItsFilter() {
    feed(std::chrono::seconds{12});
    show({{pan, Channel::position, "Pan position", "°"}});
    const QPoint at(plotLeft - 20, plot().bottom() - 12);
    send(QEvent::MouseButtonPress, at, Qt::LeftButton, Qt::LeftButton);
    send(QEvent::MouseButtonRelease, at, Qt::LeftButton, Qt::NoButton);
    auto* menu = view_->findChild<QMenu*>("laneMenu");
    QVERIFY(menu->isVisible());
    menu->actions()[2]->trigger();
    QCOMPARE(view_->look().lane.hidden, std::set{journal::LaneKind::registerWrite});
    ScopeLook look = view_->look();
    look.lane = {};
    view_->setLook(look);
    QVERIFY(menu->actions()[2]->isChecked());
    menu->close();
}

/// The menu closed with the first box, and had to be opened anew for each.
void ScopeViewTest::theLanesMenuStaysOpenWhileBoxesAreTicked() {
    show({{pan, Channel::position, "Pan position", "°"}});
    view_->setLaneAxes({{pan, "Pan"}, {AxisId{2}, "Lift"}});
    QSignalSpy filtered(view_.get(), &ScopeView::laneFiltered);
    auto* menu = view_->findChild<QMenu*>("laneMenu");
    menu->popup(view_->mapToGlobal(QPoint(40, 40)));
    QVERIFY(QTest::qWaitForWindowExposed(menu));
    for (const int place : {0, 2})
        QTest::mouseClick(menu, Qt::LeftButton, {}, menu->actionGeometry(menu->actions()[place]).center());
    QVERIFY(menu->isVisible());
    menu->setActiveAction(menu->actions()[3]);
    QTest::keyClick(menu, Qt::Key_Space);
    QVERIFY(menu->isVisible());
    QCOMPARE(view_->look().lane.hidden,
             (std::set{journal::LaneKind::command, journal::LaneKind::registerWrite,
                       journal::LaneKind::hardwareError}));
    QCOMPARE(filtered.count(), 3);
    auto* axes = view_->findChild<QMenu*>("laneAxisMenu");
    axes->actions()[1]->trigger();
    QCOMPARE(view_->look().lane.axis, AxisId{2});
    axes->actions()[0]->trigger();
    QCOMPARE(view_->look().lane.axis, pan);
    QVERIFY(!axes->actions()[1]->isChecked()); // one at a time
    QTest::mouseClick(menu, Qt::LeftButton, {}, menu->actionGeometry(menu->actions().back()).center());
    QVERIFY(!menu->isVisible()); // no box
    QVERIFY(view_->look().lane.isNone());
}

void ScopeViewTest::aStaleTraceSaysItsAge() {
    feed(std::chrono::seconds{12});
    show({{pan, Channel::position, "Pan position", "°"}});
    const QRect name(plot().right() + 8, plot().top(), rightMargin - 16, plot().height() - 34);
    const auto coloured = [&](const QColor& colour) {
        const QImage image = view_->picture();
        int count = 0;
        for (int y = name.top(); y < name.bottom(); ++y)
            for (int x = name.left(); x < name.right(); ++x)
                count += isNear(image.pixel(x, y), colour) ? 1 : 0;
        return count;
    };
    QVERIFY(coloured(ScopePalette::light().traces[0]) > 10);
    now_ += std::chrono::seconds{3};
    view_->tick();
    QCOMPARE(coloured(ScopePalette::light().traces[0]), 0);
    QVERIFY(coloured(ScopePalette::light().muted) > 10);
}

/// Its value had gone from the screen with the first late sample.
void ScopeViewTest::aStaleTraceKeepsItsValueBesideItsAge() {
    feed(std::chrono::seconds{12});
    show({{pan, Channel::setpoint, "Pan setpoint", "°"}});
    const auto left = [&] {
        const QImage image = view_->picture();
        const QRgb surface = ScopePalette::light().surface.rgb();
        for (int x = plot().right() + 60; x < image.width(); ++x)
            for (int y = plot().top(); y < plot().bottom() - 34; ++y)
                if (image.pixel(x, y) != surface) return x;
        return image.width();
    };
    const int before = left();
    now_ += std::chrono::seconds{3};
    view_->tick();
    // "40.00° · 3.0 s" takes more room than "40.00°" at the same border.
    QVERIFY2(left() < before + 40, qPrintable(QString::number(left())));
}

/// A math channel lives on what the others have got: it was called stale, alive and well.
void ScopeViewTest::aCalculatedTraceMayBeBehindTheOthers() {
    const AxisId math{telemetry::firstMathAxis + 1};
    for (Time at = start_; at < start_ + std::chrono::seconds{12}; at += period)
        axis_.append(math, Channel::position, at, 5.0);
    set_ = axis_.publish();
    now_ = start_ + std::chrono::seconds{12} + std::chrono::milliseconds{200};
    view_->setTraces({{math, Channel::position, "Sum", ""}});
    view_->show();
    view_->tick();
    const auto muted = [&] {
        const QImage image = view_->picture();
        int count = 0;
        for (int y = plot().top(); y < plot().bottom() - 34; ++y)
            for (int x = plot().right() + 8; x < image.width(); ++x)
                count += isNear(image.pixel(x, y), ScopePalette::light().muted) ? 1 : 0;
        return count;
    };
    QCOMPARE(muted(), 0);
    now_ += std::chrono::seconds{2};
    view_->tick();
    QVERIFY(muted() > 10);
}

/// Spikes of the velocity disappeared behind "Velocity °/s".
/// Nor is it hidden by it: up to the pane's border all of it is seen.
void ScopeViewTest::noTraceRunsThroughThePanesTitle() {
    for (Time at = start_; at < start_ + std::chrono::seconds{12}; at += period)
        axis_.append(pan, Channel::position, at,
                     (at - start_) % std::chrono::milliseconds{200} < std::chrono::milliseconds{100} ? 0.0
                                                                                                     : 1.0);
    set_ = axis_.publish();
    now_ = start_ + std::chrono::seconds{12};
    show({{pan, Channel::position, "Pan position", "°"}});
    view_->fixPane(0, 0.0, 1.0); // up to the border
    view_->tick();
    const QImage image = view_->picture();
    const auto seenIn = [&](int top, int bottom) {
        int seen = 0;
        for (int x = plot().left() + 2; x < plot().left() + 60; ++x)
            for (int y = top; y < bottom; ++y)
                seen += isNear(image.pixel(x, y), ScopePalette::light().traces[0]) ? 1 : 0;
        return seen;
    };
    const int pane = plot().top() + 18;
    QCOMPARE(seenIn(plot().top(), pane), 0);
    const int seen = seenIn(pane + 2, pane + 16);
    QVERIFY2(seen > 100, qPrintable(QString::number(seen)));
}

void ScopeViewTest::lowPanesGiveTheirTitlesToTheTraces() {
    std::vector<Pane> panes(3);
    layOut(panes, QRect(60, 4, 400, 300));
    for (const Pane& pane : panes) {
        QVERIFY(!pane.titleArea.isEmpty());
        QCOMPARE(pane.titleArea.bottom() + 1, pane.area.top());
    }
    QCOMPARE(panes.front().titleArea.top(), 4);
    QCOMPARE(panes.back().area.bottom(), 303);
    layOut(panes, QRect(60, 4, 400, 150));
    for (const Pane& pane : panes)
        QVERIFY(pane.titleArea.isEmpty());
    QCOMPARE(panes.front().area.top(), 4);
    QVERIFY(panes.front().area.height() > 40);
}

/// At rest noise made the actual value now larger, now smaller than the setpoint, and their names changed
/// sides with it.
void ScopeViewTest::namesKeepTheirPlacesWhileLinesLieOverEachOther() {
    const QRect room(0, 0, 160, 100);
    const auto placed = [&](const LabelPlaces& before, double first, double second) {
        QImage image(room.size(), QImage::Format_RGB32);
        QPainter painter(&image);
        const QColor ink(Qt::black);
        return paintEndLabels(painter, {{first, 0, ink, "a", "1"}, {second, 1, ink, "b", "2"}}, before,
                              {room, {room}}, ink, ink);
    };
    const LabelPlaces once = placed({}, 50.0, 51.0);
    QCOMPARE(once.front().second, std::size_t{0});
    const LabelPlaces again = placed(once, 51.0, 50.0);
    QCOMPARE(again.front().second, std::size_t{0});
    QCOMPARE(placed(again, 80.0, 20.0).front().second, std::size_t{1}); // these are far apart
}

/// "…n position" beside "…t position" told nobody which axis was which.
void ScopeViewTest::ofALongNameTheAxisStays() {
    const QFontMetrics metrics(view_->font());
    const QString axis = "Gripper left";
    const QString name = axis + " velocity setpoint";
    QCOMPARE(elidedName(metrics, name, axis, metrics.horizontalAdvance(name)), name);
    const int room = metrics.horizontalAdvance(axis + " velocity");
    const QString shortened = elidedName(metrics, name, axis, room);
    QVERIFY2(shortened.startsWith(axis + ' ') && shortened.contains(QChar(0x2026)), qPrintable(shortened));
    QVERIFY(metrics.horizontalAdvance(shortened) <= room);
    QCOMPARE(elidedName(metrics, name, axis, metrics.horizontalAdvance(axis) + 2), axis);
}

void ScopeViewTest::replayShowsTheWholeRange() {
    feed(std::chrono::seconds{12});
    view_->setReplayRange(start_, start_ + std::chrono::seconds{12});
    show({{pan, Channel::position, "Pan position", "°"}});
    QCOMPARE(view_->visibleRange().first, start_);
    now_ += std::chrono::hours{1};
    view_->tick();
    QCOMPARE(view_->visibleRange().first, start_);
    const QImage image = view_->picture();
    for (int x = plot().left() + 3; x < plot().right() - 3; x += 31)
        QVERIFY(colouredIn(image, x, ScopePalette::light().traces[0]) > 0);
    view_->setLive();
    view_->tick();
    QCOMPARE(view_->visibleRange().second, now_);
}

void ScopeViewTest::saysSoWhenNoTraceIsChosen() {
    show({});
    const QImage image = view_->picture();
    int dark = 0;
    for (int x = plot().left(); x < plot().right(); ++x)
        for (int y = plot().center().y() - 30; y < plot().center().y() + 30; ++y)
            dark += isNear(image.pixel(x, y), ScopePalette::light().text) ? 1 : 0;
    QVERIFY(dark > 50);
}

void ScopeViewTest::keepsAtMostSixteenTraces() {
    feed(std::chrono::seconds{2});
    std::vector<TraceChoice> many;
    for (std::uint16_t i = 1; i <= 20; ++i)
        many.push_back({AxisId{i}, Channel::position, QString("Axis %1").arg(i), "°"});
    view_->setCursors(now_, now_);
    show(many);
    QCOMPARE(view_->findChild<QTableWidget*>()->rowCount(), 16);
}

void ScopeViewTest::redrawsNothingWhileNothingChanges() {
    feed(std::chrono::seconds{12});
    show({{pan, Channel::position, "Pan position", "°"}});
    QTest::qWait(0);
    struct PaintCounter : QObject {
        int count = 0;
        bool eventFilter(QObject*, QEvent* event) override {
            count += event->type() == QEvent::Paint ? 1 : 0;
            return false;
        }
    } counter;
    view_->tick();
    QCoreApplication::processEvents();
    surface()->installEventFilter(&counter);
    for (int i = 0; i < 10; ++i) {
        view_->tick();
        QCoreApplication::processEvents();
    }
    QCOMPARE(counter.count, 0);
    feed(std::chrono::seconds{13});
    view_->tick();
    QCoreApplication::processEvents();
    QVERIFY(counter.count > 0);
}

SERVOLANE_TEST(ScopeViewTest)
#include "scope_view_test.moc"
