// SPDX-License-Identifier: GPL-3.0-or-later
// move, jog
#include "app/cli/attach.h"
#include "app/cli/borrowed_torque.h"
#include "app/cli/commands.h"
#include "app/cli/confirmation.h"
#include "app/cli/failures.h"
#include "app/cli/hardware_errors.h"

#include <cmath>

namespace servolane::cli {

using app::Fate;
using app::WaitEnd;
using motion::AxisView;
using telemetry::Channel;

namespace {

/// What a motion works with.
struct Job {
    Context& context;
    const Attached& attached;
    AxisId axis;
    BorrowedTorque& torque;
};

constexpr Duration leaseSpan = std::chrono::milliseconds{300};
constexpr Duration leaseInterval = std::chrono::milliseconds{80};
constexpr Duration settlePatience = std::chrono::seconds{3};
/// The write model ends a move that takes longer than it generously may; this is for its not ending at all.
constexpr Duration movePatience = std::chrono::hours{24};

AxisView viewOf(const Context& context, AxisId axis) {
    const auto board = context.client.axes();
    const AxisView* view = board->find(axis);
    return view ? *view : AxisView{};
}

/// Of its positions: those of a machine file may be millimetres.
std::string unitOf(const AxisView& view) {
    return view.axis ? view.axis->scale.unit : std::string("deg");
}

double positionOf(const Context& context, AxisId axis) {
    return viewOf(context, axis)[Channel::position].value;
}

/// By the servo's own word; a model that has none stands still once nothing drives it.
bool isAtRest(const AxisView& view, Time since) {
    if (view.activity != motion::Activity::none) return false;
    if (!view.axis || !view.axis->channels[indexOf(Channel::moving)].exists()) return true;
    const auto& moving = view[Channel::moving];
    return moving.at > since && moving.value == 0.0;
}

/// What a jog takes to come to rest within a limit of one's own for the acceleration.
Duration rampTime(const AxisView& view, double velocity) {
    const double limit = view.axis ? view.axis->limits.acceleration.value : 0.0;
    return limit > 0 ? fromSeconds(std::fabs(velocity) / limit) : Duration{};
}

struct Rest {
    double at = 0.0;
    bool isSure = false; ///< false: it may still move
};

/// Until the axis stands still.
Rest settle(Context& context, AxisId axis, Duration longer = {}) {
    const app::CommandClient::Undisturbed undisturbed(context.client);
    const Time since = context.client.clock().now();
    const WaitEnd end = context.client.waitUntil([&] { return isAtRest(viewOf(context, axis), since); },
                                                 settlePatience + longer);
    return {positionOf(context, axis), end == WaitEnd::reached};
}

void halt(Context& context, AxisId axis) {
    const app::CommandClient::Undisturbed undisturbed(context.client);
    const Fate fate = context.client.perform(motion::Halt{axis});
    if (!fate.isDone())
        context.notices.note(failureOf(fate, "Halt of " + nameOf(context, axis), context).message);
    if (!settle(context, axis).isSure)
        context.notices.note(nameOf(context, axis) + " has not confirmed that it is at rest");
}

motion::MoveAxis moveCommand(const Arguments& arguments, AxisId axis) {
    motion::MoveAxis move{axis, {arguments.target}, {}, {}, true};
    if (arguments.velocity) move.velocity = Velocity{*arguments.velocity};
    if (arguments.acceleration) move.acceleration = Acceleration{*arguments.acceleration};
    return move;
}

/// Read after this moment.
tl::expected<double, Failure> freshPosition(Job& job) {
    Context& context = job.context;
    const Time since = context.client.clock().now();
    const auto isFresh = [&] { return viewOf(context, job.axis)[Channel::position].at > since; };
    const WaitEnd end = context.client.waitUntil(isFresh, settlePatience);
    if (end == WaitEnd::interrupted) return fail(interrupted());
    if (end != WaitEnd::reached)
        return fail(Failure{Codes::notConfirmed,
                            nameOf(context, job.axis) + " has told no position for " +
                                quantity(seconds(settlePatience), "s", 0) + " since torque came on",
                            "check its cable, and how often the port is read",
                            {}});
    return positionOf(context, job.axis);
}

/// Beyond an end of its turn a servo counts anew when torque comes on: what was a step away is then a whole
/// turn, and the way there leads through all of it.
tl::expected<void, Failure> checkCount(Job& job, double before) {
    Context& context = job.context;
    const auto read = freshPosition(job);
    if (!read) return tl::make_unexpected(read.error());
    const double after = *read;
    const AxisView view = viewOf(context, job.axis);
    // Whom somebody moves meanwhile has not counted anew: what follows is for the policies.
    if (!view.axis || view.activity != motion::Activity::none) return {};
    const double turn = view.axis->scale.unitsPerTurn / std::fabs(view.axis->scale.gear);
    if (std::fabs(after - before) < turn / 2.0) return {};
    const std::string unit = unitOf(view);
    return fail(Failure{Codes::recounted,
                        nameOf(context, job.axis) +
                            " counted its position anew when torque came on: " + quantity(before, unit, 2) +
                            " is " + quantity(after, unit, 2) + " now, and nothing was moved",
                        "look at the way that it would take from there, then ask again with torque on",
                        {}});
}

bool endedBy(const AxisView& view, motion::EndReason reason) {
    return view.lastEnd && view.lastEnd->reason == reason;
}

/// 0 is no motion yet, or what an older program tells.
bool isOthers(const AxisView& view, const Fate& own) {
    return view.axis && view.motion != CommandId{} && view.motion != own.entry.id;
}

/// Another command took the place of this one; how that one ends is not told here.
bool isSuperseded(const AxisView& view, const Fate& own) {
    const bool isMaking = view.axis && view.motion == own.entry.id; // way for the other, which begins next
    return isOthers(view, own) || (isMaking && endedBy(view, motion::EndReason::superseded));
}

/// The axis belongs to another command by now. Whose port this is goes on until that one has ended: closing
/// it would end that too, and leave torque on that nobody gives back.
void leaveToOther(Job& job, const Fate& own) {
    constexpr Duration soon = std::chrono::seconds{1};
    Context& context = job.context;
    job.torque.leaveToOther();
    if (!job.attached.opened) return;
    context.notices.note(nameOf(context, job.axis) + " is moved by another command through this program; "
                                                     "waiting for its end.");
    const auto begun = [&] { return isOthers(viewOf(context, job.axis), own); };
    const auto over = [&] { return viewOf(context, job.axis).activity == motion::Activity::none; };
    static_cast<void>(context.client.waitUntil(begun, soon));
    static_cast<void>(context.client.waitUntil(over, movePatience));
    job.torque.takeBack();
}

/// The policies judge first; only if nothing but torque stands in the way is it switched on, and the command
/// sent again.
tl::expected<Fate, Failure> beginMotion(Job& job, const std::string& what, const std::function<Fate()>& send,
                                        const std::function<tl::expected<void, Failure>()>& afterTorque) {
    Fate fate = send();
    const bool wantsTorque = fate.wait == WaitEnd::reached &&
                             fate.entry.state == journal::CommandState::rejected &&
                             fate.entry.rejection.code == api::RejectionCode::torqueOff;
    if (wantsTorque) {
        if (auto taken = job.torque.take(); !taken) return tl::make_unexpected(taken.error());
        if (auto good = afterTorque(); !good) return tl::make_unexpected(good.error());
        fate = send();
    }
    if (fate.isDone()) return fate;
    if (fate.wait != WaitEnd::reached)
        halt(job.context, job.axis);
    else if (fate.entry.state == journal::CommandState::superseded)
        leaveToOther(job, fate);
    return fail(failureOf(fate, what + " of " + nameOf(job.context, job.axis), job.context));
}

/// The way out after a motion that ended by itself.
std::string hintFor(const AxisView& view) {
    if (!view.lastEnd) return "somebody else commands this axis";
    switch (view.lastEnd->reason) {
    case motion::EndReason::hardwareError:
        return "mend the cause of its hardware error, then servolane-cli reset --id N";
    case motion::EndReason::torqueLost:
        return "torque went off; check supply and load";
    case motion::EndReason::feedbackLost:
        return "check its cable and supply";
    case motion::EndReason::aboveCurrentLimit:
        return "look for an obstacle or a load; the limit of the axis is its own, or the servo's";
    case motion::EndReason::aboveTemperatureLimit:
        return "let it cool down; the limit of the axis is its own, or the servo's";
    case motion::EndReason::stopped:
        return "servolane-cli reset, once it is safe to go on";
    case motion::EndReason::asked:
    case motion::EndReason::superseded:
        return "somebody else commands this axis";
    default:
        return view.torque == true ? "look for an obstacle, load or fault; the position is held"
                                   : "look for an obstacle, load or fault";
    }
}

Failure notArrived(const Job& job, const AxisView& view, bool superseded) {
    if (endedBy(view, motion::EndReason::busLost) || isLost(job.context, job.attached.bus))
        return lostLink(job.context, job.attached);
    std::string reason = view.lastEnd ? std::string(motion::toString(view.lastEnd->reason)) : "unknown";
    if (endedBy(view, motion::EndReason::asked)) reason = "somebody halted it";
    if (superseded || endedBy(view, motion::EndReason::superseded)) reason = "another command took its place";
    return {Codes::notArrived,
            "Move of " + nameOf(job.context, job.axis) + " ended at " +
                quantity(positionOf(job.context, job.axis), unitOf(view), 2) + " instead of " +
                quantity(job.context.arguments.target, unitOf(view), 2) + ": " + reason,
            superseded ? "somebody else commands this axis" : hintFor(view),
            {}};
}

Failure stillMoves(const Job& job) {
    return {Codes::notAtRest,
            nameOf(job.context, job.axis) + " has not confirmed that it is at rest; it may still move",
            "servolane-cli stop takes the torque from every axis",
            {}};
}

Failure jogEnded(const Job& job, const AxisView& view, const std::string& reason) {
    if (endedBy(view, motion::EndReason::busLost) || isLost(job.context, job.attached.bus))
        return lostLink(job.context, job.attached);
    return {Codes::jogEnded,
            "Jog of " + nameOf(job.context, job.axis) + " ended by itself: " + reason,
            hintFor(view),
            {}};
}

/// Some servos count their profile in time if their drive mode says so, and then take no speed: the write
/// model must know which before it is asked. What the servo does not tell, the move itself will.
void readDriveMode(Context& context, AxisId axis) {
    if (!context.arguments.velocity && !context.arguments.acceleration) return;
    const AxisView view = viewOf(context, axis);
    if (!view.axis) return;
    const auto* drive = view.axis->model->find(registers::Role::driveMode);
    if (drive) static_cast<void>(context.client.perform(registers::ReadRegister{axis, drive->name}));
}

/// Degrees a second that a servo without feedback is given to get there: hobby servos turn 60 degrees in 0.1
/// to 0.3 s.
constexpr double slowestWithoutFeedback = 150.0;

Outcome moveOn(Job& job) {
    Context& context = job.context;
    const AxisId axis = job.axis;
    const Time began = context.client.clock().now();
    if (context.arguments.referenced) {
        const Fate said = context.client.perform(motion::ReferenceAxis{axis});
        if (!said.isDone()) return fail(failureOf(said, "Reference of " + nameOf(context, axis), context));
    }
    readDriveMode(context, axis);
    const AxisView before = viewOf(context, axis);
    const double from = before[Channel::position].value;
    const bool isCounted =
        before.axis && before[Channel::position].isKnown() && !before.axis->positionIsCommanded();
    const std::string unit = unitOf(before);
    const auto begun = beginMotion(
        job, "Move", [&] { return context.client.perform(moveCommand(context.arguments, axis)); },
        [&]() -> tl::expected<void, Failure> {
            if (!isCounted) return {};
            return checkCount(job, from);
        });
    if (!begun) return fail(begun.error());
    const Fate& fate = *begun;
    const double target = context.arguments.target;
    const auto ended = [&] {
        const AxisView view = viewOf(context, axis);
        return view.activity == motion::Activity::none || isSuperseded(view, fate) ||
               view.arrived == fate.entry.id;
    };
    const auto tell = [&] {
        context.notices.progress("At " + quantity(positionOf(context, axis), unit, 1) + ", going to " +
                                 quantity(target, unit, 1));
    };
    const WaitEnd wait = context.client.waitUntil(ended, movePatience, tell);
    const double took = seconds(context.client.clock().now() - began);
    context.notices.clearProgress();
    const AxisView atEnd = viewOf(context, axis);
    const bool superseded = isSuperseded(atEnd, fate);
    if (!superseded && wait != WaitEnd::reached) halt(context, axis);
    const AxisView view = viewOf(context, axis);
    if (!view.axis) return fail(lostLink(context, job.attached));
    const double actual = view[Channel::position].value;
    const bool isThere = atEnd.arrived == fate.entry.id; // though another may have begun behind it
    const bool arrived = wait == WaitEnd::reached && (isThere || (!view.lastEnd && !superseded));
    if (superseded) leaveToOther(job, fate);
    const bool isMeasured = !view.axis->positionIsCommanded();
    if (arrived && !isMeasured) {
        // Nobody says when it is there; without torque it would stay where it has got to by then.
        const Duration span = fromSeconds(0.2 + std::fabs(target - from) / slowestWithoutFeedback);
        static_cast<void>(context.client.waitUntil([] { return false; }, span));
    }
    Json object = {{"id", servoOf(context, axis)},
                   {"target", target},
                   {"unit", unit},
                   {"actual", actual},
                   {"arrived", arrived},
                   {"confirmed", confirmedOf(fate)},
                   {"latency_ms", latencyOf(fate)},
                   {"seconds", took}};
    if (!isMeasured) {
        object["measured"] = false;
        object["arrived"] = nullptr;
    }
    if (!arrived) {
        Failure failure = wait == WaitEnd::interrupted ? interrupted() : notArrived(job, view, superseded);
        failure.fields = object;
        return fail(failure);
    }
    if (!isMeasured)
        return Report{object, "Servo " + std::to_string(servoOf(context, axis)) + " was sent to " +
                                  quantity(target, unit, 2) + "; where it is nobody measures; " +
                                  confirmationText(fate) + '\n'};
    return Report{object, "Servo " + std::to_string(servoOf(context, axis)) + " arrived at " +
                              quantity(actual, unit, 2) + " (asked " + quantity(target, unit, 2) + ") in " +
                              fixed(took, 2) + " s; " + confirmationText(fate) + '\n'};
}

/// A slow jog may not move at all: its goal is never further ahead than a tenth of a second, and so small an
/// error does not overcome friction.
void tellSlowness(const Job& job, double moved, double asked, Duration ramp) {
    constexpr double muchLess = 0.5;
    constexpr double ahead = 0.1; // seconds
    const AxisView view = viewOf(job.context, job.axis);
    if (!view.axis || view.mode == registers::OperatingMode::velocity || ramp > Duration{}) return;
    const double degree = view.axis->scale.unitsPerTurn / 360.0 / view.axis->scale.gear;
    const bool isSlow = std::fabs(*job.context.arguments.velocity) * ahead < degree;
    if (!isSlow || std::fabs(moved) >= muchLess * std::fabs(asked)) return;
    const std::string unit = unitOf(view);
    job.context.notices.note(nameOf(job.context, job.axis) + " moved by " + quantity(moved, unit, 2) +
                             " of the " + quantity(asked, unit, 2) +
                             " asked: at this speed its goal stays too close to overcome friction; use move "
                             "with --velocity");
}

/// Keeps the lease alive for as long as the jog is to last.
WaitEnd holdLease(Context& context, AxisId axis, Duration span) {
    Time due{};
    const auto renew = [&] {
        const Time now = context.client.clock().now();
        if (now < due) return;
        due = now + leaseInterval;
        context.client.renewLease(axis, leaseSpan);
        context.notices.progress("At " +
                                 quantity(positionOf(context, axis), unitOf(viewOf(context, axis)), 1));
    };
    renew();
    const auto over = [&] { return viewOf(context, axis).activity != motion::Activity::jog; };
    const WaitEnd end = context.client.waitUntil(over, span, renew);
    context.notices.clearProgress();
    return end;
}

Outcome jogOn(Job& job) {
    Context& context = job.context;
    const AxisId axis = job.axis;
    double from = positionOf(context, axis);
    const motion::AxisView& before = viewOf(context, axis);
    if (before.mode == registers::OperatingMode::velocity && before.watchdog != motion::Watchdog::armed)
        context.notices.note((before.axis ? before.axis->name : nameOf(context, axis)) +
                             " has no bus watchdog armed: if this program is killed or the link breaks, it "
                             "turns on until somebody ends it");
    const auto begun = beginMotion(
        job, "Jog",
        [&] {
            context.client.renewLease(axis, leaseSpan);
            return context.client.perform(motion::StartJog{axis, {*context.arguments.velocity}});
        },
        [&]() -> tl::expected<void, Failure> {
            const auto read = freshPosition(job); // it may count anew with torque on
            if (!read) return tl::make_unexpected(read.error());
            from = *read;
            return {};
        });
    if (!begun) return fail(begun.error());
    const Time start = context.client.clock().now();
    const WaitEnd end = holdLease(context, axis, fromSeconds(context.arguments.seconds));
    const Duration held = context.client.clock().now() - start;
    const bool superseded = isSuperseded(viewOf(context, axis), *begun);
    if (!superseded && !isLost(context, job.attached.bus)) {
        const app::CommandClient::Undisturbed undisturbed(context.client);
        const Fate ended = context.client.perform(motion::EndJog{axis});
        if (!ended.isDone()) halt(context, axis);
    }
    const Duration ramp = rampTime(viewOf(context, axis), *context.arguments.velocity);
    const Rest rest = superseded ? Rest{positionOf(context, axis), true} : settle(context, axis, ramp);
    if (superseded) leaveToOther(job, *begun);
    const double moved = rest.at - from;
    const AxisView view = viewOf(context, axis);
    const bool early = end == WaitEnd::reached;
    const std::string reason = superseded     ? "another command took its place"
                               : view.lastEnd ? std::string(motion::toString(view.lastEnd->reason))
                                              : "somebody halted it";
    const double asked = *context.arguments.velocity * seconds(held);
    Json object = {
        {"id", servoOf(context, axis)}, {"moved", moved}, {"asked", asked}, {"unit", unitOf(view)}};
    if (early) object["ended_by"] = reason;
    const bool harmless =
        !early || (!superseded && view.lastEnd && view.lastEnd->reason == motion::EndReason::limitReached);
    if (end == WaitEnd::interrupted || !harmless) {
        Failure failure = end == WaitEnd::interrupted ? interrupted() : jogEnded(job, view, reason);
        failure.fields = object;
        return fail(failure);
    }
    if (!rest.isSure && !isLost(context, job.attached.bus)) {
        Failure failure = stillMoves(job);
        failure.fields = object;
        return fail(failure);
    }
    if (!early) tellSlowness(job, moved, asked, ramp);
    return Report{object, "Servo " + std::to_string(servoOf(context, axis)) + " moved by " +
                              quantity(moved, unitOf(view), 2) + (early ? ", up to its travel limit" : "") +
                              '\n'};
}

Outcome withTorque(Context& context, Outcome (*work)(Job&)) {
    return withPort(context, {}, [&](const Attached& attached) -> Outcome {
        const auto axis = axisOf(context, attached, *context.arguments.id);
        if (!axis) return fail(axis.error());
        if (waitForErrors(context, {*axis}) == WaitEnd::interrupted) return fail(interrupted());
        BorrowedTorque torque(context, *axis);
        Job job{context, attached, *axis, torque};
        Outcome outcome = work(job);
        const auto restored = torque.giveBack();
        if (!torque.wasTaken()) return outcome;
        if (outcome && !restored) {
            Failure failure = restored.error();
            failure.fields = outcome->object;
            outcome = fail(failure);
        }
        Json& fields = outcome ? outcome->object : outcome.error().fields;
        fields["torque_restored"] = torque.isBack();
        if (torque.wasLeft()) fields["torque_left_to_stop"] = true;
        if (torque.wasLeftToOther()) fields["torque_left_to_other"] = true;
        return outcome;
    });
}

/// Whoever had the port has left it in the midst of a motion of ours.
Outcome endLeftBehind(Context& context, bool torqueIsBorrowed) {
    return withPort(context, {}, [&](const Attached& attached) -> Outcome {
        const app::CommandClient::Undisturbed undisturbed(context.client);
        const auto axis = axisOf(context, attached, *context.arguments.id);
        if (!axis) return fail(axis.error());
        const std::string name = nameOf(context, *axis);
        if (viewOf(context, *axis).activity != motion::Activity::none)
            return fail({Codes::superseded, "Somebody else moves " + name + " by now", {}, {}});
        const Fate halted = context.client.perform(motion::Halt{*axis});
        const bool rests = halted.isDone() && settle(context, *axis).isSure;
        if (torqueIsBorrowed) {
            const Fate off = context.client.perform(motion::SetTorque{*axis, false});
            if (!off.isDone()) return fail(failureOf(off, "Torque off of " + name, context));
        } else if (!rests)
            return fail({Codes::notAtRest, name + " has not confirmed that it is at rest", {}, {}});
        return Report{};
    });
}

} // namespace

Outcome runMove(Context& context) {
    return withTorque(context, moveOn);
}

Outcome runJog(Context& context) {
    return withTorque(context, jogOn);
}

Outcome endMotionLeftBehind(Context& context) {
    return endLeftBehind(context, false);
}

Outcome giveBackTorqueLeftBehind(Context& context) {
    return endLeftBehind(context, true);
}

} // namespace servolane::cli
