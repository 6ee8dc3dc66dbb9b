// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bus/write/bus_state.h"

#include <algorithm>

namespace servolane::bus {

namespace {

template <class Change>
void change(BusState& state, BusId bus, Change&& apply) {
    const auto found = state.links.find(bus);
    if (found != state.links.end()) apply(found->second);
}

template <class Other>
void apply(BusState&, const Other&) {} // facts of other contexts

void apply(BusState& state, const api::CommandAccepted& event) {
    if (event.description.kind == "ConnectBus") state.opener = event.command;
}
void apply(BusState& state, const BusOpening& event) {
    state.last = std::max(state.last, event.bus);
    state.links[event.bus] = {event.link, LinkPhase::opening, state.opener};
}
void apply(BusState& state, const BusConnected& event) {
    state.last = std::max(state.last, event.bus);
    LinkEntry& link = state.links[event.bus];
    link.settings = event.link;
    link.simulated = event.simulated;
    link.phase = LinkPhase::open;
}
void apply(BusState& state, const BusDisconnected& event) {
    state.links.erase(event.bus);
}
void apply(BusState& state, const BusLost& event) {
    change(state, event.bus, [](LinkEntry& link) {
        link.phase = LinkPhase::lost;
        link.scanning = false;
    });
}
void apply(BusState& state, const BusRestored& event) {
    change(state, event.bus, [](LinkEntry& link) { link.phase = LinkPhase::open; });
}
void apply(BusState& state, const ScanStarted& event) {
    change(state, event.bus, [](LinkEntry& link) { link.scanning = true; });
}
void apply(BusState& state, const ScanFinished& event) {
    change(state, event.bus, [](LinkEntry& link) { link.scanning = false; });
}
void apply(BusState& state, const WatchdogArmed& event) {
    change(state, event.bus, [&](LinkEntry& link) { link.guarded.insert(event.axis); });
}
void apply(BusState& state, const WatchdogCleared& event) {
    change(state, event.bus, [&](LinkEntry& link) { link.guarded.erase(event.axis); });
}
void apply(BusState& state, const PollRateSet& event) {
    change(state, event.bus, [&](LinkEntry& link) { link.settings.pollRate = event.rate; });
}

void apply(BusState& state, const PollPlanSet& event) {
    change(state, event.bus, [&](LinkEntry& link) {
        link.settings.plan = event.plan;
        link.settings.slowInterval = event.slowInterval;
    });
}

void apply(BusState& state, const motion::StopLatched& event) {
    state.stop = event.generation;
    state.latched = true;
}
void apply(BusState& state, const motion::StopReset& event) {
    if (event.generation == state.stop) state.latched = false;
}

} // namespace

const LinkEntry* BusState::find(BusId id) const {
    const auto found = links.find(id);
    return found == links.end() ? nullptr : &found->second;
}

BusId BusState::findPath(std::string_view path) const {
    for (const auto& [id, link] : links)
        if (link.settings.line.path == path) return id;
    return {};
}

void evolve(BusState& state, const api::EventBody& event, Time) {
    std::visit([&](const auto& fact) { apply(state, fact); }, event);
}

} // namespace servolane::bus
