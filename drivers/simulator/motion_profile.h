// SPDX-License-Identifier: GPL-3.0-or-later
// The trajectory a servo's firmware lays to its goal: step, rectangle, triangle or trapezoid of velocity. A
// new goal re-plans from the momentary position and velocity. Source: ROBOTIS e-Manual, "Profile". Units:
// counts and ms.
#pragma once

#include <array>
#include <cstdint>

namespace servolane::drivers::simulator {

/// The codes of bits 5-4 in Moving Status.
enum class ProfileType : std::uint8_t { step = 0, rectangular = 1, triangular = 2, trapezoidal = 3 };

struct ProfileLimits {
    double velocity = 0.0;     ///< counts/ms; time-based: the whole time in ms; 0: a step
    double acceleration = 0.0; ///< counts/ms²; time-based: the time of acceleration in ms; 0: a rectangle
    bool timeBased = false;
};

class MotionProfile {
public:
    /// Stands still at `position`.
    void hold(double position);
    void plan(double target, const ProfileLimits& limits);
    void advance(double milliseconds);
    /// Keeps place and speed, forgets the goal; for modes that command a velocity.
    void follow(double position, double velocity);

    [[nodiscard]] double position() const { return position_; }
    [[nodiscard]] double velocity() const { return velocity_; }         ///< counts/ms
    [[nodiscard]] double acceleration() const { return acceleration_; } ///< counts/ms²
    [[nodiscard]] bool isRunning() const { return running_; }
    [[nodiscard]] ProfileType type() const { return type_; }
    /// Of the last plan, from its start; ms. The e-Manual's t3.
    [[nodiscard]] double duration() const { return ends_[2]; }
    /// End of the acceleration, ms from the start of the plan. The e-Manual's t1.
    [[nodiscard]] double accelerationTime() const { return ends_[0]; }

private:
    void planByVelocity(double distance, const ProfileLimits& limits);
    void planByTime(double distance, const ProfileLimits& limits);
    void planRectangle(double distance, double time);
    void setSegments(const std::array<double, 3>& spans, const std::array<double, 3>& accelerations);

    double position_ = 0.0;
    double velocity_ = 0.0;
    double acceleration_ = 0.0;
    double target_ = 0.0;
    double startPosition_ = 0.0;
    double startVelocity_ = 0.0;
    double elapsed_ = 0.0;
    std::array<double, 3> ends_{};
    std::array<double, 3> accelerations_{};
    bool running_ = false;
    ProfileType type_ = ProfileType::step;
};

} // namespace servolane::drivers::simulator
