// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/machine/machine_reader.h"

#include "core/api/command.h"
#include "drivers/machine/machine_file.h"

#include <algorithm>
#include <set>

namespace servolane::drivers::machine {

using catalog::ObjectReader;
using catalog::Place;
using catalog::Problems;
using nlohmann::json;

namespace {

/// The same bounds as those of the commands that set scales.
constexpr double steepest = 1e6;
constexpr std::size_t longestUnit = 12;

const json& listOf(ObjectReader& object, const char* key) {
    static const json empty = json::array();
    const json* list = object.member(key);
    if (!list) return empty;
    if (list->is_array()) return *list;
    object.note(object.placeOf(key), "a list", *list);
    return empty;
}

std::string textOf(ObjectReader& object, const char* key) {
    object.require(key, "a text");
    const std::string text = object.text(key).value_or("");
    const json* found = object.member(key);
    if (found && found->is_string() && text.find_first_not_of(" \t") == std::string::npos)
        object.note(object.placeOf(key), "a text that is not empty", *found);
    // Lists, tables and exports have a line for each.
    const bool isOneLine = std::none_of(text.begin(), text.end(), [](char letter) {
        const auto code = static_cast<unsigned char>(letter);
        return code < 0x20 || code == 0x7f;
    });
    if (!isOneLine) object.note(object.placeOf(key), "a text without line breaks and tabs", *found);
    return text;
}

double ratioOf(ObjectReader& object, const char* key, double otherwise) {
    const double value = object.number(key).value_or(otherwise);
    if (value < 1.0 / steepest || value > steepest)
        object.note(object.placeOf(key), "a number from 0.000001 to 1000000", *object.member(key));
    return value;
}

template <class Limit>
std::optional<Limit> limitOf(ObjectReader& object, const char* key) {
    const auto value = object.number(key);
    if (!value) return std::nullopt;
    if (*value <= 0.0) object.note(object.placeOf(key), "a number above 0", *object.member(key));
    return Limit{*value};
}

std::optional<Range<Position>> travelOf(ObjectReader& object) {
    const json* pair = object.member("travel");
    if (!pair) return std::nullopt;
    const bool isPair = pair->is_array() && pair->size() == 2 && pair->at(0).is_number() &&
                        pair->at(1).is_number() && pair->at(0).get<double>() < pair->at(1).get<double>();
    if (isPair) return Range<Position>{{pair->at(0).get<double>()}, {pair->at(1).get<double>()}};
    object.note(object.placeOf("travel"), "two numbers, the smaller first", *pair);
    return std::nullopt;
}

motion::OwnLimits limitsFrom(const json& value, const Place& place, Problems& problems) {
    ObjectReader object(value, place, problems);
    motion::OwnLimits limits;
    limits.travel = travelOf(object);
    limits.velocity = limitOf<Velocity>(object, "velocity");
    limits.acceleration = limitOf<Acceleration>(object, "acceleration");
    limits.current = limitOf<Current>(object, "current");
    limits.temperature = limitOf<Temperature>(object, "temperature");
    limits.followingError = limitOf<Position>(object, "following_error");
    limits.step = limitOf<Position>(object, "step");
    object.rejectOthers();
    return limits;
}

motion::AxisScale scaleOf(ObjectReader& object) {
    motion::AxisScale scale;
    scale.gear = ratioOf(object, "gear", scale.gear);
    scale.offset = object.number("offset").value_or(scale.offset);
    scale.reversed = object.flag("reversed").value_or(scale.reversed);
    scale.unitsPerTurn = ratioOf(object, "units_per_turn", scale.unitsPerTurn);
    if (object.member("unit")) scale.unit = textOf(object, "unit");
    if (scale.unit.size() > longestUnit)
        object.note(object.placeOf("unit"), "at most 12 bytes", *object.member("unit"));
    return scale;
}

motion::StopReaction reactionOf(ObjectReader& object) {
    using motion::StopReaction;
    const auto word = object.text("stop_reaction");
    if (!word) return {};
    for (const auto reaction : {StopReaction::torqueOff, StopReaction::hold, StopReaction::holdThenOff})
        if (toString(reaction) == *word) return reaction;
    object.note(object.placeOf("stop_reaction"), "torque-off, hold or hold-then-off",
                *object.member("stop_reaction"));
    return {};
}

std::vector<std::string> watchedOf(ObjectReader& object) {
    std::vector<std::string> names;
    for (const json& entry : listOf(object, "watched")) {
        const std::string name = entry.is_string() ? entry.get<std::string>() : "";
        if (name.empty() || names.size() == telemetry::watchCount)
            object.note(object.placeOf("watched"), "at most 6 names of registers", entry);
        else
            names.push_back(name);
    }
    return names;
}

motion::MachineAxis axisFrom(const json& value, const Place& place, Problems& problems) {
    ObjectReader object(value, place, problems);
    motion::MachineAxis axis;
    axis.identity.bus = textOf(object, "bus");
    axis.identity.protocol = textOf(object, "protocol");
    object.require("id", "the servo's id");
    axis.identity.servo = {static_cast<std::uint8_t>(object.integer("id", {0, 255}).value_or(0))};
    axis.identity.model = textOf(object, "model");
    axis.settings.name = textOf(object, "name");
    axis.settings.scale = scaleOf(object);
    axis.settings.stopReaction = reactionOf(object);
    axis.settings.watched = watchedOf(object);
    if (const json* limits = object.member("limits"))
        axis.settings.limits = limitsFrom(*limits, object.placeOf("limits"), problems);
    object.rejectOthers();
    return axis;
}

access::Kinds kindsFrom(ObjectReader& rights, const char* role) {
    const auto known = api::commandKinds();
    access::Kinds kinds;
    std::size_t index = 0;
    for (const json& entry : listOf(rights, role)) {
        const Place place = rights.placeOf(role).at(std::to_string(index++));
        const std::string kind = entry.is_string() ? entry.get<std::string>() : "";
        if (std::find(known.begin(), known.end(), kind) == known.end())
            rights.note(place, "the name of a command", entry);
        else if (access::isOfEngineers(kind))
            rights.note(place, "a command that is not the engineer's alone", entry);
        else
            kinds.insert(kind);
    }
    return kinds;
}

access::Rights rightsFrom(const json& value, const Place& place, Problems& problems) {
    ObjectReader object(value, place, problems);
    object.require("viewer", "a list of commands");
    object.require("operator", "a list of commands");
    access::Rights rights;
    rights.viewer = kindsFrom(object, "viewer");
    rights.lineOperator = kindsFrom(object, "operator");
    object.rejectOthers();
    return rights;
}

void noteTwins(const std::vector<motion::MachineAxis>& axes, ObjectReader& object) {
    std::set<std::string> names;
    for (std::size_t i = 0; i < axes.size(); ++i) {
        const Place place = object.placeOf("axes").at(std::to_string(i));
        if (!names.insert(axes[i].settings.name).second)
            object.note(place.at("name"), "a name that no other axis has", axes[i].settings.name);
        const bool twin = std::any_of(axes.begin(), axes.begin() + static_cast<std::ptrdiff_t>(i),
                                      [&](const auto& one) { return one.identity.isAt(axes[i].identity); });
        if (twin)
            object.note(place.at("id"), "an id that no other axis of this bus has",
                        axes[i].identity.servo.value);
    }
}

} // namespace

motion::Machine machineFrom(const json& document, const std::string& file, Problems& problems) {
    motion::Machine machine;
    ObjectReader object(document, {file, ""}, problems);
    object.require("schema", "1");
    // A later schema says things that this program would have to guess.
    if (!object.integer("schema", {schema, schema})) return machine;
    std::size_t index = 0;
    for (const json& axis : listOf(object, "axes"))
        machine.axes.push_back(axisFrom(axis, object.placeOf("axes").at(std::to_string(index++)), problems));
    if (const json* rights = object.member("rights"))
        machine.rights = rightsFrom(*rights, object.placeOf("rights"), problems);
    noteTwins(machine.axes, object);
    object.rejectOthers();
    return machine;
}

} // namespace servolane::drivers::machine
