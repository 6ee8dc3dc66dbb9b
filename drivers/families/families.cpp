// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/families/families.h"

#include "drivers/dynamixel/dynamixel2.h"
#include "drivers/dynamixel/packet_form.h"
#include "drivers/dynamixel1/dynamixel1.h"
#include "drivers/feetech/feetech.h"
#include "drivers/ff/ff_bus.h"
#include "drivers/ff/packet_form.h"
#include "drivers/lx/lx.h"
#include "drivers/lx/wire_format.h"
#include "drivers/maestro/maestro.h"
#include "drivers/maestro/wire_format.h"
#include "drivers/modbus/modbus.h"
#include "drivers/modbus/packet_form.h"

#include <algorithm>
#include <vector>

namespace servolane::drivers {

namespace {

/// Of a family whose servos say what they are.
template <auto make>
std::unique_ptr<bus::ServoBus> byItself(bus::Transport& transport, Clock& clock,
                                        const registers::ModelCatalog&) {
    return make(transport, clock);
}

/// Model numbers of families whose servos report them so.
constexpr std::uint32_t twoBytes = 0xFFFF;

const std::vector<Family>& table() {
    // One line each.
    static const std::vector<Family> all{
        {"DYNAMIXEL Protocol 2.0", dynamixel::traits(), byItself<dynamixel::makeBus>, dynamixel::simulated(),
         dynamixel::packetForm, twoBytes},
        {"DYNAMIXEL Protocol 1.0", dynamixel1::traits(), byItself<dynamixel1::makeBus>,
         dynamixel1::simulated(), ff::dynamixel1Packets, twoBytes, ff::errorByteAddress},
        {"Feetech STS, SMS, SCS", feetech::traits(), byItself<feetech::makeBus>, feetech::simulated(),
         ff::feetechPackets, twoBytes, ff::errorByteAddress},
        {"Modbus RTU drives", modbus::traits(), modbus::makeBus, modbus::simulated(), modbus::packetForm},
        {"Hiwonder, LewanSoul LX", lx::traits(), byItself<lx::makeBus>, lx::simulated(), lx::packetForm},
        {"PWM servos on a Pololu Maestro", maestro::traits(), byItself<maestro::makeBus>,
         maestro::simulated(), maestro::packetForm},
    };
    return all;
}

} // namespace

std::span<const Family> families() {
    return table();
}

std::vector<std::string> familyWords() {
    std::vector<std::string> words;
    for (const Family& family : families())
        words.push_back(family.name());
    return words;
}

const Family* familyNamed(std::string_view name) {
    const auto found = std::ranges::find_if(table(), [&](const Family& family) {
        const auto& series = family.simulated.series;
        return family.name() == name ||
               std::ranges::find(series, name, &simulator::SimulatedFamily::Series::word) != series.end();
    });
    return found == table().end() ? nullptr : &*found;
}

simulator::SimulatedFamilies simulatedFamilies() {
    static const auto simulated = [] {
        std::vector<simulator::SimulatedFamily> each;
        for (const Family& family : table())
            each.push_back(family.simulated);
        return each;
    }();
    return simulated;
}

std::string familyNames() {
    return simulator::protocolWords(simulatedFamilies());
}

} // namespace servolane::drivers
