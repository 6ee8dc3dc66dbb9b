// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/wire/bus_loop.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace servolane::runtime {

namespace {

/// Register work of one cycle; the rest waits for the next, so that reads of feedback go on.
constexpr Duration registerShare = std::chrono::milliseconds{5};
/// Without a pause between cycles, slow registers take at most one part in this many of the wire.
constexpr int slowShare = 40;
constexpr Duration reopenInterval = std::chrono::milliseconds{500};
constexpr Duration idlePause = std::chrono::milliseconds{20};
/// So long a cycle waits for a command that is being decided: less than it would keep it off the wire.
constexpr Duration decisionPatience = std::chrono::microseconds{200};
/// Nobody wakes this thread when a command asks nothing of it.
constexpr Duration decisionGlance = std::chrono::microseconds{50};
/// A step that comes so much later than it was asked for is a break that consumers must see.
constexpr Duration longestDelay = std::chrono::milliseconds{250};

/// Any failure of the line itself; what concerns one servo or one wait is not.
bool isLost(const Result<void>& result) {
    return !result &&
           (result.error().code == ErrorCode::linkLost || result.error().code == ErrorCode::inputOutput);
}

} // namespace

BusLoop::BusLoop(BusContext context, const BusFactory& factory, const bus::LinkSettings& link)
    : context_(context)
    , link_(link)
    , served_(context.stops.generation())
    , slept_(context.clock.slept()) {
    auto made = factory(link, context_.clock, breakOff_);
    if (!made) {
        partsError_ = made.error();
        return;
    }
    parts_ = std::move(*made);
    group_ = std::make_unique<PollGroup>(context_, *parts_.servos);
    watchdogs_ = std::make_unique<WatchdogKeeper>(context_, *parts_.servos);
    rests_ = std::make_unique<RestKeeper>(context_, *parts_.servos);
    motion_ = std::make_unique<RequestRunner>(context_, *parts_.transport, *parts_.servos, *group_,
                                              *watchdogs_, doubts_, *rests_);
    registers_ = std::make_unique<RequestRunner>(context_, *parts_.transport, *parts_.servos, *group_,
                                                 *watchdogs_, doubts_, *rests_);
    streams_ = std::make_unique<StreamRunner>(context_, *parts_.servos, *rests_);
    stop_ = std::make_unique<StopService>(context_, *parts_.servos, breakOff_);
    scan_ = std::make_unique<BusScan>(context_, *parts_.transport, *parts_.servos);
    context_.stops.addWaker(waker_);
    context_.stops.addWaker(breakOff_);
    if (context_.taps && parts_.tap)
        context_.taps->add(context_.bus, {parts_.tap, parts_.servos->traits().wire});
}

BusLoop::~BusLoop() {
    if (context_.taps) context_.taps->remove(context_.bus);
    context_.stops.removeWaker(waker_);
    context_.stops.removeWaker(breakOff_);
}

void BusLoop::post(bus::Request request) {
    const auto unserved = mailbox_.post(std::move(request), context_.clock.now());
    if (!unserved) return;
    const bool closed = unserved->outcome == bus::RequestOutcome::failed;
    answer(unserved->letter, unserved->outcome,
           closed ? Error{ErrorCode::linkLost, "the bus is closed"} : Error{});
}

Duration BusLoop::period() const {
    return link_.pollRate > 0.0 ? fromSeconds(1.0 / link_.pollRate) : Duration::zero();
}

Time BusLoop::step(Time now) {
    notePause(now);
    if (phase_ != Phase::finished && stopIsDue()) serveStop();
    if (group_ && phase_ != Phase::finished) goOnStopping(now);
    Result<void> done = serveRequests(now);
    if (done && phase_ == Phase::open && context_.core.isDeciding() && context_.clock.now() >= cycleDue_) {
        awaitDecision(context_.clock.now());
        done = serveRequests(context_.clock.now());
    }
    // Pressed meanwhile: it comes before the next transaction.
    if (done && phase_ != Phase::finished && stopIsDue()) return wanted_ = context_.clock.now();
    if (phase_ == Phase::lost) tryReopen(context_.clock.now());
    if (done && phase_ == Phase::open) keepAtRest(context_.clock.now());
    if (done && phase_ != Phase::lost && scan_ && scan_->isRunning())
        done = runScan(context_.clock.now());
    else if (done && phase_ == Phase::open)
        done = runCycle(context_.clock.now());
    if (isLost(done)) lose(done.error());
    answerEnds(bus::RequestOutcome::confirmed);
    measure(context_.clock.now());
    return wanted_ = nextWanted(context_.clock.now());
}

