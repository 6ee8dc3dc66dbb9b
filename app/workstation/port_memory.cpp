// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workstation/port_memory.h"

#include "app/workstation/places.h"
#include "app/workstation/sim_line.h"
#include "drivers/transport/port_list.h"

#include <array>
#include <fstream>
#include <nlohmann/json.hpp>
#include <type_traits>
#include <unistd.h>
#include <utility>

namespace servolane::app {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

bool isWorthRemembering(const std::string& path) {
    return !isSimPath(path) && !path.starts_with("/dev/pts/");
}

json readObject(const fs::path& file) {
    std::ifstream stream(file);
    if (!stream) return json::object();
    json read = json::parse(stream, nullptr, false);
    return read.is_object() ? read : json::object();
}

template <class E, std::size_t size>
using Words = std::array<std::pair<E, const char*>, size>;
constexpr Words<bus::Parity, 3> parities{
    {{bus::Parity::none, "none"}, {bus::Parity::even, "even"}, {bus::Parity::odd, "odd"}}};
constexpr Words<bus::LineLevel, 3> levels{
    {{bus::LineLevel::untouched, "untouched"}, {bus::LineLevel::low, "low"}, {bus::LineLevel::high, "high"}}};

template <class E, std::size_t size>
const char* wordOf(const Words<E, size>& words, E value) {
    for (const auto& [known, word] : words)
        if (known == value) return word;
    return words.front().second;
}

template <class E, std::size_t size>
E wordTo(const Words<E, size>& words, const std::string& text, E otherwise) {
    for (const auto& [value, word] : words)
        if (text == word) return value;
    return otherwise;
}

/// `otherwise` for members that an older file lacks, or that someone has made something else.
template <class T>
T member(const json& object, const char* name, T otherwise) {
    const auto found = object.find(name);
    if (found == object.end()) return otherwise;
    if constexpr (std::is_same_v<T, bool>)
        return found->is_boolean() ? found->get<bool>() : otherwise;
    else if constexpr (std::is_same_v<T, std::string>)
        return found->is_string() ? found->get<std::string>() : otherwise;
    else if constexpr (std::is_floating_point_v<T>)
        return found->is_number() ? found->get<T>() : otherwise;
    else
        return found->is_number_unsigned() ? found->get<T>() : otherwise;
}

bus::PollPlan planFrom(const json& entry) {
    bus::PollPlan plan;
    const auto found = entry.find("plan");
    if (found == entry.end() || !found->is_object()) return plan;
    for (const auto channel : telemetry::allChannels) {
        const std::string name(telemetry::toString(channel));
        if (const auto pace = bus::paceFrom(member(*found, name.c_str(), std::string{})))
            plan[channel] = *pace;
    }
    return plan;
}

json planTo(const bus::PollPlan& plan) {
    json object = json::object();
    for (const auto channel : telemetry::allChannels)
        if (!telemetry::isWatch(channel))
            object[std::string(telemetry::toString(channel))] = bus::toString(plan[channel]);
    return object;
}

std::vector<ServoId> idsFrom(const json& entry) {
    std::vector<ServoId> ids;
    const auto found = entry.find("ids");
    if (found == entry.end() || !found->is_array()) return ids;
    for (const json& id : *found)
        if (id.is_number_unsigned() && id.get<std::uint64_t>() <= 253)
            ids.push_back({id.get<std::uint8_t>()});
    return ids;
}

json idsTo(const std::vector<ServoId>& ids) {
    json list = json::array();
    for (const ServoId id : ids)
        list.push_back(id.value);
    return list;
}

std::optional<KnownPort> portFrom(const json& entry) {
    if (!entry.is_object()) return std::nullopt;
    KnownPort known;
    known.protocol = member(entry, "protocol", std::string{});
    known.line.baud = member(entry, "baud", std::uint32_t{0});
    if (known.protocol.empty() || known.line.baud == 0) return std::nullopt;
    known.line.parity = wordTo(parities, member(entry, "parity", std::string{}), known.line.parity);
    known.line.stopBits = member(entry, "stop_bits", known.line.stopBits);
    known.line.dtr = wordTo(levels, member(entry, "dtr", std::string{}), known.line.dtr);
    known.line.rts = wordTo(levels, member(entry, "rts", std::string{}), known.line.rts);
    known.line.lowLatency = member(entry, "low_latency", known.line.lowLatency);
    known.line.discardEcho = member(entry, "discard_echo", known.line.discardEcho);
    known.pollRate = member(entry, "poll_rate", known.pollRate);
    known.slowInterval = member(entry, "slow_interval", known.slowInterval);
    known.plan = planFrom(entry);
    return known;
}

json portTo(const KnownPort& known) {
    return {{"protocol", known.protocol},
            {"baud", known.line.baud},
            {"parity", wordOf(parities, known.line.parity)},
            {"stop_bits", known.line.stopBits},
            {"dtr", wordOf(levels, known.line.dtr)},
            {"rts", wordOf(levels, known.line.rts)},
            {"low_latency", known.line.lowLatency},
            {"discard_echo", known.line.discardEcho},
            {"poll_rate", known.pollRate},
            {"slow_interval", known.slowInterval},
            {"plan", planTo(known.plan)}};
}

} // namespace

