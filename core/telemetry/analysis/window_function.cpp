// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/analysis/window_function.h"

#include <cmath>
#include <numbers>

namespace servolane::telemetry {

namespace {

using std::numbers::pi;

/// w(n) = a0 − a1 cos(2πn/N) + a2 cos(4πn/N) − …
std::span<const double> coefficientsOf(Window window) {
    static constexpr std::array<double, 1> rectangular{1.0};
    static constexpr std::array<double, 2> hann{0.5, 0.5};
    static constexpr std::array<double, 5> flatTop{0.21557895, 0.41663158, 0.277263158, 0.083578947,
                                                   0.006947368};
    static constexpr std::array<double, 4> blackmanHarris{0.35875, 0.48829, 0.14128, 0.01168};
    switch (window) {
    case Window::hann:
        return hann;
    case Window::flatTop:
        return flatTop;
    case Window::blackmanHarris:
        return blackmanHarris;
    case Window::rectangular:
        break;
    }
    return rectangular;
}

double sinc(double x) {
    return std::abs(x) < 1e-9 ? 1.0 : std::sin(pi * x) / (pi * x);
}

} // namespace

std::string_view toString(Window window) {
    static constexpr std::array<std::string_view, 4> words{"rectangular", "hann", "flat_top",
                                                           "blackman_harris"};
    return words[static_cast<std::size_t>(window)];
}

std::vector<double> windowOf(Window window, std::size_t count) {
    const auto coefficients = coefficientsOf(window);
    std::vector<double> values(count);
    for (std::size_t n = 0; n < count; ++n) {
        const double phase = 2.0 * pi * static_cast<double>(n) / static_cast<double>(count);
        double sign = 1.0;
        for (std::size_t m = 0; m < coefficients.size(); ++m, sign = -sign)
            values[n] += sign * coefficients[m] * std::cos(static_cast<double>(m) * phase);
    }
    return values;
}

double coherentGain(Window window) {
    return coefficientsOf(window)[0];
}

double noiseBandwidth(Window window) {
    const auto coefficients = coefficientsOf(window);
    double square = coefficients[0] * coefficients[0];
    for (const double coefficient : coefficients.subspan(1))
        square += coefficient * coefficient / 2.0;
    return square / (coefficients[0] * coefficients[0]);
}

/// The transform of a cosine times a block: its sinc moved to both sides. The signs of w cancel those of the
/// sinc's phase at the middle of the block.
double windowResponse(Window window, double bins) {
    const auto coefficients = coefficientsOf(window);
    double sum = coefficients[0] * sinc(bins);
    for (std::size_t m = 1; m < coefficients.size(); ++m) {
        const auto shift = static_cast<double>(m);
        sum += coefficients[m] / 2.0 * (sinc(bins - shift) + sinc(bins + shift));
    }
    return std::abs(sum) / coefficients[0];
}

} // namespace servolane::telemetry
