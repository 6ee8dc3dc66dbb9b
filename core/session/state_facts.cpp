// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/state_facts.h"

#include <algorithm>

namespace servolane::session {

namespace {

/// Facts of one state replace each other; those of an axis come first.
enum State {
    observed,
    torque,
    mode,
    motion_,
    hardwareError,
    silence,
    answers,
    reference,
    model,
    watchdog,
    travel,
    registerValue,
    lastOfAxis = registerValue,
    link,
    pollRate,
    stopLatched,
    stopFinished,
    stopReset,
    machine
};

struct Place {
    State state = observed;
    std::uint16_t of = 0;
    std::string name = {};
};

struct Placing {
    using Answer = std::optional<Place>;
    template <class T>
    Answer operator()(const T&) const {
        return std::nullopt;
    }
    Answer operator()(const motion::AxisObserved& e) const { return of(observed, e); }
    Answer operator()(const motion::TorqueEnabled& e) const { return of(torque, e); }
    Answer operator()(const motion::TorqueDisabled& e) const { return of(torque, e); }
    Answer operator()(const motion::ModeChanged& e) const { return of(mode, e); }
    Answer operator()(const motion::MoveStarted& e) const { return of(motion_, e); }
    Answer operator()(const motion::MoveArrived& e) const { return of(motion_, e); }
    Answer operator()(const motion::MoveEnded& e) const { return of(motion_, e); }
    Answer operator()(const motion::VelocityStarted& e) const { return of(motion_, e); }
    Answer operator()(const motion::JogStarted& e) const { return of(motion_, e); }
    Answer operator()(const motion::JogEnded& e) const { return of(motion_, e); }
    Answer operator()(const motion::AxisHalted& e) const { return of(motion_, e); }
    Answer operator()(const motion::HardwareErrorRaised& e) const { return of(hardwareError, e); }
    Answer operator()(const motion::HardwareErrorCleared& e) const { return of(hardwareError, e); }
    Answer operator()(const motion::AxisReferenced& e) const { return of(reference, e); }
    Answer operator()(const motion::ReferenceLost& e) const { return of(reference, e); }
    Answer operator()(const motion::OtherModelFound& e) const { return of(model, e); }
    Answer operator()(const motion::ModelAdopted& e) const { return of(model, e); }
    Answer operator()(const bus::AxisFellSilent& e) const { return of(silence, e); }
    Answer operator()(const bus::AxisReturned& e) const { return of(silence, e); }
    Answer operator()(const bus::OtherServoFound& e) const { return of(silence, e); }
    Answer operator()(const bus::AxisAnswers& e) const { return of(answers, e); }
    Answer operator()(const bus::WatchdogArmed& e) const { return of(watchdog, e); }
    Answer operator()(const bus::WatchdogCleared& e) const { return of(watchdog, e); }
    Answer operator()(const bus::WatchdogTripped& e) const { return of(watchdog, e); }
    Answer operator()(const registers::RegisterRead& e) const {
        return Place{registerValue, e.axis.value, e.name};
    }
    Answer operator()(const registers::RegisterWritten& e) const {
        return Place{registerValue, e.axis.value, e.name};
    }
    Answer operator()(const motion::TravelLimitsSet& e) const { return of(travel, e); }
    Answer operator()(const bus::PollRateSet& e) const { return Place{pollRate, e.bus.value}; }
    Answer operator()(const motion::MachineLoaded&) const { return Place{machine}; }
    Answer operator()(const bus::BusLost& e) const { return Place{link, e.bus.value}; }
    Answer operator()(const bus::BusRestored& e) const { return Place{link, e.bus.value}; }
    Answer operator()(const motion::StopLatched&) const { return Place{stopLatched}; }
    Answer operator()(const motion::StopFinished&) const { return Place{stopFinished}; }
    Answer operator()(const motion::StopReset&) const { return Place{stopReset}; }

private:
    template <class Fact>
    static Place of(State state, const Fact& fact) {
        return {state, fact.axis.value};
    }
};

} // namespace

std::optional<StateFacts::Key> StateFacts::keyOf(const api::EventBody& body) {
    auto place = std::visit(Placing{}, body);
    if (!place) return std::nullopt;
    return Key{place->state, place->of, std::move(place->name)};
}

bool StateFacts::tellsState(const api::EventBody& body) {
    return std::visit(Placing{}, body).has_value();
}

void StateFacts::fold(const api::Event& event) {
    if (const auto* configured = std::get_if<motion::AxisConfigured>(&event.body))
        busOf_[configured->axis->id.value] = configured->axis->bus;
    else if (const auto* closed = std::get_if<bus::BusDisconnected>(&event.body))
        forget(closed->bus);
    else if (auto key = keyOf(event.body)) {
        api::Event newer = event;
        if (auto* seen = std::get_if<motion::AxisObserved>(&newer.body); seen && !seen->mode)
            seen->mode = modeBefore(*key);
        newest_[std::move(*key)] = std::move(newer);
    }
}

/// A read of the torque alone says nothing of the mode that was seen before it; a mode that was set since is
/// a fact of its own.
std::optional<registers::OperatingMode> StateFacts::modeBefore(const Key& key) const {
    const auto before = newest_.find(key);
    const auto changed = newest_.find(Key{mode, key.of, {}});
    if (before == newest_.end()) return std::nullopt;
    if (changed != newest_.end() && changed->second.sequence > before->second.sequence) return std::nullopt;
    return std::get<motion::AxisObserved>(before->second.body).mode;
}

void StateFacts::forget(BusId bus) {
    std::erase_if(newest_, [&](const auto& entry) {
        const Key& key = entry.first;
        if (key.state == link || key.state == pollRate) return key.of == bus.value;
        const auto of = busOf_.find(key.of);
        return key.state <= lastOfAxis && of != busOf_.end() && of->second == bus;
    });
}

std::vector<api::Event> StateFacts::all() const {
    std::vector<api::Event> events;
    for (const auto& [key, event] : newest_)
        events.push_back(event);
    std::sort(events.begin(), events.end(),
              [](const auto& a, const auto& b) { return a.sequence < b.sequence; });
    return events;
}

} // namespace servolane::session
