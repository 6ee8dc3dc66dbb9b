// SPDX-License-Identifier: GPL-3.0-or-later
// Who does not answer, who answers instead, and how an axis comes back.
#include "core/runtime/wire/poll_group.h"

#include "core/registers/return_level.h"

#include <algorithm>

namespace servolane::runtime {

using registers::answersAll;
using registers::answersReads;

namespace {
constexpr int missesToLeave = 3;
constexpr Duration probeInterval = std::chrono::milliseconds{500};
/// Who has only just fallen silent may be back at once, and may be under way: it is asked soon, then less and
/// less often.
constexpr Duration firstProbe = std::chrono::milliseconds{40};
/// Of an axis that answers pings only: each costs a time-out, and only a command will change it.
constexpr Duration muteProbeInterval = std::chrono::seconds{2};
} // namespace

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

void PollGroup::noteRestart(ServoId servo) {
    for (PolledAxis& polled : axes_) {
        if (polled.axis->servo != servo) continue;
        fallSilent(polled);
        // Asked too soon it would still answer as it was.
        polled.nextProbe = context_.clock.now() + probeInterval;
        polled.probeWait = probeInterval;
    }
}

void PollGroup::takeMiss(PolledAxis& polled, bool suspect) {
    ++counters_.errors;
    gapBefore_ = true; // for the cycle that follows
    if (suspect && ++polled.misses >= missesToLeave) fallSilent(polled);
}

void PollGroup::fallSilent(PolledAxis& polled) {
    if (polled.silent) return;
    polled.silent = true;
    polled.misses = 0;
    polled.nextProbe = context_.clock.now() + firstProbe;
    polled.probeWait = firstProbe;
    prepared_ = false;
    context_.cells.markSilent(polled.axis->id, true);
    tellSilent(polled);
}

void PollGroup::tellSilent(const PolledAxis& polled) {
    context_.fact(bus::AxisFellSilent{context_.bus, polled.axis->id, polled.lastAnswer});
}

std::shared_ptr<const registers::ServoModel> PollGroup::modelOf(const bus::ServoIdentity& found,
                                                                const motion::Axis& axis) const {
    const std::string& family = axis.model->family;
    if (context_.models)
        if (auto model = context_.models->find(family, found.modelNumber)) return model;
    if (axis.model->standsFor(found.modelNumber)) return axis.model;
    registers::ServoModel unknown;
    unknown.family = family;
    unknown.number = found.modelNumber;
    return std::make_shared<const registers::ServoModel>(std::move(unknown));
}

/// It is no axis of ours: it stays as it is until a person confirms it, or scans and decides.
void PollGroup::meet(PolledAxis& polled, motion::OtherServo other) {
    polled.misses = 0;
    if (polled.other == other) return;
    setAnswers(polled, bus::Answers::all);
    polled.other = std::move(other);
    context_.fact(
        bus::OtherServoFound{context_.bus, polled.axis->id, polled.other->found, polled.other->model});
}

/// The axis may have become what was found, or have moved to another id.
void PollGroup::forgetOther(PolledAxis& polled, ServoId before) {
    if (!polled.other) return;
    const bool isIt = motion::isServoOf(*polled.axis, polled.other->found, *polled.other->model);
    if (!isIt && polled.axis->servo == before) return;
    polled.other.reset();
    polled.nextProbe = {};
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
        polled.other.reset();
        polled.nextProbe = {};
    }
    markGap();
}

Result<bool> PollGroup::probeSilent(Time now) {
    const auto due = std::find_if(axes_.begin(), axes_.end(),
                                  [&](const auto& p) { return p.silent && p.nextProbe <= now; });
    if (due == axes_.end()) return false;
    const bool mute = due->answers == bus::Answers::pingsOnly;
    due->probeWait = std::min<Duration>(due->probeWait * 2, probeInterval);
    due->nextProbe = now + (mute ? muteProbeInterval : due->probeWait);
    const auto answer = servos_.ping(due->axis->servo);
    if (!answer) {
        if (answer.error().code == ErrorCode::linkLost) return tl::make_unexpected(answer.error());
        // Now it answers nothing at all; what it will answer when it is back is not known.
        const bool gone = (mute || due->other) && ++due->misses >= missesToLeave;
        if (gone && mute) setAnswers(*due, bus::Answers::all);
        if (gone && std::exchange(due->other, {})) tellSilent(*due);
        return true;
    }
    if (auto model = modelOf(*answer, *due->axis); !motion::isServoOf(*due->axis, *answer, *model)) {
        meet(*due, {*answer, std::move(model)});
        return true;
    }
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
    gapBefore_ = true;
    polled.other.reset();
    polled.alert = false;
    polled.learned = false; // it may have been replaced or set up anew meanwhile
    prepared_ = false;
    context_.cells.markSilent(polled.axis->id, false);
    context_.fact(bus::AxisReturned{context_.bus, polled.axis->id});
    return {};
}

} // namespace servolane::runtime
