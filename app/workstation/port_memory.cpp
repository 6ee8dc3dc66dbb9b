// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workstation/port_memory.h"

#include "app/workstation/places.h"
#include "app/workstation/sim_line.h"

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
        object[std::string(telemetry::toString(channel))] = bus::toString(plan[channel]);
    return object;
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

std::optional<KnownPort> PortMemory::find(const std::string& path) const {
    const auto known = all();
    const auto found = known.find(path);
    return found == known.end() ? std::nullopt : std::optional(found->second);
}

std::map<std::string, KnownPort> PortMemory::all() const {
    std::map<std::string, KnownPort> known;
    const auto object = readObject(file_); // outlives the loop over its items
    for (const auto& [path, entry] : object.items())
        if (const auto port = portFrom(entry)) known[path] = *port;
    return known;
}

Result<void> PortMemory::remember(const std::string& path, const KnownPort& port) const {
    if (!isWorthRemembering(path) || find(path) == port) return {};
    if (auto made = makeFolder(file_.parent_path()); !made) return made;
    json all = readObject(file_);
    all[path] = portTo(port);
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
