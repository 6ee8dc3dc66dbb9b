// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/lx/register_map.h"

#include <algorithm>
#include <array>

namespace servolane::drivers::lx {

namespace {

constexpr std::array all{
    Block{Command::moveTimeRead, Command::moveTimeWrite, 4},
    Block{Command::idRead, Command::idWrite, 1},
    Block{Command::offsetRead, Command::offsetAdjust, 1},
    Block{Command::angleLimitRead, Command::angleLimitWrite, 4, true},
    Block{Command::voltageLimitRead, Command::voltageLimitWrite, 4, true},
    Block{Command::temperatureLimitRead, Command::temperatureLimitWrite, 1},
    Block{Command::temperatureRead, Command::temperatureRead, 1},
    Block{Command::voltageRead, Command::voltageRead, 2},
    Block{Command::positionRead, Command::positionRead, 2},
    Block{Command::modeRead, Command::modeWrite, 4},
    Block{Command::loadRead, Command::loadWrite, 1},
    Block{Command::ledRead, Command::ledWrite, 1},
    Block{Command::ledErrorRead, Command::ledErrorWrite, 1},
};

template <class Matches>
const Block* firstOf(Matches matches) {
    const auto found = std::ranges::find_if(all, matches);
    return found == all.end() ? nullptr : &*found;
}

} // namespace

RangeEnds endsOf(ByteView bytes) {
    return {static_cast<std::int64_t>(littleEndian(bytes.first(2))),
            static_cast<std::int64_t>(littleEndian(bytes.subspan(2, 2)))};
}

std::span<const Block> blocks() {
    return all;
}

const Block* blockAt(std::uint16_t address) {
    return firstOf([&](const Block& block) {
        return address >= block.address() && address < block.address() + block.size;
    });
}

const Block* blockReadBy(std::uint8_t command) {
    return firstOf([&](const Block& block) { return static_cast<std::uint8_t>(block.read) == command; });
}

const Block* blockWrittenBy(std::uint8_t command) {
    return firstOf([&](const Block& block) {
        return block.isWritten() && static_cast<std::uint8_t>(block.write) == command;
    });
}

} // namespace servolane::drivers::lx
