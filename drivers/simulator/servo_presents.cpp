// SPDX-License-Identifier: GPL-3.0-or-later
// What a virtual servo says of itself: its present values, as its sensors see them.
#include "drivers/simulator/virtual_servo.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace servolane::drivers::simulator {

using registers::Role;

namespace {

constexpr double positionNoise = 0.15;       ///< counts
constexpr double velocityNoise = 0.3;        ///< raw steps, while it moves
constexpr double currentNoise = 0.002;       ///< of the stall current
constexpr double voltageNoise = 0.03;        ///< V
constexpr double inPosition = 20.0;          ///< counts
constexpr double followingErrorFrom = 200.0; ///< counts
constexpr std::int64_t tickWrap = 32768;

} // namespace

void VirtualServo::refresh() {
    refreshMotion();
    const double stall = plant_.parameters().supply / plant_.parameters().resistance;
    const double current =
        direction() * (plant_.current() + (hasTorque() ? noise_.noise() * currentNoise * stall : 0.0));
    if (const auto* item = items_[Role::presentCurrent])
        put(item, std::llround(current / amperesPerRaw(*item) - item->offset / item->scale));
    if (items_[Role::presentLoad] != nullptr) {
        constexpr double full = 1000.0;
        put(Role::presentLoad, std::llround(std::clamp(current / stall, -1.0, 1.0) * full));
    }
    put(Role::presentPwm, hasTorque() ? std::llround(controller_.pwm()) : 0);
    if (const auto* item = items_[Role::inputVoltage])
        put(item, std::llround((plant_.voltage() + noise_.noise() * voltageNoise) / item->scale));
    put(Role::presentTemperature, static_cast<std::int64_t>(plant_.temperature()));
    put(items_.realtimeTick, (now_ - awakeFrom_) / std::chrono::milliseconds{1} % tickWrap);
}

void VirtualServo::refreshMotion() {
    const double position = std::floor(rawCounts() + noise_.noise() * positionNoise) + homingOffset();
    // A sensor that sees less than a turn ends where its numbers do.
    const auto* sensor = items_[Role::presentPosition];
    const auto range = sensor->form().range();
    const double seen = std::clamp(position, static_cast<double>(sensor->minimum.value_or(range.low)),
                                   static_cast<double>(sensor->maximum.value_or(range.high)));
    put(sensor, static_cast<std::int64_t>(seen));
    std::int64_t velocity = 0;
    if (const auto* item = items_[Role::presentVelocity]) {
        const double steps = direction() * plant_.speed() * 180.0 / std::numbers::pi / degreesPerRaw(*item);
        velocity = plant_.speed() == 0.0 ? 0 : std::llround(steps + noise_.noise() * velocityNoise);
        put(item, velocity);
        const double trajectory =
            controller_.profile().velocity() * 1e3 / countsPerDegree() / degreesPerRaw(*item);
        put(Role::velocityTrajectory, hasTorque() ? std::llround(trajectory) : 0);
    }
    const auto trajectory = static_cast<std::int64_t>(std::llround(controller_.profile().position()));
    put(Role::positionTrajectory, hasTorque() ? trajectory : static_cast<std::int64_t>(position));
    const bool moving =
        std::abs(velocity) > value(items_.movingThreshold) || controller_.profile().isRunning();
    put(Role::moving, moving ? 1 : 0);
    put(Role::movingStatus, movingStatus());
}

std::int64_t VirtualServo::movingStatus() const {
    const MotionProfile& profile = controller_.profile();
    unsigned bits = static_cast<unsigned>(profile.type()) << 4;
    const bool positioning = mode() == registers::OperatingMode::position ||
                             mode() == registers::OperatingMode::extendedPosition ||
                             mode() == registers::OperatingMode::currentBasedPosition;
    if (!positioning || !hasTorque()) return 0;
    const double missing = static_cast<double>(value(Role::goalPosition)) - present();
    if (!profile.isRunning() && std::abs(missing) <= inPosition) bits |= 1U << 0;
    if (profile.isRunning()) bits |= 1U << 1;
    if (std::abs(profile.position() - present()) > followingErrorFrom) bits |= 1U << 3;
    return static_cast<std::int64_t>(bits);
}

} // namespace servolane::drivers::simulator
