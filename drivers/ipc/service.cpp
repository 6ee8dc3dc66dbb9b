// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/ipc/service.h"

#include "core/bus/read/wire_log.h"
#include "core/registers/read/register_board.h"
#include "drivers/ipc/command_json.h"
#include "drivers/ipc/message_fields.h"
#include "drivers/json/json_value.h"

#include <algorithm>
#include <map>
#include <optional>
#include <unistd.h>
#include <utility>

namespace servolane::drivers::ipc {

namespace {

/// Why a request is refused: a stable word and the numbers.
struct Refused {
    std::string code;
    std::string message;
};

using Reply = tl::expected<json, Refused>;

/// Whoever asks, and what may be asked of.
struct Caller {
    Offer& offer;
    Visitor& visitor;
    std::uint32_t& numbered;
    std::uint64_t& watchers;

    [[nodiscard]] api::Asker asker() const {
        if (visitor.number == 0) visitor.number = ++numbered;
        return {api::AskerKind::commandLine, visitor.number};
    }
};
using Handler = Reply (*)(const Caller&, const json&);

tl::unexpected<Refused> refuse(std::string code, std::string message) {
    return tl::make_unexpected(Refused{std::move(code), std::move(message)});
}

Reply greet(const Caller& caller, const json&) {
    const Offer& offer = caller.offer;
    Greeting greeting{offer.program, offer.version, ::getpid(), {}, offer.machine};
    const auto board = offer.models.buses.read(); // outlives the loop over its buses
    for (const bus::BusView& view : board->buses)
        greeting.ports.push_back({view.id, view.link.line.path});
    return JsonWriter{}(greeting);
}

Reply stop(const Caller& caller, const json&) {
    return json{{"command", caller.offer.commands.stop(caller.asker()).value}};
}

Reply send(const Caller& caller, const json& request) {
    if (!request.contains("command")) return refuse("bad-request", "member 'command' is missing");
    auto body = commandFromJson(request["command"]);
    if (!body) return refuse("bad-request", body.error().detail);
    return json{{"command", caller.offer.commands.send(std::move(*body), caller.asker()).value}};
}

struct Renewal {
    AxisId axis;
    Duration validFor{};
};

Reply renew(const Caller& caller, const json& request) {
    static const ModelLookup none;
    Renewal renewal;
    const JsonReader reader{none};
    JsonReader::named("axis", [&] { reader(request.at("axis"), renewal.axis); });
    JsonReader::named("valid_for_ns", [&] { reader(request.at("valid_for_ns"), renewal.validFor); });
    if (renewal.validFor <= Duration::zero() || renewal.validFor > longestLease)
        return refuse("bad-request", "valid_for_ns: " + std::to_string(renewal.validFor.count()) +
                                         " is outside 1 … " + std::to_string(longestLease.count()));
    caller.offer.commands.renewLease(renewal.axis, renewal.validFor, caller.asker());
    return json::object();
}

std::vector<RegisterNews> registersSince(const registers::RegisterBoard& board, Time since) {
    std::vector<RegisterNews> news;
    for (const auto& [axis, values] : board.axes)
        for (const auto& [name, value] : values)
            if (value.at >= since) news.push_back({axis, name, value.raw, value.at});
    return news;
}

/// The log is read first: what its commands did is then in the boards that are read after it.
News newsFor(const Offer& offer, const Seen& seen) {
    News news;
    const auto log = offer.models.commands.read();
    for (const CommandId id : seen.commands)
        if (const auto* entry = log->find(id)) news.commands.push_back(*entry);
    news.commandsUpTo = log->upTo;
    news.registers = registersSince(*offer.models.registers.read(), seen.registersSince);
    if (const auto axes = offer.models.axes.read(); axes->upTo > seen.axes) news.axes = *axes;
    if (const auto buses = offer.models.buses.read(); buses->upTo > seen.buses) news.buses = *buses;
    news.recording = *offer.models.recording.read();
    news.storedUpTo = offer.storedUpTo();
    news.journalFailing = offer.isJournalFailing();
    return news;
}

Reply look(const Caller& caller, const json& request) {
    static const ModelLookup none;
    Seen seen;
    if (request.contains("seen")) JsonReader::named("seen", [&] { JsonReader{none}(request["seen"], seen); });
    return JsonWriter{}(newsFor(caller.offer, seen));
}

Reply model(const Caller& caller, const json& request) {
    std::string name;
    JsonReader::named("name", [&] { name = request.at("name").get<std::string>(); });
    const auto board = caller.offer.models.axes.read();
    for (const motion::AxisView& view : board->axes)
        if (view.axis->model->name == name) return JsonWriter{}(*view.axis->model);
    return refuse("bad-request", "no axis is of a model '" + name + "'");
}

PacketNews newsOf(const bus::WirePacket& packet) {
    return {packet.number,
            packet.at,
            packet.direction,
            packet.trouble,
            packet.id,
            std::string(packet.instruction),
            std::string(packet.text),
            Bytes(packet.bytes.begin(), packet.bytes.end())};
}

WireNews packetsOf(const bus::WireLog& log, BusId bus, std::uint64_t since) {
    WireNews news;
    news.unheardBytes = log.unheardBytes;
    news.next = std::clamp(since, log.first(), log.end);
    news.letGo = news.next - std::min(since, news.next);
    for (; news.next < log.end && news.packets.size() < mostPackets; ++news.next)
        if (const bus::WirePacket packet = log.at(news.next); packet.bus == bus)
            news.packets.push_back(newsOf(packet));
    news.hasMore = news.next < log.end;
    return news;
}

/// To ask is to watch, until the asker says otherwise or its connection is closed.
Reply wire(const Caller& caller, const json& request) {
    static const ModelLookup none;
    if (!caller.offer.wire) return refuse("failed", "this program does not tell what passes on its lines");
    api::WireMonitor& monitor = *caller.offer.wire;
    const JsonReader reader{none};
    BusId bus;
    bool on = true;
    std::optional<std::uint64_t> since;
    JsonReader::named("bus", [&] { reader(request.at("bus"), bus); });
    if (request.contains("on")) JsonReader::named("on", [&] { reader(request["on"], on); });
    if (request.contains("since")) JsonReader::named("since", [&] { reader(request["since"], since); });
    bus::WireWatcher& by = caller.visitor.wire;
    if (on && by.number == 0) by.number = ++caller.watchers;
    const bool isThere = !on || monitor.watch(bus, by);
    if (!isThere && !since) return refuse("bad-request", "there is no bus " + std::to_string(bus.value));
    if (!on && by.number != 0) monitor.unwatch(bus, by);
    const auto log = monitor.log(); // outlives what is taken from it
    WireNews news = packetsOf(*log, bus, since.value_or(log->end));
    news.isWatching = by.number != 0 && (on ? isThere : log->isWatched(bus, by));
    return JsonWriter{}(news);
}

const std::map<std::string, Handler, std::less<>>& handlers() {
    static const std::map<std::string, Handler, std::less<>> all{
        {"hello", greet}, {"stop", stop},   {"send", send}, {"renew", renew},
        {"look", look},   {"model", model}, {"wire", wire}};
    return all;
}

Reply replyTo(const Caller& caller, const json& request) {
    if (!request.is_object()) return refuse("bad-request", "a request is an object");
    const auto version = request.find("v");
    if (version == request.end() || *version != protocolVersion)
        return refuse("wrong-version", "this program speaks version " + std::to_string(protocolVersion) +
                                           " of the protocol, the request says v = " +
                                           (version == request.end() ? "nothing" : version->dump()));
    const auto ask = request.find("ask");
    if (ask == request.end() || !ask->is_string()) return refuse("bad-request", "member 'ask' is missing");
    const auto found = handlers().find(ask->get_ref<const std::string&>());
    if (found == handlers().end())
        return refuse("unknown-ask", "nothing is known by the name of '" + ask->get<std::string>() + "'");
    try {
        return found->second(caller, request);
    } catch (const json::exception& problem) {
        return refuse("bad-request", problem.what());
    } catch (const std::invalid_argument& problem) {
        return refuse("bad-request", problem.what());
    }
}

std::string lineOf(const json& id, const Reply& reply) {
    json line{{"v", protocolVersion}, {"id", id}};
    if (reply)
        line["answer"] = *reply;
    else
        line["error"] = {{"code", reply.error().code}, {"message", reply.error().message}};
    return line.dump(-1, ' ', false, json::error_handler_t::replace) + '\n';
}

json idOf(const json& request) {
    if (!request.is_object() || !request.contains("id")) return nullptr;
    const json& id = request["id"];
    return id.is_number_integer() ? id : json(nullptr);
}

} // namespace

std::string Service::answer(std::string_view line, Visitor& visitor) noexcept {
    try {
        const json request = json::parse(line, nullptr, false);
        if (request.is_discarded())
            return refusal("not-json", "the line is not JSON (" + std::to_string(line.size()) + " bytes)");
        return lineOf(idOf(request), replyTo({offer_, visitor, numbered_, watchers_}, request));
    } catch (const std::exception& problem) {
        return refusal("failed", problem.what());
    }
}

void Service::leave(Visitor& visitor) {
    if (offer_.wire && visitor.wire.number != 0) offer_.wire->leave(std::exchange(visitor.wire, {}));
    if (visitor.number == 0) return;
    offer_.commands.leave({api::AskerKind::commandLine, visitor.number});
    visitor.number = 0;
}

std::string Service::refusal(std::string_view code, std::string_view message) {
    return lineOf(nullptr, refuse(std::string(code), std::string(message)));
}

} // namespace servolane::drivers::ipc
