// SPDX-License-Identifier: GPL-3.0-or-later
// What a stop does to the loop of a bus: everything else gives way, what nobody wants any more is swept out,
// and what the stop still owes is done between the cycles.
#include "core/runtime/wire/bus_loop.h"

#include <algorithm>
#include <utility>

namespace servolane::runtime {

void BusLoop::serveStop() {
    const StopGeneration generation = context_.stops.generation();
    breakOff_.clear();
    served_ = generation;
    if (!group_) return context_.core.post(StopServed{context_.bus, generation, {}});
    stop_->begin(generation, group_->axes());
    // What a servo says to a broadcast ping is still on the line for a while.
    stopPatience_ = scan_->isRunning() ? parts_.servos->broadcastPingWindow() : Duration{};
    if (scan_->isRunning()) static_cast<void>(scan_->finish(context_.clock.now(), true));
    if (phase_ == Phase::open)
        rushStop();
    else
        stop_->reportLineDown();
    sweepMotion();
    group_->markGap();
    reportStop(context_.clock.now());
}

/// What waits for the wire is motion that nobody wants any more.
void BusLoop::sweepMotion() {
    const Error stopped{ErrorCode::interrupted, "stop is latched"};
    motion_->abandon(bus::RequestOutcome::refusedByStop, stopped);
    for (const Letter& letter : mailbox_.takeAll(bus::Priority::motion))
        answer(letter, bus::RequestOutcome::refusedByStop, stopped);
    streams_->endAll(motion::EndReason::stopped, *group_);
    rests_->forgiveAll(); // a stop takes more than they do
    if (openLetter_) answer(*std::exchange(openLetter_, {}), bus::RequestOutcome::refusedByStop, stopped);
    if (scanLetter_) answer(*std::exchange(scanLetter_, {}), bus::RequestOutcome::refusedByStop, stopped);
}

void BusLoop::rushStop() {
    stop_->rush(group_->axes(), strangers());
}

StopService::Strangers BusLoop::strangers() const {
    const auto& axes = group_->axes();
    for (const bus::ServoFound& found : scan_->found()) {
        const bool known = std::any_of(axes.begin(), axes.end(), [&](const PolledAxis& polled) {
            return polled.axis->servo == found.servo.id;
        });
        if (found.baud == link_.line.baud && !known) return StopService::Strangers::some;
    }
    return StopService::Strangers::none;
}

/// Between the cycles: axes that owe their stopped state to a stop, even if they were found after it.
void BusLoop::goOnStopping(Time now) {
    if (phase_ == Phase::open) {
        const bool scanning = scan_->isRunning();
        // A scan is not held up by axes that were tried before it.
        if (scanning && stop_->hasFresh()) static_cast<void>(scan_->stepAside());
        if (!scanning || stop_->hasFresh()) static_cast<void>(stop_->advance(group_->axes(), now));
    }
    reportStop(context_.clock.now());
}

/// Before the line is left: a stop that is latched is served, and axes that hold for a while are let go when
/// it is over. Nobody else would ever do it.
void BusLoop::finishStopping() {
    // As long as a hold lasts, and what it may take to be heard.
    constexpr Duration longest = std::chrono::seconds{4};
    if (stopIsDue()) serveStop();
    const Time end = context_.clock.now() + longest;
    while (phase_ == Phase::open && stop_->isOwed()) {
        const auto due = stop_->due(group_->axes());
        if (!due || *due > end || context_.clock.now() > end) break;
        waker_.clear();
        if (*due > context_.clock.now()) static_cast<void>(context_.clock.waitUntil(*due, waker_));
        static_cast<void>(stop_->advance(group_->axes(), context_.clock.now()));
    }
    reportStop(context_.clock.now());
}

void BusLoop::reportStop(Time now) {
    if (auto report = stop_->takeReport(now, stopPatience_)) context_.core.post(std::move(*report));
}

} // namespace servolane::runtime
