// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/dynamixel/dynamixel2.h"

#include "drivers/dynamixel/dynamixel2_side.h"
#include "drivers/dynamixel/dynamixel_bus.h"
#include "drivers/dynamixel/wire_format.h"

namespace servolane::drivers::dynamixel {

bus::FamilyTraits traits() {
    bus::FamilyTraits traits;
    traits.name = "dynamixel2";
    traits.firstId = 0;
    traits.lastId = lastServoId;
    traits.groupRead = traits.groupWrite = true;
    traits.broadcastWrite = traits.broadcastPing = true;
    traits.confirmsWrites = true;
    traits.busWatchdog = true;
    traits.restart = true;
    traits.likelyBauds = {57'600, 1'000'000, 2'000'000, 3'000'000, 4'000'000, 115'200, 9'600, 4'500'000};
    traits.wire = &wireFormat();
    return traits;
}

std::unique_ptr<bus::ServoBus> makeBus(bus::Transport& transport, Clock& clock) {
    return std::make_unique<DynamixelBus>(transport, clock);
}

simulator::SimulatedFamily simulated() {
    return {"dynamixel2", "XM430-W350", 1'000'000,
            [](ServoRack& rack, std::uint32_t baud) -> std::unique_ptr<simulator::ProtocolSide> {
                return std::make_unique<Dynamixel2Side>(rack, baud);
            },
            simulator::xSeriesFirmware};
}

} // namespace servolane::drivers::dynamixel
