// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/scope/pane.h"

#include "core/telemetry/read/math_board.h"

#include <QCoreApplication>
#include <algorithm>
#include <array>
#include <set>

namespace servolane::ui::scope {

using telemetry::Channel;

namespace {

constexpr int paneSpacing = 8; ///< without titles
constexpr int titleHeight = 18;
constexpr int lowPane = 44;     ///< with two numbers at its axis; lower ones go without titles
constexpr int usualTitle = 140; ///< pixels of a title with its range, of panes over each other

/// Kinds in the order of the palette; setpoints are of the kind of their actual value.
enum Kind : std::size_t {
    position,
    velocity,
    current,
    temperature,
    voltage,
    hardwareError,
    load,
    moving,
    calculated,
    watched
};

struct KindTraits {
    const char* title;
    double smallestRange; ///< finer than that is noise or rounding
    int decimals;         ///< finer than that no servo measures
};
constexpr std::array<KindTraits, 10> kinds{{{QT_TRANSLATE_NOOP("scope", "Position"), 1.0, 2},
                                            {QT_TRANSLATE_NOOP("scope", "Velocity"), 5.0, 1},
                                            {QT_TRANSLATE_NOOP("scope", "Current"), 0.05, 3},
                                            {QT_TRANSLATE_NOOP("scope", "Temperature"), 4.0, 0},
                                            {QT_TRANSLATE_NOOP("scope", "Voltage"), 0.5, 1},
                                            {QT_TRANSLATE_NOOP("scope", "Hardware error"), 1.0, 0},
                                            {QT_TRANSLATE_NOOP("scope", "Load"), 5.0, 1},
                                            {QT_TRANSLATE_NOOP("scope", "Moving"), 1.0, 0},
                                            {QT_TRANSLATE_NOOP("scope", "Math"), 1e-3, 3},
                                            {QT_TRANSLATE_NOOP("scope", "Watched"), 1e-3, 2}}};

constexpr std::array<Kind, telemetry::channelCount> kindOfChannel{
    position, position,      velocity, velocity, current, load,    voltage, temperature,
    moving,   hardwareError, watched,  watched,  watched, watched, watched, watched};

Kind kindOf(const TraceChoice& choice) {
    return telemetry::isMath(choice.axis) ? calculated : kindOfChannel[telemetry::indexOf(choice.channel)];
}

/// Places in the palette for calculated traces: those that measured ones beside them seldom take.
constexpr std::array<std::size_t, 5> calculatedPlaces{6, 3, 5, 4, 7};

std::size_t calculatedPlace(AxisId axis) {
    const std::size_t number = axis.value - telemetry::firstMathAxis;
    return calculatedPlaces[(number + calculatedPlaces.size() - 1) % calculatedPlaces.size()];
}

/// Those too, so that no two watched registers of an axis look alike.
std::size_t watchedPlace(Channel channel) {
    const std::size_t place = telemetry::indexOf(channel) - telemetry::usualChannelCount;
    return place < calculatedPlaces.size() ? calculatedPlaces[place] : 2;
}

/// Panes join lines of one unit; without a unit, of one kind.
bool belongTogether(const Pane& pane, const TraceChoice& first, const TraceChoice& choice) {
    return pane.unit == choice.unit && pane.group == choice.group && !first.apart && !choice.apart &&
           (!choice.unit.isEmpty() || kindOf(first) == kindOf(choice));
}

} // namespace

int decimalsOf(const TraceChoice& choice) {
    return kinds[kindOf(choice)].decimals;
}

double smallestRangeOf(Channel channel) {
    return kinds[kindOfChannel[telemetry::indexOf(channel)]].smallestRange;
}

bool isSetpoint(Channel channel) {
    return channel == Channel::setpoint || channel == Channel::velocitySetpoint;
}

std::vector<Pane> panesOf(const std::vector<TraceChoice>& choices) {
    std::vector<Pane> panes;
    for (std::size_t i = 0; i < choices.size(); ++i) {
        const TraceChoice& choice = choices[i];
        auto pane = std::find_if(panes.begin(), panes.end(), [&](const Pane& other) {
            return belongTogether(other, choices[other.lines.front()], choice);
        });
        if (pane == panes.end()) {
            const KindTraits& kind = kinds[kindOf(choice)];
            const QString title = choice.apart && telemetry::isMath(choice.axis)
                                      ? choice.label
                                      : QCoreApplication::translate("scope", kind.title);
            pane =
                panes.insert(pane, {choice.unit, title, {}, AutoRange(kind.smallestRange), {}, choice.group});
        }
        pane->lines.push_back(i);
    }
    return panes;
}

void layOut(std::vector<Pane>& panes, const QRect& plot, PaneStyle style) {
    if (panes.empty()) return;
    const auto count = static_cast<int>(panes.size());
    const QRect row(plot.left(), plot.top(), plot.width(), titleHeight);
    if (style == PaneStyle::overlaid) {
        const int perRow = std::max(1, plot.width() / usualTitle);
        for (int i = 0; i < count; ++i) {
            Pane& pane = panes[static_cast<std::size_t>(i)];
            pane.titleArea =
                QRect(plot.left() + i % perRow * usualTitle, plot.top() + i / perRow * titleHeight,
                      std::min(usualTitle, plot.width()), titleHeight);
            pane.area = plot.adjusted(0, (count + perRow - 1) / perRow * titleHeight, 0, 0);
        }
        return;
    }
    const bool titled = plot.height() >= count * (titleHeight + lowPane);
    const int between = titled ? titleHeight : paneSpacing;
    const int first = titled ? titleHeight : 0;
    const int height = std::max(plot.height() - first - (count - 1) * between, count);
    for (int i = 0; i < count; ++i) {
        const int top = plot.top() + first + i * between + height * i / count;
        const int bottom = plot.top() + first + i * between + height * (i + 1) / count;
        Pane& pane = panes[static_cast<std::size_t>(i)];
        pane.area = QRect(plot.left(), top, plot.width(), bottom - top);
        pane.titleArea = titled ? row.translated(0, top - titleHeight - plot.top()) : QRect();
    }
}

std::vector<QColor> coloursOf(const std::vector<TraceChoice>& choices, const std::vector<Pane>& panes,
                              const ScopePalette& palette) {
    std::set<AxisId> axes;
    for (const TraceChoice& choice : choices)
        if (!telemetry::isMath(choice.axis)) axes.insert(choice.axis);
    std::vector<QColor> colours(choices.size());
    for (const Pane& pane : panes) {
        std::set<AxisId> here;
        for (const std::size_t line : pane.lines)
            if (!telemetry::isMath(choices[line].axis)) here.insert(choices[line].axis);
        for (const std::size_t line : pane.lines) {
            if (telemetry::isMath(choices[line].axis)) {
                colours[line] = palette.traces[calculatedPlace(choices[line].axis)];
                continue;
            }
            const auto axis =
                static_cast<std::size_t>(std::distance(axes.begin(), axes.find(choices[line].axis)));
            const std::size_t own = telemetry::isWatch(choices[line].channel)
                                        ? watchedPlace(choices[line].channel)
                                        : kindOf(choices[line]);
            const std::size_t place = here.size() > 1 ? axis : own;
            colours[line] = palette.traces[place % palette.traces.size()];
        }
    }
    return colours;
}

} // namespace servolane::ui::scope
