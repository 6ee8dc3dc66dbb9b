// SPDX-License-Identifier: GPL-3.0-or-later
// Where things lie on this machine.
#pragma once

#include "core/kernel/result.h"
#include "core/kernel/time.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
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

/// What the segments of the flight recorder may take.
struct FlightLimits {
    std::uint64_t bytes = 8ULL << 30;
    Duration age{};                         ///< since the last change of a segment; 0: any
    std::uint64_t leastFree = 512ULL << 20; ///< bytes: with less free on the disk the oldest go, too
    /// One that someone may be writing stays for so long; who writes adds a pair of clock readings every ten
    /// seconds.
    Duration openYoungest = std::chrono::minutes{5};
    /// Of one without a -wal beside it, which is closed, or has not lived for a second.
    Duration closedYoungest = std::chrono::seconds{10};
};

/// Deletes the oldest *.servolane files of a folder, and what lies beside them, until what is left keeps the
/// limits. `freeBytes` of its disk; absent: not known. Returns what was freed.
std::uint64_t keepNewest(const std::filesystem::path& folder, const FlightLimits& limits,
                         std::optional<std::uint64_t> freeBytes);

} // namespace servolane::app
