// SPDX-License-Identifier: GPL-3.0-or-later
// Registers as people read them. Plain functions, GUI thread.
#pragma once

#include "core/registers/control_table.h"

#include <QtCore/QString>
#include <vector>

namespace servolane::registers {
struct LeftRegister;
}

namespace servolane::ui {

/// What a register is about, for the choice of what is shown.
enum class RegisterGroup : std::uint8_t {
    identity,
    mode,
    limits,
    gains,
    profile,
    goals,
    present,
    indirect,
    other
};
[[nodiscard]] RegisterGroup groupOf(const registers::Register& of);
[[nodiscard]] QString titleOf(RegisterGroup group);
[[nodiscard]] const std::vector<RegisterGroup>& registerGroups();

/// As the maker prints it.
[[nodiscard]] QString registerTitle(const registers::Register& of);
/// Steps finer than the register's own say nothing.
[[nodiscard]] int registerDecimals(const registers::Register& of);
/// "120.0°"; a named value by its name; the names of the bit fields that are set, "none" if none is.
[[nodiscard]] QString registerText(const registers::Register& of, std::int64_t raw);
/// As many digits as the register has: "0x0384", two's complement.
[[nodiscard]] QString registerHex(const registers::Register& of, std::int64_t raw);
/// "0.0° … 359.9°"; empty where the model says nothing.
[[nodiscard]] QString registerRange(const registers::Register& of);

/// How a register is written by this program.
enum class RegisterWay : std::uint8_t {
    readOnly,
    staged, ///< with others, as one command
    alone,  ///< id and baud rate: a command of its own
    motion, ///< goals, torque, watchdog: not from here
};
[[nodiscard]] RegisterWay wayOf(const registers::Register& of);
/// Why it is not written from here; empty if it is.
[[nodiscard]] QString reasonOf(const registers::Register& of);

/// Why a recipe's setting cannot be written.
[[nodiscard]] QString whyLeft(const registers::LeftRegister& left);

} // namespace servolane::ui
