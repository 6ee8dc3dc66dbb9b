// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/simulator/motion_profile.h"

#include <algorithm>
#include <cmath>

namespace servolane::drivers::simulator {

void MotionProfile::hold(double position) {
    follow(position, 0.0);
    target_ = position;
    type_ = ProfileType::step;
    ends_ = {};
}

void MotionProfile::follow(double position, double velocity) {
    position_ = position;
    velocity_ = velocity;
    acceleration_ = 0.0;
    running_ = false;
}

void MotionProfile::plan(double target, const ProfileLimits& limits) {
    target_ = target;
    startPosition_ = position_;
    startVelocity_ = velocity_;
    elapsed_ = 0.0;
    const double distance = target - position_;
    if (limits.velocity <= 0.0 || (distance == 0.0 && velocity_ == 0.0)) {
        hold(target);
        return;
    }
    running_ = true;
    if (limits.timeBased)
        planByTime(distance, limits);
    else if (limits.acceleration <= 0.0)
        planRectangle(distance, std::abs(distance) / limits.velocity);
    else
        planByVelocity(distance, limits);
}

void MotionProfile::planByVelocity(double distance, const ProfileLimits& limits) {
    const double a = limits.acceleration;
    const double v0 = startVelocity_;
    const double beyondStop = distance - v0 * std::abs(v0) / (2 * a);
    const double direction = beyondStop < 0.0 ? -1.0 : 1.0;
    const double along = direction * v0; // towards the goal, as are the way and all that follows
    const double way = direction * distance;
    double top = limits.velocity;
    // Speeding up from a backward speed covers the way back too: the difference of squares is then signed.
    const double squares = top * top - along * along;
    const double first = (along > top ? -squares : squares) / (2 * a);
    double cruise = way - first - top * top / (2 * a);
    type_ = ProfileType::trapezoidal;
    if (cruise < 0.0 && along <= top) {
        top = std::sqrt(std::max(0.0, a * way + along * along / 2));
        cruise = 0.0;
        type_ = ProfileType::triangular;
    }
    const double change = top - along;
    const std::array<double, 3> spans{std::abs(change) / a, top > 0.0 ? std::max(0.0, cruise) / top : 0.0,
                                      top / a};
    setSegments(spans, {std::copysign(a, change) * direction, 0.0, -a * direction});
}

void MotionProfile::planByTime(double distance, const ProfileLimits& limits) {
    const double whole = limits.velocity;
    const double ramp = std::min(limits.acceleration, whole / 2);
    if (ramp <= 0.0) {
        planRectangle(distance, whole);
        return;
    }
    const double top = (distance - startVelocity_ * ramp / 2) / (whole - ramp);
    type_ = whole - 2 * ramp > 0.0 ? ProfileType::trapezoidal : ProfileType::triangular;
    setSegments({ramp, whole - 2 * ramp, ramp}, {(top - startVelocity_) / ramp, 0.0, -top / ramp});
}

void MotionProfile::planRectangle(double distance, double time) {
    type_ = ProfileType::rectangular;
    startVelocity_ = time > 0.0 ? distance / time : 0.0;
    setSegments({0.0, time, 0.0}, {0.0, 0.0, 0.0});
}

void MotionProfile::setSegments(const std::array<double, 3>& spans,
                                const std::array<double, 3>& accelerations) {
    ends_ = {spans[0], spans[0] + spans[1], spans[0] + spans[1] + spans[2]};
    accelerations_ = accelerations;
}

void MotionProfile::advance(double milliseconds) {
    if (!running_) return;
    elapsed_ += milliseconds;
    if (elapsed_ >= ends_[2]) {
        const ProfileType type = type_;
        const std::array<double, 3> ends = ends_;
        hold(target_);
        type_ = type;
        ends_ = ends;
        return;
    }
    double position = startPosition_;
    double velocity = startVelocity_;
    double begin = 0.0;
    for (std::size_t i = 0; i < ends_.size() && begin <= elapsed_; ++i) {
        const double span = std::min(elapsed_, ends_[i]) - begin;
        position += velocity * span + accelerations_[i] * span * span / 2;
        velocity += accelerations_[i] * span;
        acceleration_ = accelerations_[i];
        if (elapsed_ < ends_[i]) break;
        begin = ends_[i];
    }
    position_ = position;
    velocity_ = velocity;
}

} // namespace servolane::drivers::simulator
