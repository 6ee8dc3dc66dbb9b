// SPDX-License-Identifier: GPL-3.0-or-later
// How events change the state. Facts of a link end no motion here: that is said by an event of its own
// (MoveEnded), so that a reaction finds the same whether it comes before or after the fact is folded. Streams
// are the exception: the bus thread that evaluates them ends them with the link.
#include "core/motion/write/motion_state.h"

namespace servolane::motion {

namespace {

using registers::OperatingMode;
using registers::Role;

/// A command is answered within seconds; so many connections are not closed meanwhile.
constexpr std::size_t rememberedAskers = 64;

/// Folds into the record of one axis; an axis nobody has configured is left alone.
template <class Change>
void change(MotionState& state, AxisId axis, Change&& apply) {
    const auto found = state.axes.find(axis);
    if (found != state.axes.end()) apply(found->second);
}

/// The servo may still be going where it was sent when nobody could look any more.
bool isBlind(EndReason reason) {
    return reason == EndReason::feedbackLost || reason == EndReason::busLost;
}

void endStream(AxisRecord& record) {
    record.lease.reset();
    if (record.motion.kind == MotionKind::jog) record.motion = {};
}

void endStreams(MotionState& state, BusId bus) {
    for (auto& [id, record] : state.axes)
        if (record.axis->bus == bus) endStream(record);
}

/// What a power cycle may have changed is unknown until it is read again.
void forgetTorque(MotionState& state, BusId bus) {
    for (auto& [id, record] : state.axes)
        if (record.axis->bus == bus) record.torque.reset();
}

template <class Other>
void apply(MotionState&, const Other&, Time) {} // facts of other contexts

void apply(MotionState& state, const api::CommandAccepted& event, Time at) {
    if (event.description.kind != "StartJog") return;
    change(state, event.description.axis, [&](AxisRecord& record) {
        const bool goesOn = record.lease && record.lease->holder == event.asker;
        const Time since = goesOn ? record.lease->since : at;
        record.lease = JogLease{event.command, event.asker, since};
    });
}

void endLease(MotionState& state, CommandId command) {
    for (auto& [id, record] : state.axes)
        if (record.lease && record.lease->command == command) record.lease.reset();
}
void apply(MotionState& state, const api::CommandFailed& event, Time) {
    endLease(state, event.command);
}
void apply(MotionState& state, const api::CommandSuperseded& event, Time) {
    endLease(state, event.command);
}

void apply(MotionState& state, const bus::BusOpening& event, Time) {
    LinkRecord& link = state.links[event.bus];
    link = {};
    link.settings = event.link;
}
void apply(MotionState& state, const bus::BusConnected& event, Time) {
    LinkRecord& link = state.links[event.bus];
    link.settings = event.link;
    link.up = true;
    link.simulated = event.simulated;
}
void apply(MotionState& state, const bus::BusDisconnected& event, Time) {
    state.links.erase(event.bus);
    endStreams(state, event.bus);
    forgetTorque(state, event.bus);
    for (auto& [id, record] : state.axes) {
        if (record.axis->bus != event.bus) continue;
        record.torqueOurs = false;
        record.guard = Guard::none;
    }
}
void apply(MotionState& state, const bus::BusLost& event, Time) {
    if (const auto link = state.links.find(event.bus); link != state.links.end()) {
        link->second.up = false;
        link->second.scanning = false;
    }
    endStreams(state, event.bus);
    forgetTorque(state, event.bus);
    for (auto& [id, record] : state.axes)
        if (record.axis->bus == event.bus) record.other.reset();
}
void apply(MotionState& state, const bus::BusRestored& event, Time) {
    if (const auto link = state.links.find(event.bus); link != state.links.end()) link->second.up = true;
}
void apply(MotionState& state, const bus::ScanStarted& event, Time) {
    const auto link = state.links.find(event.bus);
    if (link == state.links.end()) return;
    link->second.scanning = true;
    link->second.elsewhere.clear();
}
void apply(MotionState& state, const bus::ServoFound& event, Time) {
    const auto link = state.links.find(event.bus);
    if (link != state.links.end() && event.baud != 0 && event.baud != link->second.settings.line.baud)
        link->second.elsewhere.push_back(event);
}
void apply(MotionState& state, const bus::ScanFinished& event, Time) {
    if (const auto link = state.links.find(event.bus); link != state.links.end())
        link->second.scanning = false;
}
void apply(MotionState& state, const bus::AxisFellSilent& event, Time) {
    change(state, event.axis, [](AxisRecord& record) {
        record.silent = true;
        record.other.reset();
        record.torque.reset();
    });
}
void apply(MotionState& state, const bus::OtherServoFound& event, Time) {
    change(state, event.axis, [&](AxisRecord& record) {
        record.silent = true;
        record.other = OtherServo{event.found, event.model};
        record.torque.reset();
    });
}
void apply(MotionState& state, const bus::AxisAnswers& event, Time) {
    change(state, event.axis,
           [&](AxisRecord& record) { record.pingsOnly = event.to == bus::Answers::pingsOnly; });
}
/// What was known of the profile would let a move go out without its limit, once the servo has set it to
/// none.
void forgetWhatIsNotKept(AxisRecord& record) {
    std::erase_if(record.settings, [&](const auto& setting) {
        const auto* target = record.axis->model->find(setting.first);
        return !target || target->storage == registers::Storage::ram;
    });
}

void apply(MotionState& state, const bus::AxisReturned& event, Time) {
    change(state, event.axis, [](AxisRecord& record) {
        record.silent = false;
        record.other.reset();
        record.mayHaveRestarted = true;
        forgetWhatIsNotKept(record);
    });
}

/// What was known of the servo does not hold for the one that answers now.
void startAnew(AxisRecord& record) {
    record.torque.reset();
    record.torqueOurs = false;
    record.borrower.reset();
    record.guard = Guard::none;
    record.mode.reset();
    record.hardwareError = 0;
    record.silent = false;
    record.other.reset();
    record.displaced = false;
    record.motion = {};
    record.lease.reset();
    record.settings.clear();
    record.referenced = true;
    record.mayHaveRestarted = false;
}

void apply(MotionState& state, const AxisConfigured& event, Time) {
    const Axis& axis = *event.axis;
    for (auto& [id, other] : state.axes)
        if (id != axis.id && other.axis->bus == axis.bus && other.axis->servo == axis.servo)
            other.displaced = true;
    AxisRecord& record = state.axes[axis.id];
    if (!record.axis || record.axis->bus != axis.bus || record.displaced) startAnew(record);
    record.axis = event.axis;
    std::erase_if(record.unwatched,
                  [&](const std::string& name) { return !watchOf(name, axis) || isWatched(name, axis); });
    // It has become what was found: the bus thread will say that it is back.
    if (record.other && isServoOf(axis, record.other->found, *record.other->model)) record.other.reset();
    if (const auto link = state.links.find(axis.bus); link != state.links.end())
        record.path = link->second.settings.line.path;
    state.lastAxis = std::max(state.lastAxis, axis.id);
}
void apply(MotionState& state, const AxisObserved& event, Time) {
    change(state, event.axis, [&](AxisRecord& record) {
        // Found in a mode that counts turns: nobody knows whether the count is still that of the machine.
        if (!record.mode && event.mode)
            record.referenced = !countsTurns(*event.mode) || !isTiedToMachine(*record.axis);
        record.torque = event.torque;
        record.torqueOurs = record.torqueOurs && event.torque;
        if (!event.torque) record.borrower.reset();
        if (event.mode) record.mode = event.mode;
        // Torque is off after a power cycle: one that still has it was not without power.
        if (event.torque || !countsTurns(modeOf(record).value_or(OperatingMode::position)))
            record.mayHaveRestarted = false;
    });
}
void apply(MotionState& state, const TorqueEnabled& event, Time) {
    change(state, event.axis, [&](AxisRecord& record) {
        record.torque = record.torqueOurs = true;
        record.borrower = event.borrower;
    });
}
void apply(MotionState& state, const TorqueDisabled& event, Time) {
    change(state, event.axis, [](AxisRecord& record) {
        record.torque = record.torqueOurs = false;
        record.borrower.reset();
    });
}
void apply(MotionState& state, const access::AskerLeft& event, Time) {
    if (state.left.size() == rememberedAskers) state.left.erase(state.left.begin());
    state.left.push_back(event.asker);
}
void apply(MotionState& state, const bus::WatchdogArmed& event, Time) {
    change(state, event.axis, [](AxisRecord& record) { record.guard = Guard::armed; });
}
void apply(MotionState& state, const bus::WatchdogCleared& event, Time) {
    change(state, event.axis, [](AxisRecord& record) { record.guard = Guard::none; });
}
void apply(MotionState& state, const bus::WatchdogTripped& event, Time) {
    change(state, event.axis, [](AxisRecord& record) {
        record.guard = Guard::tripped;
        forgetWhatIsNotKept(record);
    });
}
void apply(MotionState& state, const ModeChanged& event, Time) {
    change(state, event.axis, [&](AxisRecord& record) { record.mode = event.mode; });
}
void apply(MotionState& state, const TravelLimitsSet& event, Time) {
    change(state, event.axis, [&](AxisRecord& record) {
        Axis axis = *record.axis;
        axis.own.travel = event.travel;
        record.axis = std::make_shared<const Axis>(std::move(axis));
    });
}
void apply(MotionState& state, const AxisReferenced& event, Time) {
    change(state, event.axis, [](AxisRecord& record) {
        record.referenced = true;
        record.mayHaveRestarted = false;
    });
}
void apply(MotionState& state, const ReferenceLost& event, Time) {
    change(state, event.axis, [](AxisRecord& record) {
        record.referenced = false;
        record.mayHaveRestarted = false;
    });
}
void apply(MotionState& state, const OtherModelFound& event, Time) {
    change(state, event.axis, [&](AxisRecord& record) { record.keptModel = event.kept; });
}
void apply(MotionState& state, const ModelAdopted& event, Time) {
    change(state, event.axis, [](AxisRecord& record) { record.keptModel.clear(); });
}
void apply(MotionState& state, const WatchEnded& event, Time) {
    change(state, event.axis, [&](AxisRecord& record) {
        // It may be watched again already.
        if (watchOf(event.name, *record.axis) && !isWatched(event.name, *record.axis))
            record.unwatched.push_back(event.name);
    });
}
void apply(MotionState& state, const MachineLoaded& event, Time) {
    state.machine = event.machine;
}
/// What a raw packet did is not known.
void apply(MotionState& state, const bus::RawPacketExchanged& event, Time) {
    forgetTorque(state, event.bus);
    for (auto& [id, record] : state.axes)
        if (record.axis->bus == event.bus) forgetWhatIsNotKept(record);
}
void apply(MotionState& state, const HardwareErrorRaised& event, Time) {
    change(state, event.axis, [&](AxisRecord& record) { record.hardwareError = event.bits; });
}
void apply(MotionState& state, const HardwareErrorCleared& event, Time) {
    change(state, event.axis, [](AxisRecord& record) { record.hardwareError = 0; });
}

/// Whoever else moves the axis makes use of its torque: it is nobody's to give back any more.
void useTorque(AxisRecord& record, api::Asker by) {
    if (record.borrower != by) record.borrower.reset();
}

void apply(MotionState& state, const MoveStarted& event, Time at) {
    change(state, event.axis, [&](AxisRecord& record) {
        useTorque(record, event.asker);
        record.motion = {MotionKind::move, event.target, {}, at, event.allowed, event.asker, event.attended};
        record.lostInMotion = false;
    });
}
void apply(MotionState& state, const VelocityStarted& event, Time at) {
    change(state, event.axis, [&](AxisRecord& record) {
        useTorque(record, event.asker);
        record.motion = {MotionKind::velocity, {}, event.velocity, at, {}, event.asker};
        record.lostInMotion = false;
    });
}
void apply(MotionState& state, const JogStarted& event, Time at) {
    change(state, event.axis, [&](AxisRecord& record) {
        const api::Asker by = record.lease ? record.lease->holder : api::Asker::program;
        useTorque(record, by);
        record.motion = {MotionKind::jog, {}, event.velocity, at, {}, by};
        record.lostInMotion = false;
        if (record.lease) record.lease->pending = false;
    });
}
void apply(MotionState& state, const MoveArrived& event, Time) {
    change(state, event.axis, [](AxisRecord& record) { record.motion = {}; });
}
void apply(MotionState& state, const MoveEnded& event, Time) {
    change(state, event.axis, [&](AxisRecord& record) {
        if (record.motion.kind != MotionKind::jog) record.motion = {};
        record.lostInMotion = isBlind(event.reason);
    });
}
void apply(MotionState& state, const JogEnded& event, Time) {
    change(state, event.axis, [&](AxisRecord& record) {
        if (record.motion.kind == MotionKind::jog) record.motion = {};
        if (record.lease && !record.lease->pending) record.lease.reset();
        record.lostInMotion = isBlind(event.reason);
    });
}
void apply(MotionState& state, const AxisHalted& event, Time) {
    change(state, event.axis, [](AxisRecord& record) { record.motion = {}; });
}

void apply(MotionState& state, const StopLatched& event, Time) {
    state.stop = event.generation;
    state.latched = true;
    state.stopReported = false;
    for (auto& [id, record] : state.axes) {
        endStream(record);
        record.torque.reset();
        record.borrower.reset(); // what becomes of it is the stop's affair
    }
}
void apply(MotionState& state, const StopFinished& event, Time) {
    if (event.generation == state.stop) state.stopReported = true;
}
void apply(MotionState& state, const StopReset& event, Time) {
    if (event.generation == state.stop) state.latched = false;
}

void apply(MotionState& state, const registers::RegisterRead& event, Time) {
    change(state, event.axis, [&](AxisRecord& record) {
        const registers::Register* source = record.axis->model->find(event.name);
        if (!source || source->role == Role::none) return;
        record.settings[source->role] = event.raw;
        // Found as an earlier run of a program left it.
        if (source->role == Role::busWatchdog && event.raw < 0) record.guard = Guard::tripped;
    });
}
void apply(MotionState& state, const registers::RegisterWritten& event, Time at) {
    apply(state, registers::RegisterRead{event.axis, event.name, event.after}, at);
}

} // namespace

void evolve(MotionState& state, const api::EventBody& event, Time at) {
    std::visit([&](const auto& fact) { apply(state, fact, at); }, event);
}

} // namespace servolane::motion
