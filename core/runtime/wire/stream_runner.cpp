// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/wire/stream_runner.h"

#include "core/motion/excess.h"
#include "core/motion/write/travel.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace servolane::runtime {

namespace {

using motion::EndReason;
using registers::Role;
using telemetry::Channel;

/// Goals never reach further ahead than this.
constexpr Duration reach = std::chrono::milliseconds{100};
/// Feedback older than this many periods, and than the reach, is lost.
constexpr int periodsToLose = 5;
/// What adding up the ways of many cycles may leave, in axis units.
constexpr double noise = 1e-9;

/// What the envelope leaves of the speed that was asked for.
Velocity speedOf(const bus::JogStream& jog) {
    const double most = jog.envelope.velocity.value;
    return {std::clamp(jog.velocity.value, -most, most)};
}

/// Where the reference may be: from outside of the travel the way back is at the speed of the jog, not one
/// leap to the limit.
Range<Position> reachableFrom(Position at, const Range<Position>& travel) {
    return {std::min(travel.low, at), std::max(travel.high, at)};
}

/// The highest speed, held for `step` seconds, from which steps of that length come to rest within `way`.
double brakingSpeed(double way, double acceleration, double step) {
    if (way <= 0 || acceleration <= 0) return 0.0;
    return acceleration * (std::sqrt(step * step / 4 + 2 * way / acceleration) - step / 2);
}

/// The next speed on the way from `speed` to `wanted`, from `at` within `reachable`.
double rampedSpeed(double speed, double wanted, Position at, const Range<Position>& reachable,
                   double acceleration, double step) {
    if (acceleration <= 0) return wanted;
    const double change = acceleration * step;
    const double next = std::clamp(wanted, speed - change, speed + change);
    return std::clamp(next, -brakingSpeed((at - reachable.low).value, acceleration, step),
                      brakingSpeed((reachable.high - at).value, acceleration, step));
}

} // namespace

void StreamRunner::begin(const bus::JogStream& jog, PollGroup& group) {
    const auto running = std::find_if(streams_.begin(), streams_.end(),
                                      [&](const Stream& stream) { return stream.jog.axis == jog.axis; });
    if (running != streams_.end()) {
        // A change of speed while the key is held: go on from the present goal.
        running->jog = jog;
        running->atLimit = false;
        running->ending.reset();
        return;
    }
    if (group.find(jog.axis)) streams_.push_back({jog});
}

void StreamRunner::rampDown(AxisId axis, EndReason reason, PollGroup& group) {
    const auto found = std::find_if(streams_.begin(), streams_.end(),
                                    [&](const Stream& stream) { return stream.jog.axis == axis; });
    if (found == streams_.end()) return;
    if (found->jog.envelope.acceleration.value <= 0 || found->speed.value == 0)
        end(axis, reason, group);
    else
        found->ending = reason;
}

void StreamRunner::end(AxisId axis, EndReason reason, PollGroup& group) {
    const auto found = std::find_if(streams_.begin(), streams_.end(),
                                    [&](const Stream& stream) { return stream.jog.axis == axis; });
    if (found == streams_.end()) return;
    const Stream stream = *found;
    streams_.erase(found);
    halt(stream, group.find(axis), reason);
}

bool StreamRunner::holds(AxisId axis) const {
    return std::any_of(streams_.begin(), streams_.end(),
                       [&](const Stream& stream) { return stream.jog.axis == axis; });
}

void StreamRunner::endAll(EndReason reason, PollGroup& group) {
    while (!streams_.empty())
        end(streams_.front().jog.axis, reason, group);
}

std::optional<motion::AxisPresent> StreamRunner::presentOf(AxisId axis, Time now) const {
    const auto cells = context_.cells.copy();
    const auto cell = cells.find(axis);
    if (cell == cells.end() || cell->second.silent || !cell->second.knows(Channel::position))
        return std::nullopt;
    const Duration allowed = std::max<Duration>(reach, cell->second.period * periodsToLose);
    if (now - cell->second.at[indexOf(Channel::position)] > allowed) return std::nullopt;
    return cell->second;
}

