// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/dynamixel1/dynamixel1.h"

#include "drivers/ff/ff_side.h"
#include "drivers/wire/ff_format.h"

#include <array>

namespace servolane::drivers::dynamixel1 {

using simulator::ControlSettings;
using simulator::FirmwareRules;
using simulator::Refusal;
using simulator::VirtualServo;

namespace {

/// What the virtual firmware counts as full output, and what the registers do.
constexpr double fullPwm = 885.0;
constexpr double fullRegister = 1023.0;

std::string_view bitName(unsigned bit) {
    constexpr std::array<std::string_view, 8> names{"input voltage", "angle limit", "overheating", "range",
                                                    "checksum",      "overload",    "instruction", "bit 7"};
    return names[bit];
}

/// Model number (2, little-endian) and firmware (1).
bus::ServoIdentity identify(ServoId id, ByteView identity) {
    return {id, static_cast<std::uint32_t>(littleEndian(identity.first(2))), identity[2]};
}

/// 2 Mbit/s divided by the code and one; three codes are exceptions (MX-28, "Baud Rate").
std::uint32_t rateOf(std::int64_t code) {
    constexpr std::int64_t firstException = 250;
    constexpr std::array<std::uint32_t, 3> exceptions{2'250'000, 2'500'000, 3'000'000};
    if (code < 0 || code >= firstException + 3) return 0;
    if (code >= firstException) return exceptions[static_cast<std::size_t>(code - firstException)];
    return static_cast<std::uint32_t>(2'000'000 / (code + 1));
}

/// Protocol 1.0 has no bit for a register that cannot be written: it is out of range.
std::uint8_t refusalBits(Refusal refusal) {
    switch (refusal) {
    case Refusal::none:
        return 0;
    case Refusal::dataLimit:
        return error_bit::angleLimit;
    case Refusal::instruction:
    case Refusal::resultFail:
        return error_bit::instruction;
    case Refusal::dataRange:
    case Refusal::dataLength:
    case Refusal::access:
        break;
    }
    return error_bit::range;
}

unsigned errorBits(unsigned bits) {
    namespace known = simulator::hardware_error;
    return bits & (known::inputVoltage | known::overheating | known::overload);
}

/// A servo of the AX kind gives its full output that many counts away from the goal.
constexpr double fullOutputPerSlope = 1.0;

void tune(const VirtualServo& servo, ControlSettings& settings) {
    const auto raw = [&](std::string_view name) { return static_cast<double>(servo.value(name)); };
    const bool gains = servo.model().find(registers::Role::positionPGain) != nullptr;
    if (gains) {
        // Kp = P / 8, Ki = I × 1000 / 2048, Kd = D × 4 / 1000 (MX-28, "D, I, P Gain"), per count and second.
        settings.positionP = raw("p_gain") / 8.0 * fullPwm / fullRegister;
        settings.positionI = raw("i_gain") / 2048.0 * fullPwm / fullRegister;
        settings.positionD = raw("d_gain") * 4.0 * fullPwm / fullRegister;
    } else {
        // A table that somebody wrote down may lack the slope, too: then it is as it is shipped.
        constexpr double usualSlope = 32.0;
        const bool slope = servo.model().find("cw_compliance_slope") != nullptr;
        settings.positionP =
            fullOutputPerSlope * fullPwm / (slope ? std::max(2.0, raw("cw_compliance_slope")) : usualSlope);
    }
    constexpr double perVelocityStep = 0.4;
    constexpr double perVelocityStepAndMs = 0.015;
    settings.velocityP = perVelocityStep;
    settings.velocityI = perVelocityStepAndMs;
    const bool limited = servo.model().find("torque_limit") != nullptr;
    settings.pwmLimit = limited ? raw("torque_limit") / fullRegister * fullPwm : fullPwm;
    const bool pwmMode = settings.mode == registers::OperatingMode::pwm;
    settings.goalPwm = pwmMode ? settings.goalPwm / fullRegister * fullPwm : fullPwm;
}

} // namespace

bus::FamilyTraits traits() {
    bus::FamilyTraits traits;
    traits.name = "dynamixel1";
    traits.firstId = 0;
    traits.lastId = ff::lastServoId;
    traits.groupWrite = traits.broadcastWrite = true;
    traits.confirmsWrites = true;
    traits.likelyBauds = {1'000'000, 57'600,    115'200, 2'000'000, 500'000,   200'000,  250'000,
                          400'000,   3'000'000, 19'200,  9'600,     2'250'000, 2'500'000};
    traits.wire = &wire::dynamixel1Format();
    return traits;
}

ff::Dialect dialect() {
    ff::Dialect dialect;
    dialect.traits = traits();
    dialect.group = ff::GroupWay::bulkRead;
    dialect.refusals =
        error_bit::angleLimit | error_bit::range | error_bit::checksum | error_bit::instruction;
    dialect.damaged = error_bit::checksum;
    dialect.conditions = error_bit::inputVoltage | error_bit::overheating | error_bit::overload;
    dialect.identity = {0, 3};
    dialect.identify = identify;
    dialect.bitName = bitName;
    return dialect;
}

std::unique_ptr<bus::ServoBus> makeBus(bus::Transport& transport, Clock& clock) {
    return std::make_unique<ff::FfBus>(transport, clock, dialect());
}

const FirmwareRules& firmware() {
    static const FirmwareRules rules{
        .goalSwitchesTorqueOn = true,
        .modesSetBack = false,
        .eepromNeedsTorqueOff = false,
        .torqueLimit = "torque_limit",
        .atPowerUp = {{"max_torque", "torque_limit"}},
        .errorBits = errorBits,
        .tune = tune,
    };
    return rules;
}

simulator::SimulatedFamily simulated() {
    return {"dynamixel1", "AX-12A", 1'000'000,
            [](simulator::ServoRack& rack, std::uint32_t baud) -> std::unique_ptr<simulator::ProtocolSide> {
                ff::SideDialect side;
                side.rateOf = rateOf;
                side.refusalBits = refusalBits;
                side.bulkRead = true;
                return std::make_unique<ff::FfSide>(rack, baud, side);
            },
            firmware};
}

} // namespace servolane::drivers::dynamixel1
