// SPDX-License-Identifier: GPL-3.0-or-later
// What a wire carries when two servos talk at once.
#pragma once

#include "drivers/simulator/protocol_side.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace servolane::drivers::simulator {

/// Two drivers on one wire from `first` on: a 0 of either wins. Their clocks never agree; the second comes a
/// bit late, its start bit upon the other's first one.
[[nodiscard]] Bytes overlay(const Bytes& one, const Bytes& other, std::size_t first = 0);
/// Servos with one id talk at the same time: what they say from `first` on becomes one.
void collide(std::vector<Answer>& answers, std::size_t first);
/// A UART samples the middle of the tenth bit within half a bit.
[[nodiscard]] bool isSameRate(std::uint32_t one, std::uint32_t other);

} // namespace servolane::drivers::simulator