KnownPort knownFrom(const bus::LinkSettings& link) {
    KnownPort known{link.family, link.line, link.pollRate, link.slowInterval, link.plan};
    known.line.path.clear();
    return known;
}

bus::LinkSettings linkFrom(const std::string& path, const KnownPort& known) {
    bus::LinkSettings link;
    link.family = known.protocol;
    link.line = known.line;
    link.line.path = path;
    link.pollRate = known.pollRate;
    link.slowInterval = known.slowInterval;
    link.plan = known.plan;
    return link;
}

PortMemory::PortMemory(std::filesystem::path file, KeyOf keyOf)
    : file_(std::move(file))
    , keyOf_(keyOf ? std::move(keyOf) : [](const std::string& path) { return drivers::portKey(path); }) {}

std::optional<KnownPort> PortMemory::find(const std::string& path) const {
    if (!isWorthRemembering(path)) return std::nullopt;
    const auto known = all();
    // Earlier versions knew paths alone.
    for (const std::string& key : {keyOf_(path), path})
        if (const auto found = known.find(key); found != known.end()) return found->second;
    return std::nullopt;
}

std::map<std::string, KnownPort> PortMemory::all() const {
    std::map<std::string, KnownPort> known;
    const auto object = readObject(file_); // outlives the loop over its items
    for (const auto& [path, entry] : object.items())
        if (const auto port = portFrom(entry)) known[path] = *port;
    return known;
}

PortHabits PortMemory::habits(const std::string& path) const {
    PortHabits habits;
    if (!isWorthRemembering(path)) return habits;
    const json object = readObject(file_);
    const auto entry = object.find(keyOf_(path));
    if (entry == object.end() || !entry->is_object()) return habits;
    habits.alias = member(*entry, "alias", std::string{});
    if (const auto ticked = entry->find("ticked"); ticked != entry->end() && ticked->is_boolean())
        habits.ticked = ticked->get<bool>();
    habits.ids = idsFrom(*entry);
    const auto found = entry->find("found");
    if (found == entry->end() || !found->is_array()) return habits;
    for (const json& step : *found) {
        if (!step.is_object()) continue;
        bus::SearchStep known{member(step, "protocol", std::string{}),
                              member(step, "baud", std::uint32_t{0}),
                              bus::SearchStage::known,
                              {}};
        known.frame.parity = wordTo(parities, member(step, "parity", std::string{}), known.frame.parity);
        known.frame.stopBits = member(step, "stop_bits", known.frame.stopBits);
        if (!known.family.empty() && known.baud != 0) habits.found.push_back(std::move(known));
    }
    return habits;
}

Result<void> PortMemory::keepHabits(const std::string& path, const PortHabits& habits) const {
    if (!isWorthRemembering(path) || this->habits(path) == habits) return {};
    json members = {
        {"alias", habits.alias}, {"ticked", nullptr}, {"found", json::array()}, {"ids", idsTo(habits.ids)}};
    if (habits.ticked) members["ticked"] = *habits.ticked;
    for (const bus::SearchStep& step : habits.found)
        members["found"].push_back({{"protocol", step.family},
                                    {"baud", step.baud},
                                    {"parity", wordOf(parities, step.frame.parity)},
                                    {"stop_bits", step.frame.stopBits}});
    return change(path, members.dump(-1, ' ', false, json::error_handler_t::replace));
}

Result<void> PortMemory::remember(const std::string& path, const KnownPort& port) const {
    if (!isWorthRemembering(path) || find(path) == port) return {};
    return change(path, portTo(port).dump(-1, ' ', false, json::error_handler_t::replace));
}

/// Other members of the entry stay as they are.
Result<void> PortMemory::change(const std::string& path, const std::string& members) const {
    const std::lock_guard lock(writing_);
    if (auto made = makeFolder(file_.parent_path()); !made) return made;
    json all = readObject(file_);
    json& entry = all[keyOf_(path)];
    if (!entry.is_object()) entry = json::object();
    entry.update(json::parse(members, nullptr, false));
    const fs::path fresh = file_.string() + "." + std::to_string(::getpid());
    std::ofstream stream(fresh);
    stream << all.dump(2, ' ', false, json::error_handler_t::replace) << '\n';
    stream.close();
    std::error_code error;
    if (stream) fs::rename(fresh, file_, error);
    if (!stream || error) {
        std::error_code ignored;
        fs::remove(fresh, ignored);
        return failure(ErrorCode::inputOutput, "cannot write " + file_.string());
    }
    return {};
}

} // namespace servolane::app
