// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/motion/read/axis_board_projection.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace servolane::motion {

using telemetry::Channel;

AxisState stateOf(const AxisView& view, bool stopLatched) {
    if (view.hardwareError != 0) return AxisState::fault;
    if (stopLatched) return AxisState::stopped;
    if (view.silent) return AxisState::silent;
    const bool movesByItself = view[Channel::moving].isKnown() && view[Channel::moving].value != 0.0;
    if (view.activity != Activity::none || (movesByItself && view.torque.value_or(false)))
        return AxisState::moving;
    return view.torque.value_or(false) ? AxisState::ready : AxisState::off;
}

void AxisBoardProjection::apply(const api::Event& event) {
    working_.upTo = event.sequence;
    eventTime_ = event.time;
    cause_ = event.cause;
    std::visit(
        [this](const auto& body) {
            if constexpr (requires { on(body); }) {
                on(body);
                changed_ = true;
            }
        },
        event.body);
}

void AxisBoardProjection::publish(Time now) {
    if (!changed_) return;
    changed_ = false;
    working_.at = now;
    for (AxisView& view : working_.axes)
        view.state = stateOf(view, working_.stop.latched);
    cell_.publish(std::make_shared<const AxisBoard>(working_));
}

AxisView* AxisBoardProjection::find(AxisId id) {
    const auto place =
        std::lower_bound(working_.axes.begin(), working_.axes.end(), id,
                         [](const AxisView& view, AxisId wanted) { return view.axis->id < wanted; });
    return place != working_.axes.end() && place->axis->id == id ? &*place : nullptr;
}

void AxisBoardProjection::endActivity(AxisId axis) {
    if (AxisView* view = find(axis)) view->activity = Activity::none;
}

void AxisBoardProjection::on(const AxisConfigured& fact) {
    // Another model was under this id: its servo has gone.
    std::erase_if(working_.axes, [&](const AxisView& view) {
        const Axis& axis = *view.axis;
        return axis.id != fact.axis->id && axis.bus == fact.axis->bus && axis.servo == fact.axis->servo &&
               axis.model->name != fact.axis->model->name;
    });
    AxisView* view = find(fact.axis->id);
    if (!view) {
        const auto place = std::lower_bound(working_.axes.begin(), working_.axes.end(), fact.axis->id,
                                            [](const AxisView& v, AxisId id) { return v.axis->id < id; });
        view = &*working_.axes.insert(place, AxisView{});
        view->period = periods_[fact.axis->bus.value];
    }
    // A place that another register has taken tells nothing of it yet.
    for (std::size_t place = 0; view->axis && place < telemetry::watchCount; ++place)
        if (view->axis->watches[place].name != fact.axis->watches[place].name)
            view->latest[indexOf(telemetry::watchChannel(place))] = {};
    view->axis = fact.axis;
    if (view->other && isServoOf(*view->axis, view->other->found, *view->other->model)) view->other.reset();
    if (!view->axis->model->find(registers::Role::busWatchdog))
        view->watchdog = Watchdog::absent;
    else if (view->watchdog == Watchdog::absent)
        view->watchdog = Watchdog::off;
}

void AxisBoardProjection::on(const AxisObserved& fact) {
    AxisView* view = find(fact.axis);
    if (!view) return;
    if (!view->mode && fact.mode)
        view->referenced = !countsTurns(*fact.mode) || !isTiedToMachine(*view->axis);
    view->torque = fact.torque;
    if (fact.mode) view->mode = fact.mode;
}

void AxisBoardProjection::on(const TorqueEnabled& fact) {
    if (AxisView* view = find(fact.axis)) view->torque = true;
}

void AxisBoardProjection::on(const TorqueDisabled& fact) {
    if (AxisView* view = find(fact.axis)) view->torque = false;
}

void AxisBoardProjection::on(const ModeChanged& fact) {
    if (AxisView* view = find(fact.axis)) view->mode = fact.mode;
}

void AxisBoardProjection::on(const MoveStarted& fact) {
    if (AxisView* view = find(fact.axis)) {
        view->activity = Activity::move;
        view->motion = cause_;
        view->target = fact.target;
        view->lastEnd.reset();
    }
}

void AxisBoardProjection::on(const MoveArrived& fact) {
    if (AxisView* view = find(fact.axis)) view->arrived = view->motion;
    endActivity(fact.axis);
}

