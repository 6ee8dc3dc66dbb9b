// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace servolane::drivers::simulator {

/// The same numbers from the same seed on every machine (the standard library's distributions differ between
/// vendors). SplitMix64; not for secrets. One thread.
class Random {
public:
    explicit Random(std::uint64_t seed)
        : state_(seed) {}

    [[nodiscard]] std::uint64_t next() {
        std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
        return z ^ (z >> 31);
    }
    /// 0 … 1, without 1.
    [[nodiscard]] double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
    [[nodiscard]] double between(double low, double high) { return low + (high - low) * uniform(); }
    [[nodiscard]] bool chance(double probability) { return probability > 0.0 && uniform() < probability; }
    /// Nearly normal with mean 0 and deviation 1; never beyond ±3.5.
    [[nodiscard]] double noise() {
        double sum = 0.0;
        for (int i = 0; i < 4; ++i)
            sum += uniform();
        return (sum - 2.0) * 1.7320508;
    }

private:
    std::uint64_t state_;
};

} // namespace servolane::drivers::simulator
