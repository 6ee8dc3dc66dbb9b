// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/maestro/maestro.h"

#include "drivers/maestro/command.h"
#include "drivers/maestro/maestro_bus.h"
#include "drivers/maestro/maestro_side.h"
#include "drivers/maestro/wire_format.h"

namespace servolane::drivers::maestro {

using simulator::ControlSettings;
using simulator::FirmwareRules;
using simulator::VirtualServo;

namespace {

/// A hobby servo's own electronics, of which nothing is told: it holds and follows as such servos do.
void tune(const VirtualServo& servo, ControlSettings& settings) {
    constexpr double perCount = 3.0;
    constexpr double integral = 0.002;
    constexpr double damping = 30.0;
    constexpr double speedStep = 1.0 / 10.0;               // quarters of a µs in 10 ms
    constexpr double accelerationStep = 1.0 / 10.0 / 80.0; // of those in 80 ms
    settings.positionP = perCount;
    settings.positionI = integral;
    settings.positionD = damping;
    settings.profile = {
        static_cast<double>(servo.value(registers::Role::profileVelocity)) * speedStep,
        static_cast<double>(servo.value(registers::Role::profileAcceleration)) * accelerationStep, false};
}

} // namespace

bus::FamilyTraits traits() {
    bus::FamilyTraits traits;
    traits.name = familyName;
    traits.firstId = 0;
    traits.lastId = lastId;
    // A channel that a Maestro lacks makes it note an error: nobody asks for one unless told to.
    traits.usualLastId = channelsOfSmallest - 1;
    traits.groupWrite = true;
    traits.confirmsWrites = true;
    traits.movedByOthers = true; // the first bytes of a DYNAMIXEL 1.0 packet are a target in Mini-SSC
    traits.likelyBauds = {115'200, 9'600, 57'600, 38'400, 19'200, 200'000};
    traits.wire = &wireFormat();
    return traits;
}

std::unique_ptr<bus::ServoBus> makeBus(bus::Transport& transport, Clock& clock) {
    return std::make_unique<MaestroBus>(transport, clock);
}

const FirmwareRules& firmware() {
    static const FirmwareRules rules{
        .modesSetBack = false,
        .eepromNeedsTorqueOff = false,
        .tune = tune,
    };
    return rules;
}

simulator::SimulatedFamily simulated() {
    return {familyName, "PWM servo (Maestro)", 115'200,
            [](simulator::ServoRack& rack, std::uint32_t baud) -> std::unique_ptr<simulator::ProtocolSide> {
                return std::make_unique<MaestroSide>(rack, baud);
            },
            firmware};
}

} // namespace servolane::drivers::maestro
