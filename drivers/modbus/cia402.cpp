// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/modbus/cia402.h"

#include <array>

namespace servolane::drivers::modbus::cia402 {

namespace {

struct Pattern {
    State state;
    std::uint16_t mask;
    std::uint16_t value;
};
constexpr std::array patterns{
    Pattern{State::notReady, 0x4F, 0x00},         Pattern{State::switchOnDisabled, 0x4F, 0x40},
    Pattern{State::readyToSwitchOn, 0x6F, 0x21},  Pattern{State::switchedOn, 0x6F, 0x23},
    Pattern{State::operationEnabled, 0x6F, 0x27}, Pattern{State::quickStopActive, 0x6F, 0x07},
    Pattern{State::faultReaction, 0x4F, 0x0F},    Pattern{State::fault, 0x4F, 0x08},
};

constexpr std::uint16_t voltageEnabled = 1U << 4;

/// Bits 0 to 3 of the controlword as commands.
bool isDisableVoltage(std::uint16_t word) {
    return (word & 0x02U) == 0;
}
bool isQuickStop(std::uint16_t word) {
    return (word & 0x06U) == 0x02;
}

State followWithPower(State state, std::uint16_t word) {
    if (isDisableVoltage(word)) return State::switchOnDisabled;
    if (isQuickStop(word))
        return state == State::operationEnabled ? State::quickStopActive : State::switchOnDisabled;
    const unsigned command = word & 0x0FU;
    const bool shutdown = (command & 0x07U) == control::shutdown;
    if (shutdown) return State::readyToSwitchOn;
    return command == control::enableOperation ? State::operationEnabled : State::switchedOn;
}

} // namespace

std::string_view toString(State state) {
    switch (state) {
    case State::notReady:
        return "not ready to switch on";
    case State::switchOnDisabled:
        return "switch on disabled";
    case State::readyToSwitchOn:
        return "ready to switch on";
    case State::switchedOn:
        return "switched on";
    case State::operationEnabled:
        return "operation enabled";
    case State::quickStopActive:
        return "quick stop active";
    case State::faultReaction:
        return "fault reaction active";
    case State::fault:
        return "fault";
    case State::unknown:
        break;
    }
    return "no known state";
}

State stateOf(std::uint32_t statusword) {
    for (const Pattern& pattern : patterns)
        if ((statusword & pattern.mask) == pattern.value) return pattern.state;
    return State::unknown;
}

bool hasPower(State state) {
    return state == State::operationEnabled || state == State::quickStopActive ||
           state == State::faultReaction;
}

NextWord towardsOperation(State state) {
    switch (state) {
    case State::switchOnDisabled:
        return {true, control::shutdown};
    case State::readyToSwitchOn:
        return {true, control::switchOn};
    case State::switchedOn:
        return {true, control::enableOperation};
    case State::quickStopActive:
        return {true, control::disableVoltage};
    case State::operationEnabled:
    case State::notReady:
    case State::faultReaction:
    case State::fault:
    case State::unknown:
        break;
    }
    return {};
}

State follow(State state, std::uint16_t before, std::uint16_t word) {
    const bool resets = (word & control::faultReset) != 0 && (before & control::faultReset) == 0;
    const unsigned command = word & 0x07U;
    switch (state) {
    case State::fault:
        return resets ? State::switchOnDisabled : state;
    case State::switchOnDisabled:
        return command == control::shutdown ? State::readyToSwitchOn : state;
    case State::readyToSwitchOn:
        if (isDisableVoltage(word) || isQuickStop(word)) return State::switchOnDisabled;
        if (command != control::switchOn) return state;
        // Many drives go on from here at once when "enable operation" comes first.
        return (word & 0x08U) != 0 ? State::operationEnabled : State::switchedOn;
    case State::switchedOn:
    case State::operationEnabled:
        return followWithPower(state, word);
    case State::quickStopActive:
        return isDisableVoltage(word) ? State::switchOnDisabled : state;
    case State::notReady:
    case State::faultReaction:
    case State::unknown:
        break;
    }
    return state;
}

std::uint16_t statusBits(State state) {
    for (const Pattern& pattern : patterns) {
        if (pattern.state != state) continue;
        const bool supplied = state != State::switchOnDisabled && state != State::notReady;
        return static_cast<std::uint16_t>(pattern.value | (supplied ? voltageEnabled : 0));
    }
    return 0;
}

} // namespace servolane::drivers::modbus::cia402
