// SPDX-License-Identifier: GPL-3.0-or-later
// How traces are told from each other, and what can be read beside panes that are low.
// Qt's first: moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include <QtTest/QTest>

#include "core/telemetry/read/math_board.h"
#include "tests/support/test_registry.h"
#include "ui/scope/end_labels.h"
#include "ui/scope/pane.h"
#include "ui/scope/scope_picture.h"

#include <QFontMetrics>
#include <QImage>
#include <QPainter>
#include <algorithm>
#include <map>

using namespace servolane;
using namespace servolane::ui::scope;
using servolane::telemetry::Channel;

class PanesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Beside a second axis every line of the first took the colour of the axis: position and velocity were
    /// alike, and orange was a velocity above and an axis below.
    void aSecondAxisLeavesTheColoursOfTheChannels() {
        std::vector<TraceChoice> choices = ownLines();
        const auto alone = looksOf(choices);
        QCOMPARE(alone[0], (TraceLook{palette().traces[0], LinePattern::solid}));
        QCOMPARE(alone[1], (TraceLook{palette().traces[0], LinePattern::dashed}));
        QCOMPARE(alone[2], (TraceLook{palette().traces[1], LinePattern::solid}));
        choices.push_back(line(2, Channel::position, "°"));
        choices.push_back(line(2, Channel::velocity, "°/s"));
        const auto both = looksOf(choices);
        for (std::size_t at = 0; at < alone.size(); ++at)
            QCOMPARE(both[at], alone[at]);
        QCOMPARE(both[3], both[4]); // one colour for the other axis in every pane
        for (const TraceLook& own : alone)
            QVERIFY(own.colour != both[3].colour);
    }

    /// From the ninth on colours came again, and two channels of one axis with the same unit had one.
    void noTwoLinesOfAPaneLookAlike() {
        std::vector<TraceChoice> many;
        for (std::uint16_t axis = 1; axis <= maximumTraces; ++axis)
            many.push_back(line(axis, Channel::position, "°"));
        QVERIFY(allDiffer(looksOf(many)));
        std::vector<TraceChoice> few;
        for (std::uint16_t axis = 1; axis <= 2; ++axis)
            for (const Channel channel : {Channel::setpoint, Channel::position, telemetry::watchChannel(0),
                                          telemetry::watchChannel(1), Channel::load})
                few.push_back(line(axis, channel, "°"));
        few.push_back({telemetry::mathAxis(1), Channel::position, "lag", "°"});
        QVERIFY(allDiffer(looksOf(few)));
    }

    /// Colours went by place: with one axis gone, or another one before it, all the others changed theirs.
    void anAxisKeepsItsColourWhoeverComesGoesOrChangesPlaces() {
        TraceColours colours;
        const auto colourOf = [&](std::vector<std::uint16_t> axes, std::uint16_t of) {
            std::vector<TraceChoice> choices;
            for (const std::uint16_t axis : axes)
                choices.push_back(line(axis, Channel::position, "°"));
            const auto looks = ui::scope::looksOf(choices, panesOf(choices), palette(), colours);
            for (std::size_t at = 0; at < axes.size(); ++at)
                if (axes[at] == of) return looks[at];
            return TraceLook{};
        };
        for (const bool isShownToo : {true, false}) { // beside an axis without its name, and all by name
            colours.lead = {};
            const auto with = [&](std::vector<std::uint16_t> axes) {
                if (isShownToo) axes.insert(axes.begin(), 1);
                return axes;
            };
            const std::uint16_t all[] = {3, 5, 7};
            std::map<std::uint16_t, TraceLook> before;
            for (const std::uint16_t axis : all)
                before[axis] = colourOf(with({3, 5, 7}), axis);
            for (const std::uint16_t axis : {std::uint16_t{5}, std::uint16_t{7}})
                QVERIFY(colourOf(with({5, 7}), axis) == before[axis]); // one is gone
            for (const std::uint16_t axis : all) {
                QVERIFY(colourOf(with({7, 5, 3}), axis) == before[axis]);
                QVERIFY(colourOf(with({2, 3, 4, 5, 6, 7, 8}), axis) == before[axis]);
            }
            QVERIFY(colourOf(with({7}), 7) == before[7]);
        }
    }

    /// Bug: a spectrum had a lead of its own, and its lines other colours than the same in the scope.
    void aPictureBesideTheScopeHasItsLeadAndItsColours() {
        TraceColours scope;
        TraceChoice shown = line(3, Channel::position, "°");
        shown.axisName.clear(); // the axis that is selected
        const std::vector<TraceChoice> above{shown, line(2, Channel::position, "°")};
        const auto there = ui::scope::looksOf(above, panesOf(above), palette(), scope);
        TraceColours beside;
        beside.axes = scope.axes;
        beside.leadBeside = scope.leading;
        const std::vector<TraceChoice> below{line(2, Channel::position, "°"),
                                             line(3, Channel::position, "°")};
        const auto here = ui::scope::looksOverEachOther(below, palette(), beside);
        QCOMPARE(here[1].colour, there[0].colour);
        QCOMPARE(here[0].colour, there[1].colour);
    }

    void theNextRecordingHasALeadOfItsOwn() {
        ScopePicture picture;
        picture.setChoices({line(2, Channel::position, "°"), line(3, Channel::position, "°")});
        picture.setChoices({line(3, Channel::position, "°")});
        QVERIFY(picture.looks().front().colour != palette().traces[0]);
        picture.forgetLead();
        QCOMPARE(picture.looks().front().colour, palette().traces[0]);
    }

    /// In a recording all axes go by name: one alone still has a colour for each kind of channel.
    void ofOneAxisAloneEveryKindHasItsColour() {
        TraceColours colours;
        const std::vector<TraceChoice> choices{line(2, Channel::position, "°"),
                                               line(2, Channel::velocity, "°/s")};
        const auto looks = ui::scope::looksOf(choices, panesOf(choices), palette(), colours);
        QCOMPARE(looks[0].colour, palette().traces[0]);
        QCOMPARE(looks[1].colour, palette().traces[1]);
    }

    void ofPanesOverEachOtherNoTwoLinesLookAlike() {
        std::vector<TraceChoice> choices = ownLines();
        choices.push_back(line(2, Channel::position, "°"));
        choices.push_back(line(2, Channel::velocity, "°/s"));
        TraceColours colours;
        QVERIFY(allDiffer(looksOverEachOther(choices, palette(), colours)));
        ScopePicture picture;
        picture.setChoices(choices);
        picture.setPaneStyle(PaneStyle::overlaid);
        QVERIFY(allDiffer(picture.looks()));
    }

    /// One number tells no scale.
    void aLowPaneHasTwoNumbersOrItsBounds() {
        for (const int height : {480, 300, 200, 150, 128, 110}) {
            ScopePicture picture;
            picture.setChoices({line(1, Channel::position, "°"), line(1, Channel::velocity, "°/s"),
                                line(1, Channel::current, "A"), line(1, Channel::temperature, "°C")});
            picture.setPlot(QRect(60, 4, 400, height), 1.0);
            const std::pair<double, double> ranges[] = {
                {-3.5, 97.0}, {-181.0, 180.5}, {0.0, 0.35}, {29.0, 33.0}};
            for (std::size_t pane = 0; pane < picture.panes().size(); ++pane)
                picture.fixRange(pane, ranges[pane].first, ranges[pane].second);
            const auto axes = picture.axes();
            for (const Pane& pane : picture.panes()) {
                std::vector<double> rows;
                bool isBounds = false;
                for (const Tick& tick : axes.values) {
                    const double row = picture.plot().bottom() + 1 - tick.at;
                    if (row < pane.area.top() || row > pane.area.bottom()) continue;
                    rows.push_back(row);
                    isBounds = isBounds || tick.label.contains(QChar(0x2026));
                }
                const QString where = QStringLiteral("%1 of %2").arg(pane.title).arg(height);
                QVERIFY2(rows.size() > 1 || isBounds, qPrintable(where));
                for (std::size_t at = 1; at < rows.size(); ++at)
                    QVERIFY2(std::abs(rows[at] - rows[at - 1]) >= 12.0, qPrintable(where));
            }
        }
    }

    /// "lag 0.3°" stood beside "179.74°".
    void aCalculatedTraceHasTheDecimalsOfItsUnit() {
        const auto decimals = [](const char* unit) {
            return decimalsOf({telemetry::mathAxis(1), Channel::position, "lag", QString::fromUtf8(unit)});
        };
        QCOMPARE(decimals("°"), decimalsOf(line(1, Channel::position, "°")));
        QCOMPARE(decimals("°/s"), decimalsOf(line(1, Channel::velocity, "°/s")));
        QCOMPARE(decimals("A"), decimalsOf(line(1, Channel::current, "A")));
        QVERIFY(!decimalsOfUnit("N"));
    }

    /// Names were kept inside of their pane, on each other where there was no room.
    void namesOfLowPanesDoNotTouch() {
        QImage image(300, 200, QImage::Format_RGB32);
        QPainter painter(&image);
        const int height = QFontMetrics(painter.font()).height();
        LabelRoom room{QRect(100, 10, 160, 6 * height + 4), {}};
        std::vector<EndLabel> labels;
        for (std::size_t pane = 0; pane < 3; ++pane) {
            room.panes.emplace_back(100, 10 + static_cast<int>(pane) * 20, 160, 14);
            for (int line = 0; line < 2; ++line) {
                EndLabel label;
                label.row = room.panes.back().center().y();
                label.line = labels.size();
                label.name = QStringLiteral("name");
                label.pane = pane;
                labels.push_back(label);
            }
        }
        const auto placed = paintEndLabels(painter, labels, {}, room, Qt::black, Qt::gray);
        QCOMPARE(placed.size(), labels.size());
        for (std::size_t at = 0; at < placed.size(); ++at) {
            QCOMPARE(placed[at].second, at); // panes keep their order
            if (at > 0) QVERIFY(placed[at].first - placed[at - 1].first >= height - 0.01);
            QVERIFY(room.column.contains(QPoint(110, static_cast<int>(placed[at].first))));
        }
        // Smaller, and at last fewer, which is said.
        room.column.setHeight(3 * height);
        const auto fewer = paintEndLabels(painter, labels, {}, room, Qt::black, Qt::gray);
        QVERIFY(fewer.size() < labels.size());
        for (std::size_t at = 1; at < fewer.size(); ++at)
            QVERIFY(fewer[at].first - fewer[at - 1].first > height / 2.0);
    }

private:
    static ScopePalette palette() { return ScopePalette::light(); }
    static std::vector<TraceLook> looksOf(const std::vector<TraceChoice>& choices) {
        TraceColours colours;
        return ui::scope::looksOf(choices, panesOf(choices), palette(), colours);
    }
    static bool allDiffer(const std::vector<TraceLook>& looks) {
        for (std::size_t a = 0; a < looks.size(); ++a)
            for (std::size_t b = a + 1; b < looks.size(); ++b)
                if (looks[a] == looks[b]) return false;
        return true;
    }
    /// Only the first axis goes without its name, as the one that is shown.
    static TraceChoice line(std::uint16_t axis, Channel channel, const char* unit) {
        const QString name = axis == 1 ? QString() : QStringLiteral("Axis %1").arg(axis);
        return {AxisId{axis}, channel, name, QString::fromUtf8(unit), 0, false, name};
    }
    static std::vector<TraceChoice> ownLines() {
        return {line(1, Channel::position, "°"), line(1, Channel::setpoint, "°"),
                line(1, Channel::velocity, "°/s")};
    }
};

SERVOLANE_TEST(PanesTest)
#include "panes_test.moc"
