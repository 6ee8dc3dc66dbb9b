// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/feetech/feetech.h"

#include "drivers/ff/ff_side.h"
#include "drivers/wire/ff_format.h"

#include <array>

namespace servolane::drivers::feetech {

using simulator::ControlSettings;
using simulator::FirmwareRules;
using simulator::Refusal;
using simulator::VirtualServo;

namespace {

/// What the virtual firmware counts as full output, and what the registers do.
constexpr double fullPwm = 885.0;
constexpr double fullRegister = 1000.0;

/// The vendor's header; other tables differ above code 4.
constexpr std::array<std::uint32_t, 8> rates{1'000'000, 500'000, 250'000, 128'000,
                                             115'200,   76'800,  57'600,  38'400};

std::string_view bitName(unsigned bit) {
    constexpr std::array<std::string_view, 8> names{"voltage", "sensor",   "temperature", "current",
                                                    "bit 4",   "overload", "bit 6",       "bit 7"};
    return names[bit];
}

/// Firmware (major, minor), byte order (0 or 1), model (2 bytes in that order). A servo of DYNAMIXEL 1.0
/// answers the same packets and has other things there, its firmware and its id: no model of ours.
bus::ServoIdentity identify(ServoId id, ByteView identity) {
    if (identity[2] > 1) return {id, 0, static_cast<std::uint32_t>(identity[0]) << 8 | identity[1]};
    const bool highFirst = identity[2] == 1;
    const std::uint32_t first = identity[3];
    const std::uint32_t second = identity[4];
    return {id, highFirst ? first << 8 | second : second << 8 | first,
            static_cast<std::uint32_t>(identity[0]) << 8 | identity[1]};
}

std::uint32_t rateOf(std::int64_t code) {
    return code >= 0 && code < static_cast<std::int64_t>(rates.size()) ? rates[static_cast<std::size_t>(code)]
                                                                       : 0;
}

/// What it does not take, it passes over.
std::uint8_t refusalBits(Refusal) {
    return 0;
}

unsigned statusBits(unsigned bits) {
    namespace known = simulator::hardware_error;
    constexpr std::array<std::pair<unsigned, unsigned>, 5> same{
        {{known::inputVoltage, status_bit::voltage},
         {known::encoder, status_bit::sensor},
         {known::overheating, status_bit::temperature},
         {known::shock, status_bit::current},
         {known::overload, status_bit::overload}}};
    unsigned own = 0;
    for (const auto& [bit, ours] : same)
        if ((bits & bit) != 0) own |= ours;
    return own;
}

/// The maker gives no units of the gains: these make the default ones hold and follow as such servos do.
void tune(const VirtualServo& servo, ControlSettings& settings) {
    // A table that somebody wrote down may lack gains and limits: then it has those of an STS servo.
    const auto raw = [&](std::string_view name, double otherwise = 0.0) {
        return servo.model().find(name) != nullptr ? static_cast<double>(servo.value(name)) : otherwise;
    };
    // They are per step of 1/4096 turn; servos with coarser ones do as much for the same angle.
    constexpr double stepsPerTurn = 4096.0;
    constexpr double usualP = 32.0;
    constexpr double usualD = 32.0;
    const double perStep = stepsPerTurn / servo.model().countsPerTurn;
    constexpr double perP = 0.19;
    constexpr double perI = 1e-4;
    constexpr double perD = 0.25;
    constexpr double perVelocityP = 5e-3;
    constexpr double perVelocityI = 2e-4;
    settings.positionP = perP * perStep * raw("p_gain", usualP);
    settings.positionI = perI * perStep * raw("i_gain");
    settings.positionD = perD * perStep * raw("d_gain", usualD);
    settings.velocityP = perVelocityP * raw("velocity_p_gain");
    settings.velocityI = perVelocityI * raw("velocity_i_gain");
    const bool limits = servo.model().find("torque_limit") != nullptr;
    settings.pwmLimit = raw(limits ? "torque_limit" : "max_torque", fullRegister) / fullRegister * fullPwm;
    const bool pwmMode = settings.mode == registers::OperatingMode::pwm;
    settings.goalPwm = pwmMode ? settings.goalPwm / fullRegister * fullPwm : fullPwm;
}

} // namespace

bus::FamilyTraits traits() {
    bus::FamilyTraits traits;
    traits.name = "feetech";
    traits.firstId = 0;
    traits.lastId = ff::lastServoId;
    traits.groupRead = traits.groupWrite = traits.broadcastWrite = true;
    traits.confirmsWrites = true;
    traits.restart = true;
    traits.likelyBauds = {1'000'000, 115'200, 500'000, 57'600, 250'000, 128'000, 76'800, 38'400};
    traits.wire = &wire::feetechFormat();
    return traits;
}

ff::Dialect dialect() {
    ff::Dialect dialect;
    dialect.traits = traits();
    dialect.group = ff::GroupWay::syncRead;
    dialect.conditions = status_bit::voltage | status_bit::sensor | status_bit::temperature |
                         status_bit::current | status_bit::overload;
    dialect.identity = {0, 5};
    dialect.identify = identify;
    dialect.reboots = true;
    dialect.forgetsTurns = true;
    dialect.resetKeepsId = true;
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
        .eepromLock = true,
        .atPowerUp = {{"max_torque", "torque_limit"}},
        .errorBits = statusBits,
        .tune = tune,
    };
    return rules;
}

simulator::SimulatedFamily simulated() {
    // They share a protocol; people know them by their own names.
    static constexpr std::array<simulator::SimulatedFamily::Series, 3> series{
        {{"feetech-sts", "STS3215"}, {"feetech-sms", "SM8512BL"}, {"feetech-scs", "SCS0009"}}};
    return {"feetech",
            "STS3215",
            1'000'000,
            [](simulator::ServoRack& rack, std::uint32_t baud) -> std::unique_ptr<simulator::ProtocolSide> {
                ff::SideDialect side;
                side.rateOf = rateOf;
                side.refusalBits = refusalBits;
                side.syncRead = true;
                side.reboots = true;
                side.resetKeepsId = true;
                side.forgetsTurns = true;
                return std::make_unique<ff::FfSide>(rack, baud, side);
            },
            firmware,
            series};
}

} // namespace servolane::drivers::feetech
