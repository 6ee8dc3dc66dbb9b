// SPDX-License-Identifier: GPL-3.0-or-later
// Streams of goals in the loop of a bus: how they begin and end, and that axes come to rest when they do,
// when a command went wrong, and when the line is left.
#include "core/runtime/wire/bus_loop.h"

#include <utility>

namespace servolane::runtime {

void BusLoop::handle(Letter& letter, const bus::JogStream& work) {
    if (!group_->find(work.axis))
        return answer(letter, bus::RequestOutcome::failed, {ErrorCode::notFound, "the axis is not polled"});
    // While servos are pinged no goal is written and nobody looks whether the lease still holds.
    if (scan_->isRunning())
        return answer(letter, bus::RequestOutcome::failed, {ErrorCode::busy, "a scan is running"});
    rests_->forgive(work.axis);
    streams_->begin(work, *group_);
    answer(letter, bus::RequestOutcome::confirmed);
}

void BusLoop::handle(Letter& letter, const bus::EndStream& work) {
    if (work.way == bus::StreamEnd::ramped)
        streams_->rampDown(work.axis, motion::EndReason::asked, *group_);
    else
        streams_->end(work.axis, motion::EndReason::asked, *group_);
    endLetters_.push_back(std::move(letter));
    answerEnds(bus::RequestOutcome::confirmed);
}

void BusLoop::handle(Letter& letter, const bus::RestWork& work) {
    for (const AxisId axis : work.axes)
        rests_->owe(axis, work.reason, RestKeeper::Told::axisHalted);
    answer(letter, bus::RequestOutcome::confirmed);
}

/// A scan waits for it as well: an axis whose motion went wrong goes on turning meanwhile.
void BusLoop::keepAtRest(Time now) {
    const auto due = rests_->due(group_->axes());
    if (!due || *due > now) return;
    if (scan_->isRunning() && !scan_->stepAside()) return;
    static_cast<void>(rests_->advance(group_->axes(), now));
}

/// While servos are searched for nobody sees an axis reach its limits. The servos themselves are asked.
std::optional<Error> BusLoop::reasonOfMotion() {
    for (const PolledAxis& polled : group_->axes())
        if (!polled.silent && rests_->turns(polled))
            return Error{ErrorCode::busy, "axis " + std::to_string(polled.axis->id.value) + " (servo " +
                                              std::to_string(polled.axis->servo.value) +
                                              ") moves, and nobody would watch it: halt it first"};
    return std::nullopt;
}

/// Nobody will watch an axis that goes on. Where it cannot be made sure that it is at rest, its bus watchdog
/// stays armed: that is what halts it then.
void BusLoop::comeToRest() {
    std::vector<PolledAxis> resting;
    for (const PolledAxis& polled : group_->axes())
        if (rests_->settle(polled)) resting.push_back(polled);
    watchdogs_->clearAll(resting);
}

/// The end of a jog is done when the axis is at rest.
void BusLoop::answerEnds(bus::RequestOutcome otherwise) {
    if (endLetters_.empty()) return;
    const Error error{otherwise == bus::RequestOutcome::failed ? ErrorCode::linkLost : ErrorCode::none,
                      otherwise == bus::RequestOutcome::failed ? link_.line.path + " is gone"
                                                               : std::string()};
    std::erase_if(endLetters_, [&](const Letter& letter) {
        const AxisId axis = std::get<bus::EndStream>(letter.request.work).axis;
        const bool waits = streams_->holds(axis) || rests_->owes(axis);
        if (waits && otherwise == bus::RequestOutcome::confirmed) return false;
        answer(letter, waits ? otherwise : bus::RequestOutcome::confirmed, waits ? error : Error{});
        return true;
    });
}

} // namespace servolane::runtime
