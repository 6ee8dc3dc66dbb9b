// SPDX-License-Identifier: GPL-3.0-or-later
// The mechanics and the warmth of one servo: DC motor, gearbox, load, supply. All quantities are those of the
// output shaft, in SI units. Plain computation, no clock, no randomness; one thread.
#pragma once

#include "core/registers/control_table.h"

namespace servolane::drivers::simulator {

struct PlantParameters {
    double supply = 12.0;         ///< V without load
    double supplyResistance = 0;  ///< Ω
    double resistance = 5.0;      ///< Ω, of the winding
    double torquePerAmpere = 1.0; ///< N·m/A, gearbox losses included
    double backEmf = 1.0;         ///< V·s/rad
    double inertia = 0.02;        ///< kg·m², motor and load
    double viscous = 0.0;         ///< N·m·s/rad
    double coulomb = 0.0;         ///< N·m
    double gravity = 0.0;         ///< N·m with the arm horizontal (angle 0)
    double backlash = 0.0;        ///< rad
    double ambient = 25.0;        ///< °C
    double windingCapacity = 8;   ///< J/K
    double caseCapacity = 60;     ///< J/K
    double windingToCase = 3;     ///< K/W
    double caseToAmbient = 6;     ///< K/W

    /// From what the model's maker states: stall torque and current and no-load speed at the nominal voltage.
    [[nodiscard]] static PlantParameters from(const registers::Nominal& nominal);
};

/// What the driver stage does with the motor.
struct Drive {
    bool powered = false; ///< false: windings open, nothing brakes
    double duty = 0.0;    ///< −1 … 1 of the supply
};

class MotorPlant {
public:
    /// Steps of the mechanics in one call of run().
    static constexpr int stepsPerMillisecond = 10;

    explicit MotorPlant(PlantParameters parameters);

    /// One millisecond.
    void run(Drive drive);
    /// A stretch in which nothing moves: only the warmth changes. In seconds.
    void rest(Drive drive, double span);

    /// Of the arm, behind the backlash; rad, 0 is the middle of the turn.
    [[nodiscard]] double angle() const { return armAngle_; }
    [[nodiscard]] double speed() const { return speed_; }            ///< rad/s
    [[nodiscard]] double current() const { return current_; }        ///< A
    [[nodiscard]] double voltage() const { return voltage_; }        ///< V at the servo, under load
    [[nodiscard]] double temperature() const { return caseWarmth_; } ///< °C, where the sensor sits
    [[nodiscard]] const PlantParameters& parameters() const { return parameters_; }

    void place(double angle);
    /// Whatever speed there is ends.
    void halt() { speed_ = 0.0; }
    /// Something holds the arm: the motor pushes and nothing turns.
    void setJammed(bool jammed) { jammed_ = jammed; }
    void setSupply(double volts);
    void heatTo(double celsius);
    /// An additional torque on the arm, N·m.
    void setLoad(double torque) { load_ = torque; }

private:
    void push(double volts);
    void turn(double volts, bool powered);
    void warm(Drive drive, double span);

    PlantParameters parameters_;
    double motorAngle_ = 0.0;
    double armAngle_ = 0.0;
    double speed_ = 0.0;
    double current_ = 0.0;
    double voltage_ = 0.0;
    double load_ = 0.0;
    double windingWarmth_ = 0.0;
    double caseWarmth_ = 0.0;
    bool jammed_ = false;
};

} // namespace servolane::drivers::simulator
