// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workstation/families.h"

#include "drivers/dynamixel/dynamixel_bus.h"
#include "drivers/dynamixel/packet_form.h"

#include <algorithm>
#include <array>

namespace servolane::app {

namespace {

template <class Bus>
std::unique_ptr<bus::ServoBus> make(bus::Transport& transport, Clock& clock) {
    return std::make_unique<Bus>(transport, clock);
}

constexpr std::array table{
    Family{"dynamixel2", "DYNAMIXEL Protocol 2.0", make<drivers::dynamixel::DynamixelBus>,
           drivers::dynamixel::packetForm},
};

} // namespace

std::span<const Family> families() {
    return table;
}

const Family* familyNamed(std::string_view name) {
    const auto found =
        std::find_if(table.begin(), table.end(), [&](const auto& f) { return f.name == name; });
    return found == table.end() ? nullptr : &*found;
}

std::string familyNames() {
    std::string names;
    for (const Family& family : table)
        names += (names.empty() ? "" : ", ") + std::string(family.name);
    return names;
}

} // namespace servolane::app
