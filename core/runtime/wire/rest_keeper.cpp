// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/wire/rest_keeper.h"

#include <algorithm>

namespace servolane::runtime {

namespace {

using Doubt = AxisRest::Doubt;
using registers::Register;
using WithoutPlace = AxisRest::WithoutPlace;

/// At once, while others wait for the wire.
constexpr int triesAtOnce = 3;
constexpr Duration quickInterval = std::chrono::milliseconds{20};
constexpr Duration laterInterval = std::chrono::milliseconds{100};
constexpr int quickTries = 10;
/// An axis that was to come to rest and is silent for so long stays silent: a busy system pauses for less.
constexpr Duration staysSilent = std::chrono::milliseconds{250};

const PolledAxis* polledOf(std::span<const PolledAxis> axes, AxisId axis) {
    const auto found =
        std::find_if(axes.begin(), axes.end(), [&](const auto& polled) { return polled.axis->id == axis; });
    return found == axes.end() ? nullptr : &*found;
}

} // namespace

void RestKeeper::tell(const Debt& debt) {
    if (debt.told == Told::jogEnded)
        context_.factInTurn(motion::JogEnded{debt.axis, debt.reason});
    else
        context_.factInTurn(motion::AxisHalted{debt.axis, debt.reason});
}

bool RestKeeper::tryAll(const PolledAxis& polled) {
    rest_.setThorough(true);
    for (int tries = 0; tries < triesAtOnce; ++tries) {
        const Doubt doubt = rest_.hold(polled, WithoutPlace::goalOfZero);
        if (doubt == Doubt::none) return true;
        if (doubt == Doubt::lineDown || doubt == Doubt::unreadable) return false;
    }
    return false;
}

bool RestKeeper::bring(const PolledAxis& polled, motion::EndReason reason, Told told) {
    const Debt debt{polled.axis->id, reason, told};
    if (!polled.silent && tryAll(polled)) {
        tell(debt);
        return true;
    }
    owe(debt.axis, reason, told);
    return false;
}

void RestKeeper::owe(AxisId axis, motion::EndReason reason, Told told) {
    const auto found = std::ranges::find(debts_, axis, &Debt::axis);
    // The end of a jog is told, whatever else is owed.
    if (found != debts_.end()) {
        if (told == Told::jogEnded) found->told = told;
        return;
    }
    const Time now = context_.clock.now();
    debts_.push_back({axis, reason, told, 0, now, now});
}

void RestKeeper::forgive(AxisId axis) {
    const auto found = std::ranges::find(debts_, axis, &Debt::axis);
    if (found == debts_.end()) return;
    if (found->told == Told::jogEnded) tell(*found);
    debts_.erase(found);
}

void RestKeeper::forgiveAll() {
    while (!debts_.empty())
        forgive(debts_.front().axis);
}

bool RestKeeper::owes(AxisId axis) const {
    return std::ranges::find(debts_, axis, &Debt::axis) != debts_.end();
}

std::optional<Time> RestKeeper::dueOf(const Debt& debt, const PolledAxis* polled) {
    if (!polled || !polled->silent) return debt.due;
    if (debt.cuts == triesAtOnce) return std::nullopt;
    return std::max(debt.since, polled->lastAnswer) + staysSilent + debt.cuts * laterInterval;
}

/// Nobody knows where it goes, and it can no longer be told to hold. Once it answers again its torque is
/// read.
void RestKeeper::cutTorque(Debt& debt, const PolledAxis& polled) {
    ++debt.cuts;
    const Register* torque = polled.findTorque();
    if (!torque) return;
    rest_.setThorough(false);
    if (rest_.writeAndVerify(polled, *torque, 0) != Doubt::none) return;
    debt.cuts = triesAtOnce;
    context_.factInTurn(motion::TorqueDisabled{debt.axis});
}

bool RestKeeper::advance(std::span<const PolledAxis> axes, Time now) {
    for (Debt& debt : debts_) {
        const PolledAxis* polled = polledOf(axes, debt.axis);
        if (!polled) {
            forgive(debt.axis); // polled no more
            return true;
        }
        const auto due = dueOf(debt, polled);
        if (!due || *due > now) continue;
        if (polled->silent) {
            cutTorque(debt, *polled);
            return true;
        }
        debt.cuts = 0;
        rest_.setThorough(true);
        const Doubt doubt = rest_.hold(*polled, WithoutPlace::goalOfZero);
        if (doubt == Doubt::none) {
            const Debt paid = debt;
            std::erase_if(debts_, [&](const Debt& one) { return one.axis == paid.axis; });
            tell(paid);
            return true;
        }
        debt.due = context_.clock.now() + (++debt.tries < quickTries ? quickInterval : laterInterval);
        return true;
    }
    return false;
}

std::optional<Time> RestKeeper::due(std::span<const PolledAxis> axes) const {
    std::optional<Time> first;
    for (const Debt& debt : debts_) {
        const auto due = dueOf(debt, polledOf(axes, debt.axis));
        if (due) first = first ? std::min(*first, *due) : *due;
    }
    return first;
}

void RestKeeper::lineIsBack(Time now) {
    for (Debt& debt : debts_)
        debt.since = now;
}

bool RestKeeper::settle(const PolledAxis& polled) {
    if (polled.silent) {
        // Nobody will be here to do it when its time has come.
        const auto debt = std::ranges::find(debts_, polled.axis->id, &Debt::axis);
        while (debt != debts_.end() && debt->cuts < triesAtOnce)
            cutTorque(*debt, polled);
        return false;
    }
    rest_.setThorough(true);
    if (!owes(polled.axis->id) && !rest_.isUnderWay(polled)) return true;
    if (!tryAll(polled)) return false;
    forgive(polled.axis->id);
    return true;
}

} // namespace servolane::runtime
