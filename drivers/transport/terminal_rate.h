// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace servolane::drivers {

/// The name leads into /dev/pts.
[[nodiscard]] bool isPseudoTerminal(const std::string& path);
/// The rate, in bit/s, that somebody has set a pseudo-terminal to: servolane-sim sets that of its bus. Absent
/// for other paths, and where nobody has set any.
[[nodiscard]] std::optional<std::uint32_t> terminalRate(const std::string& path);

/// How the rate of an open terminal is set, told so that nobody having set any can be put back, too.
struct RateSetting {
    std::uint32_t code = 0; ///< the kernel's
    std::uint32_t baud = 0; ///< bit/s
};
/// Absent: no terminal.
[[nodiscard]] std::optional<RateSetting> rateSettingOf(int descriptor);
void putBackRate(int descriptor, const RateSetting& setting);
/// Any rate; nothing that is under way is lost. Whoever holds the other end may look at it.
void setTerminalRate(int descriptor, std::uint32_t bitsPerSecond);

} // namespace servolane::drivers
