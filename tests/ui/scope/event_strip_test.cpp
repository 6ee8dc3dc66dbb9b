// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/scope/event_strip.h"

#include "core/journal/read/event_lane_projection.h"
#include "tests/support/test_registry.h"

#include <QImage>
#include <QPainter>
#include <QtTest/QTest>

using namespace servolane;
using namespace servolane::ui::scope;
using namespace std::chrono_literals;

class EventStripTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// It was a green disc, like an arrival.
    void aRejectionIsMarkedAsAFault() {
        QCOMPARE(colourOfMark("CommandRejected"), ScopePalette::light().fault);
        QCOMPARE(colourOfMark("CommandFailed"), ScopePalette::light().fault);
        QCOMPARE(colourOfMark("MoveArrived"), ScopePalette::light().ok);
    }

    /// The way out of a stop was a red square, like the stop.
    void aResetStopIsMarkedAsGoodNews() {
        QCOMPARE(colourOfMark("StopReset", journal::LaneKind::stop), ScopePalette::light().ok);
        QCOMPARE(colourOfMark("ServoConfirmed", journal::LaneKind::link), ScopePalette::light().ok);
        QCOMPARE(colourOfMark("StopLatched", journal::LaneKind::stop), ScopePalette::light().fault);
    }

    /// The command that wrote it stood beside it, with the same words.
    void aNoteIsMarkedOnce() {
        api::Event event;
        event.body = api::CommandAccepted{{}, {}, {"AddNote", {}, {}, "squeaks"}};
        QVERIFY(!journal::laneMarkOf(event));
        event.body = session::NoteAdded{"squeaks", {}, {}};
        QVERIFY(journal::laneMarkOf(event)->details == "squeaks");
        event.body = api::CommandAccepted{{}, {}, {"MoveAxis", {}, {}, "target=90"}};
        QVERIFY(journal::laneMarkOf(event));
    }

    /// Samples go further back than marks: an older stretch looked as if nothing had happened in it.
    void theLaneSaysFromWhenOnItHoldsItsMarks() {
        auto lane = std::make_shared<journal::EventLane>();
        lane->marks.resize(journal::EventLane::capacity - 1);
        for (auto& mark : lane->marks)
            mark.at = scale().from + 9s;
        EventStrip strip;
        strip.setLane(lane);
        QVERIFY(!strip.heldFrom());
        const auto leftPart = [&] {
            QImage image(area().right() + 1, area().bottom() + 1, QImage::Format_RGB32);
            image.fill(Qt::white);
            QPainter painter(&image);
            strip.paint(painter, area(), scale(), ScopePalette::light());
            return image.copy(area().left(), area().top(), area().width() / 2, area().height());
        };
        const QImage before = leftPart();
        lane = std::make_shared<journal::EventLane>(*lane);
        lane->marks.push_back(lane->marks.back());
        strip.setLane(lane);
        QCOMPARE(strip.heldFrom(), std::optional(scale().from + 9s));
        QVERIFY(leftPart() != before);
    }

    /// Everything lay in one row, and nothing could be left out of it.
    void theLaneIsLimitedByKindAndByAxis() {
        EventStrip strip = stripOf({{0ms, journal::LaneKind::command, 1},
                                    {1s, journal::LaneKind::registerWrite, 1},
                                    {2s, journal::LaneKind::command, 2},
                                    {3s, journal::LaneKind::link, 0}});
        QCOMPARE(seenIn(strip), std::size_t{4});
        strip.setFilter({{journal::LaneKind::registerWrite}, false});
        QCOMPARE(seenIn(strip), std::size_t{3});
        QCOMPARE(strip.hiddenIn(scale()), std::size_t{1});
        strip.setShownAxes({AxisId{1}});
        strip.setFilter({{}, true});
        QCOMPARE(seenIn(strip), std::size_t{3}); // what is of no axis concerns all
        QVERIFY(strip.marksAt(placeOf(2s), area(), scale()).empty());
        QVERIFY(!strip.marksAt(placeOf(3s), area(), scale()).empty());
    }

    /// It could be limited to the axes in the scope only, so that one that was not shown could not be
    /// followed.
    void theLaneIsLimitedToAnyOneAxis() {
        EventStrip strip = stripOf({{0ms, journal::LaneKind::command, 1},
                                    {2s, journal::LaneKind::command, 2},
                                    {3s, journal::LaneKind::link, 0}});
        strip.setShownAxes({AxisId{1}});
        strip.setFilter({{}, false, AxisId{2}});
        QVERIFY(!strip.filter().isNone());
        QVERIFY(strip.marksAt(placeOf(0ms), area(), scale()).empty());
        QVERIFY(!strip.marksAt(placeOf(2s), area(), scale()).empty());
        QVERIFY(!strip.marksAt(placeOf(3s), area(), scale()).empty()); // what is of no axis concerns all
    }

    /// "×2" ran into the dot that came next.
    void aCountKeepsClearOfTheMarkThatComesNext() {
        for (int ms = 1000; ms <= 2500; ms += 50) {
            const Duration next = std::chrono::milliseconds{ms};
            const EventStrip strip = stripOf({{0ms, journal::LaneKind::command, 1},
                                              {20ms, journal::LaneKind::command, 1},
                                              {next, journal::LaneKind::outcome, 1}});
            QImage image(200, EventStrip::height, QImage::Format_RGB32);
            image.fill(Qt::white);
            QPainter painter(&image);
            QFont font;
            font.setPointSize(9);
            painter.setFont(font);
            strip.paint(painter, area(), scale(), ScopePalette::light());
            painter.end();
            const int glyph = placeOf(next).x();
            for (int x = glyph - 7; x < glyph - 5; ++x)
                for (int y = 0; y < image.height(); ++y)
                    QVERIFY2(image.pixel(x, y) == QColor(Qt::white).rgb(), qPrintable(QString::number(ms)));
        }
    }

    void marksThatAreDrawnAsOneAreAllFoundThere() {
        const EventStrip strip = stripOf({{0ms, journal::LaneKind::command, 1},
                                          {20ms, journal::LaneKind::hardwareError, 1},
                                          {40ms, journal::LaneKind::outcome, 1},
                                          {2s, journal::LaneKind::command, 1}});
        QCOMPARE(strip.marksAt(placeOf(0ms), area(), scale()).size(), std::size_t{3});
        QCOMPARE(strip.marksAt(placeOf(2s), area(), scale()).size(), std::size_t{1});
        QVERIFY(strip.marksAt(placeOf(1s), area(), scale()).empty());
    }

