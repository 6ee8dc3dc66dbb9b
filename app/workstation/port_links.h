// SPDX-License-Identifier: GPL-3.0-or-later
// With which settings a port is opened that a person has named: what they said of it, then what was last
// known, then what is likely.
#pragma once

#include "app/workstation/port_memory.h"
#include "core/bus/commands.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace servolane::app {

/// What a person said of the port; absent: as it is known, or likely.
struct PortWish {
    std::string protocol{};              ///< a family's name; empty: not said
    std::optional<std::uint32_t> baud{}; ///< bit/s
    std::optional<bus::Parity> parity{};
    std::optional<std::uint8_t> stopBits{};
    bool anyRate = false;       ///< look at every likely rate, whatever was known
    bool everyId = false;       ///< and at ids that are seldom used
    std::vector<ServoId> ids{}; ///< that were named: they are asked in any case
};

/// Somebody has said what is spoken there, or it was spoken before.
[[nodiscard]] bool isProtocolKnown(const PortMemory& memory, const std::string& port, const PortWish& wish);
/// The settings to begin with. `families`: that may be asked there, the likeliest first. A rate of 0: the
/// likely ones of the family are tried.
[[nodiscard]] bus::LinkSettings linkFor(const PortMemory& memory, const std::vector<std::string>& families,
                                        const std::string& port, const PortWish& wish);
/// The settings to open the port with, in turn, until somebody answers: those to begin with; where the rate
/// is not certain the likely ones; and where nobody knows what is spoken there the other families. One alone
/// where protocol and rate were said. Empty: nothing may be sent to this port.
[[nodiscard]] std::vector<bus::LinkSettings> linksToTry(const PortMemory& memory,
                                                        const std::vector<std::string>& families,
                                                        const std::string& port, const PortWish& wish);

/// A sentence if no family has this name; see drivers::familyNamed. Otherwise `name` becomes the family's.
[[nodiscard]] std::string protocolProblem(std::string& name);
constexpr std::uint32_t slowestBaud = 1200;
constexpr std::uint32_t fastestBaud = 4'500'000;

} // namespace servolane::app
