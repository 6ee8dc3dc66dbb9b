// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/simulator/collision.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace servolane::drivers::simulator {

Bytes overlay(const Bytes& one, const Bytes& other, std::size_t first) {
    Bytes sum = one.size() >= other.size() ? one : other;
    for (std::size_t i = first; i < std::min(one.size(), other.size()); ++i)
        sum[i] = static_cast<std::uint8_t>(one[i] & (other[i] << 1));
    return sum;
}

void collide(std::vector<Answer>& answers, std::size_t first) {
    while (answers.size() > first + 1) {
        const Bytes second = std::move(answers.back().bytes);
        answers.pop_back();
        answers.back().bytes = overlay(answers.back().bytes, second);
    }
}

bool isSameRate(std::uint32_t one, std::uint32_t other) {
    constexpr double tolerance = 0.03;
    return std::abs(static_cast<double>(one) - other) <= tolerance * other;
}

} // namespace servolane::drivers::simulator
