// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/registers/return_level.h"

#include <algorithm>

namespace servolane::registers {

namespace {
/// From the register's number to the level.
std::int64_t shiftOf(const Register& source) {
    return answersAll - source.maximum.value_or(answersAll);
}
} // namespace

std::uint8_t returnLevelFrom(const Register& source, std::int64_t raw) {
    return static_cast<std::uint8_t>(
        std::clamp<std::int64_t>(raw + shiftOf(source), answersPings, answersAll));
}

std::int64_t rawFromReturnLevel(const Register& source, std::uint8_t level) {
    return std::max(level - shiftOf(source), source.minimum.value_or(0));
}

} // namespace servolane::registers
