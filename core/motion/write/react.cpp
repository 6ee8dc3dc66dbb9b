// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/motion/write/react.h"

#include "core/motion/write/decide.h"
#include "core/motion/write/steps.h"
#include "core/motion/write/travel.h"

namespace servolane::motion {

using api::Decision;
using bus::Priority;
using registers::Role;

namespace {

struct Situation {
    const MotionState& state;
    const registers::ModelCatalog& catalog;
};

bool mustEnd(const AxisRecord& record) {
    return record.motion.kind == MotionKind::move || record.motion.kind == MotionKind::velocity;
}

Decision endMotion(const AxisRecord& record, EndReason reason) {
    Decision decision;
    if (mustEnd(record)) decision.events.emplace_back(MoveEnded{record.axis->id, reason});
    if (record.motion.kind == MotionKind::jog)
        decision.requests.push_back(
            request(record.axis->bus, Priority::motion, bus::EndStream{record.axis->id}));
    return decision;
}

void observe(Decision& decision, const AxisRecord& record) {
    for (auto& read : observeRequests(*record.axis))
        decision.requests.push_back(std::move(read));
}

/// The limits follow what was learned of the servo.
Decision refreshLimits(const MotionState& state, AxisId id) {
    const AxisRecord* record = state.find(id);
    if (!record || record->displaced) return {};
    const AxisLimits limits = limitsOf(*record);
    if (limits == record->axis->limits) return {};
    Axis axis = *record->axis;
    axis.limits = limits;
    return configure(state, std::move(axis));
}

const AxisRecord* sameServo(const MotionState& state, const std::string& path, const bus::ServoFound& found,
                            const registers::ServoModel& model) {
    for (const auto& [id, record] : state.axes)
        if (record.path == path && record.axis->servo == found.servo.id &&
            record.axis->model->number == model.number)
            return &record;
    return nullptr;
}

/// A servo found at another rate than the link's cannot be polled until the link changes to it.
bool isAtOtherRate(const LinkRecord& link, const bus::ServoFound& found) {
    return found.baud != 0 && found.baud != link.settings.line.baud;
}

/// The other model that answered at this place until now; nullptr if none did.
const AxisRecord* otherModelAt(const MotionState& state, const std::string& path,
                               const bus::ServoFound& found, const registers::ServoModel& model) {
    for (const auto& [id, record] : state.axes)
        if (record.path == path && record.axis->servo == found.servo.id && !record.displaced &&
            record.axis->model->number != model.number)
            return &record;
    return nullptr;
}

Axis newAxis(const MotionState& state, const bus::ServoFound& found,
             std::shared_ptr<const registers::ServoModel> model) {
    Axis axis;
    axis.id = {static_cast<std::uint16_t>(state.lastAxis.value + 1)};
    axis.name = "Axis " + std::to_string(axis.id.value);
    axis.servo = found.servo.id;
    axis.model = std::move(model);
    return axis;
}

/// Which other model is kept for this place; empty: none, and the servo may become its axis.
std::string keptModelFor(const MotionState& state, const LinkRecord& link, const bus::ServoFound& found,
                         const registers::ServoModel& model) {
    if (const MachineAxis* kept = keptFor(state, link.settings, found.servo.id))
        return kept->identity.model == model.name ? std::string{} : kept->identity.model;
    const AxisRecord* other = otherModelAt(state, link.settings.line.path, found, model);
    return other ? other->axis->model->name : std::string{};
}

template <class Other>
Decision answer(const Situation&, const Other&) {
    return {};
}

/// The servo becomes an axis, or the axis that it was before. Nothing to do for one that is known as it is.
Decision adopt(const Situation& at, const bus::ServoFound& found) {
    const LinkRecord& link = at.state.links.at(found.bus);
    const auto model = at.catalog.find(link.settings.family, found.servo.modelNumber);
    if (!model) return {};
    const AxisRecord* known = sameServo(at.state, link.settings.line.path, found, *model);
    const bool stays = known && known->axis->bus == found.bus && !known->displaced;
    if (stays && known->axis->firmware == found.servo.firmware) return {};
    AxisRecord fresh;
    Axis axis = known ? *known->axis : newAxis(at.state, found, model);
    const std::string other = known ? std::string{} : keptModelFor(at.state, link, found, *model);
    if (!known && other.empty())
        if (const MachineAxis* kept = keptFor(at.state, link.settings, found.servo.id))
            takeSettings(axis, kept->settings);
    axis.bus = found.bus;
    axis.firmware = found.servo.firmware;
    axis.simulated = link.simulated;
    axis.channels = channelScalesOf(axis);
    fresh.axis = std::make_shared<const Axis>(axis);
    axis.limits = limitsOf(fresh);
    const AxisId id = axis.id;
    Decision decision = configure(at.state, std::move(axis));
    if (!other.empty()) decision.events.emplace_back(OtherModelFound{id, other});
    observe(decision, fresh);
    return decision;
}

Decision answer(const Situation& at, const bus::ServoFound& found) {
    const auto link = at.state.links.find(found.bus);
    if (link == at.state.links.end() || isAtOtherRate(link->second, found)) return {};
    return adopt(at, found);
}

/// The rate of a link may turn out only after its servos were found.
Decision answer(const Situation& at, const bus::BusConnected& fact) {
    MotionState state = at.state;
    Decision all;
    for (const auto& found : at.state.links.at(fact.bus).elsewhere) {
        if (found.baud != fact.link.line.baud) continue;
        Decision one = adopt({state, at.catalog}, found);
        for (const auto& event : one.events)
            evolve(state, event, {});
        all.merge(std::move(one));
    }
    return all;
}

/// As if a scan had found it, and its model had been adopted.
Decision answer(const Situation& at, const ServoConfirmed& fact) {
    const AxisRecord* record = at.state.find(fact.axis);
    if (!record || record->displaced || !at.state.isUp(record->axis->bus)) return {};
    Decision decision = adopt(at, {record->axis->bus, fact.servo, 0});
    MotionState then = at.state;
    AxisId confirmed;
    for (const auto& event : decision.events) {
        if (const auto* configured = std::get_if<AxisConfigured>(&event)) confirmed = configured->axis->id;
        evolve(then, event, {});
    }
    const AxisRecord* now = then.find(confirmed);
    if (now && !now->keptModel.empty()) decision.merge(adoptModel(then, *now));
    return decision;
}

Decision endMotions(const MotionState& state, BusId bus, EndReason reason) {
    Decision decision;
    for (const auto& [id, record] : state.axes)
        if (record.axis->bus == bus && mustEnd(record)) decision.events.emplace_back(MoveEnded{id, reason});
    return decision;
}
Decision answer(const Situation& at, const bus::BusLost& fact) {
    return endMotions(at.state, fact.bus, EndReason::busLost);
}
Decision answer(const Situation& at, const bus::BusDisconnected& fact) {
    return endMotions(at.state, fact.bus, EndReason::busLost);
}

Decision guard(const MotionState& state, AxisId id) {
    Decision decision;
    const AxisRecord* record = state.find(id);
    if (!record || record->silent || !state.isUp(record->axis->bus)) return decision;
    Steps steps;
    if (wantsGuard(state, *record))
        steps = armSteps(*record->axis);
    else if (record->torque == false && record->guard != Guard::none)
        steps = disarmSteps(*record->axis);
    if (!steps.empty())
        decision.requests.push_back(
            request(record->axis->bus, Priority::registers, bus::StepsWork{std::move(steps)}));
    return decision;
}

/// What halted by itself is told to stay where it is, and is guarded anew.
Decision answer(const Situation& at, const bus::WatchdogTripped& fact) {
    const AxisRecord* record = at.state.find(fact.axis);
    if (!record || record->displaced) return {};
    Decision decision = endMotion(*record, EndReason::watchdogTripped);
    // Under a stop it stays as it is: the reset releases it before it sets goals.
    if (at.state.latched) return decision;
    Steps steps = disarmSteps(*record->axis);
    if (record->torque != false) append(steps, holdSteps(*record));
    if (record->torqueOurs && record->torque == true) append(steps, armSteps(*record->axis));
    decision.requests.push_back(request(fact.bus, Priority::motion, bus::StepsWork{std::move(steps)}));
    return decision;
}

/// A speed has no end of its own. A move has one, unless somebody was to attend it, and a jog ends with its
/// lease.
bool endsWithAsker(const Motion& motion) {
    return motion.kind == MotionKind::velocity || (motion.kind == MotionKind::move && motion.attended);
}

Decision endUnattended(const AxisRecord& record) {
    const AxisId id = record.axis->id;
    Decision decision;
    decision.events.emplace_back(MoveEnded{id, EndReason::askerLeft});
    decision.requests.push_back(
        request(record.axis->bus, Priority::motion, bus::RestWork{{id}, EndReason::askerLeft}));
    return decision;
}

Decision answer(const Situation& at, const access::AskerLeft& fact) {
    Decision decision;
    if (at.state.latched) return decision;
    for (const auto& [id, record] : at.state.axes)
        if (record.motion.by == fact.asker && endsWithAsker(record.motion))
            decision.merge(endUnattended(record));
    return decision;
}
/// Its asker may have left while it was on its way.
Decision answer(const Situation& at, const MoveStarted& fact) {
    const AxisRecord* record = at.state.find(fact.axis);
    const bool ends = record && fact.attended && at.state.hasLeft(fact.asker) && !at.state.latched;
    return ends ? endUnattended(*record) : Decision{};
}

/// How long a servo may hear nothing depends on how often it is asked.
Decision answer(const Situation& at, const bus::PollRateSet& fact) {
    Decision decision;
    for (const auto& [id, record] : at.state.axes) {
        const bool concerned = record.axis->bus == fact.bus && !record.silent && !record.displaced &&
                               record.torqueOurs && record.torque == true;
        if (Steps steps = concerned ? armSteps(*record.axis) : Steps{}; !steps.empty())
            decision.requests.push_back(
                request(fact.bus, Priority::registers, bus::StepsWork{std::move(steps)}));
    }
    return decision;
}

Decision answer(const Situation& at, const TorqueEnabled& fact) {
    return guard(at.state, fact.axis);
}
Decision answer(const Situation& at, const TorqueDisabled& fact) {
    return guard(at.state, fact.axis);
}
Decision answer(const Situation& at, const StopReset&) {
    Decision decision;
    for (const auto& [id, record] : at.state.axes) {
        decision.merge(guard(at.state, id));
        const bool answers = !record.silent && !record.displaced && at.state.isUp(record.axis->bus);
        if (answers && !record.torque) observe(decision, record);
    }
    return decision;
}

/// It may have been restarted, or still be going where it was sent.
Decision answer(const Situation& at, const bus::AxisReturned& fact) {
    const AxisRecord* record = at.state.find(fact.axis);
    if (!record || record->displaced) return {};
    Decision decision;
    const bool halts = record->lostInMotion && !at.state.latched && record->torque != false;
    // Its watchdog may have tripped meanwhile, and would refuse the goal. Of an axis whose motion goes on it
    // is left to tell: cleared unseen, nobody would know that it has ended the motion.
    const bool clears = record->guard != Guard::none && !record->isMoving();
    Steps steps = clears ? disarmSteps(*record->axis) : Steps{};
    if (!steps.empty())
        decision.requests.push_back(
            request(record->axis->bus, Priority::registers, bus::StepsWork{std::move(steps)}));
    if (halts)
        decision.requests.push_back(request(record->axis->bus, Priority::motion,
                                            bus::RestWork{{fact.axis}, EndReason::feedbackLost}));
    observe(decision, *record);
    return decision;
}

Decision answer(const Situation& at, const AxisObserved& fact) {
    const AxisRecord* record = at.state.find(fact.axis);
    if (!record) return {};
    Decision decision = refreshLimits(at.state, fact.axis);
    if (!fact.torque) decision.merge(endMotion(*record, EndReason::torqueLost));
    // It was silent and its torque is off: it may have been without power, and then its turns are gone.
    if (record->mayHaveRestarted && record->referenced)
        decision.events.emplace_back(ReferenceLost{fact.axis});
    decision.merge(guard(at.state, fact.axis));
    return decision;
}

Decision answer(const Situation& at, const HardwareErrorRaised& fact) {
    const AxisRecord* record = at.state.find(fact.axis);
    if (!record) return {};
    Decision decision = endMotion(*record, EndReason::hardwareError);
    // Not every error switches torque off: what still drives the axis is taken back. Torque is read first:
    // where a goal switches it on, the goal would wake a servo that has just shut itself down.
    if (mustEnd(*record) && !at.state.latched && record->torque != false)
        decision.requests.push_back(request(record->axis->bus, Priority::motion,
                                            bus::RestWork{{fact.axis}, EndReason::hardwareError}));
    observe(decision, *record);
    return decision;
}

Decision answer(const Situation& at, const bus::RawPacketExchanged& fact) {
    Decision decision;
    for (const auto& [id, record] : at.state.axes)
        if (record.axis->bus == fact.bus && !record.silent && !record.displaced && at.state.isUp(fact.bus))
            observe(decision, record);
    return decision;
}

/// The axis stays what it is and is asked under its new id.
Decision answer(const Situation& at, const registers::ServoIdChanged& fact) {
    const AxisRecord* record = at.state.find(fact.axis);
    if (!record || record->axis->servo == fact.after) return {};
    Axis axis = *record->axis;
    axis.servo = fact.after;
    return configure(at.state, std::move(axis));
}

Decision answer(const Situation& at, const ModeChanged& fact) {
    return refreshLimits(at.state, fact.axis);
}
Decision answer(const Situation& at, const registers::RegisterRead& fact) {
    return refreshLimits(at.state, fact.axis);
}

Decision answer(const Situation& at, const StopLatched&) {
    Decision decision;
    for (const auto& [id, record] : at.state.axes)
        if (mustEnd(record)) decision.events.emplace_back(MoveEnded{id, EndReason::stopped});
    return decision;
}

/// Torque is off where that was the reaction and was read back; the others are looked at.
Decision concludeStop(const MotionState& state, const StoppedAxis& stopped) {
    Decision decision;
    const AxisRecord* record = state.find(stopped.axis);
    if (!record) return decision;
    if (stopped.confirmed && record->axis->stopReaction == StopReaction::torqueOff)
        decision.events.emplace_back(TorqueDisabled{stopped.axis});
    else if (!record->silent && state.isUp(record->axis->bus))
        observe(decision, *record);
    return decision;
}
Decision answer(const Situation& at, const StopFinished& fact) {
    Decision decision;
    for (const StoppedAxis& stopped : fact.axes)
        decision.merge(concludeStop(at.state, stopped));
    return decision;
}
Decision answer(const Situation& at, const AxisStopped& fact) {
    return concludeStop(at.state, fact.stopped);
}

} // namespace

Decision react(const MotionState& state, const registers::ModelCatalog& catalog, const api::EventBody& fact) {
    return std::visit([&](const auto& event) { return answer(Situation{state, catalog}, event); }, fact);
}

Decision askAgain(const MotionState& state) {
    Decision decision;
    for (const auto& [id, record] : state.axes) {
        const auto link = state.links.find(record.axis->bus);
        const bool hears = link != state.links.end() && link->second.up && !link->second.scanning;
        if (!hears || record.silent || record.displaced || (record.torque && modeOf(record))) continue;
        observe(decision, record);
    }
    return decision;
}

} // namespace servolane::motion
