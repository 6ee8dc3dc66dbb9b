// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/scope/pane.h"

#include "core/telemetry/read/math_board.h"

#include <QCoreApplication>
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

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

/// In the palette, of calculated traces and of the axis that is shown.
std::size_t ownPlace(const TraceChoice& choice) {
    if (telemetry::isMath(choice.axis)) return calculatedPlace(choice.axis);
    if (telemetry::isWatch(choice.channel)) return watchedPlace(choice.channel);
    return kindOf(choice);
}

/// Of other axes: those first that the usual channels do not have.
constexpr std::array<std::size_t, 8> axisPlaces{3, 5, 7, 6, 4, 1, 2, 0};

/// What a line has its colour from in a pane: a setpoint has that of its value.
std::size_t colourKindOf(const TraceChoice& choice) {
    return telemetry::isMath(choice.axis) || telemetry::isWatch(choice.channel)
               ? kinds.size() + telemetry::indexOf(choice.channel)
               : kindOf(choice);
}

/// The axis whose lines have the colours of their kinds.
std::optional<AxisId> leadOf(const std::vector<TraceChoice>& choices, TraceColours& colours) {
    if (colours.leadBeside) return colours.leadBeside;
    std::set<AxisId> axes;
    for (const TraceChoice& choice : choices) {
        if (telemetry::isMath(choice.axis)) continue;
        if (choice.axisName.isEmpty()) return choice.axis;
        axes.insert(choice.axis);
    }
    return colours.lead.among(std::move(axes));
}

/// The colours that are taken in one pane.
class PaneColours {
public:
    using Place = std::pair<std::size_t, bool>;
    /// Who finds its colour taken has the same one, dotted, or else the next one that is free.
    enum class Taken : std::uint8_t { same, next };

    /// The place in the palette; whether a line has it already.
    Place of(const TraceChoice& choice, std::size_t wanted, Taken otherwise) {
        const Key key{choice.axis, colourKindOf(choice)};
        const auto known = given_.find(key);
        if (known != given_.end()) return known->second;
        const auto found = freeOne(wanted, otherwise);
        taken_.insert(found);
        given_[key] = found;
        return found;
    }

private:
    using Key = std::pair<AxisId, std::size_t>;

    [[nodiscard]] Place freeOne(std::size_t wanted, Taken otherwise) const {
        for (const bool isSecond : {false, true}) {
            if (taken_.count({wanted, isSecond}) == 0) return {wanted, isSecond};
            if (otherwise == Taken::same && !isSecond) continue;
            for (const std::size_t place : axisPlaces)
                if (taken_.count({place, isSecond}) == 0) return {place, isSecond};
        }
        for (const std::size_t place : axisPlaces)
            if (taken_.count({place, false}) == 0) return {place, false};
        return {wanted, true};
    }

    std::map<Key, Place> given_;
    std::set<Place> taken_;
};

/// The lines of a pane in the order in which they choose their colours: first the axis that has those of the
/// kinds, and calculated ones; then one kind of each other axis, which has the axis' colour; then their rest.
struct Claim {
    int turn = 0;
    std::size_t number = 0; ///< within the turn
    std::size_t line = 0;
    std::size_t wanted = 0; ///< place in the palette
};

std::vector<Claim> claimsOf(const Pane& pane, const std::vector<TraceChoice>& choices,
                            std::optional<AxisId> lead, AxisColours& axes) {
    std::map<AxisId, std::size_t> firstKinds;
    for (const std::size_t line : pane.lines) {
        const TraceChoice& choice = choices[line];
        const auto [first, isNew] = firstKinds.try_emplace(choice.axis, colourKindOf(choice));
        if (!isNew) first->second = std::min(first->second, colourKindOf(choice));
    }
    std::vector<Claim> claims;
    for (const std::size_t line : pane.lines) {
        const TraceChoice& choice = choices[line];
        const std::size_t kind = colourKindOf(choice);
        if (telemetry::isMath(choice.axis) || choice.axis == lead) {
            claims.push_back({0, claims.size(), line, ownPlace(choice)});
            continue;
        }
        const bool isFirst = firstKinds[choice.axis] == kind;
        const std::size_t number = isFirst ? axes.numberOf(choice.axis) : axes.numberOf(choice.axis, kind);
        claims.push_back({isFirst ? 1 : 2, number, line, axisPlaces[number % axisPlaces.size()]});
    }
    std::stable_sort(claims.begin(), claims.end(), [](const Claim& a, const Claim& b) {
        return std::tie(a.turn, a.number) < std::tie(b.turn, b.number);
    });
    return claims;
}