/// The machine slept, or nobody gave this thread the processor.
void BusLoop::notePause(Time now) {
    if (!group_ || phase_ != Phase::open) return;
    const Duration slept = std::exchange(slept_, context_.clock.slept());
    const bool woke = slept_ - slept > longestDelay;
    if (!woke && (wanted_ == Time{} || now - wanted_ <= longestDelay)) return;
    group_->markGap();
    meter_.restart();
    // Nobody held a key all that time; now() may not even know of it.
    if (woke) streams_->endAll(motion::EndReason::leaseLapsed, *group_);
    if (woke) lastCycle_ = {};
}

Time BusLoop::nextWanted(Time now) const {
    if (phase_ == Phase::finished || phase_ == Phase::idle) return now + reopenInterval;
    if (stopIsDue()) return now;
    if (phase_ == Phase::lost) return reopenDue_;
    if (scan_->isRunning() || motion_->isBusy() || registers_->isBusy()) return now;
    const auto stopDue = stop_->due(group_->axes());
    const Time next = group_->hasActive() ? cycleDue_ : now + idlePause;
    const auto restDue = rests_->due(group_->axes());
    const Time first = restDue ? std::min(next, *restDue) : next;
    return stopDue ? std::min(first, *stopDue) : first;
}

Result<void> BusLoop::serveMotion() {
    for (;;) {
        if (stopIsDue()) return {};
        if (motion_ && motion_->isBusy()) {
            if (auto done = motion_->runStep(); !done) return done;
            continue;
        }
        auto letter = mailbox_.take(bus::Priority::motion);
        if (!letter) return {};
        dispatch(std::move(*letter));
    }
}

Result<void> BusLoop::serveRequests(Time now) {
    for (;;) {
        if (auto done = serveMotion(); !done) return done;
        if (stopIsDue() || phase_ == Phase::finished) return {};
        if (registers_ && registers_->isBusy()) {
            if (auto done = registers_->runStep(); !done) return done;
        } else if (auto letter = mailbox_.take(bus::Priority::background)) {
            dispatch(std::move(*letter));
        } else {
            return {};
        }
        if (context_.clock.now() - now > registerShare) return {};
    }
}

/// Whoever has sent a command should not find that a cycle began while it was decided.
void BusLoop::awaitDecision(Time now) {
    const Time until = now + decisionPatience;
    for (; context_.core.isDeciding() && now < until; now = context_.clock.now()) {
        // Cleared before looking, so that no announcement is lost.
        waker_.clear();
        if (stopIsDue() || mailbox_.holds(bus::Priority::registers)) return;
        static_cast<void>(context_.clock.waitUntil(std::min(until, now + decisionGlance), waker_));
    }
}

void BusLoop::answer(const Letter& letter, bus::RequestOutcome outcome, Error error) {
    bus::RequestFinished report;
    report.command = letter.request.command;
    report.part = letter.request.part;
    report.bus = context_.bus;
    report.outcome = outcome;
    report.error = std::move(error);
    report.latency = context_.clock.now() - letter.posted;
    context_.core.post(std::move(report));
}

void BusLoop::dispatch(Letter letter) {
    const bool isMotion = letter.request.priority == bus::Priority::motion;
    if (isMotion && context_.stops.isLatched())
        return answer(letter, bus::RequestOutcome::refusedByStop,
                      {ErrorCode::interrupted, "stop is latched"});
    const bool opens = std::holds_alternative<bus::OpenWork>(letter.request.work);
    const bool closes = std::holds_alternative<bus::CloseWork>(letter.request.work);
    if (phase_ != Phase::open && !opens && !closes) {
        const bool configures = std::holds_alternative<bus::PollWork>(letter.request.work) ||
                                std::holds_alternative<bus::FaultWork>(letter.request.work) ||
                                std::holds_alternative<bus::ResumeWork>(letter.request.work);
        if (!group_ || !configures)
            return answer(letter, bus::RequestOutcome::failed,
                          {ErrorCode::linkLost, link_.line.path + " is not open"});
    }
    std::visit([&](const auto& work) { handle(letter, work); }, letter.request.work);
}

void BusLoop::handle(Letter& letter, const bus::StepsWork& work) {
    // Servos being asked must not hear a scan's rate, nor talk into the answers to its ping.
    if (const auto aside = scan_->stepAside(); !aside)
        return answer(letter, bus::RequestOutcome::failed, aside.error());
    RequestRunner& runner = letter.request.priority <= bus::Priority::motion ? *motion_ : *registers_;
    for (const bus::Step& step : work.steps)
        answersChange_ = answersChange_ || group_->changesAnswers(step);
    runner.begin(std::move(letter));
}

