// SPDX-License-Identifier: GPL-3.0-or-later
// One-sided spectra of equally spaced samples. Pure functions; any thread, several at a time.
#pragma once

#include "core/telemetry/analysis/window_function.h"

#include <atomic>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace servolane::telemetry {

enum class Quantity : std::uint8_t {
    amplitude, ///< peak value of each sine, in the unit of the samples
    rms,       ///< rms value of each sine, in the unit of the samples
    density,   ///< power spectral density, unit²/Hz
};

struct SpectrumSettings {
    Window window = Window::hann;
    bool removeMean = true; ///< of each block
    /// Samples of a block; blocks overlap by half and their powers are averaged (Welch). 0: one block of all.
    std::size_t block = 0;
};

/// Longest block, and the longest run of samples that are one.
constexpr std::size_t longestBlock = std::size_t{1} << 20U;
constexpr std::size_t shortestBlock = 8;

struct Spectrum {
    double rate = 0.0; ///< Hz of the samples; the highest frequency is half of it
    Window window = Window::hann;
    std::size_t block = 0;       ///< samples of a block
    std::size_t averages = 0;    ///< blocks
    std::vector<double> density; ///< unit²/Hz; bin i is at i × resolution()

    [[nodiscard]] double resolution() const { return rate / static_cast<double>(block); }
    [[nodiscard]] double nyquist() const { return rate / 2.0; }
    [[nodiscard]] double frequencyOf(std::size_t bin) const {
        return static_cast<double>(bin) * resolution();
    }
    /// Amplitudes are corrected for the window's coherent gain, densities for its noise bandwidth. At 0 Hz
    /// and at half the rate there is no second side, and no peak beside the rms: both give the value itself.
    [[nodiscard]] double valueAt(std::size_t bin, Quantity quantity) const;
};

/// Nothing if there are fewer than shortestBlock samples, or once `cancelled` is set. A block longer than the
/// samples is cut to them; of more than longestBlock samples in one block the newest are taken.
[[nodiscard]] std::optional<Spectrum> spectrumOf(std::span<const double> samples, double rate,
                                                 const SpectrumSettings& settings,
                                                 const std::atomic<bool>& cancelled);

struct SpectrumPeak {
    double frequency = 0.0; ///< Hz, between bins
    double amplitude = 0.0; ///< peak value of a sine there, whatever lies between bins
    std::size_t bin = 0;
};

/// Largest first, at most `count`: bins above their neighbours that stand out of the noise around them.
/// Frequency and amplitude are those of the one sine that would give the two largest bins through this
/// window.
[[nodiscard]] std::vector<SpectrumPeak> peaksOf(const Spectrum& spectrum, std::size_t count);

} // namespace servolane::telemetry
