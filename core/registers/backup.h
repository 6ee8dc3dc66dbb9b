// SPDX-License-Identifier: GPL-3.0-or-later
// What servos held at a moment: every register that was known, raw and as people read it, so that it can be
// compared with, and written to, servos of other models and firmware. Plain values and pure functions; any
// thread.
#pragma once

#include "core/kernel/time.h"
#include "core/registers/control_table.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace servolane::motion {
struct Axis;
}

namespace servolane::registers {

/// One register. All that is needed to understand it without its model file.
struct BackedUpRegister {
    std::string name;
    Role role = Role::none;
    std::uint16_t address = 0;
    std::uint8_t size = 1; ///< bytes
    Access access = Access::readOnly;
    std::int64_t raw = 0;
    double value = 0.0; ///< in `unit`
    std::string unit;
    std::string word;                                      ///< of a value that has a name; else empty
    std::map<std::string, std::int64_t, std::less<>> bits; ///< of a register that is made of bit fields
    friend bool operator==(const BackedUpRegister&, const BackedUpRegister&) = default;
};

struct ServoBackup {
    std::string family;
    std::string model;
    std::uint32_t modelNumber = 0;
    std::uint32_t firmware = 0;
    ServoId servo;
    std::string axis; ///< its name
    UtcTime at{};
    std::vector<BackedUpRegister> registers; ///< by address

    [[nodiscard]] const BackedUpRegister* find(std::string_view name) const;
    [[nodiscard]] const BackedUpRegister* find(Role role) const;
    friend bool operator==(const ServoBackup&, const ServoBackup&) = default;
};

/// What one file holds.
struct Backup {
    std::vector<ServoBackup> servos;
    [[nodiscard]] const ServoBackup* find(ServoId servo) const;
    friend bool operator==(const Backup&, const Backup&) = default;
};

/// Raw values by name.
using RawValues = std::map<std::string, std::int64_t, std::less<>>;

[[nodiscard]] BackedUpRegister backedUp(const Register& of, std::int64_t raw);
/// Registers of the axis' model that `known` lacks are left out.
[[nodiscard]] ServoBackup backupOf(const motion::Axis& axis, const RawValues& known, UtcTime at);

/// Whether a register is carried from servo to servo: settings, and those that say how a servo is reached.
enum class Carriage : std::uint8_t {
    setting,
    identity, ///< id, baud rate: only where asked for
    motion,   ///< goals, torque, bus watchdog: never
    none,     ///< only read, or a window into other registers
};
[[nodiscard]] Carriage carriageOf(std::string_view name, Role role, Access access);

} // namespace servolane::registers