StreamRunner::Step StreamRunner::advance(Stream& stream, const PolledAxis& polled, Time now) {
    const bool ramps = stream.jog.envelope.acceleration.value > 0 && stream.speed.value != 0;
    if (!stream.ending && !context_.leases.holds(stream.jog.axis, stream.jog.holder, now)) {
        if (!ramps) return {{}, EndReason::leaseLapsed};
        stream.ending = EndReason::leaseLapsed;
    }
    if (stream.ending && stream.speed.value == 0) return {{}, stream.ending};
    const auto measured = presentOf(stream.jog.axis, now);
    if (!measured) return {{}, EndReason::feedbackLost};
    const Position actual = polled.axis->positionFromRaw(measured->raw[indexOf(Channel::position)]);
    if (stream.begun == Time{}) {
        stream.reference = actual;
        stream.begun = stream.lastGoal = now;
    }
    const motion::LoadLimits load{stream.jog.envelope.current, stream.jog.envelope.temperature};
    if (const auto excess = motion::excessOf(*polled.axis, *measured, load, stream.begun);
        excess && !stream.ending) {
        // What pushes too hard must not go on pushing for the length of a ramp.
        if (!ramps || *excess == EndReason::aboveCurrentLimit) return {{}, excess};
        stream.ending = excess;
    }
    // After a late cycle neither goal nor speed jumps to make up for the time lost.
    const Duration passed = std::min<Duration>(now - stream.lastGoal, reach);
    stream.lastGoal = now;
    return stream.jog.positionGoals ? advancePosition(stream, polled, actual, passed)
                                    : advanceVelocity(stream, polled, actual, passed);
}

StreamRunner::Step StreamRunner::advanceVelocity(Stream& stream, const PolledAxis& polled, Position actual,
                                                 Duration passed) {
    const bus::StreamEnvelope& envelope = stream.jog.envelope;
    const double wanted = stream.ending ? 0.0 : speedOf(stream.jog).value;
    const Position ahead = wanted > 0 ? envelope.travel.high - actual : actual - envelope.travel.low;
    const double most = brakingSpeed(ahead.value, envelope.acceleration.value, seconds(passed));
    // Slower than the register can tell is as good as there.
    const bool crawls =
        envelope.acceleration.value > 0 && passed > Duration{} && polled.axis->rawFromVelocity({most}) == 0;
    if (wanted != 0 && (ahead.value <= 0 || crawls)) return {{}, EndReason::limitReached};
    const auto reachable = reachableFrom(actual, envelope.travel);
    stream.speed = {rampedSpeed(stream.speed.value, wanted, actual, reachable, envelope.acceleration.value,
                                seconds(passed))};
    return {polled.axis->rawFromVelocity(stream.speed), {}};
}

StreamRunner::Step StreamRunner::advancePosition(Stream& stream, const PolledAxis& polled, Position actual,
                                                 Duration passed) {
    if (stream.atLimit) return {{}, EndReason::limitReached};
    const bus::StreamEnvelope& envelope = stream.jog.envelope;
    const Velocity asked = speedOf(stream.jog);
    const auto reachable = reachableFrom(stream.reference, envelope.travel);
    // An axis that lags is waited for, so the goal may be as far ahead as the faster of the two goes.
    const double furthest = std::max(std::fabs(asked.value), std::fabs(stream.speed.value)) * seconds(reach);
    stream.speed = {rampedSpeed(stream.speed.value, stream.ending ? 0.0 : asked.value, stream.reference,
                                reachable, envelope.acceleration.value, seconds(passed))};
    const Position wanted = stream.reference + Position{stream.speed.value * seconds(passed)};
    stream.reference = reachable.clamp(wanted);
    const Position ahead =
        asked.value > 0 ? reachable.high - stream.reference : stream.reference - reachable.low;
    if (std::fabs((stream.reference - actual).value) > envelope.followingError.value)
        return {{}, EndReason::followingError};
    const Range<Position> near{actual - Position{furthest}, actual + Position{furthest}};
    // The goal itself has to be there: an axis that lags would stop short of the limit.
    stream.atLimit = asked.value != 0 && ahead.value <= noise && near.contains(stream.reference);
    return {motion::rawGoalWithin(*polled.axis, near.clamp(stream.reference), reachable), {}};
}

