// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/wire/watchdog_keeper.h"

#include <algorithm>

namespace servolane::runtime {

namespace {

/// So many cycles may be lost before a servo takes its host for gone.
constexpr int cyclesToMiss = 5;

bool isSilent(const std::vector<PolledAxis>& axes, AxisId axis) {
    const auto found =
        std::find_if(axes.begin(), axes.end(), [&](const auto& p) { return p.axis->id == axis; });
    return found == axes.end() || found->silent;
}

} // namespace

Duration WatchdogKeeper::fitted(const bus::WatchdogStep& step) const {
    if (step.after == Duration::zero() || step.unit <= Duration::zero()) return {};
    const Duration wanted = std::max(step.after, cyclesToMiss * cycle_);
    return (wanted + step.unit - Duration{1}) / step.unit * step.unit;
}

void WatchdogKeeper::written(const bus::WatchdogStep& step, Duration after) {
    std::erase_if(armed_, [&](const Armed& armed) { return armed.step.axis == step.axis; });
    if (after != Duration::zero()) armed_.push_back({step, after});
}

void WatchdogKeeper::confirmed(const bus::WatchdogStep& step, Duration after) {
    if (after == Duration::zero())
        context_.fact(bus::WatchdogCleared{context_.bus, step.axis});
    else
        context_.fact(bus::WatchdogArmed{context_.bus, step.axis, after});
}

Duration WatchdogKeeper::shortest() const {
    Duration least{};
    for (const Armed& armed : armed_)
        if (least == Duration::zero() || armed.after < least) least = armed.after;
    return least;
}

bool WatchdogKeeper::owesLook() const {
    return std::any_of(armed_.begin(), armed_.end(), [](const Armed& armed) { return armed.unlooked; });
}

Result<void> WatchdogKeeper::lookAfterPause(const std::vector<PolledAxis>& axes) {
    for (Armed& armed : armed_)
        armed.unlooked = !armed.tripped;
    return lookAgain(axes);
}

Result<void> WatchdogKeeper::lookAgain(const std::vector<PolledAxis>& axes) {
    for (Armed& armed : armed_) {
        // One that is silent now is dealt with when it returns.
        if (armed.tripped || isSilent(axes, armed.step.axis)) armed.unlooked = false;
        if (!armed.unlooked) continue;
        if (auto looked = look(armed); !looked) return looked;
    }
    return {};
}

Result<void> WatchdogKeeper::look(Armed& armed) {
    Bytes bytes(armed.step.span.size);
    const auto reply = servos_.read(armed.step.servo, armed.step.span.address, bytes);
    if (!reply) {
        const ErrorCode code = reply.error().code;
        const bool broken = code == ErrorCode::linkLost || code == ErrorCode::interrupted;
        return broken ? Result<void>(tl::make_unexpected(reply.error())) : Result<void>{};
    }
    armed.unlooked = false;
    if (signedLittleEndian(bytes) >= 0) return {};
    armed.tripped = true;
    context_.fact(bus::WatchdogTripped{context_.bus, armed.step.axis});
    return {};
}

void WatchdogKeeper::clearAll(const std::vector<PolledAxis>& axes) {
    for (const Armed& armed : armed_) {
        if (isSilent(axes, armed.step.axis)) continue;
        const Bytes none(armed.step.span.size);
        const bool done = servos_.write(armed.step.servo, armed.step.span.address, none).has_value() ||
                          servos_.write(armed.step.servo, armed.step.span.address, none).has_value();
        if (done) context_.fact(bus::WatchdogCleared{context_.bus, armed.step.axis});
    }
    armed_.clear();
}

} // namespace servolane::runtime
