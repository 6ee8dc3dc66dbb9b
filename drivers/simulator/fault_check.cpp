// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/simulator/fault_check.h"

#include <algorithm>

namespace servolane::drivers::simulator {

namespace {

bool hasServo(const BusSpec& bus, std::uint8_t id) {
    return id >= bus.firstId && static_cast<unsigned>(id) < bus.firstId + bus.count;
}

std::string idsOf(const BusSpec& bus) {
    const std::string first = std::to_string(bus.firstId);
    return bus.count == 1 ? first : first + " … " + std::to_string(bus.firstId + bus.count - 1);
}

std::string idsOf(std::span<const BusSpec> buses) {
    std::string text;
    for (std::size_t i = 0; i < buses.size(); ++i)
        text += (i == 0 ? "" : ", ") + (buses.size() == 1 ? "" : "bus " + std::to_string(i + 1) + ": ") +
                idsOf(buses[i]);
    return text;
}

} // namespace

Result<void> checkFaultIds(const FaultSpec& fault, std::span<const BusSpec> buses) {
    if (fault.bus && *fault.bus > buses.size())
        return failure(
            ErrorCode::invalid,
            "fault '" + toString(fault) + "': there is no bus " + std::to_string(*fault.bus) +
                (buses.size() == 1 ? ", only one" : ", only 1 to " + std::to_string(buses.size())));
    const auto meant = fault.bus ? buses.subspan(*fault.bus - 1, 1) : buses;
    const auto ids = idsNamedBy(fault);
    const bool there = std::any_of(meant.begin(), meant.end(), [&](const BusSpec& bus) {
        return std::all_of(ids.begin(), ids.end(), [&](std::uint8_t id) { return hasServo(bus, id); });
    });
    if (there) return {};
    return failure(ErrorCode::invalid,
                   "fault '" + toString(fault) + "': no such servo; the ids are " + idsOf(meant));
}

} // namespace servolane::drivers::simulator
