// SPDX-License-Identifier: GPL-3.0-or-later
// Exclusive use of a serial port. libserialport takes no lock, and the kernel lets two programs open one
// port.
#pragma once

#include "core/kernel/result.h"

#include <cstdint>
#include <string>

namespace servolane::drivers {

/// Whether programs that know nothing of our lock are kept out as well (TIOCEXCL). A pseudo-terminal's far
/// end keeps that flag after we die, so it is for real ports alone.
enum class Exclusion : std::uint8_t { advisory, kernel };

/// Errors: busy. The advisory lock ends with the descriptor.
[[nodiscard]] Result<void> lockPort(int descriptor, const std::string& name, Exclusion exclusion);
void unlockPort(int descriptor, Exclusion exclusion);

/// "program (process 123)" that has this device locked or open, or "another program" if that cannot be seen.
[[nodiscard]] std::string portUser(const std::string& path);
/// "program (process 123)" that holds an advisory lock on this device, found without opening it (opening
/// would toggle DTR); empty if nobody does.
[[nodiscard]] std::string lockHolder(const std::string& path);

} // namespace servolane::drivers
