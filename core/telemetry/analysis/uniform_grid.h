// SPDX-License-Identifier: GPL-3.0-or-later
// From the times at which samples were taken to the equal steps that a Fourier transform needs.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace servolane::telemetry {

/// A sample farther from its place on the grid than this share of a step counts as moved.
constexpr double movedShare = 0.05;

struct UniformGrid {
    double rate = 0.0; ///< Hz: (samples − 1) / (last time − first time); 0: fewer than two samples
    std::vector<double> values; ///< as many as there were samples
    double moved = 0.0;         ///< share of samples farther than movedShare of a step from their place
    double farthest = 0.0;      ///< the largest such distance, in steps
};

/// Times in ns, rising; values finite; as many of each. The grid has the first and the last time and the mean
/// step, and values in straight lines between samples. Where all samples are at their places it changes none.
[[nodiscard]] UniformGrid resampleUniform(std::span<const std::int64_t> ns, std::span<const float> values);

} // namespace servolane::telemetry
