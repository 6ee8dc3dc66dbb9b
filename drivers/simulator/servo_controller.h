// SPDX-License-Identifier: GPL-3.0-or-later
// The control law of the servo's firmware, run a thousand times a second: trajectory, then the loop of the
// operating mode. Gains and their divisors as in the e-Manual (P/128, I/65536, D/16, feed-forward/4; velocity
// P/128, I/65536).
#pragma once

#include "core/registers/control_table.h"
#include "drivers/simulator/motion_profile.h"

namespace servolane::drivers::simulator {

/// What the registers ask for, in counts, milliseconds, velocity units and amperes.
struct ControlSettings {
    registers::OperatingMode mode = registers::OperatingMode::position;
    double positionP = 0.0;            ///< PWM units a count
    double positionI = 0.0;            ///< PWM units a count and ms
    double positionD = 0.0;            ///< PWM units a count/ms
    double feedforward1 = 0.0;         ///< PWM units a count/ms
    double feedforward2 = 0.0;         ///< PWM units a count/ms²
    double velocityP = 0.0;            ///< PWM units a velocity unit
    double velocityI = 0.0;            ///< PWM units a velocity unit and ms
    double countsPerVelocity = 0.0156; ///< counts/ms of one velocity unit
    double pwmLimit = 885.0;
    double goalPwm = 885.0;
    double fullPwm = 885.0;    ///< PWM units of 100 %
    double goalCurrent = 0.0;  ///< A
    double currentLimit = 0.0; ///< A; 0: the model has none
    double goalVelocity = 0.0; ///< velocity units
    double goalPosition = 0.0; ///< counts
    ProfileLimits profile;
    double rampAcceleration = 0.0; ///< velocity mode: counts/ms², or ms where time-based
};

/// What the firmware measures, and what it must know of the motor to hold a current.
struct Measured {
    double position = 0.0; ///< counts
    double velocity = 0.0; ///< counts/ms
    double voltage = 12.0; ///< V
    double resistance = 5.0;
    double inducedVoltage = 0.0; ///< V that the turning motor induces
};

class ServoController {
public:
    /// Torque goes on, or the mode changed: starts from where the servo is.
    void start(double position);
    void settingsChanged(const ControlSettings& settings) { settings_ = settings; }
    /// A new position goal: re-plans from the momentary trajectory.
    void aim(double position);
    /// A new velocity goal.
    void aimVelocity();
    /// Stops where it is and forgets the goal.
    void freeze(double position);

    /// One millisecond; what it puts out is pwm().
    void tick(const Measured& measured);

    [[nodiscard]] const MotionProfile& profile() const { return profile_; }
    /// In PWM units.
    [[nodiscard]] double pwm() const { return pwm_; }
    /// The output wants more than it may have.
    [[nodiscard]] bool isSaturated() const { return saturated_; }

private:
    [[nodiscard]] double positionLoop(const Measured& measured);
    [[nodiscard]] double velocityLoop(const Measured& measured);
    [[nodiscard]] double forCurrent(double amperes, const Measured& measured) const;
    [[nodiscard]] double limited(double pwm, double low, double high);
    void rampVelocity();

    ControlSettings settings_;
    MotionProfile profile_;
    double sum_ = 0.0; ///< of the errors
    double lastError_ = 0.0;
    double errorSlope_ = 0.0; ///< smoothed
    double rampStep_ = 0.0;   ///< velocity mode: change a ms; 0: at once
    double pwm_ = 0.0;
    bool saturated_ = false;
};

} // namespace servolane::drivers::simulator
