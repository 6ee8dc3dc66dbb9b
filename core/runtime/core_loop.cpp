// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/core_loop.h"

#include <algorithm>
#include <utility>

namespace servolane::runtime {

namespace {
constexpr Duration watchInterval = std::chrono::milliseconds{5};
constexpr Duration pairInterval = std::chrono::seconds{10};
/// Far beyond what a bus thread that lives needs: every wait of its own is bounded.
constexpr Duration stepsPatience = std::chrono::seconds{10};
constexpr Duration longPatience = std::chrono::seconds{120}; ///< scans of all rates, recordings
constexpr Duration stopPatience = std::chrono::seconds{3};
/// Between questions to an axis of which something is not known; twice as long each time.
constexpr Duration shortestAskPause = std::chrono::seconds{1};
constexpr Duration longestAskPause = std::chrono::seconds{60};
/// A pause of this loop that consumers must know of.
constexpr Duration longestPause = std::chrono::seconds{1};

Duration patienceOf(const bus::Work& work) {
    const bool scans = std::holds_alternative<bus::OpenWork>(work) ||
                       std::holds_alternative<bus::ScanWork>(work) ||
                       std::holds_alternative<bus::CloseWork>(work);
    // A ramp takes as long as the acceleration that a person allowed.
    const auto* end = std::get_if<bus::EndStream>(&work);
    const bool ramps = end && end->way == bus::StreamEnd::ramped;
    return scans || ramps ? longPatience : stepsPatience;
}

/// What was never sent, or refused, has begun nothing; a stop and a lost line end all motion by themselves.
bool mayHaveBegun(ErrorCode code) {
    return code == ErrorCode::timeout || code == ErrorCode::corrupt || code == ErrorCode::readBackDiffers ||
           code == ErrorCode::inputOutput;
}

Error notAnswered(Duration after) {
    return {ErrorCode::timeout,
            "no answer from the bus within " + std::to_string(static_cast<int>(seconds(after))) + " s"};
}
} // namespace

CoreLoop::CoreLoop(Clock& clock, CoreInbox& inbox, EventBus& events, StopLatch& stops, LatestCells& cells,
                   WriteModel& model, Ways ways)
    : clock_(clock)
    , inbox_(inbox)
    , events_(events)
    , stops_(stops)
    , cells_(cells)
    , model_(model)
    , ways_(std::move(ways))
    , slept_(clock.slept()) {}

Time CoreLoop::step(Time now) {
    noteSleep(now);
    present_ = cells_.copy();
    for (const CoreNote& note : inbox_.drain()) {
        std::visit([this](const auto& n) { take(n); }, note);
        if (std::holds_alternative<api::Command>(note)) inbox_.noteDecided();
        followUp();
    }
    if (now >= pairDue_) {
        pairDue_ = now + pairInterval;
        happen(session::TimePaired{clock_.utcNow()}, {});
    }
    if (now >= watchDue_) {
        watchDue_ = now + watchInterval;
        const bool silent = ways_.window && ways_.window->isSilent(now);
        apply(model_.watch(present_, now, silent ? motion::Window::silent : motion::Window::alive), {}, now);
        endOverdue(now);
        askAgain(now);
    }
    followUp();
    return watchDue_;
}

/// A question that found no answer was asked by nobody who could ask again.
void CoreLoop::askAgain(Time now) {
    const bool asks = std::any_of(pending_.begin(), pending_.end(),
                                  [](const auto& pending) { return isInternal(pending.first); });
    if (asks) askDue_ = std::max(askDue_, now + shortestAskPause);
    if (now < askDue_) return;
    api::Decision questions = model_.askAgain();
    askPause_ = questions.requests.empty() ? Duration{}
                                           : std::clamp(2 * askPause_, shortestAskPause, longestAskPause);
    askDue_ = now + std::max(askPause_, shortestAskPause);
    apply(std::move(questions), {}, now);
}

void CoreLoop::noteSleep(Time now) {
    const Duration slept = clock_.slept();
    const Duration asleep = slept - std::exchange(slept_, slept);
    const Duration late = lastStep_ == Time{} ? Duration{} : now - lastStep_ - watchInterval;
    lastStep_ = now;
    const Duration away = std::max(asleep, Duration{}) + std::max(late, Duration{});
    if (away < longestPause) return;
    if (ways_.leases) ways_.leases->lapseAll();
    happen(session::MachineResumed{away}, {});
    pairDue_ = now; // the two time lines have moved against each other
}

void CoreLoop::endOverdue(Time now) {
    std::vector<CommandId> overdue;
    for (const auto& [id, pending] : pending_)
        if (now > pending.overdue) overdue.push_back(id);
    for (const CommandId id : overdue) {
        // What is told to have timed out must not be done later on.
        const std::size_t unbegun = ways_.takeBack ? ways_.takeBack(id) : 0;
        Pending& pending = pending_[id];
        pending.error = notAnswered(now - pending.at);
        if (unbegun > 0) pending.error.detail += ": the bus was busy, and it was taken back";
        pending.latency = now - pending.at;
        pending.superseded = false;
        conclude(id, pending);
    }
    if (!stopping_.empty() && now - stopping_.begin()->second.at > stopPatience)
        giveUp(std::set<std::uint16_t>(stopping_.begin()->second.buses));
}

/// These buses will serve no stop that waits for them.
void CoreLoop::giveUp(const std::set<std::uint16_t>& buses) {
    std::vector<StopGeneration> complete;
    for (auto& [generation, stop] : stopping_) {
        for (const auto& [id, record] : model_.motion().axes) {
            const std::uint16_t bus = record.axis->bus.value;
            if (buses.contains(bus) && stop.buses.contains(bus) && !record.displaced)
                stop.axes.push_back({id, false, clock_.now() - stop.at, motion::StopDoubt::lineDown});
        }
        std::erase_if(stop.buses, [&](std::uint16_t bus) { return buses.contains(bus); });
        if (stop.buses.empty()) complete.push_back(generation);
    }
    for (const StopGeneration generation : complete)
        finishStop(generation);
}

void CoreLoop::happen(api::EventBody body, CommandId cause) {
    happen(std::move(body), cause, clock_.now());
}

void CoreLoop::happen(api::EventBody body, CommandId cause, Time at) {
    model_.evolve(body, at);
    noteEffects(body);
    followUps_.push_back(body);
    events_.publish(at, isInternal(cause) ? CommandId{} : cause, std::move(body));
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
        pending_[command.id] = Pending{command.at, clock_.now() + longPatience, 1};
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
    pending.overdue = clock_.now() + stepsPatience;
    for (const auto& request : decision.requests)
        pending.overdue = std::max(pending.overdue, clock_.now() + patienceOf(request.work));
    pending.whenConfirmed = std::move(decision.whenConfirmed);
    pending.whenFailed = std::move(decision.whenFailed);
    for (auto& event : decision.events)
        happen(std::move(event), id);
    std::uint32_t part = 0;
    for (auto& request : decision.requests) {
        if (!request.moves.empty())
            pending.rests.push_back({{},
                                     0,
                                     request.bus,
                                     bus::Priority::motion,
                                     {},
                                     0,
                                     {},
                                     bus::RestWork{request.moves, motion::EndReason::notConfirmed}});
        request.command = id;
        request.part = part++;
        ways_.toBus(std::move(request));
    }
    if (part == 0) conclude(id, pending);
}

void CoreLoop::take(const bus::RequestSent& sent) {
    const auto found = pending_.find(sent.command);
    if (found == pending_.end()) return;
    Pending& pending = found->second;
    pending.overdue = std::max(pending.overdue, clock_.now() + stepsPatience);
    if (std::exchange(pending.sent, true)) return;
    // The note of it comes without haste; it tells when it was.
    if (!isInternal(sent.command)) happen(api::CommandSent{sent.command}, sent.command, sent.at);
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
    const bool doubtful = failed && pending.sent && mayHaveBegun(pending.error.code);
    if (!failed || doubtful)
        for (const auto& event : failed ? pending.whenFailed : pending.whenConfirmed)
            happen(event, command);
    if (doubtful)
        for (const bus::Request& rest : pending.rests)
            ways_.toBus(rest);
    if (!named) return;
    if (failed)
        happen(api::CommandFailed{command, pending.error, pending.latency, pending.retries}, command);
    else
        happen(api::CommandConfirmed{command, pending.confirmed, pending.latency, pending.retries}, command);
}

void CoreLoop::take(const FactNote& note) {
    model_.evolve(note.body, note.at);
    if (note.unpublished) events_.publish(note.at, {}, note.body);
    if (const auto* connected = std::get_if<bus::BusConnected>(&note.body))
        openBuses_.insert(connected->bus.value);
    if (const auto* closed = std::get_if<bus::BusDisconnected>(&note.body)) {
        openBuses_.erase(closed->bus.value);
        giveUp({closed->bus.value});
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

void CoreLoop::take(const LeaveNote& note) {
    if (ways_.leases) ways_.leases->giveUp(note.asker);
    happen(access::AskerLeft{note.asker}, {});
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
        happen(api::CommandFailed{stop.command, {ErrorCode::timeout, "not every axis confirmed"}, latency, 0},
               stop.command);
}

} // namespace servolane::runtime
