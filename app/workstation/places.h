// SPDX-License-Identifier: GPL-3.0-or-later
// Where things lie on this machine.
#pragma once

#include "core/kernel/result.h"

#include <filesystem>
#include <string>
#include <vector>

namespace servolane::app {

/// What a person chose on the command line; empty: the usual place.
struct PlaceChoice {
    std::string store;  ///< folder
    std::string config; ///< folder
};

struct Places {
    std::filesystem::path store;                 ///< workstation.db and below
    std::filesystem::path sessions;              ///< named recordings go here unless told otherwise
    std::filesystem::path flight;                ///< segments of the flight recorder
    std::filesystem::path config;                ///< settings
    std::vector<std::filesystem::path> servos;   ///< folders with servo model files; a later one wins
    std::vector<std::filesystem::path> adapters; ///< files of known adapters; a later one wins
};

/// The XDG folders: $XDG_DATA_HOME/servolane and $XDG_CONFIG_HOME/servolane. Model files are looked for in
/// $SERVOLANE_SERVOS, else beside the installed program, else in the source tree it was built from; the
/// user's own in the settings folder come last; adapters likewise, with $SERVOLANE_ADAPTERS. Creates nothing.
[[nodiscard]] Places placesFor(const PlaceChoice& choice);

/// Makes `folder` and those above it. Errors: notAllowed, inputOutput.
[[nodiscard]] Result<void> makeFolder(const std::filesystem::path& folder);

/// Deletes the oldest *.servolane files of a folder, and what lies beside them, until what is left takes at
/// most `bytes`. Those changed within the last `youngest` seconds stay: someone may be writing them, and who
/// does writes a pair of clock readings every ten seconds. Returns what was freed.
std::uint64_t keepNewest(const std::filesystem::path& folder, std::uint64_t bytes, double youngest = 300.0);

} // namespace servolane::app
