// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/telemetry/scope_layout.h"

#include "core/telemetry/read/math_board.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <algorithm>
#include <array>
#include <cmath>

namespace servolane::ui {

using namespace telemetry;

namespace {

constexpr int version = 1;
constexpr int mostMathId = 999;
const QString kindWord = QStringLiteral("servolane scope layout");

constexpr std::array modeWords{"auto", "normal", "single"};
constexpr std::array slopeWords{"rising", "falling", "either"};
constexpr std::array sideWords{"above", "below"};
constexpr std::array passageWords{"enters", "leaves"};
constexpr std::array factWords{"command", "hardware_error"};
/// By LaneKind.
constexpr std::array laneWords{"command", "outcome", "register_write", "hardware_error", "link",
                               "note",    "stop"};

QString wordOf(Channel channel) {
    return QString::fromStdString(std::string(toString(channel)));
}

struct ConditionWriter {
    QJsonObject& json;
    void operator()(const EdgeCondition& edge) const {
        json["edge"] = slopeWords[static_cast<std::size_t>(edge.slope)];
        json["level"] = edge.level;
        json["hysteresis"] = edge.hysteresis;
    }
    void operator()(const LevelCondition& level) const {
        json["level_is"] = sideWords[static_cast<std::size_t>(level.side)];
        json["level"] = level.level;
    }
    void operator()(const WindowCondition& window) const {
        json["window"] = passageWords[static_cast<std::size_t>(window.passage)];
        json["low"] = window.low;
        json["high"] = window.high;
    }
    void operator()(const FactCondition& fact) const {
        json["fact"] = factWords[static_cast<std::size_t>(fact.kind)];
        json["any_axis"] = fact.axis == AxisId{};
        json["command"] = QString::fromStdString(fact.command);
    }
};

QJsonObject jsonOf(const scope::TriggerSetup& setup) {
    QJsonObject json;
    std::visit(ConditionWriter{json}, setup.settings.condition);
    json["channel"] = wordOf(setup.channel);
    if (isMath(setup.axis)) json["math"] = setup.axis.value - firstMathAxis;
    json["mode"] = modeWords[static_cast<std::size_t>(setup.settings.mode)];
    json["before"] = setup.settings.before;
    json["hold_off_ms"] = milliseconds(setup.settings.holdOff);
    return json;
}

/// Reads fields and keeps the first complaint.
class Reader {
public:
    QString complaint;

