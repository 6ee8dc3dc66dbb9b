// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/core_loop.h"

#include <algorithm>
#include <utility>

namespace servolane::runtime {

namespace {
constexpr Duration watchInterval = std::chrono::milliseconds{5};
constexpr Duration pairInterval = std::chrono::seconds{10};
} // namespace

CoreLoop::CoreLoop(Clock& clock, CoreInbox& inbox, EventBus& events, StopLatch& stops, LatestCells& cells,
                   WriteModel& model, Ways ways)
    : clock_(clock)
    , inbox_(inbox)
    , events_(events)
    , stops_(stops)
    , cells_(cells)
    , model_(model)
    , ways_(std::move(ways)) {}

Time CoreLoop::step(Time now) {
    present_ = cells_.copy();
    for (const CoreNote& note : inbox_.drain()) {
        std::visit([this](const auto& n) { take(n); }, note);
        followUp();
    }
    if (now >= pairDue_) {
        pairDue_ = now + pairInterval;
        happen(session::TimePaired{clock_.utcNow()}, {});
    }
    if (now >= watchDue_) {
        watchDue_ = now + watchInterval;
        apply(model_.watch(present_, now), {}, now);
    }
    followUp();
    return watchDue_;
}

void CoreLoop::happen(api::EventBody body, CommandId cause) {
    const Time now = clock_.now();
    model_.evolve(body, now);
    noteEffects(body);
    followUps_.push_back(body);
    events_.publish(now, isInternal(cause) ? CommandId{} : cause, std::move(body));
}

void CoreLoop::followUp() {
    while (!followUps_.empty()) {
        const api::EventBody body = std::move(followUps_.front());
        followUps_.pop_front();
        apply(model_.react(body, present_, clock_.now()), {}, clock_.now());
    }
}

void CoreLoop::noteEffects(const api::EventBody& body) {
    if (const auto* reset = std::get_if<motion::StopReset>(&body)) stops_.clear(reset->generation);
}

void CoreLoop::take(const api::Command& command) {
    if (std::holds_alternative<motion::Stop>(command.body)) {
        // Stops normally come as a StopNote, already latched; one that was sent as a plain command is latched
        // here.
        return take(StopNote{command, stops_.latch(command.at)});
    }
    const auto description = api::describe(command.body);
    auto verdict = model_.decide(command, present_, clock_.now());
    if (!verdict) {
        happen(api::CommandRejected{command.id, command.asker, description, verdict.error()}, command.id);
        return;
    }
    happen(api::CommandAccepted{command.id, command.asker, description}, command.id);
    const bool records = std::holds_alternative<session::StartRecording>(command.body) ||
                         std::holds_alternative<session::StopRecording>(command.body);
    if (records) {
        pending_[command.id] = Pending{command.at, 1};
        ways_.toRecorder(command.id, command.body);
        return;
    }
    apply(std::move(*verdict), command.id, command.at);
}

void CoreLoop::apply(api::Decision decision, CommandId cause, Time at) {
    const bool nothing =
        decision.events.empty() && decision.requests.empty() && decision.whenConfirmed.empty();
    if (nothing && cause.value == 0) return;
    const CommandId id = cause.value == 0 ? internalCommand() : cause;
    Pending& pending = pending_[id];
    pending.at = at;
    pending.open = decision.requests.size();
    pending.whenConfirmed = std::move(decision.whenConfirmed);
    pending.whenFailed = std::move(decision.whenFailed);
    for (auto& event : decision.events)
        happen(std::move(event), id);
    std::uint32_t part = 0;
    for (auto& request : decision.requests) {
        request.command = id;
        request.part = part++;
        ways_.toBus(std::move(request));
    }
    if (part == 0) conclude(id, pending);
}

void CoreLoop::take(const bus::RequestSent& sent) {
    const auto found = pending_.find(sent.command);
    if (found == pending_.end() || std::exchange(found->second.sent, true)) return;
    if (!isInternal(sent.command)) happen(api::CommandSent{sent.command}, sent.command);
}

void CoreLoop::take(const bus::RequestFinished& finished) {
    for (auto& event : model_.conclude(finished.bus, finished.readBacks))
        happen(std::move(event), finished.command);
    const auto found = pending_.find(finished.command);
    if (found == pending_.end()) return;
    Pending& pending = found->second;
    switch (finished.outcome) {
    case bus::RequestOutcome::confirmed:
        break;
    case bus::RequestOutcome::sentOnly:
        pending.confirmed = false;
        break;
    case bus::RequestOutcome::superseded:
        pending.superseded = true;
        break;
    case bus::RequestOutcome::failed:
    case bus::RequestOutcome::refusedByStop:
        if (pending.error.code == ErrorCode::none) pending.error = finished.error;
        break;
    }
    pending.retries += finished.retries;
    pending.latency = std::max(pending.latency, clock_.now() - pending.at);
    if (--pending.open == 0) conclude(finished.command, pending);
}

void CoreLoop::conclude(CommandId command, Pending& entry) {
    // The entry is moved out first: an event may lead to decisions that change the table.
    const Pending pending = std::move(entry);
    pending_.erase(command);
    const bool failed = pending.error.code != ErrorCode::none;
    const bool named = !isInternal(command);
    if (pending.superseded) {
        if (named) happen(api::CommandSuperseded{command}, command);
        return;
    }
    for (const auto& event : failed ? pending.whenFailed : pending.whenConfirmed)
        happen(event, command);
    if (!named) return;
    if (failed)
        happen(api::CommandFailed{command, pending.error, pending.latency}, command);
    else
        happen(api::CommandConfirmed{command, pending.confirmed, pending.latency, pending.retries}, command);
}

void CoreLoop::take(const FactNote& note) {
    model_.evolve(note.body, note.at);
    if (const auto* connected = std::get_if<bus::BusConnected>(&note.body))
        openBuses_.insert(connected->bus.value);
    if (const auto* closed = std::get_if<bus::BusDisconnected>(&note.body)) {
        openBuses_.erase(closed->bus.value);
        for (auto& [generation, stop] : stopping_)
            stop.buses.erase(closed->bus.value);
    }
    apply(model_.react(note.body, present_, clock_.now()), {}, clock_.now());
}

void CoreLoop::take(const StopNote& note) {
    happen(api::CommandAccepted{note.command.id, note.command.asker, api::describe(note.command.body)},
           note.command.id);
    happen(motion::StopLatched{note.generation}, note.command.id);
    PendingStop& stop = stopping_[note.generation];
    stop = {note.command.id, note.command.at, openBuses_, {}};
    for (const auto& [bus, served] : lastServed_) {
        if (served.generation < note.generation || stop.buses.erase(bus) == 0) continue;
        stop.axes.insert(stop.axes.end(), served.axes.begin(), served.axes.end());
    }
    if (stop.buses.empty()) finishStop(note.generation);
}

void CoreLoop::take(const StopServed& served) {
    lastServed_[served.bus.value] = served;
    // One service answers every stop up to its generation.
    std::vector<StopGeneration> complete;
    for (auto& [generation, stop] : stopping_) {
        if (generation > served.generation || stop.buses.erase(served.bus.value) == 0) continue;
        stop.axes.insert(stop.axes.end(), served.axes.begin(), served.axes.end());
        if (stop.buses.empty()) complete.push_back(generation);
    }
    for (const StopGeneration generation : complete)
        finishStop(generation);
}

void CoreLoop::finishStop(StopGeneration generation) {
    const PendingStop stop = std::move(stopping_.extract(generation).mapped());
    Duration took{};
    bool all = true;
    for (const auto& axis : stop.axes) {
        took = std::max(took, axis.after);
        all = all && axis.confirmed;
    }
    happen(motion::StopFinished{generation, stop.axes, took}, stop.command);
    const Duration latency = clock_.now() - stop.at;
    if (all)
        happen(api::CommandConfirmed{stop.command, true, latency, 0}, stop.command);
    else
        happen(api::CommandFailed{stop.command, {ErrorCode::timeout, "not every axis confirmed"}, latency},
               stop.command);
}

} // namespace servolane::runtime
