// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/simulator/servo_controller.h"

#include <algorithm>
#include <cmath>

namespace servolane::drivers::simulator {

namespace {
/// Of the slope of the position error, a ms: one count of quantisation would else be a kick.
constexpr double slopeSmoothing = 0.15;
} // namespace

void ServoController::start(double position) {
    profile_.hold(position);
    sum_ = 0.0;
    lastError_ = 0.0;
    errorSlope_ = 0.0;
    rampStep_ = 0.0;
    pwm_ = 0.0;
    saturated_ = false;
}

void ServoController::aim(double position) {
    profile_.plan(position, settings_.profile);
}

void ServoController::aimVelocity() {
    const double change = settings_.goalVelocity * settings_.countsPerVelocity - profile_.velocity();
    const double ramp = settings_.rampAcceleration;
    rampStep_ = settings_.profile.timeBased && ramp > 0.0 ? std::abs(change) / ramp : ramp;
}

void ServoController::freeze(double position) {
    profile_.hold(position);
    settings_.goalVelocity = 0.0;
    settings_.goalPosition = position;
    rampStep_ = 0.0;
}

void ServoController::tick(const Measured& measured) {
    using registers::OperatingMode;
    saturated_ = false;
    switch (settings_.mode) {
    case OperatingMode::pwm:
        profile_.follow(measured.position, 0.0);
        pwm_ = limited(settings_.goalPwm, -settings_.pwmLimit, settings_.pwmLimit);
        break;
    case OperatingMode::current:
        profile_.follow(measured.position, 0.0);
        pwm_ = limited(forCurrent(settings_.goalCurrent, measured), -settings_.pwmLimit, settings_.pwmLimit);
        break;
    case OperatingMode::velocity:
        pwm_ = velocityLoop(measured);
        break;
    default:
        pwm_ = positionLoop(measured);
        break;
    }
}

double ServoController::positionLoop(const Measured& measured) {
    profile_.advance(1.0);
    const double error = profile_.position() - measured.position;
    errorSlope_ += slopeSmoothing * (error - lastError_ - errorSlope_);
    lastError_ = error;
    const double pwm = settings_.positionP * error + settings_.positionI * sum_ +
                       settings_.positionD * errorSlope_ + settings_.feedforward1 * profile_.velocity() +
                       settings_.feedforward2 * profile_.acceleration();
    double most = std::min(settings_.pwmLimit, std::abs(settings_.goalPwm));
    double low = -most;
    double high = most;
    if (settings_.mode == registers::OperatingMode::currentBasedPosition) {
        const double amperes = std::abs(settings_.goalCurrent);
        low = std::clamp(forCurrent(-amperes, measured), low, high);
        high = std::clamp(forCurrent(amperes, measured), low, high);
    }
    const double output = limited(pwm, low, high);
    // The integral stands still while the output is at its end.
    if (!saturated_) sum_ += error;
    return output;
}

double ServoController::velocityLoop(const Measured& measured) {
    rampVelocity();
    const double error = (profile_.velocity() - measured.velocity) / settings_.countsPerVelocity;
    const double pwm = settings_.velocityP * error + settings_.velocityI * (sum_ + error);
    const double most = std::min(settings_.pwmLimit, std::abs(settings_.goalPwm));
    const double output = limited(pwm, -most, most);
    if (!saturated_) sum_ += error;
    return output;
}

void ServoController::rampVelocity() {
    const double goal = settings_.goalVelocity * settings_.countsPerVelocity;
    const double missing = goal - profile_.velocity();
    const double step = rampStep_ > 0.0 ? std::clamp(missing, -rampStep_, rampStep_) : missing;
    profile_.follow(profile_.position() + profile_.velocity(), profile_.velocity() + step);
}

double ServoController::forCurrent(double amperes, const Measured& measured) const {
    const double bounded = settings_.currentLimit > 0.0
                               ? std::clamp(amperes, -settings_.currentLimit, settings_.currentLimit)
                               : amperes;
    const double volts = bounded * measured.resistance + measured.inducedVoltage;
    return volts / std::max(1.0, measured.voltage) * settings_.fullPwm;
}

double ServoController::limited(double pwm, double low, double high) {
    saturated_ = pwm < low || pwm > high;
    return std::clamp(pwm, low, high);
}

} // namespace servolane::drivers::simulator
