// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/analysis/uniform_grid.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace servolane::telemetry {

namespace {

/// Samples that a value is estimated from, and those on each side between which it must lie.
constexpr std::size_t reach = 24;
constexpr std::size_t near = 4;
/// What the signal is taken to be made of: anything up to `band`, and so many times as much power up to
/// `slow`; both in shares of the rate. The more, the less of a slow motion ends up as noise.
constexpr double band = 0.46;
constexpr double slow = 0.02;
constexpr double slowPower = 1e4;
/// Noise, in the power of what is in the band: samples are rounded, and what is told by two that are close
/// must not be blown up.
constexpr double rounding = 1e-4;
/// After so many steps the phases of both come round to the same.
constexpr double round = 50.0;
constexpr double atItsPlace = 1e-6;

/// A time in steps, with the phases that the kernel between two of them is made of.
struct Place {
    Place() = default;
    explicit Place(double steps)
        : at(steps) {
        const double turned = 2.0 * std::numbers::pi * std::fmod(steps, round);
        bandSine = std::sin(turned * band);
        bandCosine = std::cos(turned * band);
        slowSine = std::sin(turned * slow);
        slowCosine = std::cos(turned * slow);
    }
    double at = 0.0;
    double bandSine = 0.0;
    double bandCosine = 1.0;
    double slowSine = 0.0;
    double slowCosine = 1.0;
};

/// Covariance of the signal between two times: two sincs.
double kernel(const Place& a, const Place& b) {
    constexpr double same = 1e-6;
    const double apart = a.at - b.at;
    if (std::abs(apart) < same) return 1.0 + slowPower;
    const double ofBand = a.bandSine * b.bandCosine - a.bandCosine * b.bandSine;
    const double ofSlow = a.slowSine * b.slowCosine - a.slowCosine * b.slowSine;
    return (ofBand / band + ofSlow * slowPower / slow) / (2.0 * std::numbers::pi * apart);
}

/// The weights of some samples in a row for the value at another place. The rows move on with the places that
/// are asked for: what is known of two samples is kept while both are among them.
class Weights {
public:
    explicit Weights(std::span<const Place> samples)
        : samples_(samples)
        , used_(std::min(reach, samples.size())) {}

    /// Of the samples from `first`, which never goes back.
    void solve(std::size_t first, const Place& wanted) {
        slideTo(first);
        // Cholesky, and both substitutions.
        for (std::size_t i = 0; i < used_; ++i) {
            for (std::size_t j = 0; j <= i; ++j) {
                double sum = covariance_[(first + i) % reach][(first + j) % reach];
                for (std::size_t k = 0; k < j; ++k)
                    sum -= factor_[i][k] * factor_[j][k];
                factor_[i][j] = i == j ? std::sqrt(std::max(sum, rounding)) : sum / factor_[j][j];
            }
            double sum = kernel(wanted, samples_[first + i]);
            for (std::size_t k = 0; k < i; ++k)
                sum -= factor_[i][k] * weights_[k];
            weights_[i] = sum / factor_[i][i];
        }
        for (std::size_t i = used_; i-- > 0;) {
            for (std::size_t k = i + 1; k < used_; ++k)
                weights_[i] -= factor_[k][i] * weights_[k];
            weights_[i] /= factor_[i][i];
        }
    }
    [[nodiscard]] std::size_t used() const { return used_; }
    [[nodiscard]] double operator[](std::size_t sample) const { return weights_[sample]; }

private:
    using Square = std::array<std::array<double, reach>, reach>;

    void slideTo(std::size_t first) {
        for (std::size_t i = std::max(known_, first); i < first + used_; ++i) {
            const std::size_t row = i % reach;
            for (std::size_t j = first; j < i; ++j)
                covariance_[row][j % reach] = covariance_[j % reach][row] = kernel(samples_[i], samples_[j]);
            covariance_[row][row] = 1.0 + slowPower + rounding;
        }
        known_ = std::max(known_, first + used_);
    }

    std::span<const Place> samples_;
    std::size_t used_;
    std::size_t known_ = 0; ///< samples before it were entered
    Square covariance_{};
    Square factor_{};
    std::array<double, reach> weights_{};
};

/// A line through two samples.
struct Line {
    double at = 0.0;
    double value = 0.0;
    double slope = 0.0;
    [[nodiscard]] double operator()(double place) const { return value + slope * (place - at); }
};

} // namespace

UniformGrid resampleUniform(std::span<const std::int64_t> ns, std::span<const float> values,
                            const std::atomic<bool>& cancelled) {
    UniformGrid grid;
    const std::size_t count = ns.size();
    grid.values.assign(values.begin(), values.end());
    if (count < 2) return grid;
    const auto length = static_cast<double>(ns.back() - ns.front());
    const double step = length / static_cast<double>(count - 1);
    grid.rate = 1e9 / step;
    std::vector<Place> places(count);
    std::size_t moved = 0;
    for (std::size_t i = 0; i < count; ++i) {
        places[i] = Place(static_cast<double>(ns[i] - ns.front()) / step);
        const double distance = std::abs(places[i].at - static_cast<double>(i));
        grid.farthest = std::max(grid.farthest, distance);
        moved += distance > movedShare ? 1 : 0;
    }
    grid.moved = static_cast<double>(moved) / static_cast<double>(count);
    Weights weights(places);
    const std::size_t used = weights.used();
    std::size_t after = 1; // the first sample at or after the grid point
    for (std::size_t i = 0; i < count && !cancelled.load(std::memory_order_relaxed); ++i) {
        if (std::abs(places[i].at - static_cast<double>(i)) < atItsPlace) continue;
        const Place wanted(static_cast<double>(i));
        while (after + 1 < count && places[after].at < wanted.at)
            ++after;
        const std::size_t first = std::min(after - std::min(after, used / 2), count - used);
        weights.solve(first, wanted);
        // What is far from zero, or rises, stays so: only what differs from a line is left to the weights.
        const double rise = places[after].at - places[after - 1].at;
        const double difference = static_cast<double>(values[after]) - values[after - 1];
        const Line line{places[after].at, values[after], rise > 0.0 ? difference / rise : 0.0};
        double beside = 0.0;
        double low = 0.0;
        double high = 0.0;
        for (std::size_t k = first; k < first + used; ++k) {
            const double rest = values[k] - line(places[k].at);
            beside += weights[k - first] * rest;
            if (k + near < after || k >= after + near) continue;
            low = std::min(low, rest);
            high = std::max(high, rest);
        }
        // Where the rate itself changes, the samples say little: nothing stands out of those around it.
        const double room = (high - low) / 4.0;
        grid.values[i] = line(wanted.at) + std::clamp(beside, low - room, high + room);
    }
    return grid;
}

} // namespace servolane::telemetry
