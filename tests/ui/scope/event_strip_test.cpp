// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/scope/event_strip.h"

#include "core/journal/read/event_lane_projection.h"
#include "tests/support/test_registry.h"

#include <QImage>
#include <QPainter>
#include <QtTest/QTest>

using namespace servolane;
using namespace servolane::ui::scope;

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

private:
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