    void complain(const QString& field, const QString& what) {
        if (complaint.isEmpty()) complaint = QStringLiteral("“%1” %2").arg(field, what);
    }
    double number(const QJsonObject& json, const char* field, double fallback) {
        const QJsonValue value = json[QLatin1String(field)];
        if (value.isUndefined()) return fallback;
        if (!value.isDouble()) complain(QLatin1String(field), QStringLiteral("is not a number"));
        return value.toDouble(fallback);
    }
    template <std::size_t count>
    int word(const QJsonObject& json, const char* field, const std::array<const char*, count>& words) {
        const QString value = json[QLatin1String(field)].toString();
        for (std::size_t i = 0; i < count; ++i)
            if (value == QLatin1String(words[i])) return static_cast<int>(i);
        complain(QLatin1String(field), QStringLiteral("is “%1”, which is not known").arg(value));
        return 0;
    }
    Channel channel(const QString& field, const QString& value) {
        const auto known = channelFrom(value.toStdString());
        if (!known) complain(field, QStringLiteral("names no channel: “%1”").arg(value));
        return known.value_or(Channel::position);
    }
};

TriggerCondition conditionFrom(const QJsonObject& json, Reader& reader) {
    if (json.contains(QLatin1String("edge")))
        return EdgeCondition{static_cast<Slope>(reader.word(json, "edge", slopeWords)),
                             reader.number(json, "level", 0.0),
                             std::max(0.0, reader.number(json, "hysteresis", 0.0))};
    if (json.contains(QLatin1String("level_is")))
        return LevelCondition{static_cast<Side>(reader.word(json, "level_is", sideWords)),
                              reader.number(json, "level", 0.0)};
    if (json.contains(QLatin1String("window"))) {
        const auto passage = static_cast<Passage>(reader.word(json, "window", passageWords));
        const auto [low, high] =
            std::minmax({reader.number(json, "low", 0.0), reader.number(json, "high", 0.0)});
        return WindowCondition{passage, low, high};
    }
    FactCondition fact;
    fact.kind = static_cast<FactKind>(reader.word(json, "fact", factWords));
    fact.axis = json[QLatin1String("any_axis")].toBool() ? AxisId{} : AxisId{1};
    fact.command = json[QLatin1String("command")].toString().toStdString();
    return fact;
}

scope::TriggerSetup triggerFrom(const QJsonObject& json, Reader& reader) {
    scope::TriggerSetup setup;
    setup.settings.condition = conditionFrom(json, reader);
    setup.settings.mode = static_cast<TriggerMode>(reader.word(json, "mode", modeWords));
    setup.settings.before = std::clamp(reader.number(json, "before", 0.5), 0.0, 1.0);
    setup.settings.holdOff = fromSeconds(std::clamp(reader.number(json, "hold_off_ms", 0.0), 0.0, 6e5) / 1e3);
    setup.axis = AxisId{1};
    if (json.contains(QLatin1String("math"))) {
        const double math = reader.number(json, "math", 0.0);
        if (math >= 1.0 && math <= mostMathId)
            setup.axis = mathAxis(static_cast<std::uint16_t>(math));
        else
            reader.complain(QStringLiteral("math"),
                            QStringLiteral("is %1, not within 1 … %2").arg(math).arg(mostMathId));
    }
    setup.channel = reader.channel(QStringLiteral("channel"), json[QLatin1String("channel")].toString());
    return setup;
}

QJsonObject jsonOf(const NamedServo& of) {
    QJsonObject json{{"servo", of.servo}, {"axis", of.axis}};
    if (!of.bus.isEmpty()) json["bus"] = of.bus;
    return json;
}

/// Nothing if it is not one.
std::optional<NamedServo> servoFrom(const QJsonObject& json, const QString& field, Reader& reader) {
    const double servo = reader.number(json, "servo", 0.0);
    if (servo >= 0.0 && servo <= 255.0)
        return NamedServo{static_cast<int>(servo), json[QLatin1String("axis")].toString(),
                          json[QLatin1String("bus")].toString()};
    reader.complain(field + QStringLiteral(": servo"),
                    QStringLiteral("is %1, not within 0 … 255").arg(servo));
    return std::nullopt;
}

std::vector<PinnedTrace> pinnedFrom(const QJsonObject& json, Reader& reader) {
    std::vector<PinnedTrace> pinned;
    for (const QJsonValue& value : json[QLatin1String("pinned")].toArray()) {
        const QJsonObject one = value.toObject();
        const auto of = servoFrom(one, QStringLiteral("pinned"), reader);
        if (of && pinned.size() < scope::maximumTraces)
            pinned.push_back(
                {of->servo, of->axis,
                 reader.channel(QStringLiteral("pinned: channel"), one[QLatin1String("channel")].toString()),
                 of->bus});
    }
    return pinned;
}

scope::ScopeLook lookFrom(const QJsonObject& json, Reader& reader) {
    scope::ScopeLook look;
    for (const QJsonValue& label : json[QLatin1String("order")].toArray())
        look.arrangement.order.push_back(label.toString());
    const QJsonObject groups = json[QLatin1String("own_panes")].toObject();
    for (auto at = groups.begin(); at != groups.end(); ++at)
        look.arrangement.groups[at.key()] = at.value().toInt();
    look.overlaid = json[QLatin1String("overlaid")].toBool();
    const QJsonObject ranges = json[QLatin1String("ranges")].toObject();
    for (auto at = ranges.begin(); at != ranges.end(); ++at) {
        const QJsonArray ends = at.value().toArray();
        if (ends.size() == 2 && ends[0].toDouble() < ends[1].toDouble())
            look.ranges[at.key()] = {ends[0].toDouble(), ends[1].toDouble()};
        else
            reader.complain(QStringLiteral("ranges: ") + at.key(),
                            QStringLiteral("is not a lower and an upper end"));
    }
    const QJsonObject lane = json[QLatin1String("events")].toObject();
    look.lane.shownAxesOnly = lane[QLatin1String("shown_axes_only")].toBool();
    for (const QJsonValue& word : lane[QLatin1String("hidden")].toArray())
        look.lane.hidden.insert(
            static_cast<journal::LaneKind>(reader.word({{"hidden", word}}, "hidden", laneWords)));
    const double span = reader.number(json, "span_s", 10.0);
    if (!(span >= 1e-3 && span <= 86400.0))
        reader.complain(QStringLiteral("span_s"),
                        QStringLiteral("is %1, not within 0.001 … 86400").arg(span));
    else
        look.span = fromSeconds(span);
    return look;
}

int lineOf(const QByteArray& text, int offset) {
    return static_cast<int>(
               std::count(text.begin(), text.begin() + std::min<qsizetype>(offset, text.size()), '\n')) +
           1;
}

} // namespace

QByteArray textOf(const ScopeLayout& layout) {
    QJsonArray channels;
    for (const Channel channel : layout.channels)
        channels << wordOf(channel);
    QJsonArray order;
    for (const QString& label : layout.look.arrangement.order)
        order << label;
    QJsonObject groups;
    for (const auto& [label, group] : layout.look.arrangement.groups)
        groups[label] = group;
    QJsonObject ranges;
    for (const auto& [pane, range] : layout.look.ranges)
        ranges[pane] = QJsonArray{range.first, range.second};
    QJsonObject json{{"kind", kindWord},
                     {"version", version},
                     {"name", layout.name},
                     {"channels", channels},
                     {"order", order},
                     {"own_panes", groups},
                     {"overlaid", layout.look.overlaid},
                     {"ranges", ranges},
                     {"span_s", seconds(layout.look.span)}};
    if (layout.trigger) json["trigger"] = jsonOf(*layout.trigger);
    if (layout.triggerOf) json["trigger_of"] = jsonOf(*layout.triggerOf);
    QJsonArray pinned;
    for (const PinnedTrace& pin : layout.pinned) {
        QJsonObject one = jsonOf(pin.of());
        one["channel"] = wordOf(pin.channel);
        pinned << one;
    }
    if (!pinned.isEmpty()) json["pinned"] = pinned;
    if (const scope::LaneFilter& lane = layout.look.lane; !lane.isNone() || layout.laneOf) {
        QJsonArray hidden;
        for (const journal::LaneKind kind : lane.hidden)
            hidden << laneWords[static_cast<std::size_t>(kind)];
        QJsonObject events{{"hidden", hidden}, {"shown_axes_only", lane.shownAxesOnly}};
        if (layout.laneOf) events["of"] = jsonOf(*layout.laneOf);
        json["events"] = events;
    }
    return QJsonDocument(json).toJson();
}

tl::expected<ScopeLayout, QString> layoutFrom(const QByteArray& text) {
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(text, &error);
    if (error.error != QJsonParseError::NoError)
        return tl::make_unexpected(
            QStringLiteral("line %1: %2").arg(lineOf(text, error.offset)).arg(error.errorString()));
    const QJsonObject json = document.object();
    if (json[QLatin1String("kind")].toString() != kindWord)
        return tl::make_unexpected(QStringLiteral("it is no layout of a scope"));
    if (const int found = json[QLatin1String("version")].toInt(); found != version)
        return tl::make_unexpected(
            QStringLiteral("it is of version %1; this program reads version %2").arg(found).arg(version));
    Reader reader;
    ScopeLayout layout;
    layout.name = json[QLatin1String("name")].toString();
    for (const QJsonValue& channel : json[QLatin1String("channels")].toArray())
        layout.channels.push_back(reader.channel(QStringLiteral("channels"), channel.toString()));
    layout.pinned = pinnedFrom(json, reader);
    layout.look = lookFrom(json, reader);
    if (json[QLatin1String("trigger")].isObject())
        layout.trigger = triggerFrom(json[QLatin1String("trigger")].toObject(), reader);
    if (json[QLatin1String("trigger_of")].isObject())
        layout.triggerOf =
            servoFrom(json[QLatin1String("trigger_of")].toObject(), QStringLiteral("trigger_of"), reader);
    if (const QJsonValue of = json[QLatin1String("events")].toObject()[QLatin1String("of")]; of.isObject())
        layout.laneOf = servoFrom(of.toObject(), QStringLiteral("events: of"), reader);
    if (!reader.complaint.isEmpty()) return tl::make_unexpected(reader.complaint);
    return layout;
}

} // namespace servolane::ui