void AxisBoardProjection::on(const MoveEnded& fact) {
    if (AxisView* view = find(fact.axis)) {
        view->activity = Activity::none;
        view->lastEnd = fact;
    }
}

void AxisBoardProjection::on(const VelocityStarted& fact) {
    if (AxisView* view = find(fact.axis)) {
        view->activity = fact.velocity.value == 0.0 ? Activity::none : Activity::velocity;
        view->motion = cause_;
        view->target.reset();
        view->lastEnd.reset();
    }
}

void AxisBoardProjection::on(const JogStarted& fact) {
    if (AxisView* view = find(fact.axis)) {
        view->activity = Activity::jog;
        view->motion = cause_;
        view->target.reset();
        view->lastEnd.reset();
    }
}

void AxisBoardProjection::on(const JogEnded& fact) {
    if (AxisView* view = find(fact.axis)) {
        view->activity = Activity::none;
        if (fact.reason != EndReason::asked) view->lastEnd = MoveEnded{fact.axis, fact.reason};
    }
}

void AxisBoardProjection::on(const AxisHalted& fact) {
    endActivity(fact.axis);
}

void AxisBoardProjection::on(const HardwareErrorRaised& fact) {
    if (AxisView* view = find(fact.axis)) view->hardwareError = fact.bits;
}

void AxisBoardProjection::on(const HardwareErrorCleared& fact) {
    if (AxisView* view = find(fact.axis)) view->hardwareError = 0;
}

void AxisBoardProjection::on(const TravelLimitsSet& fact) {
    AxisView* view = find(fact.axis);
    if (!view || view->axis->limits.travel == fact.travel) return;
    auto changed = std::make_shared<Axis>(*view->axis);
    changed->limits.travel = fact.travel;
    view->axis = std::move(changed);
}

void AxisBoardProjection::on(const AxisReferenced& fact) {
    if (AxisView* view = find(fact.axis)) view->referenced = true;
}

void AxisBoardProjection::on(const ReferenceLost& fact) {
    if (AxisView* view = find(fact.axis)) view->referenced = false;
}

void AxisBoardProjection::on(const OtherModelFound& fact) {
    if (AxisView* view = find(fact.axis)) view->keptModel = fact.kept;
}

void AxisBoardProjection::on(const ModelAdopted& fact) {
    if (AxisView* view = find(fact.axis)) view->keptModel.clear();
}

void AxisBoardProjection::on(const StopLatched& fact) {
    working_.stop = {true, fact.generation, eventTime_, cause_, {}};
    early_.clear();
}

void AxisBoardProjection::on(const StopFinished& fact) {
    if (working_.stop.generation == fact.generation) {
        working_.stop.finished = fact;
        for (const AxisStopped& early : std::exchange(early_, {}))
            on(early);
    }
    for (const StoppedAxis& stopped : fact.axes)
        noteStopped(stopped);
}

void AxisBoardProjection::noteStopped(const StoppedAxis& stopped) {
    AxisView* view = find(stopped.axis);
    if (!view) return;
    view->activity = Activity::none;
    if (stopped.confirmed && view->axis->stopReaction == StopReaction::torqueOff) view->torque = false;
}

void AxisBoardProjection::on(const AxisStopped& fact) {
    if (working_.stop.generation != fact.generation) return;
    noteStopped(fact.stopped);
    if (!working_.stop.finished) return early_.push_back(fact);
    auto& axes = working_.stop.finished->axes;
    auto& took = working_.stop.finished->took;
    if (fact.stopped.confirmed) took = std::max(took, fact.stopped.after); // as long as the last one took
    const auto known = std::find_if(axes.begin(), axes.end(),
                                    [&](const auto& stopped) { return stopped.axis == fact.stopped.axis; });
    if (known == axes.end())
        axes.push_back(fact.stopped);
    else
        *known = fact.stopped;
}

void AxisBoardProjection::on(const bus::WatchdogArmed& fact) {
    if (AxisView* view = find(fact.axis)) {
        view->watchdog = Watchdog::armed;
        view->watchdogAfter = fact.after;
    }
}

void AxisBoardProjection::on(const bus::WatchdogCleared& fact) {
    if (AxisView* view = find(fact.axis)) view->watchdog = Watchdog::off;
}

void AxisBoardProjection::on(const bus::WatchdogTripped& fact) {
    if (AxisView* view = find(fact.axis)) view->watchdog = Watchdog::tripped;
}

