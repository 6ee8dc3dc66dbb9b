// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers that name things. Each has its own type so that an axis cannot be passed where a servo is meant.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace servolane {
inline namespace kernel {

template <class Tag, class Rep>
struct Id {
    Rep value{};
    friend constexpr auto operator<=>(const Id&, const Id&) = default;
};

/// One serial link of this workstation, numbered from 1 in the order of connection; 0 is none.
using BusId = Id<struct BusTag, std::uint16_t>;
/// The logical thing that moves, numbered from 1 for the life of the program; 0 is none.
using AxisId = Id<struct AxisTag, std::uint16_t>;
/// The device's own id on its bus.
using ServoId = Id<struct ServoTag, std::uint8_t>;
/// A command from any asker; unique in the journal of the workstation, over restarts and processes; 0 is
/// none.
using CommandId = Id<struct CommandTag, std::uint64_t>;
/// Place of an event in the one order of the EventBus, counted from 1.
using Sequence = Id<struct SequenceTag, std::uint64_t>;
/// Counts stops from 1. A reset names the stop it clears.
using StopGeneration = Id<struct StopTag, std::uint64_t>;

} // namespace kernel
} // namespace servolane

template <class Tag, class Rep>
struct std::hash<servolane::Id<Tag, Rep>> {
    std::size_t operator()(const servolane::Id<Tag, Rep>& id) const noexcept {
        return std::hash<Rep>{}(id.value);
    }
};
