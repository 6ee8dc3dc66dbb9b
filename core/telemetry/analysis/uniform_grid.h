// SPDX-License-Identifier: GPL-3.0-or-later
// From the times at which samples were taken to the equal steps that a Fourier transform needs.
#pragma once

#include <atomic>
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
/// step. Where all samples are at their places it changes none.
///
/// A value in between is estimated from the 24 samples around it, at the times at which they were taken, as
/// that of a signal without anything above 0.46 of the rate, most of which is slow (Wiener interpolation; the
/// weights solve a system of the kernel's values between those times). A sine of amplitude 1 is right to
/// 0.015 (rms) up to 0.45 of the rate, with times that scatter by a quarter of a step and drift by steps.
/// Straight lines between samples would be a low-pass: they take a fifth of it at a quarter of the rate.
///
/// Some microseconds a sample. Once `cancelled` is set, the rest is left as it is.
[[nodiscard]] UniformGrid resampleUniform(std::span<const std::int64_t> ns, std::span<const float> values,
                                          const std::atomic<bool>& cancelled);

} // namespace servolane::telemetry
