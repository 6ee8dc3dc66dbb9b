// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/modbus/modbus.h"

#include "drivers/modbus/frame.h"
#include "drivers/modbus/modbus_bus.h"
#include "drivers/modbus/modbus_side.h"
#include "drivers/modbus/wire_format.h"

namespace servolane::drivers::modbus {

using simulator::ControlSettings;
using simulator::FirmwareRules;
using simulator::VirtualServo;

namespace {

/// One line of RS-485 carries 32 drives, and many makers number them from 1.
constexpr std::uint8_t usualLastUnit = 32;

/// The gains of a drive stand in none of its registers here: these hold and follow, for counts of any size.
void tune(const VirtualServo& servo, ControlSettings& settings) {
    constexpr double perDegree = 60.0;
    constexpr double integralShare = 0.002;
    constexpr double dampingShare = 8.0;
    const double perCount = perDegree * 360.0 / servo.model().countsPerTurn;
    settings.positionP = perCount;
    settings.positionI = perCount * integralShare;
    settings.positionD = perCount * dampingShare;
    const double perVelocity = perCount * settings.countsPerVelocity;
    constexpr double velocityShare = 40.0;
    settings.velocityP = perVelocity * velocityShare;
    settings.velocityI = perVelocity;
}

} // namespace

bus::FamilyTraits traits() {
    bus::FamilyTraits traits;
    traits.name = familyName;
    traits.firstId = firstUnit;
    traits.lastId = lastUnit;
    traits.usualLastId = usualLastUnit;
    traits.confirmsWrites = true;
    traits.likelyBauds = {19'200, 9'600, 115'200, 38'400, 57'600, 4'800, 2'400, 230'400, 1'200};
    // "8E1 is the standard default" of the specification; many makers ship without parity, and those that
    // keep to it with two stop bits.
    using bus::Parity;
    traits.likelyFrames = {{Parity::even, 1}, {Parity::none, 1}, {Parity::none, 2}, {Parity::odd, 1}};
    traits.wire = &wireFormat();
    return traits;
}

std::unique_ptr<bus::ServoBus> makeBus(bus::Transport& transport, Clock& clock,
                                       const registers::ModelCatalog& models) {
    return std::make_unique<ModbusBus>(transport, clock, models);
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
    return {familyName, "Modbus drive (CiA 402)", 115'200,
            [](simulator::ServoRack& rack, std::uint32_t baud) -> std::unique_ptr<simulator::ProtocolSide> {
                return std::make_unique<ModbusSide>(rack, baud);
            },
            firmware};
}

} // namespace servolane::drivers::modbus
