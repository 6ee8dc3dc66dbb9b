// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/poll_group.h"

#include "core/registers/return_level.h"

#include <algorithm>

namespace servolane::runtime {

using registers::answersAll;
using registers::answersReads;

namespace {
constexpr int missesToLeave = 3;
constexpr Duration probeInterval = std::chrono::milliseconds{500};
/// Of an axis that answers pings only: each costs a time-out, and only a command will change it.
constexpr Duration muteProbeInterval = std::chrono::seconds{2};
/// The error register is read this much more seldom than voltage and temperature: the alert bit tells of a
/// change at once.
constexpr int errorIntervalFactor = 5;
/// Of a watched register that is not read with the group: somebody looks at it move.
constexpr Duration watchInterval = std::chrono::milliseconds{50};
} // namespace

void PollGroup::setAxes(const std::vector<std::shared_ptr<const motion::Axis>>& axes) {
    std::vector<PolledAxis> next;
    bool laidOutAnew = axes.size() != axes_.size();
    for (const auto& axis : axes) {
        PolledAxis polled(axis);
        const PolledAxis* known = find(axis->id);
        if (!known || known->axis->model != axis->model || known->axis->watches != axis->watches)
            laidOutAnew = true;
        if (known && known->axis->model == axis->model) {
            polled = *known;
            // Its answers are learned of each id.
            polled.learned = known->learned && known->axis->servo == axis->servo;
            polled.axis = axis;
        }
        next.push_back(std::move(polled));
    }
    axes_ = std::move(next);
    if (laidOutAnew) followPlan();
    prepared_ = false;
}

void PollGroup::followPlan() {
    // Where servos are read one by one, or with a request for each value, longer reads are not for nothing.
    const bool cheap = servos_.traits().groupRead;
    for (PolledAxis& polled : axes_)
        polled.follow(plan_,
                      cheap ? watchedOf(*polled.axis->model) : std::vector<const registers::Register*>{});
}

std::vector<const registers::Register*> PollGroup::watchedOf(const registers::ServoModel& model) const {
    std::vector<const registers::Register*> watched;
    for (const PolledAxis& polled : axes_) {
        if (polled.axis->model.get() != &model) continue;
        for (const motion::Watch& watch : polled.axis->watches)
            if (const auto* of = watch.on ? model.find(watch.name) : nullptr) watched.push_back(of);
    }
    return watched;
}

void PollGroup::setPlan(const bus::PollPlan& plan, Duration slowInterval) {
    plan_ = plan;
    slowInterval_ = slowInterval;
    followPlan();
    prepared_ = false;
}

bool PollGroup::changesAnswers(const bus::Step& step) const {
    const auto* write = std::get_if<bus::WriteStep>(&step);
    if (!write) return false;
    return std::any_of(axes_.begin(), axes_.end(), [&](const PolledAxis& polled) {
        if (polled.axis->servo != write->servo) return false;
        for (const auto role : {registers::Role::returnDelay, registers::Role::statusReturnLevel})
            if (const auto* source = polled.find(role); source && source->address == write->address)
                return true;
        return false;
    });
}

void PollGroup::learnAgain() {
    for (PolledAxis& polled : axes_)
        polled.learned = false;
    prepared_ = false;
}

PolledAxis* PollGroup::find(AxisId axis) {
    const auto found =
        std::find_if(axes_.begin(), axes_.end(), [&](const auto& p) { return p.axis->id == axis; });
    return found == axes_.end() ? nullptr : &*found;
}

bool PollGroup::hasActive() const {
    return std::any_of(axes_.begin(), axes_.end(),
                       [](const auto& p) { return !p.silent && p.fast.span.size > 0; });
}

Result<std::optional<std::int64_t>> PollGroup::readOnce(const PolledAxis& polled, registers::Role role) {
    const auto* source = polled.find(role);
    if (!source) return std::nullopt;
    Bytes bytes(source->size);
    const auto reply = servos_.read(polled.axis->servo, source->address, bytes);
    if (reply) return source->rawFrom(bytes);
    const auto code = reply.error().code;
    if (code == ErrorCode::linkLost || code == ErrorCode::interrupted)
        return tl::make_unexpected(reply.error());
    return std::nullopt;
}

Result<void> PollGroup::learn(PolledAxis& polled) {
    const auto fastFrom = polled.axis->model->fastGroupReadFrom;
    servos_.allowFastGroupRead(polled.axis->servo, fastFrom && polled.axis->firmware >= *fastFrom);
    const auto mute = isMute(polled);
    if (!mute) return tl::make_unexpected(mute.error());
    if (*mute) {
        fallMute(polled);
        return {};
    }
    const auto delay = readOnce(polled, registers::Role::returnDelay);
    if (!delay) return tl::make_unexpected(delay.error());
    if (*delay) {
        // Model files give the delay in microseconds or milliseconds, as their unit says.
        const auto* source = polled.find(registers::Role::returnDelay);
        polled.returnDelay = fromSeconds(source->valueFrom(**delay) * (source->unit == "ms" ? 1e-3 : 1e-6));
    }
    polled.meter.learned(*delay ? std::optional(polled.returnDelay) : std::nullopt, polled.returnLevel);
    polled.learned = delay->has_value();
    return {};
}

Result<bool> PollGroup::saysItsLevel(PolledAxis& polled, int tries) {
    const ServoId servo = polled.axis->servo;
    for (int i = 0; i < tries; ++i) {
        const auto raw = readOnce(polled, registers::Role::statusReturnLevel);
        if (!raw) return tl::make_unexpected(raw.error());
        if (!*raw) continue;
        const auto level =
            registers::returnLevelFrom(*polled.find(registers::Role::statusReturnLevel), **raw);
        // Whatever it says, it has answered a read.
        polled.returnLevel = level;
        const bool all = level >= answersAll;
        servos_.setStatusReturnLevel(servo, all ? answersAll : answersReads);
        setAnswers(polled, all ? bus::Answers::all : bus::Answers::pingsAndReads);
        return true;
    }
    return false;
}

Result<bool> PollGroup::isMute(PolledAxis& polled) {
    if (!polled.find(registers::Role::statusReturnLevel)) return false;
    const ServoId servo = polled.axis->servo;
    // Only then is an answer to the read waited for.
    servos_.setStatusReturnLevel(servo, answersAll);
    const bool isKnown = polled.answers == bus::Answers::pingsOnly;
    // One answer may get lost on the way; to find again what is known already, one try will do.
    const auto before = saysItsLevel(polled, isKnown ? 1 : 2);
    if (!before) return before;
    if (*before) return false;
    const auto alive = servos_.ping(servo);
    if (!alive) {
        const auto code = alive.error().code;
        if (code == ErrorCode::linkLost || code == ErrorCode::interrupted)
            return tl::make_unexpected(alive.error());
        return false;
    }
    if (!polled.axis->model->standsFor(alive->modelNumber)) return false;
    if (isKnown) return true;
    // It may have come back between the two: only silence on both sides of a ping is the servo's choice.
    const auto after = saysItsLevel(polled, 2);
    if (!after) return after;
    return !*after;
}

void PollGroup::setAnswers(PolledAxis& polled, bus::Answers answers) {
    if (std::exchange(polled.answers, answers) == answers) return;
    context_.fact(bus::AxisAnswers{context_.bus, polled.axis->id, answers});
}

void PollGroup::fallMute(PolledAxis& polled) {
    polled.lastAnswer = context_.clock.now();
    servos_.setStatusReturnLevel(polled.axis->servo, 0);
    fallSilent(polled);
    setAnswers(polled, bus::Answers::pingsOnly);
    polled.misses = 0;
    polled.nextProbe = context_.clock.now() + muteProbeInterval;
}

void PollGroup::noteWritten(ServoId servo, std::uint16_t address, ByteView bytes) {
    for (PolledAxis& polled : axes_) {
        const auto* level = polled.find(registers::Role::statusReturnLevel);
        if (polled.axis->servo != servo || !level) continue;
        const bool covers = level->address >= address && level->address < address + bytes.size();
        if (!covers) continue;
        servos_.setStatusReturnLevel(servo,
                                     registers::returnLevelFrom(*level, bytes[level->address - address]));
        polled.learned = false;
        polled.nextProbe = {};
        prepared_ = false;
    }
}

void PollGroup::noteRestart(ServoId servo) {
    for (PolledAxis& polled : axes_)
        if (polled.axis->servo == servo) fallSilent(polled);
}

Result<void> PollGroup::prepare() {
    group_ = {};
    order_.clear();
    Duration slowest{};
    for (std::size_t i = 0; i < axes_.size(); ++i) {
        PolledAxis& polled = axes_[i];
        if (polled.silent || polled.fast.span.size == 0) continue;
        if (!polled.learned) {
            if (auto learned = learn(polled); !learned) return learned;
            if (polled.silent) continue;
        }
        slowest = std::max(slowest, polled.returnDelay);
        group_.entries.push_back({polled.axis->servo, polled.fast.span});
        order_.push_back(i);
    }
    if (group_.entries.empty()) return {};
    if (auto done = servos_.prepareGroup(group_); !done) return done;
    wireTime_ = servos_.wireTime(group_, slowest);
    bareWireTime_ = servos_.wireTime(group_, Duration::zero());
    prepared_ = true;
    return {};
}

Result<void> PollGroup::readCycle(Duration period) {
    if (!prepared_) {
        if (auto done = prepare(); !done) return done;
        if (!prepared_) return {};
    }
    if (auto done = servos_.readGroup(group_); !done) return done;
    auto cycle = std::make_shared<telemetry::FeedbackCycle>();
    cycle->bus = context_.bus;
    cycle->cycle = cycle_++;
    cycle->time = group_.time;
    cycle->samples.reserve(group_.entries.size());
    bool chainBroken = false;
    for (std::size_t i = 0; i < group_.entries.size(); ++i) {
        const bus::GroupSlot& slot = group_.entries[i];
        axes_[order_[i]].meter.asked(slot.state);
        if (slot.state == bus::SlotState::answered && slot.error == 0) {
            takeAnswer(axes_[order_[i]], slot, *cycle);
            continue;
        }
        // Each servo answers after it has heard the one before it: behind a silent one the others may be
        // blameless.
        const bool suspect = slot.state == bus::SlotState::silent && !std::exchange(chainBroken, true);
        takeMiss(axes_[order_[i]], suspect);
    }
    ++counters_.cycles;
    if (cycle->samples.empty()) {
        gapBefore_ = true;
        return {};
    }
    cycle->gapBefore = std::exchange(gapBefore_, false);
    context_.cells.store(*cycle, period);
    const Time at = cycle->time;
    context_.events.publish(at, {}, api::FeedbackPointer{std::move(cycle)});
    return {};
}

std::vector<bus::ServoMeasured> PollGroup::servoFigures() const {
    std::vector<bus::ServoMeasured> figures;
    figures.reserve(axes_.size());
    for (const PolledAxis& polled : axes_)
        figures.push_back(polled.meter.figures(polled.axis->id));
    return figures;
}

void PollGroup::takeAnswer(PolledAxis& polled, const bus::GroupSlot& slot, telemetry::FeedbackCycle& cycle) {
    auto& sample = cycle.samples.emplace_back(std::exchange(polled.slowSample, {polled.axis->id}));
    sample.offsetNs = static_cast<std::int32_t>(slot.offset.count());
    polled.fast.decode(ByteView(group_.data).subspan(slot.dataAt, slot.span.size), sample);
    polled.misses = 0;
    polled.lastAnswer = group_.time;
    ++counters_.answers;
    if (slot.alert == polled.alert) return;
    polled.alert = slot.alert;
    for (std::size_t i = 0; i < polled.slow.size(); ++i)
        if (polled.slow[i].isErrors()) polled.slowDue[i] = {};
}

void PollGroup::takeMiss(PolledAxis& polled, bool suspect) {
    ++counters_.errors;
    gapBefore_ = true;
    if (suspect && ++polled.misses >= missesToLeave) fallSilent(polled);
}

void PollGroup::fallSilent(PolledAxis& polled) {
    if (polled.silent) return;
    polled.silent = true;
    polled.misses = 0;
    polled.nextProbe = context_.clock.now() + probeInterval;
    prepared_ = false;
    context_.cells.markSilent(polled.axis->id, true);
    context_.fact(bus::AxisFellSilent{context_.bus, polled.axis->id, polled.lastAnswer});
}

void PollGroup::askAgain() {
    for (PolledAxis& polled : axes_)
        polled.nextProbe = {};
    prepared_ = false;
    gapBefore_ = true;
}

void PollGroup::loseAll() {
    for (PolledAxis& polled : axes_) {
        fallSilent(polled);
        polled.nextProbe = {};
    }
    gapBefore_ = true;
}

/// The read that has waited longest: with many axes the time between cycles does not suffice for all that are
/// due, and each must get its turn. What an alert calls for was due before the world began, so it goes first.
PollGroup::SlowRead PollGroup::nextSlow(Time now) {
    SlowRead next;
    for (PolledAxis& polled : axes_) {
        if (polled.silent) continue;
        for (std::size_t i = 0; i < polled.slow.size(); ++i) {
            const bool waitsLonger = !next.polled || polled.slowDue[i] < next.polled->slowDue[next.span];
            if (polled.slowDue[i] <= now && waitsLonger) next = {&polled, i};
        }
    }
    return next;
}

Result<bool> PollGroup::readSlow(Time now) {
    const auto [polled, at] = nextSlow(now);
    if (!polled) return false;
    const ChannelSpan& span = polled->slow[at];
    const bool quiet = span.isErrors() && !polled->alert;
    const Duration interval = span.isWatch() ? std::min(slowInterval_, watchInterval) : slowInterval_;
    polled->slowDue[at] = now + (quiet ? slowInterval_ * errorIntervalFactor : interval);
    Bytes bytes(span.span.size);
    const auto reply = servos_.read(polled->axis->servo, span.span.address, bytes);
    if (reply) {
        span.decode(bytes, polled->slowSample);
        polled->meter.timed(reply->turnaround);
    } else if (reply.error().code == ErrorCode::linkLost || reply.error().code == ErrorCode::interrupted)
        return tl::make_unexpected(reply.error());
    else
        ++counters_.errors;
    return true;
}

Result<bool> PollGroup::probeSilent(Time now) {
    const auto due = std::find_if(axes_.begin(), axes_.end(),
                                  [&](const auto& p) { return p.silent && p.nextProbe <= now; });
    if (due == axes_.end()) return false;
    const bool mute = due->answers == bus::Answers::pingsOnly;
    due->nextProbe = now + (mute ? muteProbeInterval : probeInterval);
    const auto answer = servos_.ping(due->axis->servo);
    if (!answer) {
        if (answer.error().code == ErrorCode::linkLost) return tl::make_unexpected(answer.error());
        // Now it answers nothing at all; what it will answer when it is back is not known.
        if (mute && ++due->misses >= missesToLeave) setAnswers(*due, bus::Answers::all);
        return true;
    }
    // Another model under the same id is not this axis: it stays silent until someone scans and decides.
    if (!due->axis->model->standsFor(answer->modelNumber)) return true;
    if (const auto greeted = greet(*due); !greeted) return tl::make_unexpected(greeted.error());
    return true;
}

Result<void> PollGroup::greet(PolledAxis& polled) {
    polled.misses = 0;
    const auto mute = isMute(polled);
    if (!mute) return tl::make_unexpected(mute.error());
    if (*mute) {
        fallMute(polled);
        return {};
    }
    polled.silent = false;
    polled.alert = false;
    polled.learned = false; // it may have been replaced or set up anew meanwhile
    prepared_ = false;
    context_.cells.markSilent(polled.axis->id, false);
    context_.fact(bus::AxisReturned{context_.bus, polled.axis->id});
    return {};
}

} // namespace servolane::runtime
