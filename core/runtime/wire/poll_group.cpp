// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/wire/poll_group.h"

#include "core/registers/return_level.h"

#include <algorithm>

namespace servolane::runtime {

namespace {
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
            forgetOther(polled, known->axis->servo);
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
    const bool gapBefore = std::exchange(gapBefore_, false);
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
    cycle->gapBefore = gapBefore;
    // Where nobody says how often, a line takes as long as it takes. A break says nothing of that.
    constexpr Duration longestCycle = std::chrono::milliseconds{60};
    const Duration since = lastAnswered_ == Time{} ? Duration{} : cycle->time - lastAnswered_;
    lastAnswered_ = cycle->time;
    context_.cells.store(*cycle, std::max(period, std::min(since, longestCycle)));
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

} // namespace servolane::runtime
