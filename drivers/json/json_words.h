// SPDX-License-Identifier: GPL-3.0-or-later
// Enumerations as their stable words. Another header may add some of its own: `last` and, where core has no
// word, `wordOf` specialised.
#pragma once

#include "core/api/event.h"

#include <array>
#include <stdexcept>
#include <string>
#include <string_view>

namespace servolane::drivers {

/// The last enumerator, up to which words are searched.
template <class E>
inline constexpr E last = E{};
template <>
inline constexpr auto last<api::RejectionCode> = api::RejectionCode::stopUnderWay;
template <>
inline constexpr auto last<access::Role> = access::Role::engineer;
template <>
inline constexpr auto last<ErrorCode> = ErrorCode::readBackDiffers;
template <>
inline constexpr auto last<motion::EndReason> = motion::EndReason::aboveTemperatureLimit;
template <>
inline constexpr auto last<motion::StopDoubt> = motion::StopDoubt::lineDown;
template <>
inline constexpr auto last<motion::StopReaction> = motion::StopReaction::holdThenOff;
template <>
inline constexpr auto last<registers::OperatingMode> = registers::OperatingMode::pwm;
template <>
inline constexpr auto last<registers::Role> = registers::Role::eepromLock;
template <>
inline constexpr auto last<registers::Storage> = registers::Storage::ram;
template <>
inline constexpr auto last<registers::Access> = registers::Access::readWrite;
template <>
inline constexpr auto last<bus::Parity> = bus::Parity::odd;
template <>
inline constexpr auto last<bus::Answers> = bus::Answers::pingsOnly;
template <>
inline constexpr auto last<bus::Pace> = bus::Pace::everyCycle;
template <>
inline constexpr auto last<bus::LineLevel> = bus::LineLevel::high;

template <class E>
std::string_view wordOf(E value) {
    return toString(value);
}
// These have no words in core.
template <>
inline std::string_view wordOf(bus::Parity parity) {
    return std::array<std::string_view, 3>{"none", "even", "odd"}[static_cast<std::size_t>(parity)];
}
template <>
inline std::string_view wordOf(bus::LineLevel level) {
    return std::array<std::string_view, 3>{"untouched", "low", "high"}[static_cast<std::size_t>(level)];
}
template <>
inline std::string_view wordOf(registers::Storage storage) {
    return storage == registers::Storage::eeprom ? "eeprom" : "ram";
}
template <>
inline std::string_view wordOf(registers::Access access) {
    return access == registers::Access::readOnly ? "read_only" : "read_write";
}

template <class E>
E wordTo(const std::string& word) {
    for (int value = 0; value <= static_cast<int>(last<E>); ++value)
        if (wordOf(static_cast<E>(value)) == word) return static_cast<E>(value);
    throw std::invalid_argument("unknown word '" + word + "'");
}

} // namespace servolane::drivers