void BusLoop::handle(Letter& letter, const bus::OpenWork& work) {
    if (!parts_.transport) {
        finish();
        return answer(letter, bus::RequestOutcome::failed, partsError_);
    }
    link_ = work.link;
    const bool anyBaud = link_.line.baud == 0;
    const auto& likely = parts_.servos->traits().likelyBauds;
    if (anyBaud) link_.line.baud = likely.empty() ? 57600 : likely.front();
    if (const auto opened = parts_.transport->open(link_.line); !opened) {
        finish();
        return answer(letter, bus::RequestOutcome::failed, opened.error());
    }
    phase_ = Phase::open;
    group_->setPlan(link_.plan, fromSeconds(link_.slowInterval));
    context_.fact(bus::BusConnected{context_.bus, link_, parts_.simulated});
    openLetter_ = std::move(letter);
    scan_->begin(anyBaud ? likely : std::vector<std::uint32_t>{}, link_.line.baud, context_.clock.now(),
                 link_.everyId ? BusScan::Reach::everyId : BusScan::Reach::usualIds, link_.ids);
}

void BusLoop::handle(Letter& letter, const bus::CloseWork&) {
    shutDown();
    answer(letter, bus::RequestOutcome::confirmed);
}

void BusLoop::shutDown() {
    if (phase_ == Phase::finished) return;
    if (phase_ != Phase::idle && group_) {
        if (phase_ == Phase::open && scan_->isRunning())
            static_cast<void>(scan_->finish(context_.clock.now(), true));
        finishStopping();
        const Error closed{ErrorCode::linkLost, link_.line.path + " was closed"};
        motion_->abandon(bus::RequestOutcome::failed, closed);
        registers_->abandon(bus::RequestOutcome::failed, closed);
        // The speed of a jog must be taken back while there is a line to do it.
        streams_->endAll(phase_ == Phase::open ? motion::EndReason::leaseLapsed : motion::EndReason::busLost,
                         *group_);
        if (phase_ == Phase::open) comeToRest();
        rests_->forgiveAll();
        answerEnds(bus::RequestOutcome::failed);
        if (openLetter_) answer(*std::exchange(openLetter_, {}), bus::RequestOutcome::failed, closed);
        if (scanLetter_) answer(*std::exchange(scanLetter_, {}), bus::RequestOutcome::failed, closed);
        parts_.transport->close();
        context_.fact(bus::BusDisconnected{context_.bus});
    }
    finish();
}

void BusLoop::finish() {
    phase_ = Phase::finished;
    for (const Letter& letter : mailbox_.close())
        answer(letter, bus::RequestOutcome::failed, {ErrorCode::linkLost, link_.line.path + " was closed"});
    finished_.store(true, std::memory_order_release);
}

void BusLoop::handle(Letter& letter, const bus::ScanWork& work) {
    if (scan_->isRunning())
        return answer(letter, bus::RequestOutcome::failed, {ErrorCode::busy, "a scan is running"});
    if (const auto moving = reasonOfMotion()) return answer(letter, bus::RequestOutcome::failed, *moving);
    const bool leavesHome =
        std::ranges::any_of(work.bauds, [&](auto baud) { return baud != link_.line.baud; });
    if (const auto reason = reasonAgainstScan(leavesHome))
        return answer(letter, bus::RequestOutcome::failed, *reason);
    scan_->begin(work.bauds, link_.line.baud, context_.clock.now());
    scanLetter_ = std::move(letter);
}

/// While servos are pinged nobody else is spoken to.
std::optional<Error> BusLoop::reasonAgainstScan(bool leavesHome) const {
    if (!streams_->isIdle()) return Error{ErrorCode::busy, "an axis is being jogged"};
    const Duration armed = watchdogs_->shortest();
    if (armed == Duration::zero()) return std::nullopt;
    const bool broadcast = parts_.servos->traits().broadcastPing;
    const Duration window = parts_.servos->broadcastPingWindow();
    if (leavesHome)
        return Error{ErrorCode::busy,
                     "a bus watchdog of " + std::to_string(std::lround(milliseconds(armed))) +
                         " ms is armed, and servos hear nothing while others are looked for at "
                         "other rates: switch torque off first"};
    if (broadcast && 2 * window < armed) return std::nullopt;
    return Error{ErrorCode::busy, "a scan listens for " + std::to_string(std::lround(milliseconds(window))) +
                                      " ms, and a bus watchdog of " +
                                      std::to_string(std::lround(milliseconds(armed))) + " ms is armed"};
}

