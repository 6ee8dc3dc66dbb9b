// SPDX-License-Identifier: GPL-3.0-or-later
// The families of servos this program speaks with. A new family is one folder under drivers/ and one line in
// families.cpp; README.md of this folder says how.
#pragma once

#include "core/bus/packet_form.h"
#include "core/bus/servo_bus.h"
#include "core/kernel/clock.h"
#include "core/registers/control_table.h"
#include "drivers/simulator/simulated_family.h"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace servolane::drivers {

struct Family {
    std::string_view title; ///< for people: "DYNAMIXEL Protocol 2.0"
    bus::FamilyTraits traits;
    /// The line is open; transport and clock outlive the bus. `models` is looked through by families whose
    /// servos do not say what they are.
    std::unique_ptr<bus::ServoBus> (*make)(bus::Transport& transport, Clock& clock,
                                           const registers::ModelCatalog& models) = nullptr;
    simulator::SimulatedFamily simulated;
    const bus::PacketForm& (*packets)() = nullptr; ///< nullptr: packets are not composed by hand
    std::uint32_t lastModelNumber = 0xFFFF'FFFF;   ///< the largest that a servo can report
    std::uint16_t lastAddress = 0xFFFF;            ///< of a byte of a register

    /// The word of --protocol.
    [[nodiscard]] const std::string& name() const { return traits.name; }
};

/// Likeliest first.
[[nodiscard]] std::span<const Family> families();
/// Also by the series of a family: "feetech-sts", "feetech-sms" and "feetech-scs". nullptr if unknown.
[[nodiscard]] const Family* familyNamed(std::string_view name);
/// The words by which model files name their family.
[[nodiscard]] std::vector<std::string> familyWords();
/// Everything that familyNamed() takes, "dynamixel2, …", for messages.
[[nodiscard]] std::string familyNames();
[[nodiscard]] simulator::SimulatedFamilies simulatedFamilies();

} // namespace servolane::drivers
