// SPDX-License-Identifier: GPL-3.0-or-later
// Window functions of spectra: sums of cosines, periodic in n, so that their spectrum is known in closed
// form.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace servolane::telemetry {

enum class Window : std::uint8_t {
    rectangular,    ///< for signals that repeat within the block; narrow peaks, wide feet
    hann,           ///< for all day: amplitudes up to 15 % low between two bins
    flatTop,        ///< for amplitudes: right to 0.01 dB anywhere between two bins; wide peaks
    blackmanHarris, ///< for small beside large: feet 92 dB down
};
constexpr std::array<Window, 4> allWindows{Window::rectangular, Window::hann, Window::flatTop,
                                           Window::blackmanHarris};
/// Stable words: "rectangular", "hann", "flat_top", "blackman_harris".
[[nodiscard]] std::string_view toString(Window window);

[[nodiscard]] std::vector<double> windowOf(Window window, std::size_t count);
/// Mean of the window: what a sine's amplitude is multiplied by.
[[nodiscard]] double coherentGain(Window window);
/// Equivalent noise bandwidth in bins.
[[nodiscard]] double noiseBandwidth(Window window);
/// Magnitude of the window's spectrum `bins` beside its middle, 1 in the middle; of long blocks.
[[nodiscard]] double windowResponse(Window window, double bins);

} // namespace servolane::telemetry
