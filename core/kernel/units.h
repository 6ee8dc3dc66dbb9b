// SPDX-License-Identifier: GPL-3.0-or-later
// Quantities in the user's units. The raw numbers of a servo become quantities in one place
// (core/motion/axis.h), and text becomes quantities in one place (ui/binding, app/cli); in between nothing is
// a bare double.
#pragma once

#include <compare>

namespace servolane {
inline namespace kernel {

template <class Tag>
struct Quantity {
    double value = 0.0;

    friend constexpr auto operator<=>(const Quantity&, const Quantity&) = default;
    friend constexpr Quantity operator+(Quantity a, Quantity b) { return {a.value + b.value}; }
    friend constexpr Quantity operator-(Quantity a, Quantity b) { return {a.value - b.value}; }
    friend constexpr Quantity operator-(Quantity a) { return {-a.value}; }
    friend constexpr Quantity operator*(Quantity a, double factor) { return {a.value * factor}; }
};

/// In the axis' unit: degrees of the output by default, millimetres with a linear pitch.
using Position = Quantity<struct PositionTag>;
/// Axis units per second.
using Velocity = Quantity<struct VelocityTag>;
/// Axis units per second squared.
using Acceleration = Quantity<struct AccelerationTag>;
using Current = Quantity<struct CurrentTag>;         ///< A
using Temperature = Quantity<struct TemperatureTag>; ///< °C

template <class Unit>
struct Range {
    Unit low{};
    Unit high{};
    [[nodiscard]] constexpr bool contains(Unit value) const { return value >= low && value <= high; }
    [[nodiscard]] constexpr Unit clamp(Unit value) const {
        return value < low ? low : (value > high ? high : value);
    }
    friend constexpr bool operator==(const Range&, const Range&) = default;
};

} // namespace kernel
} // namespace servolane
