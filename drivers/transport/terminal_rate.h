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

} // namespace servolane::drivers