void BusLoop::handle(Letter& letter, const bus::CancelScanWork&) {
    if (scan_->isRunning()) {
        const auto done = scan_->finish(context_.clock.now(), true);
        if (scanLetter_)
            answer(*std::exchange(scanLetter_, {}), bus::RequestOutcome::failed,
                   {ErrorCode::interrupted, "cancelled"});
        if (openLetter_) answer(*std::exchange(openLetter_, {}), bus::RequestOutcome::confirmed);
        group_->markGap();
        if (!done) return answer(letter, bus::RequestOutcome::failed, done.error());
    }
    answer(letter, bus::RequestOutcome::confirmed);
}

void BusLoop::handle(Letter& letter, const bus::PollWork& work) {
    group_->setAxes(work.axes);
    if (context_.stops.isLatched()) stop_->adopt(group_->axes());
    answer(letter, bus::RequestOutcome::confirmed);
}

void BusLoop::handle(Letter& letter, const bus::PollRateWork& work) {
    link_.pollRate = work.rate;
    cycleDue_ = {};
    watchdogs_->expectEvery(std::max(period(), group_->wireTime()));
    context_.fact(bus::PollRateSet{context_.bus, work.rate});
    answer(letter, bus::RequestOutcome::confirmed);
}

void BusLoop::handle(Letter& letter, const bus::LinkBaudWork& work) {
    if (scan_->isRunning())
        return answer(letter, bus::RequestOutcome::failed, {ErrorCode::busy, "a scan is running"});
    if (const auto set = parts_.transport->setBaud(work.baud); !set)
        return answer(letter, bus::RequestOutcome::failed, set.error());
    link_.line.baud = work.baud;
    group_->askAgain();
    meter_.restart();
    context_.fact(bus::BusConnected{context_.bus, link_, parts_.simulated});
    answer(letter, bus::RequestOutcome::confirmed);
}

void BusLoop::handle(Letter& letter, const bus::PollPlanWork& work) {
    link_.plan = work.plan;
    link_.slowInterval = work.slowInterval;
    group_->setPlan(work.plan, fromSeconds(work.slowInterval));
    context_.fact(bus::PollPlanSet{context_.bus, work.plan, work.slowInterval});
    answer(letter, bus::RequestOutcome::confirmed);
}

void BusLoop::handle(Letter& letter, const bus::FaultWork& work) {
    if (!parts_.fault)
        return answer(letter, bus::RequestOutcome::failed, {ErrorCode::unsupported, "not a simulated bus"});
    const auto done = parts_.fault(work.fault, context_.clock.now());
    if (!done) return answer(letter, bus::RequestOutcome::failed, done.error());
    if (work.fault.empty())
        context_.fact(bus::FaultsCleared{context_.bus});
    else
        context_.fact(bus::FaultInjected{context_.bus, work.fault});
    answer(letter, bus::RequestOutcome::confirmed);
}

void BusLoop::handle(Letter& letter, const bus::ResumeWork&) {
    stop_->resume(group_->axes());
    answer(letter, bus::RequestOutcome::confirmed);
}

Result<void> BusLoop::runScan(Time now) {
    // Torque that was switched on meanwhile has armed a watchdog.
    if (const auto reason = scanLetter_ ? reasonAgainstScan(scan_->leavesHome()) : std::nullopt) {
        auto ended = scan_->finish(now, true);
        group_->markGap();
        answer(*std::exchange(scanLetter_, {}), bus::RequestOutcome::failed, *reason);
        return ended;
    }
    if (auto done = scan_->runSlice(now); !done) return done;
    if (scan_->isRunning()) return {};
    group_->markGap();
    meter_.restart();
    if (openLetter_) {
        // Opened without a known rate: settle at the one where servos answered.
        const auto& found = scan_->found();
        if (!found.empty() && found.front().baud != link_.line.baud) {
            link_.line.baud = found.front().baud;
            if (auto set = parts_.transport->setBaud(link_.line.baud); !set) return set;
            context_.fact(bus::BusConnected{context_.bus, link_, parts_.simulated});
        }
        answer(*std::exchange(openLetter_, {}), bus::RequestOutcome::confirmed);
    }
    if (scanLetter_) answer(*std::exchange(scanLetter_, {}), bus::RequestOutcome::confirmed);
    return {};
}

