// SPDX-License-Identifier: GPL-3.0-or-later
// The mode of a pseudo-terminal's far end, set through its near end, so that nobody has to open the far one.
#pragma once

#include <cstdint>

namespace servolane::app {

/// No echo and no line editing, and this rate, standard or not.
void setRaw(int master, std::uint32_t baud);
/// The rate that the far end is set to, standard or not; 0: the system does not tell.
[[nodiscard]] std::uint32_t rateOfFarEnd(int master);
/// What was sent and not yet read there. The mode stays.
void dropUnreadAtFarEnd(int master);

} // namespace servolane::app
