// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/write_model.h"

#include "core/access/write/decide.h"
#include "core/bus/write/decide.h"
#include "core/motion/write/decide.h"
#include "core/registers/write/decide.h"

namespace servolane::runtime {

namespace {

api::Rejection ofEntry(api::Rejection rejection, const std::string& name) {
    rejection.entry = name;
    return rejection;
}

/// The context that answers is the one that has a decide() for the command.
struct Decide {
    const bus::BusState& buses;
    const motion::MotionState& motion;
    const registers::RegisterState& registers;
    const session::RecordingState& recording;
    const access::AccessState& access;
    const motion::Circumstances at;

    /// A batch is no way round the rights that its parts need by themselves.
    [[nodiscard]] access::Refusal refusalOfEntries(const registers::SplitBatch& split) const {
        const auto refusalOf = [&](std::string_view kind, const std::string& name) -> access::Refusal {
            auto refusal = access::refusalOfRole(access, kind, {at.asker, at.now});
            if (refusal) refusal = ofEntry(*refusal, name);
            return refusal;
        };
        if (split.mode)
            if (auto refusal = refusalOf("SetOperatingMode", split.modeName)) return refusal;
        if (split.others.writes.empty()) return std::nullopt;
        return refusalOf("WriteRegister", split.others.writes.front().name);
    }
    /// What is wrong with the packet is said before anyone arms for it.
    api::Verdict operator()(const bus::SendRawPacket& command) const {
        auto verdict = bus::decide(buses, command);
        if (!verdict) return verdict;
        if (auto refusal = access::refusalOfArming(access, {at.asker, at.now})) return api::refuse(*refusal);
        return verdict;
    }
    /// The others of a batch are judged in the mode that it brings: limits may be what the mode is made of.
    [[nodiscard]] registers::RegisterState inMode(AxisId axis, const registers::SplitBatch& split) const {
        registers::RegisterState after = registers;
        if (const auto table = after.tables.find(axis); table != after.tables.end())
            table->second.known[split.modeName] = *split.mode;
        return after;
    }
    /// One request: the mode first, since it sets gains and profile back, and nothing after a step that
    /// failed.
    api::Verdict operator()(const registers::WriteRegisters& command) const {
        const auto split = registers::splitMode(registers, command);
        if (auto refusal = refusalOfEntries(split)) return api::refuse(*refusal);
        auto others = registers::decide(split.mode ? inMode(command.axis, split) : registers, split.others);
        if (!others || !split.mode) return others;
        if (auto refusal = registers::refusalOfMode(registers, command.axis, split))
            return api::refuse(*refusal);
        const auto mode = registers.find(command.axis)->axis->model->modeFrom(*split.mode);
        auto decided = motion::decide(motion, motion::SetOperatingMode{command.axis, *mode}, at);
        if (!decided) return api::refuse(ofEntry(decided.error(), split.modeName));
        for (auto& request : others->requests) {
            auto& first = std::get<bus::StepsWork>(decided->requests.front().work).steps;
            auto& then = std::get<bus::StepsWork>(request.work).steps;
            first.insert(first.end(), then.begin(), then.end());
        }
        others->requests.clear();
        decided->requests.front().priority = bus::Priority::registers;
        decided->merge(std::move(*others));
        return decided;
    }
    api::Verdict operator()(const registers::SetServoBaud& command) const {
        const auto* table = registers.find(command.axis);
        if (table && !table->displaced)
            if (auto refusal = bus::refusalOfOtherRate(buses, table->axis->bus, command.baud))
                return api::refuse(*refusal);
        return registers::decide(registers, command);
    }
    api::Verdict operator()(const bus::SetLinkBaud& command) const {
        auto verdict = bus::decide(buses, command);
        if (!verdict) return verdict;
        if (auto refusal = registers::refusalOfLeavingRate(registers, command.bus))
            return api::refuse(*refusal);
        return verdict;
    }
    /// Who may do all that the user may do names any place; a client that may do less, none but the usual
    /// one.
    api::Verdict operator()(const session::StartRecording& command) const {
        const bool isConfined =
            access::isClient(at.asker) && access.roleOf(at.asker) != access::Role::engineer;
        return session::decide(recording, command, isConfined);
    }
    template <class CommandType>
    api::Verdict operator()(const CommandType& command) const {
        if constexpr (requires { bus::decide(buses, command); })
            return bus::decide(buses, command);
        else if constexpr (requires { access::decide(access, command, access::Circumstances{}); })
            return access::decide(access, command, {at.asker, at.now});
        else if constexpr (requires { motion::decide(motion, command, at); })
            return motion::decide(motion, command, at);
        else if constexpr (requires { registers::decide(registers, command); })
            return registers::decide(registers, command);
        else
            return session::decide(recording, command);
    }
};

} // namespace

/// Axes whose servo may hold other settings than those remembered.
std::vector<std::shared_ptr<const motion::Axis>>
WriteModel::newOrReturned(const api::EventBody& fact, const api::Decision& decision) const {
    std::vector<std::shared_ptr<const motion::Axis>> axes;
    const auto takeOne = [&](AxisId axis) {
        const auto* record = motion_.find(axis);
        const bool answers = record && !record->displaced && !record->silent;
        if (answers && motion_.isUp(record->axis->bus)) axes.push_back(record->axis);
    };
    if (const auto* returned = std::get_if<bus::AxisReturned>(&fact)) takeOne(returned->axis);
    if (const auto* tripped = std::get_if<bus::WatchdogTripped>(&fact)) takeOne(tripped->axis);
    if (const auto* raw = std::get_if<bus::RawPacketExchanged>(&fact))
        for (const auto& [id, record] : motion_.axes)
            if (record.axis->bus == raw->bus) takeOne(id);
    const bool found = std::holds_alternative<bus::ServoFound>(fact) ||
                       std::holds_alternative<bus::BusConnected>(fact) ||
                       std::holds_alternative<motion::ServoConfirmed>(fact);
    for (const auto& event : decision.events)
        if (const auto* configured = std::get_if<motion::AxisConfigured>(&event); found && configured)
            axes.push_back(configured->axis);
    return axes;
}

WriteModel::WriteModel(std::shared_ptr<const registers::ModelCatalog> catalog, std::string recordings)
    : catalog_(std::move(catalog))
    , recording_{{}, std::move(recordings)} {}

api::Verdict WriteModel::decide(const api::Command& command, const motion::Present& present, Time now) const {
    if (auto refusal = access::refusalOfRole(access_, api::kindOf(command.body), {command.asker, now}))
        return api::refuse(*refusal);
    return std::visit(Decide{buses_, motion_, registers_, recording_, access_, {present, now, command.asker}},
                      command.body);
}

api::Decision WriteModel::react(const api::EventBody& fact, const motion::Present&, Time) const {
    api::Decision decision = bus::react(buses_, fact);
    decision.merge(motion::react(motion_, *catalog_, fact));
    for (const auto& axis : newOrReturned(fact, decision))
        for (auto& read : registers::readSettings(registers_, *axis))
            decision.requests.push_back(std::move(read));
    return decision;
}

api::Decision WriteModel::watch(const motion::Present& present, Time now, motion::Window window) const {
    api::Decision decision = motion::watch(motion_, present, now, window);
    decision.merge(access::watch(access_, now));
    return decision;
}

api::Decision WriteModel::askAgain() const {
    return motion::askAgain(motion_);
}

std::vector<api::EventBody> WriteModel::conclude(BusId bus,
                                                 const std::vector<bus::ReadBack>& readBacks) const {
    return registers::conclude(registers_, bus, readBacks);
}

void WriteModel::evolve(const api::EventBody& event, Time at) {
    bus::evolve(buses_, event, at);
    motion::evolve(motion_, event, at);
    registers::evolve(registers_, event, at);
    session::evolve(recording_, event, at);
    access::evolve(access_, event, at);
}

} // namespace servolane::runtime