private:
    struct Mark {
        Duration after;
        journal::LaneKind kind;
        std::uint16_t axis;
    };
    static Time start() { return Time{std::chrono::seconds{100}}; }
    static QRect area() { return {0, 0, 200, EventStrip::height}; }
    static TimeScale scale() { return {start() - 1s, std::chrono::seconds{10}, 0.0, 200.0}; }
    static QPoint placeOf(Duration after) {
        return {static_cast<int>(scale().xOf(start() + after)), EventStrip::height / 2};
    }
    static EventStrip stripOf(const std::vector<Mark>& marks) {
        auto lane = std::make_shared<journal::EventLane>();
        for (const Mark& mark : marks)
            lane->marks.push_back({start() + mark.after, mark.kind, AxisId{mark.axis}, "Something", "", {7}});
        EventStrip strip;
        strip.setLane(std::move(lane));
        return strip;
    }
    static std::size_t seenIn(const EventStrip& strip) {
        std::set<const journal::LaneMark*> seen;
        for (int x = 0; x < area().width(); ++x)
            for (const auto* mark : strip.marksAt({x, EventStrip::height / 2}, area(), scale()))
                seen.insert(mark);
        return seen.size();
    }

    /// In the middle of ten seconds that are 200 pixels wide.
    static QColor colourOfMark(const std::string& kind, journal::LaneKind of = journal::LaneKind::outcome) {
        const Time start{std::chrono::seconds{100}};
        auto lane = std::make_shared<journal::EventLane>();
        lane->marks.push_back({start + std::chrono::seconds{5}, of, AxisId{1}, kind, "", {7}});
        EventStrip strip;
        strip.setLane(lane);
        QImage image(200, EventStrip::height, QImage::Format_RGB32);
        image.fill(Qt::white);
        QPainter painter(&image);
        strip.paint(painter, image.rect(), TimeScale{start, std::chrono::seconds{10}, 0.0, 200.0},
                    ScopePalette::light());
        painter.end();
        return image.pixelColor(100, EventStrip::height / 2);
    }
};

SERVOLANE_TEST(EventStripTest)
#include "event_strip_test.moc"
