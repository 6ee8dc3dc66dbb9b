// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/wire/axis_rest.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

namespace servolane::runtime {

using registers::OperatingMode;
using registers::Register;
using registers::Role;

namespace {

/// Degrees per second of the servo: two counts of an X-series servo, the noise of its estimate.
constexpr double nearZero = 3.0;
/// Degrees of the servo between goal and place: less is what a loop leaves that holds a load.
constexpr double nearGoal = 1.0;

std::optional<Role> goalWithoutPlace(std::optional<OperatingMode> mode) {
    if (mode == OperatingMode::current) return Role::goalCurrent;
    if (mode == OperatingMode::pwm) return Role::goalPwm;
    return std::nullopt;
}

} // namespace

Result<std::optional<OperatingMode>> AxisRest::modeOf(const PolledAxis& polled) {
    const Register* mode = polled.find(Role::operatingMode);
    if (!mode) return std::optional<OperatingMode>{};
    const auto code = readRaw(polled, *mode);
    if (!code) return tl::make_unexpected(code.error());
    return polled.axis->model->modeFrom(*code);
}

/// Nothing holds an axis without torque, and on some servos the goal that should do it switches torque on.
AxisRest::Doubt AxisRest::hold(const PolledAxis& polled, WithoutPlace otherwise) {
    const Register* torque = polled.find(Role::torqueEnable);
    if (torque) {
        const auto on = readRaw(polled, *torque);
        if (!on) return doubtOf(polled, on.error());
        if (*on == 0) return Doubt::none;
    }
    const auto mode = modeOf(polled);
    if (!mode) return doubtOf(polled, mode.error());
    // A watchdog that has tripped refuses goals, and holds the axis no longer once it is cleared: the goal
    // follows at once.
    if (const Register* watchdog = polled.find(Role::busWatchdog)) {
        const auto state = readRaw(polled, *watchdog);
        if (state && *state < 0) static_cast<void>(writeAndVerify(polled, *watchdog, 0));
    }
    if (*mode == OperatingMode::velocity) {
        const Register* goal = polled.find(Role::goalVelocity);
        return goal ? writeAndVerify(polled, *goal, 0) : Doubt::differs;
    }
    const auto without = goalWithoutPlace(*mode);
    if (!without && polled.find(Role::presentPosition) && polled.find(Role::goalPosition))
        return holdPlace(polled);
    const Register* goal = without ? polled.find(*without) : nullptr;
    if (goal && otherwise == WithoutPlace::goalOfZero) return writeAndVerify(polled, *goal, 0);
    return torque ? writeAndVerify(polled, *torque, 0) : Doubt::differs;
}

AxisRest::Doubt AxisRest::holdPlace(const PolledAxis& polled) {
    const auto position = readRaw(polled, *polled.find(Role::presentPosition));
    if (!position) return doubtOf(polled, position.error());
    const Register& goal = *polled.find(Role::goalPosition);
    const std::int64_t nearest =
        std::clamp(*position, goal.minimum.value_or(*position), goal.maximum.value_or(*position));
    const std::int64_t slack = registers::holdSlack(goal);
    const bool isNear = std::abs(nearest - *position) <= slack;
    const Doubt doubt = writeAndVerify(polled, goal, isNear ? nearest : *position);
    if (doubt != Doubt::differs) return doubt;
    // In position mode it takes no goal beyond its position limits, and may well stand a little beyond.
    const Register* low = polled.find(Role::minPositionLimit);
    const Register* high = polled.find(Role::maxPositionLimit);
    const auto least = low ? readRaw(polled, *low) : Result<std::int64_t>{*position};
    const auto most = high ? readRaw(polled, *high) : Result<std::int64_t>{*position};
    if (!low || !high || !least || !most || *least >= *most) return doubt;
    const std::int64_t inside = std::clamp(*position, *least, *most);
    const bool helps = inside != *position && std::abs(inside - *position) <= slack;
    return helps ? writeAndVerify(polled, goal, inside) : doubt;
}

AxisRest::Doubt AxisRest::atRest(const PolledAxis& polled) {
    const Register* speed = polled.find(Role::presentVelocity);
    if (!speed) return Doubt::none;
    const auto raw = readRaw(polled, *speed);
    if (!raw) return doubtOf(polled, raw.error());
    return std::fabs(speed->valueFrom(*raw)) <= nearZero ? Doubt::none : Doubt::moving;
}

std::optional<double> AxisRest::valueOf(const PolledAxis& polled, Role role) {
    const Register* source = polled.find(role);
    if (!source) return std::nullopt;
    const auto raw = readRaw(polled, *source);
    return raw ? std::optional(source->valueFrom(*raw)) : std::nullopt;
}

bool AxisRest::turns(const PolledAxis& polled) {
    const auto torque = valueOf(polled, Role::torqueEnable);
    return torque && *torque != 0.0 && atRest(polled) == Doubt::moving;
}

bool AxisRest::isUnderWay(const PolledAxis& polled) {
    if (const auto torque = valueOf(polled, Role::torqueEnable); torque == 0.0) return false;
    const auto mode = modeOf(polled);
    if (!mode) return true;
    const auto without = goalWithoutPlace(*mode);
    if (*mode == OperatingMode::velocity || without)
        return valueOf(polled, without.value_or(Role::goalVelocity)) != 0.0 || atRest(polled) != Doubt::none;
    if (atRest(polled) != Doubt::none) return true;
    const auto goal = valueOf(polled, Role::goalPosition);
    const auto place = valueOf(polled, Role::presentPosition);
    return !goal || !place || std::fabs(*goal - *place) > nearGoal;
}

AxisRest::Doubt AxisRest::writeAndVerify(const PolledAxis& polled, const Register& target, std::int64_t raw) {
    const auto written = servos_.write(polled.axis->servo, target.address, target.bytesFrom(raw));
    if (!written && written.error().code != ErrorCode::timeout) return doubtOf(polled, written.error());
    // Not every servo answers writes: what it holds now is what counts. On the first try others wait, though.
    if (!written && !thorough_) return Doubt::silent;
    const auto held = readRaw(polled, target);
    if (!held) return doubtOf(polled, held.error());
    return *held == raw ? Doubt::none : Doubt::differs;
}

Result<std::int64_t> AxisRest::readRaw(const PolledAxis& polled, const Register& source) {
    Bytes bytes(source.size);
    const auto reply = servos_.read(polled.axis->servo, source.address, bytes);
    if (!reply) return tl::make_unexpected(reply.error());
    return source.rawFrom(bytes);
}

/// A servo that answers a ping, but no read, keeps to its status return level.
AxisRest::Doubt AxisRest::doubtOf(const PolledAxis& polled, const Error& error) {
    switch (error.code) {
    case ErrorCode::unsupported:
        return Doubt::unreadable;
    case ErrorCode::refused:
        return Doubt::differs;
    case ErrorCode::linkLost:
    case ErrorCode::inputOutput:
        return Doubt::lineDown;
    case ErrorCode::timeout:
        return thorough_ && servos_.ping(polled.axis->servo) ? Doubt::unreadable : Doubt::silent;
    default:
        return Doubt::silent;
    }
}

} // namespace servolane::runtime