Result<void> StreamRunner::evaluate(Time now, PollGroup& group) {
    std::vector<std::pair<const PolledAxis*, std::int64_t>> positions;
    std::vector<std::pair<const PolledAxis*, std::int64_t>> velocities;
    std::vector<std::pair<AxisId, EndReason>> ended;
    for (Stream& stream : streams_) {
        const PolledAxis* polled = group.find(stream.jog.axis);
        if (!polled) {
            ended.emplace_back(stream.jog.axis, EndReason::busLost);
            continue;
        }
        const Step step = advance(stream, *polled, now);
        if (step.end)
            ended.emplace_back(stream.jog.axis, *step.end);
        else if (step.raw)
            (stream.jog.positionGoals ? positions : velocities).emplace_back(polled, *step.raw);
    }
    for (const auto& [axis, reason] : ended)
        end(axis, reason, group);
    if (auto done = writeGoals(positions, Role::goalPosition); !done) return done;
    return writeGoals(velocities, Role::goalVelocity);
}

Result<void> StreamRunner::writeGoals(const std::vector<std::pair<const PolledAxis*, std::int64_t>>& goals,
                                      Role role) {
    if (goals.empty()) return {};
    const auto* first = goals.front().first->find(role);
    const bool same = std::all_of(goals.begin(), goals.end(), [&](const auto& goal) {
        const auto* own = goal.first->find(role);
        return own && first && own->span() == first->span();
    });
    if (same && servos_.traits().groupWrite) {
        std::vector<bus::GroupWriteItem> items;
        for (const auto& [polled, raw] : goals)
            items.push_back({polled->axis->servo, first->bytesFrom(raw)});
        return servos_.writeGroup(first->span(), items);
    }
    for (const auto& [polled, raw] : goals) {
        const auto* own = polled->find(role);
        if (!own) continue;
        const auto reply = servos_.write(polled->axis->servo, own->address, own->bytesFrom(raw));
        if (!reply && reply.error().code == ErrorCode::linkLost) return tl::make_unexpected(reply.error());
    }
    return {};
}

void StreamRunner::halt(const Stream& stream, const PolledAxis* polled, EndReason reason) {
    const AxisId axis = stream.jog.axis;
    const motion::JogEnded ended{axis, reason};
    // A stop has its own service.
    if (!polled || reason == EndReason::stopped) return context_.factInTurn(ended);
    const bool lost = reason == EndReason::busLost || reason == EndReason::feedbackLost;
    // A speed must be taken back in any case: the jog has not ended before.
    if (!stream.jog.positionGoals && !lost) {
        rests_.bring(*polled, reason, RestKeeper::Told::jogEnded);
        return;
    }
    context_.factInTurn(ended);
    // A stream of places comes to rest at its last goal, which is close ahead; only where the axis does not
    // follow is the goal brought back to it.
    const bool follows = stream.jog.positionGoals && reason != EndReason::followingError &&
                         reason != EndReason::aboveCurrentLimit && reason != EndReason::feedbackLost;
    if (follows) return;
    if (reason == EndReason::busLost)
        rests_.owe(axis, reason, RestKeeper::Told::axisHalted);
    else
        rests_.bring(*polled, reason, RestKeeper::Told::axisHalted);
}

} // namespace servolane::runtime
