// SPDX-License-Identifier: GPL-3.0-or-later
// In what the firmware of one maker's servos differs from that of another, as far as a virtual servo tells
// them apart. The defaults are those of the X-series.
#pragma once

#include <string_view>
#include <vector>

namespace servolane::drivers::simulator {

class VirtualServo;
struct ControlSettings;

struct FirmwareRules {
    /// Writing a goal position switches torque on.
    bool goalSwitchesTorqueOn = false;
    /// Torque on sets the goal velocity to 0; a change of mode sets gains, profile and goals back.
    bool modesSetBack = true;
    /// The EEPROM takes nothing while torque is on.
    bool eepromNeedsTorqueOff = true;
    /// After a shutdown this register is 0, and writing it ends the shutdown; empty: a restart does.
    std::string_view torqueLimit = {};
    /// While the register with the role eeprom_lock is 1, what is written to the EEPROM is lost at a restart.
    bool eepromLock = false;
    /// At power-up the second register takes the value of the first.
    struct Copy {
        std::string_view from;
        std::string_view to;
    };
    std::vector<Copy> atPowerUp = {};
    /// Puts the bits of hardware_error into the maker's own; bits that it lacks become nothing.
    unsigned (*errorBits)(unsigned bits) = [](unsigned bits) { return bits; };
    /// Gains and limits from the registers of models that are not of the X-series; called after the X-series'
    /// own have been looked for.
    void (*tune)(const VirtualServo& servo, ControlSettings& settings) = nullptr;
};

} // namespace servolane::drivers::simulator