void AxisBoardProjection::on(const registers::RegisterRead& fact) {
    AxisView* view = find(fact.axis);
    const registers::Register* source = view ? view->axis->model->find(fact.name) : nullptr;
    // As an earlier run of a program left it.
    if (source && source->role == registers::Role::busWatchdog && fact.raw < 0)
        view->watchdog = Watchdog::tripped;
}

void AxisBoardProjection::on(const StopReset& fact) {
    if (working_.stop.generation == fact.generation) working_.stop.latched = false;
}

void AxisBoardProjection::on(const bus::BusConnected& fact) {
    periods_[fact.bus.value] = fact.link.pollRate > 0 ? fromSeconds(1.0 / fact.link.pollRate) : Duration{};
}

void AxisBoardProjection::on(const bus::PollRateSet& fact) {
    periods_[fact.bus.value] = fact.rate > 0 ? fromSeconds(1.0 / fact.rate) : Duration{};
}

void AxisBoardProjection::on(const bus::BusDisconnected& fact) {
    std::erase_if(working_.axes, [&](const AxisView& view) { return view.axis->bus == fact.bus; });
}

void AxisBoardProjection::on(const bus::AxisFellSilent& fact) {
    AxisView* view = find(fact.axis);
    if (!view) return;
    view->silent = true;
    view->torque.reset(); // who comes back may have been without its supply
    view->other.reset();
}

void AxisBoardProjection::on(const bus::OtherServoFound& fact) {
    AxisView* view = find(fact.axis);
    if (!view) return;
    view->silent = true;
    view->other = OtherServo{fact.found, fact.model};
}

void AxisBoardProjection::on(const bus::AxisReturned& fact) {
    AxisView* view = find(fact.axis);
    if (!view) return;
    view->silent = false;
    view->other.reset();
}

void AxisBoardProjection::on(const bus::AxisAnswers& fact) {
    if (AxisView* view = find(fact.axis)) view->answers = fact.to;
}

void AxisBoardProjection::on(const bus::LinkMeasured& sample) {
    // What the link really does counts, not what was asked of it: an unpaced or an overloaded bus has its own
    // period.
    if (sample.cyclesPerSecond <= 0.0) return;
    for (AxisView& view : working_.axes)
        if (view.axis->bus == sample.bus) view.period = fromSeconds(1.0 / sample.cyclesPerSecond);
}

void AxisBoardProjection::on(const api::FeedbackPointer& cycle) {
    for (const telemetry::AxisSample& sample : cycle->samples)
        if (AxisView* view = find(sample.axis)) fold(*view, sample, cycle->time);
}

void AxisBoardProjection::fold(AxisView& view, const telemetry::AxisSample& sample, Time time) {
    view.lastAnswer = time;
    for (std::size_t i = 0; i < telemetry::channelCount; ++i)
        if (sample.valid >> i & 1U) view.latest[i] = {view.axis->channels[i].valueOf(sample.raw[i]), time};
    if (sample.valid >> indexOf(Channel::voltage) & 1U) noteSupply(view);
}

/// Voltage is read seldom, what the motor draws in every cycle: the newest figures belong together.
void AxisBoardProjection::noteSupply(AxisView& view) {
    const bool hasCurrent = view[Channel::current].isKnown();
    const LatestValue& drawn = view[hasCurrent ? Channel::current : Channel::load];
    if (!drawn.isKnown()) return;
    const double draw = std::abs(drawn.value);
    double& most = mostDrawn_[view.axis->id];
    most = std::max(most, draw);
    const double volts = view[Channel::voltage].value;
    SupplySeen& seen = view.supply;
    if (draw >= std::max(0.2 * most, hasCurrent ? 0.05 : 5.0)) {
        seen.lowestUnderLoad = seen.loadReads++ == 0 ? volts : std::min(seen.lowestUnderLoad, volts);
        return;
    }
    ++seen.restReads;
    seen.atRest += (volts - seen.atRest) / seen.restReads;
}

void AxisBoardProjection::on(const api::CommandAccepted& fact) {
    if (AxisView* view = find(fact.description.axis)) view->pending = fact.command;
}

void AxisBoardProjection::settle(CommandId command) {
    for (AxisView& view : working_.axes)
        if (view.pending == command) view.pending = {};
}

} // namespace servolane::motion
