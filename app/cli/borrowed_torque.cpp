// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/borrowed_torque.h"

#include "app/cli/attach.h"
#include "app/cli/failures.h"

#include <utility>

namespace servolane::cli {

tl::expected<void, Failure> BorrowedTorque::take() {
    const std::string name = nameOf(context_, axis_);
    const auto fate = context_.client.perform(motion::SetTorque{axis_, true, true});
    // Whatever is unclear about it: it may be on now.
    taken_ = fate.isDone() || fate.wait != app::WaitEnd::reached;
    if (fate.isDone()) {
        context_.notices.note("Torque of " + name + " was off; it is on for this motion.");
        return {};
    }
    const auto restored = giveBack();
    static_cast<void>(restored);
    return tl::make_unexpected(failureOf(fate, "Torque on of " + name, context_));
}

void BorrowedTorque::leaveToOther() {
    if (!taken_ || left_ || givenBack_ || std::exchange(leftToOther_, true)) return;
    context_.notices.note("Torque of " + nameOf(context_, axis_) + " stays on: another command moves it.");
}

tl::expected<void, Failure> BorrowedTorque::giveBack() {
    if (!taken_ || left_ || leftToOther_ || givenBack_) return {};
    const app::CommandClient::Undisturbed undisturbed(context_.client);
    const std::string name = nameOf(context_, axis_);
    // What a stop does to the axis is set for it: torque off may drop what it carries.
    if (context_.client.axes()->stop.latched) {
        context_.notices.note("Stop is latched: the torque of " + name + " is left to its stop reaction.");
        left_ = true;
        return {};
    }
    const auto fate = context_.client.perform(motion::SetTorque{axis_, false});
    if (fate.isDone()) {
        givenBack_ = true;
        context_.notices.note("Torque of " + name + " is off again.");
        return {};
    }
    Failure failure = failureOf(fate, "Torque off of " + name, context_);
    failure.hint = "torque may still be on; servolane-cli torque off --port P --id " +
                   std::to_string(servoOf(context_, axis_));
    if (!std::exchange(warned_, true))
        context_.notices.warn("warning: " + failure.message + "; torque of " + name + " may still be on");
    return tl::make_unexpected(std::move(failure));
}

} // namespace servolane::cli
