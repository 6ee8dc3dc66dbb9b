// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/lx/lx.h"

#include "drivers/lx/lx_bus.h"
#include "drivers/lx/lx_side.h"
#include "drivers/lx/wire_format.h"

namespace servolane::drivers::lx {

using simulator::ControlSettings;
using simulator::FirmwareRules;
using simulator::VirtualServo;

namespace {

constexpr double fullPwm = 885.0;
constexpr double fullSpeed = 1000.0;
/// Asking for an id takes the whole time-out, and few build a line of more.
constexpr std::uint8_t usualLastServo = 32;

/// The maker gives no gains: these hold and follow as such servos do.
void tune(const VirtualServo& servo, ControlSettings& settings) {
    constexpr double perCount = 30.0;
    constexpr double integral = 0.02;
    constexpr double damping = 300.0;
    settings.positionP = perCount;
    settings.positionI = integral;
    settings.positionD = damping;
    // A goal comes with the time that the way to it shall take.
    settings.profile = {static_cast<double>(servo.value("move_time")), 0.0, true};
    const bool turns = settings.mode == registers::OperatingMode::pwm;
    settings.goalPwm = turns ? settings.goalPwm / fullSpeed * fullPwm : fullPwm;
}

} // namespace

bus::FamilyTraits traits() {
    bus::FamilyTraits traits;
    traits.name = familyName;
    traits.firstId = 0;
    traits.lastId = lastServoId;
    traits.usualLastId = usualLastServo;
    traits.broadcastWrite = true;
    traits.likelyBauds = {115'200};
    traits.wire = &wireFormat();
    return traits;
}

std::unique_ptr<bus::ServoBus> makeBus(bus::Transport& transport, Clock& clock) {
    return std::make_unique<LxBus>(transport, clock);
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
    return {familyName, "LX-16A", 115'200,
            [](simulator::ServoRack& rack, std::uint32_t baud) -> std::unique_ptr<simulator::ProtocolSide> {
                return std::make_unique<LxSide>(rack, baud);
            },
            firmware};
}

} // namespace servolane::drivers::lx
