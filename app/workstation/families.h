// SPDX-License-Identifier: GPL-3.0-or-later
// The families of servos this program speaks with. A new family is one line in families.cpp.
#pragma once

#include "core/bus/packet_form.h"
#include "core/bus/servo_bus.h"
#include "core/kernel/clock.h"

#include <memory>
#include <span>
#include <string_view>

namespace servolane::app {

struct Family {
    std::string_view name; ///< FamilyTraits::name, the word of --protocol
    std::string_view title;
    std::unique_ptr<bus::ServoBus> (*make)(bus::Transport& transport, Clock& clock);
    const bus::PacketForm& (*packets)() = nullptr; ///< nullptr: packets are not composed by hand
};

/// Likeliest first.
[[nodiscard]] std::span<const Family> families();
/// nullptr if unknown.
[[nodiscard]] const Family* familyNamed(std::string_view name);
/// "dynamixel2, …", for messages.
[[nodiscard]] std::string familyNames();

} // namespace servolane::app
