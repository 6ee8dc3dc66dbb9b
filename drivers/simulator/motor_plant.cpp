// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/simulator/motor_plant.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace servolane::drivers::simulator {

namespace {

constexpr double radiansPerDegree = std::numbers::pi / 180.0;
constexpr double stepSpan = 1e-3 / MotorPlant::stepsPerMillisecond;

// A small geared servo with a light arm, in parts of its stall torque.
constexpr double coulombShare = 0.012;
constexpr double viscousShare = 0.03;
constexpr double gravityShare = 0.010;
constexpr double mechanicalTimeConstant = 0.020; ///< s
constexpr double backlashDegrees = 0.12;
constexpr double supplySagShare = 0.03;  ///< of the supply at stall
constexpr double electronicsPower = 0.4; ///< W, warms an idle servo by some degrees
constexpr double referencePower = 27.6;  ///< W at stall of the servo whose warmth the figures were chosen for

double orElse(double value, double fallback) {
    return value > 0.0 ? value : fallback;
}

} // namespace

PlantParameters PlantParameters::from(const registers::Nominal& nominal) {
    const double stallTorque = orElse(nominal.stallTorque, 1.0);
    const double stallCurrent = orElse(nominal.stallCurrent, 1.0);
    const double freeSpeed = orElse(nominal.noLoadSpeed, 360.0) * radiansPerDegree;
    PlantParameters p;
    p.supply = orElse(nominal.voltage, 12.0);
    p.resistance = p.supply / stallCurrent;
    p.supplyResistance = supplySagShare * p.resistance;
    p.coulomb = coulombShare * stallTorque;
    p.viscous = viscousShare * stallTorque / freeSpeed;
    p.torquePerAmpere = (stallTorque + p.coulomb) / stallCurrent;
    const double freeCurrent = (p.coulomb + p.viscous * freeSpeed) / p.torquePerAmpere;
    p.backEmf = (p.supply - p.resistance * freeCurrent) / freeSpeed;
    p.inertia = mechanicalTimeConstant * p.torquePerAmpere * p.backEmf / p.resistance;
    p.gravity = gravityShare * stallTorque;
    p.backlash = backlashDegrees * radiansPerDegree;
    const double size = p.supply * stallCurrent / referencePower;
    p.windingCapacity *= size;
    p.caseCapacity *= size;
    p.windingToCase /= size;
    p.caseToAmbient /= size;
    return p;
}

MotorPlant::MotorPlant(PlantParameters parameters)
    : parameters_(parameters)
    , voltage_(parameters.supply)
    , windingWarmth_(parameters.ambient + 4.0)
    , caseWarmth_(parameters.ambient + 4.0) {}

void MotorPlant::run(Drive drive) {
    const double duty = drive.powered ? drive.duty : 0.0;
    if (jammed_)
        push(duty * voltage_);
    else
        turn(duty * voltage_, drive.powered);
    voltage_ = parameters_.supply - parameters_.supplyResistance * std::max(0.0, current_ * duty);
    warm(drive, 1e-3);
}

void MotorPlant::push(double volts) {
    speed_ = 0.0;
    current_ = volts / parameters_.resistance;
}

void MotorPlant::turn(double volts, bool powered) {
    const PlantParameters& p = parameters_;
    const double steady = -p.gravity * std::cos(armAngle_) - load_;
    const double perInertia = stepSpan / p.inertia;
    const double friction = p.coulomb * perInertia;
    const double perOhm = powered ? 1.0 / p.resistance : 0.0;
    double sum = 0.0;
    for (int step = 0; step < stepsPerMillisecond; ++step) {
        const double current = (volts - p.backEmf * speed_) * perOhm;
        const double torque = p.torquePerAmpere * current - p.viscous * speed_ + steady;
        const double free = speed_ + torque * perInertia;
        // Dry friction takes away what it can of the impulse, never more than there is.
        speed_ = std::abs(free) <= friction ? 0.0 : free - std::copysign(friction, free);
        motorAngle_ += speed_ * stepSpan;
        sum += current;
    }
    current_ = sum / stepsPerMillisecond;
    armAngle_ = std::clamp(armAngle_, motorAngle_ - p.backlash / 2, motorAngle_ + p.backlash / 2);
}

void MotorPlant::rest(Drive drive, double span) {
    constexpr double longest = 0.1;
    for (; span > longest; span -= longest)
        warm(drive, longest);
    warm(drive, span);
}

void MotorPlant::warm(Drive drive, double span) {
    const PlantParameters& p = parameters_;
    const double power = drive.powered ? current_ * current_ * p.resistance : 0.0;
    const double toCase = (windingWarmth_ - caseWarmth_) / p.windingToCase;
    const double toAir = (caseWarmth_ - p.ambient) / p.caseToAmbient;
    windingWarmth_ += (power - toCase) * span / p.windingCapacity;
    caseWarmth_ += (toCase + electronicsPower * p.supply / 12.0 - toAir) * span / p.caseCapacity;
}

void MotorPlant::place(double angle) {
    motorAngle_ = angle;
    armAngle_ = angle;
    speed_ = 0.0;
}

void MotorPlant::setSupply(double volts) {
    parameters_.supply = volts;
    voltage_ = volts;
}

void MotorPlant::heatTo(double celsius) {
    windingWarmth_ = celsius;
    caseWarmth_ = celsius;
}

} // namespace servolane::drivers::simulator