/// Panes join lines of one unit; without a unit, of one kind.
bool belongTogether(const Pane& pane, const TraceChoice& first, const TraceChoice& choice) {
    return pane.unit == choice.unit && pane.group == choice.group && !first.apart && !choice.apart &&
           (!choice.unit.isEmpty() || kindOf(first) == kindOf(choice));
}

} // namespace

std::optional<int> decimalsOfUnit(const QString& unit) {
    static const std::map<QString, Kind> known{
        {QStringLiteral("°"), position}, {QStringLiteral("°/s"), velocity},
        {QStringLiteral("A"), current},  {QStringLiteral("°C"), temperature},
        {QStringLiteral("V"), voltage},  {QStringLiteral("%"), load}};
    const auto kind = known.find(unit);
    return kind == known.end() ? std::nullopt : std::optional(kinds[kind->second].decimals);
}

int decimalsOf(const TraceChoice& choice) {
    const int usual = kinds[kindOf(choice)].decimals;
    return telemetry::isMath(choice.axis) ? decimalsOfUnit(choice.unit).value_or(usual) : usual;
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

std::vector<TraceLook> looksOf(const std::vector<TraceChoice>& choices, const std::vector<Pane>& panes,
                               const ScopePalette& palette, TraceColours& colours) {
    const std::optional<AxisId> lead = leadOf(choices, colours);
    colours.leading = lead;
    // Those that come together are numbered by id, however they stand.
    std::set<AxisId> others;
    for (const TraceChoice& choice : choices)
        if (!telemetry::isMath(choice.axis) && choice.axis != lead) others.insert(choice.axis);
    for (const AxisId axis : others)
        colours.axes->numberOf(axis);
    std::vector<TraceLook> looks(choices.size());
    for (const Pane& pane : panes) {
        PaneColours taken;
        for (const Claim& claim : claimsOf(pane, choices, lead, *colours.axes)) {
            const TraceChoice& choice = choices[claim.line];
            const auto [colour, isSecond] = taken.of(
                choice, claim.wanted, claim.turn == 1 ? PaneColours::Taken::same : PaneColours::Taken::next);
            const bool setpoint = isSetpoint(choice.channel) && !telemetry::isMath(choice.axis);
            looks[claim.line] = {palette.traces[colour],
                                 isSecond   ? (setpoint ? LinePattern::dashDotted : LinePattern::dotted)
                                 : setpoint ? LinePattern::dashed
                                            : LinePattern::solid};
        }
    }
    return looks;
}

Qt::PenStyle penStyleOf(LinePattern pattern) {
    switch (pattern) {
    case LinePattern::solid:
        return Qt::SolidLine;
    case LinePattern::dashed:
        return Qt::DashLine;
    case LinePattern::dotted:
        return Qt::DotLine;
    case LinePattern::dashDotted:
        return Qt::DashDotLine;
    }
    return Qt::SolidLine;
}

std::vector<TraceLook> looksOverEachOther(const std::vector<TraceChoice>& choices,
                                          const ScopePalette& palette, TraceColours& colours) {
    std::vector<Pane> all(1);
    for (std::size_t line = 0; line < choices.size(); ++line)
        all.front().lines.push_back(line);
    return looksOf(choices, all, palette, colours);
}

} // namespace servolane::ui::scope