Result<void> BusLoop::runCycle(Time now) {
    if (answersChange_ && !registers_->isBusy() && !motion_->isBusy()) {
        answersChange_ = false;
        group_->learnAgain();
    }
    if (group_->hasActive() && now >= cycleDue_) {
        const Duration armed = watchdogs_->shortest();
        if (armed != Duration::zero() && now - lastCycle_ >= armed) {
            if (auto looked = watchdogs_->lookAfterPause(group_->axes()); !looked) return looked;
        } else if (watchdogs_->owesLook()) {
            if (auto looked = watchdogs_->lookAgain(group_->axes()); !looked) return looked;
        }
        lastCycle_ = now;
        if (!streams_->isIdle()) {
            if (auto done = streams_->evaluate(now, *group_); !done) return done;
        }
        if (auto done = group_->readCycle(period()); !done) return done;
        meter_.cycleDone(now);
        watchdogs_->expectEvery(std::max(period(), group_->wireTime()));
        // A late cycle shifts the rhythm; it is not made up for by a burst.
        cycleDue_ = cycleDue_ + period() > now ? cycleDue_ + period() : now + period();
    }
    return useIdleTime(context_.clock.now());
}

Result<void> BusLoop::useIdleTime(Time now) {
    const bool fits = period() > Duration::zero() && now + 2 * slowCost_ < cycleDue_;
    const bool owed = now - lastSlow_ > slowCost_ * slowShare;
    // With nobody to poll the wire is idle, whatever the last read has cost.
    if (!fits && !owed && group_->hasActive()) return {};
    // What came in during the cycle has waited long enough.
    if (stopIsDue() || context_.core.isDeciding() || mailbox_.holds(bus::Priority::registers)) return {};
    if (const auto probed = group_->probeSilent(now); !probed) return tl::make_unexpected(probed.error());
    if (auto settled = settleDoubt(); !settled) return settled;
    const Time before = context_.clock.now();
    const auto read = group_->readSlow(before);
    if (!read) return tl::make_unexpected(read.error());
    lastSlow_ = context_.clock.now();
    if (*read) slowCost_ = lastSlow_ - before;
    return {};
}

/// What it says is told as any read is: nobody waits for it.
Result<void> BusLoop::settleDoubt() {
    auto told = doubts_.settle(*parts_.servos, group_->axes(), context_.clock.now());
    if (!told) return tl::make_unexpected(told.error());
    if (!*told) return {};
    bus::RequestFinished report;
    report.bus = context_.bus;
    report.readBacks.push_back(std::move(**told));
    context_.core.post(std::move(report));
    return {};
}

void BusLoop::lose(const Error& error) {
    if (phase_ == Phase::finished) return;
    phase_ = Phase::lost;
    parts_.transport->close();
    reopenDue_ = context_.clock.now() + reopenInterval;
    context_.fact(bus::BusLost{context_.bus, error});
    streams_->endAll(motion::EndReason::busLost, *group_);
    answerEnds(bus::RequestOutcome::failed);
    motion_->abandon(bus::RequestOutcome::failed, error);
    registers_->abandon(bus::RequestOutcome::failed, error);
    if (scan_->isRunning()) static_cast<void>(scan_->finish(context_.clock.now(), true));
    if (openLetter_) answer(*std::exchange(openLetter_, {}), bus::RequestOutcome::failed, error);
    if (scanLetter_) answer(*std::exchange(scanLetter_, {}), bus::RequestOutcome::failed, error);
    group_->loseAll();
    meter_.restart();
    stop_->reportLineDown();
}

void BusLoop::tryReopen(Time now) {
    if (now < reopenDue_) return;
    reopenDue_ = now + reopenInterval;
    if (parts_.findAgain) moveTo(parts_.findAgain());
    if (!parts_.transport->open(link_.line)) return;
    phase_ = Phase::open;
    rests_->lineIsBack(now);
    if (std::exchange(moved_, false)) context_.fact(bus::BusConnected{context_.bus, link_, parts_.simulated});
    context_.fact(bus::BusRestored{context_.bus});
    // A stop that could not reach them comes first.
    if (stop_->isOwed()) rushStop();
}

/// The system numbers ports in the order in which they appear: the adapter may come back as another one.
void BusLoop::moveTo(const std::string& path) {
    if (path.empty() || path == link_.line.path) return;
    link_.line.path = path;
    moved_ = true;
}

void BusLoop::measure(Time now) {
    if (!group_ || phase_ == Phase::idle || phase_ == Phase::finished) return;
    if (auto figures = meter_.measure(now, period(), *group_, parts_.servos->counters())) {
        figures->bus = context_.bus;
        figures->adapterLatency = parts_.transport->timing().adapterLatency;
        figures->lost = context_.events.lostSamples(context_.bus);
        context_.events.publish(now, {}, *figures);
    }
}

} // namespace servolane::runtime
