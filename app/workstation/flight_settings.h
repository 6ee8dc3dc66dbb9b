// SPDX-License-Identifier: GPL-3.0-or-later
// How long the segments of the flight recorder are kept, as a person wants it.
#pragma once

#include "app/workstation/places.h"

#include <filesystem>
#include <optional>

namespace servolane::app {

/// What a person chose; absent: not said.
struct FlightChoice {
    std::optional<double> gigabytes; ///< 1e9 bytes that all segments take at most; 0.5 to 100,000
    std::optional<double> days;      ///< after which a segment goes; 0: never; at most 36,500
};

/// Of a file such as {"gigabytes": 20, "days": 30}; either may be missing, and so may the file. Errors:
/// invalid (names the file, the member and the numbers allowed), inputOutput.
[[nodiscard]] Result<FlightChoice> readFlightChoice(const std::filesystem::path& file);

/// What `first` does not say, `second` does, and else the usual: 8 GiB, of any age.
[[nodiscard]] FlightLimits flightLimits(const FlightChoice& first, const FlightChoice& second);

} // namespace servolane::app
