// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/wire/stop_service.h"

#include <algorithm>
#include <cmath>

namespace servolane::runtime {

namespace {

using motion::StopReaction;
using registers::Register;
using registers::Role;

constexpr Duration holdTime = std::chrono::seconds{3};
/// An axis that does not answer so long after the press is reported as not confirmed; one that holds may take
/// longer to come to rest.
constexpr Duration answerPatience = std::chrono::milliseconds{300};
constexpr Duration restPatience = std::chrono::seconds{1};
/// Axes that do not answer may use up so much of the first round.
constexpr Duration doubtfulShare = std::chrono::milliseconds{100};
constexpr Duration retryInterval = std::chrono::milliseconds{20};
constexpr Duration lateInterval = std::chrono::milliseconds{100};
/// So often a servo is told that will not say whether it has heard.
constexpr int sendsUnheard = 3;
/// Tries to switch the torque of a holding axis off, before it is said that they fail.
constexpr int triesToSay = 10;

PolledAxis* polledOf(std::vector<PolledAxis>& axes, AxisId axis) {
    const auto found =
        std::find_if(axes.begin(), axes.end(), [&](const auto& p) { return p.axis->id == axis; });
    return found == axes.end() ? nullptr : &*found;
}

bool losesTorque(const PolledAxis& polled) {
    // Another servo than the axis': where it is to hold, nobody knows.
    return polled.other || polled.axis->stopReaction == StopReaction::torqueOff;
}

bool isDoubtful(const PolledAxis& polled) {
    return polled.silent || polled.misses > 0;
}

/// Answers its pings, but nothing else, as it was found out before.
bool isMute(const PolledAxis& polled) {
    return polled.answers == bus::Answers::pingsOnly;
}

/// Nothing that it is told arrives.
bool isOut(const PolledAxis& polled) {
    return polled.silent && !isMute(polled) && !(polled.other && polled.findTorque());
}

/// Axes that no frame for all has reached first; those that did not answer the last cycle at the end.
int turnOf(const PolledAxis& polled) {
    return (polled.silent ? 4 : 0) + (isDoubtful(polled) ? 2 : 0) + (losesTorque(polled) ? 1 : 0);
}

} // namespace

void StopService::begin(StopGeneration generation, const std::vector<PolledAxis>& axes) {
    generation_ = generation;
    asked_ = context_.stops.at();
    debts_.clear();
    unreported_ = true;
    lineDown_ = false;
    for (const PolledAxis& polled : axes)
        debts_.push_back({{polled.axis->id}});
}

void StopService::adopt(const std::vector<PolledAxis>& axes) {
    for (const PolledAxis& polled : axes) {
        if (find(polled.axis->id)) continue;
        Debt debt{{polled.axis->id}};
        debt.late = true;
        debts_.push_back(debt);
        generation_ = context_.stops.generation();
        asked_ = context_.stops.at();
    }
}

void StopService::rush(std::vector<PolledAxis>& axes, Strangers strangers) {
    // Another press of stop must not break off the work of this one.
    breakOff_.clear();
    lineDown_ = false;
    tellAll(axes, strangers);
    std::vector<PolledAxis*> order;
    for (PolledAxis& polled : axes)
        order.push_back(&polled);
    std::stable_sort(order.begin(), order.end(), [](auto* a, auto* b) { return turnOf(*a) < turnOf(*b); });
    Duration doubtful{};
    for (PolledAxis* polled : order) {
        Debt* debt = find(polled->axis->id);
        if (!debt || debt->stage == Stage::paid || debt->stage == Stage::holding) continue;
        noteSilence(*debt, *polled);
        if (doubtful > doubtfulShare) {
            debt->outcome.doubt = Doubt::silent;
            debt->hopeless = isOut(*polled);
            continue;
        }
        const Time before = context_.clock.now();
        breakOff_.clear();
        serve(*debt, *polled);
        // Alive, but it will not say whether it has heard: told more than once, and left at that.
        while (polled->silent && debt->outcome.doubt == Doubt::unreadable && debt->stage != Stage::paid)
            serve(*debt, *polled);
        debt->hopeless = isOut(*polled);
        if (isDoubtful(*polled)) doubtful += context_.clock.now() - before;
    }
}

void StopService::noteSilence(Debt& debt, const PolledAxis& polled) {
    const bool answers = std::exchange(debt.wasSilent, polled.silent) && !polled.silent;
    const bool hears = std::exchange(debt.wasOut, isOut(polled)) && !isOut(polled);
    if (!answers && !hears) return;
    debt.hopeless = false;
    debt.due = {};
    if (debt.stage != Stage::paid || !context_.stops.isLatched()) return;
    // It may have been restarted, and may hold torque by its own setting.
    debt.stage = Stage::owed;
    debt.tries = debt.unread = debt.unheld = 0;
    debt.letsGo = false;
}

void StopService::tellAll(const std::vector<PolledAxis>& axes, Strangers strangers) {
    const Register* first = axes.empty() ? nullptr : axes.front().findTorque();
    if (!first) return;
    // An axis that is to hold, one that owes nothing, or a servo nobody knows must not be dropped by a frame
    // for all.
    bool all = strangers == Strangers::none;
    std::vector<AxisId> reached;
    std::vector<bus::GroupWriteItem> items;
    const Bytes off = first->bytesFrom(0);
    for (const PolledAxis& polled : axes) {
        const Register* own = polled.findTorque();
        const Debt* debt = find(polled.axis->id);
        const bool meant = own && own->span() == first->span() && losesTorque(polled) && debt &&
                           (debt->stage == Stage::owed || context_.stops.isLatched());
        all = all && meant;
        if (!meant) continue;
        reached.push_back(polled.axis->id);
        items.push_back({polled.axis->servo, off});
    }
    if (items.empty()) return;
    const auto& traits = servos_.traits();
    if (all && traits.broadcastWrite) {
        if (servos_.broadcastWrite(first->address, off)) markTold(reached);
    } else if (traits.groupWrite && servos_.writeGroup(first->span(), items)) {
        markTold(reached);
    }
}

void StopService::markTold(const std::vector<AxisId>& axes) {
    for (const AxisId axis : axes)
        if (Debt* debt = find(axis); debt->stage == Stage::owed) debt->told = true;
}

bool StopService::advance(std::vector<PolledAxis>& axes, Time now) {
    for (Debt& debt : debts_) {
        const PolledAxis* polled = polledOf(axes, debt.outcome.axis);
        if (!polled) {
            debt.stage = Stage::paid; // polled no more
            continue;
        }
        noteSilence(debt, *polled);
        if (debt.due > now || !isWorthATry(debt, *polled)) continue;
        breakOff_.clear();
        serve(debt, *polled);
        return true;
    }
    return false;
}

/// An axis that fell silent after the press is tried once more: it may be one that answers pings only. One
/// that fell silent while it held is tried until it can be said that its torque may be on.
bool StopService::isWorthATry(const Debt& debt, const PolledAxis& polled) const {
    if (debt.stage == Stage::paid) return false;
    if (debt.stage == Stage::holding && debt.tries < triesToSay) return true;
    return !isOut(polled) || (unreported_ && !debt.hopeless && debt.tries < 2);
}

void StopService::serve(Debt& debt, const PolledAxis& polled) {
    debt.fresh = false;
    rest_.setThorough(++debt.tries > 1 || polled.silent);
    settle(debt, polled, attempt(debt, polled));
}

StopService::Doubt StopService::attempt(Debt& debt, const PolledAxis& polled) {
    if (polled.other) return switchOff(debt, polled);
    switch (debt.stage) {
    case Stage::owed:
        if (losesTorque(polled) || debt.letsGo) return switchOff(debt, polled);
        if (const Doubt doubt = halt(debt, polled); doubt != Doubt::none || debt.letsGo) return doubt;
        debt.stage = Stage::settling;
        [[fallthrough]];
    case Stage::settling:
        return rest_.atRest(polled);
    case Stage::holding:
        return switchOff(debt, polled);
    case Stage::paid:
        break;
    }
    return Doubt::none;
}

void StopService::settle(Debt& debt, const PolledAxis& polled, Doubt doubt) {
    const Time now = context_.clock.now();
    debt.outcome.doubt = doubt;
    debt.outcome.confirmed = doubt == Doubt::none;
    debt.outcome.after = now - asked_;
    debt.due = now + (unreported_ && !debt.late ? retryInterval : lateInterval);
    const bool mayHold = debt.stage == Stage::owed && !losesTorque(polled) && !debt.letsGo;
    const bool unheard = doubt == Doubt::unreadable && debt.tries >= sendsUnheard && !mayHold;
    if (doubt == Doubt::none || unheard) return pay(debt, polled);
    if (debt.stage == Stage::holding && debt.tries == triesToSay)
        context_.fact(motion::AxisStopped{generation_, debt.outcome});
}

void StopService::pay(Debt& debt, const PolledAxis& polled) {
    if (debt.late) context_.fact(motion::AxisStopped{generation_, debt.outcome});
    const bool releases =
        polled.axis->stopReaction == StopReaction::holdThenOff && debt.stage == Stage::settling;
    debt.stage = releases ? Stage::holding : Stage::paid;
    if (!releases) return;
    debt.tries = 0;
    debt.told = false;
    debt.due = context_.clock.now() + holdTime;
}

/// One lost answer must not drop a load; a servo that answers no reads would not be stopped at all.
StopService::Doubt StopService::halt(Debt& debt, const PolledAxis& polled) {
    const Doubt doubt =
        isMute(polled) ? Doubt::unreadable : rest_.hold(polled, AxisRest::WithoutPlace::torqueOff);
    debt.unread = doubt == Doubt::unreadable ? debt.unread + 1 : 0;
    // One that stands where it takes no goal would be told again and again, and go on to where it was going.
    debt.unheld = doubt == Doubt::differs ? debt.unheld + 1 : 0;
    debt.letsGo = isMute(polled) || debt.unread >= sendsUnheard || debt.unheld >= sendsUnheard;
    if (!debt.letsGo) return doubt;
    debt.tries = 1;
    return switchOff(debt, polled);
}

StopService::Doubt StopService::switchOff(Debt& debt, const PolledAxis& polled) {
    const Register* torque = polled.findTorque();
    if (!torque) return Doubt::differs;
    // After a frame for all the first try only looks; a servo that missed it gets its own in the next.
    if (!std::exchange(debt.told, false)) return rest_.writeAndVerify(polled, *torque, 0);
    const auto raw = rest_.readRaw(polled, *torque);
    if (!raw) return rest_.doubtOf(polled, raw.error());
    return *raw == 0 ? Doubt::none : Doubt::differs;
}

bool StopService::isSettled(const Debt& debt, Time now, Duration patience) const {
    if (debt.late || debt.hopeless || debt.outcome.confirmed || debt.stage == Stage::paid) return true;
    const bool waits = debt.outcome.doubt == Doubt::moving;
    return now - asked_ > (waits ? restPatience : answerPatience) + patience;
}

std::optional<StopServed> StopService::takeReport(Time now, Duration patience) {
    if (!unreported_) return std::nullopt;
    const bool settled = lineDown_ || std::all_of(debts_.begin(), debts_.end(), [&](const Debt& debt) {
                             return isSettled(debt, now, patience);
                         });
    if (!settled) return std::nullopt;
    unreported_ = false;
    StopServed report{context_.bus, generation_, {}};
    for (Debt& debt : debts_) {
        if (!std::exchange(debt.late, true)) report.axes.push_back(debt.outcome);
    }
    return report;
}

void StopService::reportLineDown() {
    lineDown_ = true;
    for (Debt& debt : debts_)
        if (!debt.outcome.confirmed) debt.outcome.doubt = Doubt::lineDown;
}

void StopService::resume(const std::vector<PolledAxis>& axes) {
    std::erase_if(debts_, [&](const Debt& debt) {
        const auto found = std::find_if(axes.begin(), axes.end(),
                                        [&](const auto& p) { return p.axis->id == debt.outcome.axis; });
        return found == axes.end() || !found->silent || debt.stage == Stage::paid;
    });
}

bool StopService::hasFresh() const {
    return std::any_of(debts_.begin(), debts_.end(), [](const Debt& debt) { return debt.fresh; });
}

bool StopService::isOwed() const {
    return std::any_of(debts_.begin(), debts_.end(),
                       [](const Debt& debt) { return debt.stage != Stage::paid; });
}

std::optional<Time> StopService::due(const std::vector<PolledAxis>& axes) const {
    std::optional<Time> first;
    for (const Debt& debt : debts_) {
        const auto polled = std::find_if(axes.begin(), axes.end(),
                                         [&](const auto& p) { return p.axis->id == debt.outcome.axis; });
        if (polled == axes.end() || !isWorthATry(debt, *polled)) continue;
        first = first ? std::min(*first, debt.due) : debt.due;
    }
    return first;
}

StopService::Debt* StopService::find(AxisId axis) {
    const auto found = std::find_if(debts_.begin(), debts_.end(),
                                    [&](const Debt& debt) { return debt.outcome.axis == axis; });
    return found == debts_.end() ? nullptr : &*found;
}

} // namespace servolane::runtime
