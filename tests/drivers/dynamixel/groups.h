// SPDX-License-Identifier: GPL-3.0-or-later
// Groups of servos for tests, in short.
#pragma once

#include "tests/drivers/dynamixel/bus_fixture.h"

namespace servolane::tests {

inline constexpr bus::RegisterSpan position{132, 4};

inline bus::GroupRead groupOf(std::initializer_list<std::pair<std::uint8_t, bus::RegisterSpan>> slots) {
    bus::GroupRead group;
    for (const auto& [id, span] : slots) {
        bus::GroupSlot slot;
        slot.id = ServoId{id};
        slot.span = span;
        group.entries.push_back(slot);
    }
    return group;
}

inline bus::GroupRead positionsOf(std::initializer_list<std::uint8_t> ids) {
    bus::GroupRead group;
    for (const auto id : ids)
        group.entries.push_back(groupOf({{id, position}}).entries.front());
    return group;
}

inline std::int64_t valueOf(const bus::GroupRead& group, std::size_t slot) {
    const auto& wanted = group.entries.at(slot);
    return signedLittleEndian(ByteView(group.data).subspan(wanted.dataAt, wanted.span.size));
}

inline std::vector<bus::SlotState> statesOf(const bus::GroupRead& group) {
    std::vector<bus::SlotState> states;
    for (const auto& slot : group.entries)
        states.push_back(slot.state);
    return states;
}

inline constexpr auto answered = bus::SlotState::answered;
inline constexpr auto silent = bus::SlotState::silent;
inline constexpr auto corrupt = bus::SlotState::corrupt;

} // namespace servolane::tests
